"""Numbers and times as people say them on the page; changes with how the page speaks."""

from decimal import Decimal
from fractions import Fraction

from slogen.ir.slo import Slo
from slogen.review.cover import spender

_LARGE = ((1e12, "T"), (1e9, "G"), (1e6, "M"))
_UNITS = (("day", 86_400_000), ("hour", 3_600_000), ("minute", 60_000), ("second", 1_000))


def duration(millis: Fraction | int) -> str:
    """A time in its one largest sensible unit: `43 minutes`, `7.2 hours`, `30 days`."""
    unit, size = next(((u, s) for u, s in _UNITS if millis >= 2 * s or millis == s), _UNITS[-1])
    amount = float(Fraction(millis) / size)
    shown = f"{amount:.0f}" if amount >= 10 or amount == round(amount) else f"{amount:.1f}".removesuffix(".0")
    return f"{shown} {unit}{'' if shown == '1' else 's'}"


def budget(slo: Slo) -> str:
    """An error budget in plain words: `43 minutes of full outage in 30 days`."""
    allowed = duration(slo.budget * slo.period)
    return f"{allowed} of {spender(slo)} in {duration(slo.period)}"


def percent(ratio: Decimal) -> str:
    """A ratio as a percentage, all digits kept: `99.95%`, `99.9999999%`."""
    return f"{(ratio * 100).normalize():f}%"


def count(number: float) -> str:
    """A large number in short: `1,234`, `4.9 million`."""
    return f"{number / 1e6:,.1f} million" if number >= 1e6 else f"{number:,.0f}"


def plural(number: int, one: str, many: str = "") -> str:
    """`1 alert`, `2 alerts`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def measure(value: float, unit: str) -> str:
    """A value of a drawing: `ratio` as a percentage, `seconds` as a time, anything else in three digits."""
    match unit:
        case "ratio":
            return f"{_digits(value * 100)}%"
        case "seconds":
            return _short(value)
    size, letter = next(((size, letter) for size, letter in _LARGE if abs(value) >= size), (1.0, ""))
    return f"{_digits(value / size)}{letter}"


def _short(seconds: float) -> str:
    found = next(((u, s / 1000) for u, s in _UNITS if abs(seconds) >= s / 1000), ("second", 1.0))
    return f"{_digits(seconds / found[1])}{found[0][0]}"


def _digits(value: float) -> str:
    """Three digits that count, or a whole number: never a power of ten, for which there is no room."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
