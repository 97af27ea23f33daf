"""Numbers as people say them."""

from decimal import Decimal
from fractions import Fraction

import pytest

from slogen.report.wording import count, duration, measure, percent, plural


@pytest.mark.parametrize(
    ("millis", "words"),
    [
        (Fraction(2_592_000), "43 minutes"),
        (60_000, "1 minute"),
        (90_000, "90 seconds"),
        (Fraction(25_920_000), "7.2 hours"),
        (30 * 86_400_000, "30 days"),
        (86_400_000, "1 day"),
        (Fraction(51_840), "52 seconds"),
        (Fraction(259), "0.3 seconds"),
        (0, "0 seconds"),
    ],
)
def test_durations(millis: Fraction | int, words: str) -> None:
    """One unit, two digits where the first alone would mislead."""
    assert duration(millis) == words


def test_counts_and_ratios() -> None:
    """Objectives keep their nines, large numbers are shortened, one is not many."""
    assert percent(Decimal("0.99999")) == "99.999%"
    assert percent(Decimal("0.9995")) == "99.95%"
    assert percent(Decimal("0.999999999")) == "99.9999999%"
    assert percent(Decimal("0.9")) == "90%"
    assert (count(999_999), count(4_932_592)) == ("999,999", "4.9 million")
    assert (plural(1, "story", "stories"), plural(1_200, "alert")) == ("1 story", "1,200 alerts")


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.0072, "ratio", "0.72%"),
        (1.0, "ratio", "100%"),
        (259_200.0, "seconds", "3d"),
        (45.0, "seconds", "45s"),
        (0.0, "seconds", "0s"),
        (45_000.0, "", "45,000"),
        (0.2, "", "0.2"),
        (12.5, "ratio", "1,250%"),
        (16_106_127_360.0, "", "16.1G"),
        (2.5e6 * 86_400, "seconds", "2,500,000d"),
    ],
)
def test_values_of_drawings(value: float, unit: str, shown: str) -> None:
    """Ratios are percentages, seconds times, other values three digits."""
    assert measure(value, unit) == shown
