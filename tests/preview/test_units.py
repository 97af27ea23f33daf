"""Numbers as people read them."""

import math

import pytest

from slogen.preview.units import shown


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "text"),
    [
        (0.9995, "percentunit", None, "99.95%"),
        (0.99999999, "percentunit", None, "99.9999%"),
        (1.0, "percentunit", None, "100%"),
        (0.9995, "percentunit", 4, "99.9500%"),
        (-0.4286, "percentunit", None, "-42.9%"),
        (0.0, "percentunit", 1, "0.0%"),
        (14.4, "none", None, "14.4"),
        (5.0, "none", None, "5"),
        (0.0123, "none", None, "0.012"),
        (1234.5, "none", None, "1234"),
        (1234.5, "short", None, "1.23 K"),
        (2_500_000, "reqps", None, "2.5 M req/s"),
        (3.0, "cps", None, "3 /s"),
        (1234.0, "currencyEUR", None, "1.23 K EUR"),
        (5.0, "suffix: CAD", None, "5 CAD"),
        (0.0, "s", None, "0 s"),
        (0.025, "s", None, "25 ms"),
        (42.0, "s", None, "42 s"),
        (4020.0, "s", None, "1.12 hours"),
        (86_400.0 * 46.1, "s", None, "46.1 days"),
        (150.0, "ms", None, "150 ms"),
        (2_000_000.0, "µs", None, "2 s"),
        (math.inf, "s", None, "∞"),
        (-math.inf, "none", None, "-∞"),
        (math.nan, "none", None, "nothing"),
        (None, "none", None, "nothing"),
    ],
)
def test_shown(value: float | None, unit: str, decimals: int | None, text: str) -> None:
    """Three digits that matter, in the largest unit that fits."""
    assert shown(value, unit, decimals, "nothing") == text
