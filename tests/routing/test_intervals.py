"""Stretches of time: clocks, weekdays, dates, places, and what Alertmanager refuses."""

from datetime import UTC, datetime

import pytest

from slogen.routing.intervals import (
    Interval,
    IntervalError,
    any_contains,
    day_range,
    minute_range,
    month_range,
    weekday_range,
    year_range,
    zone,
)


def interval(**fields: object) -> Interval:
    """An interval that is open where nothing is said."""
    given = {
        "minutes": None,
        "weekdays": None,
        "days": None,
        "months": None,
        "years": None,
        "zone": zone("UTC"),
        **fields,
    }
    return Interval(**given)  # type: ignore[arg-type]  # fields are given by name


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_ends_of_the_day_are_open() -> None:
    """A range holds its first minute and not its last."""
    office = interval(minutes=(minute_range("09:00", "17:00"),))
    found = [office.contains(at(f"2027-03-01T{clock}")) for clock in ("08:59:59", "09:00", "16:59:59", "17:00")]
    assert found == [False, True, True, False]


def test_midnight_is_reached_and_not_crossed() -> None:
    """24:00 is an end."""
    late = interval(minutes=(minute_range("22:00", "24:00"),))
    assert late.contains(at("2027-03-01T23:59:59"))
    assert not late.contains(at("2027-03-02T00:00"))


def test_fields_must_agree_and_ranges_may_differ() -> None:
    """Weekday and month both hold; one of several ranges is enough."""
    made = interval(
        weekdays=(weekday_range("Monday:TUESDAY"), weekday_range("saturday")), months=(month_range("march"),)
    )
    days = ("2027-03-01", "2027-03-02", "2027-03-03", "2027-03-06", "2027-04-05")
    assert [made.contains(at(day)) for day in days] == [True, True, False, True, False]


@pytest.mark.parametrize(
    ("days", "inside", "outside"),
    [
        ("1:7", ["2027-02-01", "2027-02-07"], ["2027-02-08"]),
        ("-1", ["2027-02-28", "2028-02-29", "2027-04-30"], ["2028-02-28"]),
        ("-3:-1", ["2027-02-26", "2027-02-28"], ["2027-02-25"]),
        ("29:31", ["2027-03-29", "2027-03-31"], ["2027-02-28", "2027-03-28"]),
        ("20:-5", ["2027-02-20", "2027-02-24"], ["2027-02-25", "2027-02-19"]),
    ],
)
def test_days_of_the_month(days: str, inside: list[str], outside: list[str]) -> None:
    """Negative days count from the end; what begins after a short month's end is not in it."""
    made = interval(days=(day_range(days),))
    assert [d for d in inside if not made.contains(at(d))] == []
    assert [d for d in outside if made.contains(at(d))] == []


def test_a_place_has_its_own_clock() -> None:
    """The same office hours begin at another UTC hour in summer."""
    office = interval(minutes=(minute_range("09:00", "17:00"),), zone=zone("Europe/London"))
    assert office.contains(at("2027-01-15T09:30"))
    assert office.contains(at("2027-07-15T08:30"))
    assert not office.contains(at("2027-01-15T08:30"))


def test_weekdays_are_those_of_the_place() -> None:
    """Sunday night in London is Monday morning in Tokyo."""
    monday = interval(weekdays=(weekday_range("monday"),), zone=zone("Asia/Tokyo"))
    assert monday.contains(at("2027-02-28T20:00"))


def test_an_empty_list_is_never() -> None:
    """Nothing satisfies no range; no field at all is always."""
    assert not interval(months=()).contains(at("2027-01-01"))
    assert interval().contains(at("2027-01-01"))


def test_months_out_of_the_calendar_never_come() -> None:
    """Alertmanager does not check their numbers."""
    assert not interval(months=(month_range("13"),)).contains(at("2027-12-31"))
    assert interval(months=(month_range("0:13"),)).contains(at("2027-12-31"))


def test_names_are_tried_in_order() -> None:
    """The first interval that holds the moment is named."""
    known = {"a": (interval(years=((1999, 1999),)),), "b": (interval(),)}
    assert any_contains(("a", "b"), known, at("2027-01-01")) == "b"
    assert any_contains(("a",), known, at("2027-01-01")) is None


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (weekday_range, "mon"),
        (weekday_range, "friday:monday"),
        (weekday_range, ""),
        (month_range, "mar"),
        (month_range, "december:january"),
        (month_range, "1:2:3"),
        (year_range, "2029:2027"),
        (year_range, "soon"),
        (day_range, "0"),
        (day_range, "32"),
        (day_range, "-5:5"),
        (day_range, "31:1"),
        (day_range, "-1:-3"),
        (zone, "Mars/X"),
        (zone, "../etc/passwd"),
        (lambda text: minute_range(text, "10:00"), "9:00"),
        (lambda text: minute_range(text, "10:00"), "10:00"),
        (lambda text: minute_range("09:00", text), ""),
        (lambda text: minute_range("09:00", text), "24:01"),
    ],
)
def test_what_is_refused(parse: object, text: str) -> None:
    """Abbreviations, ranges that end before they begin, days no month has, places that do not exist."""
    with pytest.raises(IntervalError):
        parse(text)  # type: ignore[operator]  # each is a function of a text
