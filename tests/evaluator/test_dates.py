"""Dates against the calendar of the standard library."""

from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from slogen.evaluator import dates

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
