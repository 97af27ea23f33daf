"""What a page's own counts say of an objective: how many events were good, and which bucket bound most of them met."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from slogen.catalogue.sample import Page
from slogen.diagnostics.model import Span
from slogen.lower.sli_bounds import bucket_bound
from slogen.lower.source_labels import satisfied
from slogen.lower.source_measures import EventPair, Histogram, SeriesSet
from slogen.promql.ast import Matcher

OBJECTIVES = tuple(Decimal(text) for text in ("0.999", "0.995", "0.99", "0.98", "0.95", "0.9"))
"""The usual objectives, strictest first; a page's counts are no ground for a stricter one."""
MET = Decimal("0.99")
"""The share of events that a proposed threshold should be met by."""
ENOUGH = 1000
"""Events below which a page says too little to deviate from the default."""

_NOWHERE = Span("", 1, 1, 1, 1)
_LONGEST_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Counts:
    """Events since the server started: how many, and how many of them were good."""

    total: int
    good: int

    @property
    def share(self) -> Decimal:
        """The good share, 0-1; of no events, 1."""
        return Decimal(self.good) / self.total if self.total else Decimal(1)


def counted(pair: EventPair, page: Page) -> Counts | None:
    """The events of a pair of counters; None where its numbers make no sense (NaN, negative, more bad than all)."""
    total = _sum(pair.total, page)
    side = _sum(pair.bad or pair.good, page)
    if total is None or side is None or side > total:
        return None
    return Counts(total, total - side if pair.bad else side)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A bucket bound as a spec can write it (ms), and the events that met it; None where the page has no counts."""

    within: int
    counts: Counts | None


def thresholds(measured: Histogram, page: Page, *, valid: bool = False) -> tuple[Threshold, ...]:
    """Every bound of a histogram that can be written as a duration, ascending; with `valid` failures met none."""
    per_second = measured.per_second or Decimal(1)
    total = _sum((measured.series.named(f"{measured.series.metric}_count"),), page)
    met = _by_bound(measured, measured.valid or () if valid else (), page)
    found: dict[int, Threshold] = {}
    for bound in measured.bounds or ():
        if not Decimal("0.001") <= bound / per_second <= _LONGEST_SECONDS:
            continue
        within = int((bound / per_second).quantize(Decimal("0.001")) * 1000)
        if bucket_bound(Decimal(within) / 1000, measured, _NOWHERE) == bound:
            fast = _whole(met.get(bound, ()))
            sensible = total is not None and fast is not None and fast <= total
            found[within] = Threshold(within, Counts(total or 0, fast or 0) if sensible else None)
    return tuple(found[within] for within in sorted(found))


def chosen(offered: tuple[Threshold, ...]) -> Threshold:
    """The lowest bound that 99 % of the events met, or the highest there is; without counts the middle one.

    Bounds are laid around what their authors expect, so the middle of them is the best guess where nobody has counted.
    """
    judged = [one for one in offered if one.counts is not None and one.counts.total >= ENOUGH]
    if len(judged) < len(offered):
        return offered[len(offered) // 2]
    return next((one for one in judged if one.counts is not None and one.counts.share >= MET), judged[-1])


def objective(counts: Counts | None, default: Decimal) -> Decimal:
    """The strictest usual objective of which these counts would have spent at most half; else the loosest usual one."""
    if counts is None or counts.total < ENOUGH:
        return default
    spent = 2 * (1 - counts.share)
    return next((one for one in OBJECTIVES if spent <= 1 - one), OBJECTIVES[-1])


def _by_bound(measured: Histogram, where: tuple[Matcher, ...], page: Page) -> dict[Decimal, list[float]]:
    """The numbers of those of the histogram's buckets that satisfy `where`, by their bound."""
    buckets = measured.series.named(f"{measured.series.metric}_bucket").narrowed(where)
    found: dict[Decimal, list[float]] = {}
    for one in page.of(buckets.metric):
        labels = dict(one.labels)
        if satisfied(buckets.matchers, labels):
            try:
                bound = Decimal(labels.get("le", ""))
            except InvalidOperation:
                continue
            if bound.is_finite():
                found.setdefault(bound, []).append(one.value)
    return found


def _sum(sets: Iterable[SeriesSet], page: Page) -> int | None:
    """The sum of the series' numbers; None where one of them is no count."""
    return _whole(
        one.value for part in sets for one in page.of(part.metric) if satisfied(part.matchers, dict(one.labels))
    )


def _whole(values: Iterable[float]) -> int | None:
    numbers = list(values)
    if not all(math.isfinite(number) and number >= 0 for number in numbers):
        return None
    return round(math.fsum(numbers))
