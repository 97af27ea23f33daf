"""Concrete series for measures: what goes up when an event ends well or badly, so that proofs can play it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

from slogen.ir.signals import EventSignal, Outcome, SeriesId
from slogen.ir.where import Where, labels
from slogen.lower.sli_bounds import stored_le
from slogen.lower.sli_slices import Slicing
from slogen.lower.source_facts import ResolvedSource
from slogen.lower.source_labels import example, satisfied
from slogen.lower.source_measures import EventPair, Histogram, SeriesSet
from slogen.promql.ast import Matcher

Outcomes = tuple[Outcome, ...]
Extra = dict[str, str]
"""Labels that every series gets besides: the one that tells slices apart."""


def event_signal(
    id_: str, source: ResolvedSource, sliced: Slicing | None, where: Where, make: Callable[[Extra], Outcomes | None]
) -> EventSignal | None:
    """A signal whose outcomes `make` gives for the labels of each slice; None where no series fits the selectors.

    With slices the plain outcomes are those of the first slice.
    """
    if sliced is None:
        plain = make({})
        if plain is None:
            return None
        named = told_apart(id_, source, [outcome.increments[0] for outcome in plain])
        return EventSignal(named, source.name, plain, (), where)
    slices: list[tuple[str, Outcomes]] = []
    for name, value in zip(sliced.names, sliced.examples, strict=True):
        outcomes = make({sliced.by: value})
        if outcomes is None:
            return None
        slices.append((name, outcomes))
    named = told_apart(id_, source, [outcome.increments[0] for _, outcomes in slices for outcome in outcomes])
    return EventSignal(named, source.name, slices[0][1], tuple(slices), where)


def told_apart(id_: str, source: ResolvedSource, series_: Sequence[SeriesId]) -> str:
    """The id of a signal with what its series have in common beyond the source's own selection.

    Two objectives on one metric with different conditions are two signals.
    """
    selected = {matcher.label for matcher in source.select}
    common = set(series_[0].labels).intersection(*(one.labels for one in series_))
    return "-".join([id_, *(value for label, value in sorted(common) if label not in selected)])


def pair_outcomes(source: ResolvedSource, pair: EventPair, extra: Extra) -> Outcomes | None:
    """`good` and `bad` events of a pair of counters; None where no labels fit.

    An event that a counter of failures reports and that the counter of all events does not cover increments both.
    """
    marked, name, other = (pair.bad, "bad", "good") if pair.bad else (pair.good, "good", "bad")
    plain = _first(_beside(source, total, marked, extra) for total in pair.total)
    if plain is None:
        return None
    outcomes = [Outcome(other, other == "bad", (plain,), ())]
    for number, part in enumerate(marked):
        series = _marked(source, part, pair.total, plain, extra)
        if series is None:
            return None
        outcomes.append(Outcome(name if number == 0 else f"{name}-{number + 1}", name == "bad", series, ()))
    return tuple(sorted(outcomes, key=lambda outcome: outcome.bad))


def _first(found: Iterable[SeriesId | None]) -> SeriesId | None:
    return next((one for one in found if one is not None), None)


def _beside(source: ResolvedSource, total: SeriesSet, marked: tuple[SeriesSet, ...], extra: Extra) -> SeriesId | None:
    """A series of `total` that none of `marked` covers."""
    avoid = tuple(part.matchers for part in marked if part.metric == total.metric)
    return series_id(source, total, extra, avoid)


def _marked(
    source: ResolvedSource, part: SeriesSet, total: tuple[SeriesSet, ...], plain: SeriesId, extra: Extra
) -> tuple[SeriesId, ...] | None:
    for whole in total:
        if whole.metric == part.metric:
            both = series_id(source, part.narrowed(whole.matchers), extra)
            if both is not None:
                return (both,)
    alone = series_id(source, part, extra)
    return None if alone is None else (alone, plain)


def series_id(
    source: ResolvedSource, one: SeriesSet, extra: Extra, avoid: tuple[tuple[Matcher, ...], ...] = ()
) -> SeriesId | None:
    """One series that the set selects and that `avoid` does not; None where no labels are found."""
    names = {matcher.label for matcher in (*one.matchers, *(m for part in avoid for m in part))}
    known = {label: source.values(one.metric, label) for label in names}
    found = example(one.matchers, known, avoid)
    if found is None:
        return None
    found |= extra
    return SeriesId(one.metric, labels(found)) if satisfied(one.matchers, found) else None


def histogram_outcomes(
    source: ResolvedSource, histogram: Histogram, bound: Decimal, valid: bool, extra: Extra
) -> Outcomes | None:
    """`fast` and `slow` events around a bound, and with `valid` those that are fast but `invalid`.

    A fast event is faster than every bound, so that it is fast for all objectives on the same histogram.
    """
    base = histogram.series.named(f"{histogram.series.metric}_count")
    told = histogram.valid if valid and histogram.valid is not None else ()
    counted = series_id(source, base.narrowed(told), extra)
    bounds = tuple(sorted({bound, *(histogram.bounds or ())}))
    larger = next((other for other in bounds if other > bound), bound * 2)
    if counted is None:
        return None
    fast = Outcome("fast", False, *_observed(histogram, counted, bounds, bounds[0]))
    slow = Outcome("slow", True, *_observed(histogram, counted, bounds, larger))
    if not told:
        return (fast, slow)
    refused = series_id(source, base, extra, (told,))
    if refused is None:
        return None
    return (fast, slow, Outcome("invalid", True, *_observed(histogram, refused, bounds, bounds[0])))


def _observed(
    histogram: Histogram, counted: SeriesId, bounds: tuple[Decimal, ...], value: Decimal
) -> tuple[tuple[SeriesId, ...], tuple[tuple[SeriesId, float], ...]]:
    """What one observation of `value` increments: the count, the buckets it falls in, and the sum by its size."""
    name = histogram.series.metric
    forms = [*(stored_le(bound) for bound in bounds if value <= bound), "+Inf"]
    others = [pair for pair in counted.labels if pair[0] != "le"]
    before = sum(label < "le" for label, _ in others)
    head, tail = others[:before], others[before:]
    buckets = [SeriesId(f"{name}_bucket", (*head, ("le", le), *tail)) for le in forms]
    return (counted, *buckets), ((SeriesId(f"{name}_sum", counted.labels), float(value)),)


def observations(
    source: ResolvedSource, histogram: Histogram, sizes: Mapping[str, Sequence[Decimal]]
) -> Outcomes | None:
    """Outcomes that each observe one size (a bucket bound), in every bucket that there is; the first one is good."""
    counted = series_id(source, histogram.series.named(f"{histogram.series.metric}_count"), {})
    if counted is None or any(len(values) != 1 for values in sizes.values()):
        return None
    bounds = histogram.bounds or ()
    return tuple(
        Outcome(name, number > 0, *_observed(histogram, counted, bounds, values[0]))
        for number, (name, values) in enumerate(sizes.items())
    )
