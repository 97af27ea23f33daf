"""The arithmetic of burn rates: windows, factors and the times at which alerts fire; changes only with the theory.

Formulas: SRE Workbook ch. 5, "Alerting on SLOs". `burn = error_ratio / (1 - objective)`; spending the share `fraction`
of a period's budget within `long` means `factor = fraction * period / long`; the alert's threshold is the error ratio
`factor * (1 - objective)`. Times are integer milliseconds, ratios are exact and 0-1.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final, Literal

MINUTE: Final = 60_000
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

LADDER: Final = (
    5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR,
    DAY, 2 * DAY, 3 * DAY, 7 * DAY, 14 * DAY,
)  # fmt: skip
"""The only windows there are, beside periods: what every SLO shares, one rule can record for all."""

REACHABLE: Final = Fraction(3, 5)
"""The highest error ratio that an alert may wait for; a total outage passes it well before its window is full."""
SAMPLES: Final = 4
"""No window holds fewer than this many cadences."""
SHORT_SHARE: Final = 12
"""The short window is this part of the long one."""
PATIENCE: Final = 15 * MINUTE
"""A total outage that takes longer than this to page deserves a collapse page."""
COLLAPSE_WINDOW: Final = 15 * MINUTE
_COLLAPSE_HIGHEST: Final = Fraction(9, 10)

Severity = Literal["page", "ticket", "log"]


@dataclass(frozen=True, slots=True)
class Ask:
    """A tier as a policy asks for it: alert when the share `fraction` of the budget goes within `long`."""

    burn: str
    severity: Severity
    fraction: Fraction
    long: Fraction
    short: int | None


@dataclass(frozen=True, slots=True)
class Tier:
    """A tier as it can be built: windows on the ladder, `threshold` an error ratio."""

    burn: str
    severity: Severity
    long: int
    short: int
    factor: Fraction
    fraction: Fraction
    threshold: Fraction


_WORKBOOK: Final[tuple[tuple[str, Severity, Fraction, Fraction], ...]] = (
    ("fast", "page", Fraction(2, 100), Fraction(144, 10)),
    ("slow", "page", Fraction(5, 100), Fraction(6)),
    ("sustained", "ticket", Fraction(10, 100), Fraction(3)),
    ("creeping", "ticket", Fraction(10, 100), Fraction(1)),
)
"""Burn label, severity, budget fraction and factor: 1h, 6h, 1d and 3d of a 30-day period."""


def workbook(period: int) -> tuple[Ask, ...]:
    """The workbook's four tiers for any period: fractions kept, windows scaled with the period."""
    return tuple(
        Ask(burn, severity, fraction, fraction * period / factor, None)
        for burn, severity, fraction, factor in _WORKBOOK
    )


def rung(asked: Fraction | int, period: int) -> int:
    """The shortest rung of the ladder, or the period, that is not shorter than `asked`; never beyond the period."""
    return next((step for step in LADDER if asked <= step < period), period)


def shortest_window(cadence: int, period: int) -> int:
    """The shortest window that is worth reading for data renewed every `cadence` ms."""
    return rung(SAMPLES * cadence, period)


def tiers(asks: Iterable[Ask], budget: Fraction, period: int, shortest: int) -> tuple[Tier, ...]:
    """The tiers that a policy's asks become for one budget (ratio 0-1), period and shortest window (ms).

    The budget fraction is kept and the long window lengthened until `factor * budget` is reachable; both windows are
    then rounded up to the ladder and the factor is recomputed. A factor below 1 spends the budget never, so it becomes
    1. What asks for more than the last rung, but less than the period, gets that rung: a window as long as a year would
    be read every minute. Tiers of one severity with the same long window merge into the one that fires first, and a
    page that would say exactly what a ticket says is left to the ticket.
    """
    found = [_tier(ask, budget, period, shortest) for ask in asks]
    merged: dict[tuple[Severity, int], Tier] = {}
    for tier in found:
        known = merged.setdefault((tier.severity, tier.long), tier)
        if tier.threshold < known.threshold:
            merged[tier.severity, tier.long] = tier
    tickets = {(tier.long, tier.threshold) for tier in merged.values() if tier.severity == "ticket"}
    return tuple(
        tier for tier in merged.values() if tier.severity != "page" or (tier.long, tier.threshold) not in tickets
    )


@lru_cache(maxsize=4096)
def _tier(ask: Ask, budget: Fraction, period: int, shortest: int) -> Tier:
    reachable = ask.fraction * period * budget / REACHABLE
    wanted = ask.long if ask.long <= LADDER[-1] or ask.long >= period else Fraction(LADDER[-1])
    long = rung(max(wanted, reachable, Fraction(shortest)), period)
    short = rung(max(Fraction(ask.short or 0), Fraction(long, SHORT_SHARE), Fraction(shortest)), period)
    factor = max(ask.fraction * period / long, Fraction(1))
    return Tier(ask.burn, ask.severity, long, min(short, long), factor, factor * long / period, factor * budget)


@lru_cache(maxsize=4096)
def time_to_detect(long: int, threshold: Fraction, bad_ratio: Fraction, history: int) -> Fraction | None:
    """How long after a fault of constant `bad_ratio` begins its ratio over `long` reaches `threshold`, ms.

    `history` is how long healthy traffic of the same rate was seen before: a window that is not yet full fills sooner.
    With a full window this is `long * threshold / bad_ratio`, for a total outage `fraction * period * (1 - objective)`
    whatever the window. None where the ratio never gets there.
    """
    share = threshold / bad_ratio if bad_ratio else Fraction(1)
    if share >= 1:
        return None
    return min(share * long, share * history / (1 - share))


def time_to_reset(short: int, threshold: Fraction, bad_ratio: Fraction) -> Fraction:
    """How long after a fault ends the ratio over the short window, which it filled, falls back to `threshold`, ms."""
    return short * (1 - threshold / bad_ratio)


def time_to_exhaustion(period: int, budget: Fraction, bad_ratio: Fraction, remaining: Fraction) -> Fraction:
    """How long a fault of constant `bad_ratio` takes to spend what `remaining` (share) of the budget is left, ms."""
    return period * remaining * budget / bad_ratio


def detection_slack(base: int, evaluation: int, *, derived: bool, slow: bool) -> int:
    """How much later than the closed form an alert may fire, ms.

    A window read from raw counters is at most one evaluation later than the workbook's rule. A derived one lags by
    half the base window and up to two evaluations, and by five minutes more where it reads the slow base.
    """
    if not derived:
        return evaluation
    return base // 2 + 2 * evaluation + (5 * MINUTE if slow else 0)


def collapse_threshold(budget: Fraction) -> Fraction:
    """The error ratio above which a model has collapsed: half of everything, or three budgets where that is more."""
    return min(max(Fraction(1, 2), 3 * budget), _COLLAPSE_HIGHEST)


def needs_collapse(found: Iterable[Tier]) -> bool:
    """Whether a total outage would take too long to page by burn rate alone; never where nothing pages."""
    pages = [tier.long * tier.threshold for tier in found if tier.severity == "page"]
    return bool(pages) and min(pages) > PATIENCE
