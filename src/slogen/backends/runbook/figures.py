"""Numbers as people say them; changes with how ratios, times and money are shown in prose."""

from decimal import Decimal
from fractions import Fraction

from slogen import names
from slogen.ir.slo import Slo


def percent(ratio: Fraction | Decimal) -> str:
    """A ratio as a percentage with at most six digits."""
    return f"{float(Fraction(ratio) * 100):.6g}%"


def spoken(millis: Fraction | int) -> str:
    """A time in the largest unit of which there is one at least: `21.6m`."""
    seconds = Fraction(millis) / 1000
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= size:
            return f"{float(seconds / size):.3g}{unit}"
    return f"{float(seconds):.3g}s"


def budget(slo: Slo) -> str:
    """How much may go wrong, as a share of events or time and as a total outage."""
    what = "time" if slo.kind == "sampled" else "events"
    outage = spoken(slo.period * slo.budget)
    return f"{percent(slo.budget)} of the {what} of {names.window(slo.period)}: as much as a total outage of {outage}"
