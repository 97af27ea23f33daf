"""Conditions on a value against its own past: a drop, a departure from the usual, unusual volume."""

from decimal import Decimal

from slogen.ir.witness import Behaviour, Traffic
from slogen.lower.condition_threshold import ORDINARY, behaviour
from slogen.lower.condition_told import Answer, Told, shown, window
from slogen.lower.sli_question import Question
from slogen.lower.sli_rates import summed
from slogen.lower.sli_values import Flow, Share, Stated, Value, check_value, value_now, value_of, value_signal
from slogen.lower.source_measures import SeriesSet
from slogen.promql import build as q
from slogen.spec.conditions import Baseline, Drop, Volume
from slogen.spec.units import Change, Quantity

WEEK = 7 * q.DAY


def drop(shape: Drop, ask: Question) -> Answer:
    """A value is lower than it was, in points or relatively; a fixed reference stands in while there is no past."""
    value = value_of(shape.of, ask)
    if isinstance(value, list):
        return None, value
    over = shape.over or (min(shape.against or q.DAY, q.DAY) if isinstance(value, Share | Flow) else None)
    now = value_now(value, over, shape.min_events)
    expr = q.lt(now, lowered(_compared_with(shape, value, over), shape.by))
    against = f"against {window(shape.against)} before" if shape.against is not None else "against the reference"
    says = f"{shape.of} has fallen by more than {shown(shape.by)} {against}"
    fixed = shape.reference if shape.against is None else None
    usual = _usual(value) if fixed is None else float(fixed.value)
    fallen = usual - 2 * _step(usual, shape.by)
    told = _told(value, ask, expr, says, (usual, max(fallen, 0.0) if isinstance(value, Share) else fallen), over)
    near = behaviour(value, usual - _step(usual, shape.by) / 2, over, shape.min_events)
    return _with_past(told, (shape.against or 0) + (over or 0), near), check_value(value, ask)


def _compared_with(shape: Drop, value: Value, over: int | None) -> q.Vector:
    """The past, where there is none the reference, or the reference alone."""
    known = None if shape.reference is None else q.vector(float(shape.reference.value))
    if shape.against is None and known is not None:
        return known
    past = value_now(value, over, shape.min_events, offset=shape.against or 0)
    return past if known is None else q.or_(past, known)


def lowered(past: q.Vector, by: Change) -> q.Vector:
    """The past value less a change: absolute for points and plain numbers, relative for a percentage."""
    return q.mul(float(1 - by.amount), past) if by.unit == "percent" else q.sub(past, float(by.amount))


def raised(past: q.Vector, by: Change) -> q.Vector:
    """The past value plus a change."""
    return q.mul(float(1 + by.amount), past) if by.unit == "percent" else q.add(past, float(by.amount))


def baseline(shape: Baseline, ask: Question) -> Answer:
    """A value is further from its mean than its usual spread explains.

    The latest stretch (`excluding`) is no part of the usual, or a fault would widen the band it is measured by. With
    `mean` and `deviation` the band is fixed (Shewhart's control chart with known parameters).
    """
    value = value_of(shape.of, ask)
    if isinstance(value, list):
        return None, value
    over = q.HOUR if isinstance(value, Share | Flow) else None
    now = value_now(value, over, shape.min_events)
    mean, sigma = _band(shape, value, over)
    limit = q.mul(float(shape.deviations), sigma)
    match shape.direction:
        case "below":
            expr = q.lt(now, q.sub(mean, limit))
        case "above":
            expr = q.gt(now, q.add(mean, limit))
        case _:
            expr = q.gt(q.abs_(q.sub(now, mean)), limit)
    says = f"{shape.of} is more than {shown(shape.deviations)} standard deviations {_side(shape)} its usual value"
    usual = float(shape.mean) if shape.mean is not None else _usual(value)
    width = float(shape.deviations * (shape.deviation or shape.min_deviation or Decimal(0)))
    far = 2 * width or abs(usual) / 2 or 1.0
    beyond = usual + far if shape.direction == "above" else usual - far
    told = _told(value, ask, expr, says, (usual, _possible(value, beyond)), over)
    past = 0 if shape.mean is not None else shape.over + shape.excluding
    inside = usual + width / 2 if shape.direction == "above" else usual - width / 2
    return _with_past(told, past, behaviour(value, inside, over, shape.min_events)), check_value(value, ask)


def _side(shape: Baseline) -> str:
    return "from" if shape.direction == "both" else shape.direction


