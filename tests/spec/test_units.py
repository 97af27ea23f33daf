"""How quantities are written: what each form means exactly, and which forms are refused."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from slogen.source.scalars import typed
from slogen.spec.units import (
    Change,
    Money,
    Quantity,
    calendar_day,
    change,
    duration_ms,
    money,
    number,
    percentage,
    percentile,
    quantity,
    version,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("150ms", 150), ("5m", 300_000), ("1h30m", 5_400_000), ("30d", 2_592_000_000), ("1y", 31_536_000_000)],
)
def test_durations(text: str, expected: int) -> None:
    """Durations are Prometheus' own, in milliseconds."""
    assert duration_ms(text) == expected


@pytest.mark.parametrize(
    "value",
    ["", "5", "1.5h", "30m1h", "-5m", "5 m", "0s", "11y", "٣m", 30, 30.5, True, None, [], "m", "9" * 30 + "d", "5m\n"],
)
def test_what_is_no_duration(value: object) -> None:
    """No unit, another order, fractions, zero and other scripts' digits are refused."""
    with pytest.raises(PydanticCustomError):
        duration_ms(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("99.9%", "0.999"),
        ("99.95 %", "0.9995"),
        ("0%", "0"),
        ("100%", "1"),
        (".5%", "0.005"),
        ("99.99999999999999999%", "0.9999999999999999999"),
    ],
)
def test_percentages_are_exact(text: str, expected: str) -> None:
    """A percentage is the decimal that it looks like, never the nearest float."""
    assert percentage(text) == Decimal(expected)


@pytest.mark.parametrize(
    "value", ["99.9", "101%", "-1%", "nan%", "1e2%", "%", "1_0%", 99.9, 1, None, True, "٩٩%", "9" * 30 + "%"]
)
def test_what_is_no_percentage(value: object) -> None:
    """The sign is required, and a share of a whole lies between 0 and 100."""
    with pytest.raises(PydanticCustomError):
        percentage(value)


@given(st.decimals(0, 100, places=6))
def test_percentages_lose_nothing(value: Decimal) -> None:
    """Any percentage of six places comes back when multiplied by a hundred."""
    assert percentage(f"{value:f}%") * 100 == value


def test_quantities() -> None:
    """A bound is a number, a ratio or seconds, as it is written."""
    assert quantity(0.2) == Quantity(Decimal("0.2"), "number")
    assert quantity(typed("3.10")) == Quantity(Decimal("3.1"), "number")
    assert quantity("2%") == Quantity(Decimal("0.02"), "ratio")
    assert quantity("150ms") == Quantity(Decimal("0.15"), "seconds")


@pytest.mark.parametrize("value", ["", "x", "2 percent", True, None, [], float("inf"), float("nan"), "5 points"])
def test_what_is_no_quantity(value: object) -> None:
    """Anything else is refused."""
    with pytest.raises(PydanticCustomError):
        quantity(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("5 points", Change(Decimal("0.05"), "points")),
        ("1 point", Change(Decimal("0.01"), "points")),
        ("0.1points", Change(Decimal("0.001"), "points")),
        ("5%", Change(Decimal("0.05"), "percent")),
        (0.4, Change(Decimal("0.4"), "number")),
    ],
)
def test_changes(value: object, expected: Change) -> None:
    """`5 points` is absolute, `5%` relative, a bare number in the value's own unit."""
    assert change(value) == expected


@pytest.mark.parametrize("value", ["5 pts", "points", "0 points", "-5%", "0%", 0, -1, True, None, "five points"])
def test_what_is_no_change(value: object) -> None:
    """A change has a size above zero and a known unit."""
    with pytest.raises(PydanticCustomError):
        change(value)


def test_money() -> None:
    """An amount may name its currency."""
    assert money(0.4) == Money(Decimal("0.4"), None)
    assert money("250 EUR") == Money(Decimal(250), "EUR")
    assert money("0.40USD") == Money(Decimal("0.40"), "USD")


@pytest.mark.parametrize("value", ["$5", "EUR", "EUR 5", "5", "-5 EUR", -1, True, None, "5 eur"])
def test_what_is_no_money(value: object) -> None:
    """Signs, words and debts are refused."""
    with pytest.raises(PydanticCustomError):
        money(value)


def test_days_percentiles_versions_numbers() -> None:
    """The remaining forms."""
    assert calendar_day("2027-03-01") == date(2027, 3, 1)
    assert percentile("p99.9") == Decimal("0.999")
    assert version("v3.5.2") == (3, 5)
    assert version(typed("3.10")) == (3, 10)
    assert version(3.5) == (3, 5)
    assert number(7) == Decimal(7)


@pytest.mark.parametrize("value", ["2027-2-1", "20270301", "2027-02-30", 20270301, None, "2027-03-01T00:00"])
def test_what_is_no_day(value: object) -> None:
    """A day has one form."""
    with pytest.raises(PydanticCustomError):
        calendar_day(value)


@pytest.mark.parametrize("value", ["99", "p0", "p100", "p", "P99", 99, None, "pnan"])
def test_what_is_no_percentile(value: object) -> None:
    """A percentile lies between the extremes."""
    with pytest.raises(PydanticCustomError):
        percentile(value)


@pytest.mark.parametrize("value", ["3", 3, "latest", None, True, "3.x", "99999.1"])
def test_what_is_no_version(value: object) -> None:
    """A version has a major and a minor number."""
    with pytest.raises(PydanticCustomError):
        version(value)
