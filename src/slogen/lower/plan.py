"""How one SLO in one environment is laid out as series: which windows are recorded, where, and how each is read."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Final, Literal

from slogen import burn, names
from slogen.ir.where import Labels, labels
from slogen.lower.contract import SliContract
from slogen.promql.ast import Expr, Number, Range, Selector, Subquery, Text
from slogen.promql.build import Vector, div, gt, last_over_time, mul, on, or_, over, selector, sum_over_time
from slogen.promql.types import PromQLTypeError

SLOW: Final = 5 * burn.MINUTE
"""How often, and over how long, the slow base is recorded, ms."""
SLOW_READ: Final = 2 * SLOW
"""How far back a series of that cadence is looked for: its cadence equals the lookback, so that it would flap."""
FLEET_EVERY: Final = burn.MINUTE
"""How often the fleet's alert windows are evaluated, ms."""
OWN: Final = (30 * burn.MINUTE, burn.HOUR)
"""Windows that every SLO records itself, straight from its raw counters."""
LONGEST_OWN: Final = burn.HOUR


@dataclass(frozen=True, slots=True)
class Guard:
    """When the numbers of a window are too small to wake somebody: events, bad ones, and how sure the ratio must be."""

    min_events: int
    min_bad: int
    certainty: Decimal | None


@dataclass(frozen=True)  # without slots: alerts ask for the same windows and series again and again
class SloPlan:
    """One SLO with everything worked out. `interval` is how often its group runs, ms.

    `base` is the window of a counter's base series, for a sampled SLI the shortest window worth reading.
    """

    env: str
    model: str
    slo: str
    objective: Decimal
    period: int
    contract: SliContract
    base: int
    interval: int
    tiers: tuple[burn.Tier, ...]
    guard: Guard
    no_traffic: Literal["omit", "good", "bad"]

    @cached_property
    def budget(self) -> Fraction:
        """The error budget, a ratio."""
        return 1 - Fraction(self.objective)

    @property
    def sampled(self) -> bool:
        """Whether ticks are judged rather than events counted."""
        return self.contract.kind == "sampled"

    @cached_property
    def identity(self) -> Labels:
        """The labels that every series of this SLO carries, but for the slice."""
        return labels(
            {
                names.ENV: self.env,
                names.MODEL: self.model,
                names.PERIOD: names.window(self.period),
                names.SLO: self.slo,
            }
        )

    @cached_property
    def own_windows(self) -> tuple[int, ...]:
        """Windows whose ratio the model's own file records."""
        pages = {tier.long for tier in self.tiers if tier.severity == "page" and tier.long <= LONGEST_OWN}
        lowest = self.base if self.sampled else self.base + 1
        return tuple(sorted(w for w in pages | set(OWN) if lowest <= w <= self.period))

    @cached_property
    def fleet_windows(self) -> tuple[int, ...]:
        """Windows whose ratio the fleet's file records."""
        used = {w for tier in self.tiers for w in (tier.long, tier.short)} | {self.burn_window}
        return tuple(sorted(w for w in used if w > LONGEST_OWN and (self.sampled or w != self.base)))

    @cached_property
    def windows(self) -> tuple[int, ...]:
        """Every window for which a series of error ratios exists."""
        return (*self.own_windows, *self.fleet_windows)

    @cached_property
    def burn_window(self) -> int:
        """The window of the recorded burn rate: an hour, or the shortest longer one that this SLO can have."""
        return burn.rung(max(burn.HOUR, self.base if self.sampled else self.base + 1), self.period)

    def series(self, name: str) -> Selector:
        """The series of this SLO under a recorded name."""
        if name not in self._series:
            self._series[name] = selector(name, **dict(self.identity))
        return self._series[name]

    @cached_property
    def _series(self) -> dict[str, Selector]:
        return {}

    @cached_property
    def bad_base(self) -> str:
        """The name of the series of bad events or ticks."""
        return names.BAD_SAMPLE if self.sampled else names.bad_rate(self.base)

    @cached_property
    def total_base(self) -> str:
        """The name of the series of all events or ticks."""
        return names.TOTAL_SAMPLE if self.sampled else names.total_rate(self.base)

    def ratio(self, window: int) -> Vector:
        """The error ratio over a window as an alert reads it: recorded, the base itself, or summed from the base."""
        if window in self.windows:
            return self.series(names.error_ratio(window))
        if window == self.base and not self.sampled:
            return share(self.series(self.bad_base), self.series(self.total_base))
        return summed_ratio(self.series(self.bad_base), self.series(self.total_base), window)

    def derived(self, window: int) -> bool:
        """Whether a window is summed from recorded series instead of read from raw counters."""
        return self.sampled or (window != self.base and window not in self.own_windows)

    @cached_property
    def counted_windows(self) -> tuple[int, ...]:
        """Windows whose bad events the fleet's file counts, so that guards need not add them up for each SLO anew."""
        return tuple(sorted({tier.long for tier in self.tiers} & set(self.fleet_windows)))

    def bad_count(self, window: int) -> Vector:
        """How many bad events a window holds; of a sampled SLI, how many cadences were bad."""
        if window not in self.counted_windows:
            return self._count(self.bad_base, names.BAD_SLOW, window)
        counted = self.series(names.bad_count(window))
        return mul(counted, 1000 / self.contract.cadence) if self.sampled else counted

    def total_count(self, window: int) -> Vector:
        """How many events a window holds; of a sampled SLI, how many cadences could be judged."""
        return self._count(self.total_base, names.TOTAL_SLOW, window)

    def _count(self, base: str, slow: str, window: int) -> Vector:
        name, every = (base, self.interval) if window <= LONGEST_OWN else (slow, SLOW)
        one = self.contract.cadence if self.sampled else 1000
        return mul(sum_over_time(over(self.series(name), window)), float(Fraction(every, one)))

    @property
    def by_slice(self) -> tuple[str, ...]:
        """The labels that tell the contract's own series apart: the slice, where there are slices."""
        return (names.SLICE,) if self.contract.slices else ()


def share(bad: Vector, total: Vector) -> Vector:
    """Bad over total, with no sample where there is no total: never 0/0."""
    return div(bad, gt(total, 0))


def summed_ratio(bad: Selector, total: Selector, window: int) -> Vector:
    """The error ratio of a window from its base, weighted by events: sums are divided, ratios never averaged."""
    return share(sum_over_time(over(bad, window)), sum_over_time(over(total, window)))


def recent(series: Selector) -> Vector:
    """The newest sample of a series that is recorded every five minutes."""
    return last_over_time(over(series, SLOW_READ))


def zero_where_missing(bad: Vector, total: Vector, *by: str) -> Vector:
    """`bad`, and zero where only `total` has a value: an error series that was never born has no errors."""
    return or_(bad, mul(total, 0), on(*by))


def instant(expr: Expr) -> Vector:
    """The expression, known to be an instant vector; anything else in an SLI's contract is a bug of ours."""
    match expr:
        case Number() | Text() | Range() | Subquery():
            raise PromQLTypeError("an SLI's contract holds instant vectors", type(expr).__name__)
        case _:
            return expr
