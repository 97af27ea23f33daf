"""Sums of counter rates: the expressions from which every counter SLI and ratio condition is made."""

from collections.abc import Iterable

from slogen.lower.sli_slices import Slicing, grouping, relabelled, restriction
from slogen.lower.source_measures import SeriesSet, ordered
from slogen.promql import build as q
from slogen.promql.ast import Matcher, MatchOp, Window

PART = "slogen_part"
"""Keeps series of different counters apart while they are added up: without their names they may look alike."""


def merged(parts: Iterable[SeriesSet]) -> tuple[SeriesSet, ...]:
    """The same series in fewer sets: sets of one metric that differ in one equality become one alternation."""
    done: list[SeriesSet] = []
    for part in parts:
        for index, other in enumerate(done):
            joined = _joined(other, part)
            if joined is not None:
                done[index] = joined
                break
        else:
            done.append(part)
    return tuple(done)


def _joined(left: SeriesSet, right: SeriesSet) -> SeriesSet | None:
    if left == right:
        return left
    if left.metric != right.metric:
        return None
    differing = set(left.matchers) ^ set(right.matchers)
    if len({matcher.label for matcher in differing}) != 1 or len(differing) != 2:
        return None
    values = [_words(next(m for m in one.matchers if m in differing)) for one in (left, right)]
    if values[0] is None or values[1] is None:
        return None
    label = next(iter(differing)).label
    kept = tuple(m for m in left.matchers if m not in differing)
    united = q.one_of(label, (*values[0], *values[1]))
    return SeriesSet(left.metric, ordered((*kept, united)))


def _words(matcher: Matcher) -> tuple[str, ...] | None:
    """The exact values of an equality or of an alternation of plain words."""
    if matcher.op is MatchOp.EQ:
        return (matcher.value,)
    plain = matcher.op is MatchOp.RE and matcher.value.replace("|", "").replace("_", "").isalnum()
    return tuple(matcher.value.split("|")) if plain else None


def summed(
    parts: Iterable[SeriesSet],
    sliced: Slicing | None = None,
    window: Window = q.WINDOW,
    function: str = "rate",
    offset: int = 0,
    keep: tuple[str, ...] = (),
) -> q.Vector:
    """Events per second (or, with `increase`, in the window) of several counters together, by slice and `keep`.

    It has a value as soon as one of the counters exists, and reads every series once.
    """
    sets = merged(part.narrowed(restriction(sliced)) for part in parts)
    rates = [_rate(one, sliced, window, function, offset) for one in sets]
    if len(rates) > 1:
        rates = [q.with_label(rate, PART, str(n)) for n, rate in enumerate(rates, 1)]
    return q.sum_by(q.any_of(rates), *grouping(sliced), *keep)


def _rate(one: SeriesSet, sliced: Slicing | None, window: Window, function: str, offset: int) -> q.Vector:
    counter = q.selector(one.metric, *one.matchers)
    if offset:
        counter = q.shifted(counter, offset)
    return relabelled(q.call(function, q.over(counter, window)), sliced)


def or_zero(numerator: q.Vector, total: q.Vector) -> q.Vector:
    """`numerator`, or zero where it does not exist and `total` does."""
    return q.or_(numerator, q.mul(0, total))


def remainder(total: q.Vector, good: q.Vector) -> q.Vector:
    """What of `total` is not `good`: all of it where no good series exists, and never below zero.

    Rates of two counters scraped together differ by extrapolation at a series' birth, hence the clamp.
    """
    return q.clamp_min(q.sub(total, or_zero(good, total)), 0)


def smaller(left: q.Vector, right: q.Vector) -> q.Vector:
    """The smaller of two values, slice by slice."""
    return q.or_(q.lt(left, right), right)


def ratio(part: q.Vector, whole: q.Vector, floor: int = 0) -> q.Vector:
    """`part / whole` where `whole` is above zero (and at least `floor`): no value instead of 0/0."""
    return q.div(part, q.ge(whole, floor) if floor > 0 else q.gt(whole, 0))