def _band(shape: Baseline, value: Value, over: int | None) -> tuple[q.Vector, q.Vector]:
    if shape.mean is not None and shape.deviation is not None:
        return q.vector(float(shape.mean)), q.vector(float(shape.deviation))
    past = value_now(value, over, shape.min_events, offset=shape.excluding)
    step = max(q.HOUR, value.source.cadence if value.source else 0)
    usual = q.subquery(past, shape.over, step)
    sigma: q.Vector = q.stddev_over_time(usual)
    if shape.min_deviation is not None:
        sigma = q.clamp_min(sigma, float(shape.min_deviation))
    return q.avg_over_time(usual), sigma


def volume(shape: Volume, ask: Question) -> Answer:
    """Far fewer or far more events than the median of the same stretch in the weeks before.

    A median of weeks survives one bad week. Each week gets a label of its own, or `or` would drop all but one.
    """
    value = value_of(shape.of, ask)
    if isinstance(value, list):
        return None, value
    if not isinstance(value, Share | Flow):
        return None, [ask.wrong_signal(shape.of, "volume needs a counter of events")]
    counters = value.whole if isinstance(value, Share) else value.counters
    now = _events(counters, shape.over)
    weeks = [q.with_label(_whole(counters, shape.over, n * WEEK), "week", str(n)) for n in range(1, shape.weeks + 1)]
    usual = q.ge(q.quantile_by(0.5, q.any_of(weeks)), max(1, shape.min_events))
    few = q.lt(now, q.mul(float(shape.below), usual)) if shape.below is not None else None
    many = q.gt(now, q.mul(float(shape.above), usual)) if shape.above is not None else None
    expr = q.any_of([one for one in (few, many) if one is not None])
    says = f"{shape.of} is {_unusual(shape)} at this hour of the last {shape.weeks} weeks"
    rate = max(ORDINARY, 4000 * shape.min_events / shape.over)
    signal = value_signal(value, ask)
    if signal is None:
        return Told(expr, says, (), {}, {}, proven=False), check_value(value, ask)
    odd = rate * float(shape.below) / 2 if shape.below is not None else rate * float(shape.above or 1) * 2
    near = rate * (1 + float(shape.below)) / 2 if shape.below is not None else rate * (1 + float(shape.above or 1)) / 2
    told = Told(
        expr, says, (signal,), {signal.id: Traffic(rate, 0.0, None, None)}, {signal.id: Traffic(odd, 0.0, None, None)}
    )
    return _with_past(told, shape.weeks * WEEK + shape.over, Traffic(near, 0.0, None, None), shape.over), check_value(
        value, ask
    )


def _events(counters: tuple[SeriesSet, ...], over: int, offset: int = 0) -> q.Vector:
    return summed(counters, None, over, "increase", offset)


def _whole(counters: tuple[SeriesSet, ...], over: int, offset: int) -> q.Vector:
    """Events of a stretch that was seen from its beginning: the hour in which a counter was born has too few."""
    born = [q.shifted(q.selector(one.metric, *one.matchers), offset + over) for one in counters]
    return q.and_(_events(counters, over, offset), q.group_by(q.any_of(born)))


def _unusual(shape: Volume) -> str:
    few = f"below {shown(Quantity(shape.below, 'ratio'))} of what is usual" if shape.below is not None else ""
    many = f"above {shown(shape.above)} times what is usual" if shape.above is not None else ""
    return " or ".join(text for text in (few, many) if text)


def _usual(value: Value) -> float:
    """A healthy level for a story about change."""
    match value:
        case Share():
            return 0.9 if value.higher_is_better else 0.1
        case Stated(reading=stated) if stated.good:
            return stated.good
        case Flow():
            return ORDINARY
        case _:
            return 0.9


def _possible(value: Value, level: float) -> float:
    return min(1.0, max(0.0, level)) if isinstance(value, Share) else level


def _step(usual: float, by: Change) -> float:
    return usual * float(by.amount) if by.unit == "percent" else float(by.amount)


def _told(
    value: Value, ask: Question, expr: q.Vector, says: str, levels: tuple[float, float], over: int | None
) -> Told:
    well, ill = levels
    signal = value_signal(value, ask, well, ill)
    if signal is None:
        return Told(expr, says, (), {}, {}, proven=False)
    cadence = value.source.cadence if value.source else 0
    good, bad = behaviour(value, well, over, 0), behaviour(value, ill, over, 0)
    delay = (over or 0) + cadence + ask.context.scrape_interval
    return Told(expr, says, (signal,), {signal.id: good}, {signal.id: bad}, delay=delay)


def _with_past(told: Told, history: int, near: Behaviour, delay: int | None = None) -> Told:
    """The same with the past it needs and a change that is just too small."""
    misses = ({signal.id: near for signal in told.signals},) if told.signals else ()
    return Told(
        told.expr,
        told.says,
        told.signals,
        told.good,
        told.bad,
        misses,
        history,
        told.delay if delay is None else delay,
        told.proven,
    )
