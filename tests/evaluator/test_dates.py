"""Dates against the calendar of the standard library."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogen.evaluator import dates
from slogen.evaluator.times import Floats

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@given(st.integers(-62_135_596_800, 253_402_300_799))
def test_every_part_of_a_date(seconds: int) -> None:
    """Year, month, day, weekday, hour and minute of any second the standard library knows."""
    moment = EPOCH + timedelta(seconds=seconds)
    start = moment.replace(day=1)
    following = (start + timedelta(days=31)).replace(day=1) if start.year < 9999 or start.month < 12 else None
    wanted = {
        "year": moment.year,
        "month": moment.month,
        "day_of_month": moment.day,
        "day_of_week": moment.isoweekday() % 7,
        "day_of_year": moment.timetuple().tm_yday,
        "days_in_month": (following - start).days if following is not None else 31,
        "hour": moment.hour,
        "minute": moment.minute,
    }
    found = {name: float(dates.part(name, np.array([float(seconds)]))[0]) for name in wanted}
    assert found == wanted


def test_fractions_are_cut() -> None:
    """Seconds are truncated towards zero, as Go converts floats to integers."""
    assert dates.part("minute", np.array([59.9, -0.5])).tolist() == [0.0, 0.0]


def test_numbers_that_are_no_time_wrap_as_in_go() -> None:
    """NaN and infinities become the smallest 64-bit number of seconds."""
    found = dates.part("year", np.array([np.nan, np.inf, -np.inf, 1e30]))
    assert found.tolist() == [292277026596.0] * 4


@pytest.mark.parametrize(
    ("seconds", "parts"),
    [
        (-9223372028741760000.0, (-292277022400, 3, 1, 3, 61, 31, 0, 0)),
        (-9223372028741761024.0, (292277026854, 1, 7, 3, 7, 31, 6, 43)),
        (-9223372036854775808.0, (292277026596, 12, 4, 0, 339, 31, 15, 30)),
        (9223372036854774784.0, (292277026596, 12, 4, 0, 339, 31, 15, 13)),
        (9223372036854775808.0, (292277026596, 12, 4, 0, 339, 31, 15, 30)),
    ],
)
def test_the_ends_of_time(seconds: float, parts: tuple[int, ...]) -> None:
    """What Prometheus 3.5 makes of the first moment of Go's calendar, of the one before, and of the last ones."""
    names = ("year", "month", "day_of_month", "day_of_week", "day_of_year", "days_in_month", "hour", "minute")
    assert tuple(int(dates.part(name, np.array([seconds]))[0]) for name in names) == parts


def test_every_day_of_eight_centuries() -> None:
    """Each day from 1600 to 2399, at its first and its last second, against numpy's own calendar."""
    days = np.arange("1600-01-01", "2400-01-01", dtype="datetime64[D]")
    months, years = days.astype("datetime64[M]"), days.astype("datetime64[Y]")
    expected = {
        "year": years.astype(np.int64) + 1970,
        "month": months.astype(np.int64) % 12 + 1,
        "day_of_month": (days - months).astype(np.int64) + 1,
        "day_of_year": (days - years).astype(np.int64) + 1,
        "days_in_month": ((months + 1).astype("datetime64[D]") - months).astype(np.int64),
        "day_of_week": (days.astype(np.int64) + 4) % 7,
    }
    first: Floats = (days.astype(np.int64) * 86_400).astype(np.float64)
    last: Floats = (days.astype(np.int64) * 86_400 + 86_399).astype(np.float64)
    for name, numbers in expected.items():
        np.testing.assert_array_equal(dates.part(name, first), numbers)
        np.testing.assert_array_equal(dates.part(name, last), numbers)


def test_every_minute_of_a_day() -> None:
    """Hours and minutes at the first and the last second of each minute, before 1970 and after."""
    minutes = np.arange(1_440)
    for start in (-86_400.0, 0.0, 1_709_164_800.0):
        for second in (0, 59):
            at: Floats = (start + minutes * 60 + second).astype(np.float64)
            np.testing.assert_array_equal(dates.part("hour", at), minutes // 60)
            np.testing.assert_array_equal(dates.part("minute", at), minutes % 60)
