"""Conditions on the data that reaches a model, and on the money that answering costs."""

from slogen.ir.signals import EventSignal, Outcome
from slogen.ir.witness import Behaviour, Traffic
from slogen.lower.condition_change import raised
from slogen.lower.condition_threshold import ORDINARY
from slogen.lower.condition_told import Answer, Told, shown, window
from slogen.lower.sli_question import Question
from slogen.lower.sli_rates import or_zero, ratio, summed
from slogen.lower.source_checks import check_conditions, check_metric
from slogen.lower.source_facts import ResolvedSource
from slogen.lower.source_labels import spec_matchers
from slogen.lower.source_measures import EventPair, SeriesSet, event_pair, flow, missing
from slogen.lower.source_outcomes import pair_outcomes, series_id
from slogen.promql import build as q
from slogen.spec.conditions import Cost, DataQuality
from slogen.spec.units import Quantity

_FEATURE = "feature"


def data_quality(shape: DataQuality, ask: Question) -> Answer:
    """The share of bad rows of the worst feature is too high, or has risen too far."""
    source = ask.source(shape.source)
    if source is None:
        return None, []
    where = spec_matchers(shape.where)
    pair = event_pair(source, shape.check, where)
    if pair is None:
        return None, [missing(source, shape.check, ask.at("check"))]
    marked = pair.bad or pair.good
    findings = check_metric(source, (one.metric for one in (*marked, *pair.total)), ("counter",), ask.at("from"))
    findings += check_conditions(source, marked[0].metric, where, ask.conditions_at("where"))
    chosen = (q.one_of(_FEATURE, shape.features),) if shape.features else ()
    findings += check_conditions(source, marked[0].metric, chosen, lambda _: ask.at("features"))
    keep = _kept(source, pair)
    now = _share(pair, shape, keep, 0)
    if shape.above is not None:
        expr = q.gt(q.max_by(now), float(shape.above))
        says = f"{pair.title.lower()} are above {shown(Quantity(shape.above, 'ratio'))} over {window(shape.over)}"
    else:
        by = shape.rises_by
        if by is None:
            return None, findings
        expr = q.gt(q.max_by(q.gt(now, raised(_share(pair, shape, keep, shape.against), by))), 0)
        says = f"{pair.title.lower()} have risen by more than {shown(by)} against {window(shape.against)} before"
    return _told(source, pair, shape, expr, says, ask), findings


def _kept(source: ResolvedSource, pair: EventPair) -> tuple[str, ...]:
    """The label of the feature, where both counters have it: the worst feature counts, not the mean of all."""
    sets = (*(pair.bad or pair.good), *pair.total)
    return (_FEATURE,) if all(_FEATURE in (source.labels(one.metric) or ()) for one in sets) else ()


def _share(pair: EventPair, shape: DataQuality, keep: tuple[str, ...], offset: int) -> q.Vector:
    chosen = (q.one_of(_FEATURE, shape.features),) if shape.features else ()

    def counted(sets: tuple[SeriesSet, ...], narrow: bool) -> q.Vector:
        narrowed = (one.narrowed(chosen) if narrow else one for one in sets)
        return summed(narrowed, None, shape.over, "increase", offset, keep)

    whole = counted(pair.total, bool(keep))
    part = or_zero(counted(pair.bad or pair.good, narrow=True), whole)
    found = ratio(part, whole, shape.min_events)
    return found if pair.bad else q.sub(1, found)


def _told(
    source: ResolvedSource, pair: EventPair, shape: DataQuality, expr: q.Vector, says: str, ask: Question
) -> Told:
    extra = {_FEATURE: shape.features[0]} if shape.features else {}
    outcomes = pair_outcomes(source, pair, extra)
    if outcomes is None:
        return Told(expr, says, (), {}, {}, proven=False)
    signal = EventSignal(
        "-".join([f"{source.name}.{shape.check}", *shape.features]), source.name, outcomes, (), ask.where
    )
    rate = max(ORDINARY, 4000 * shape.min_events / shape.over)
    limit = shape.above if shape.above is not None else None
    near = float(limit) / 2 if limit is not None else 0.0
    good: Behaviour = Traffic(rate, 0.0 if limit is None else float(limit) / 4, None, None)
    misses = ({signal.id: Traffic(rate, near, None, None)},)
    history = 0 if limit is not None else shape.against + shape.over
    delay = shape.over + 2 * ask.context.scrape_interval
    bad: Behaviour = Traffic(rate, 1.0, None, None)
    return Told(expr, says, (signal,), {signal.id: good}, {signal.id: bad}, misses, history, delay)


def cost(shape: Cost, ask: Question) -> Answer:
    """Money is spent faster than the budget allows, or a thousand predictions cost too much."""
    source = ask.source(shape.source)
    if source is None:
        return None, []
    where = spec_matchers(shape.where)
    money = flow(source, "cost", where)
    if money is None:
        return None, [missing(source, "cost", ask.at("from"))]
    findings = check_metric(source, (one.metric for one in money), ("counter",), ask.at("from"))
    spent = summed(money, None, shape.over, "increase")
    if shape.budget is not None:
        even = float(shape.budget.amount) * shape.over / shape.period
        expr = q.gt(q.div(spent, even), float(shape.faster_than))
        pace, whole = shown(shape.faster_than), f"{shown(shape.budget.amount)} in {window(shape.period)}"
        says = f"money is spent {pace} times as fast as {whole} allow"
        return _spending(source, money, expr, says, even * float(shape.faster_than), shape, ask), findings
    requests = flow(source, "requests", where)
    if requests is None or shape.per_1000_predictions is None:
        return None, [*findings, missing(source, "requests", ask.at("per_1000_predictions"))]
    findings += check_metric(source, (one.metric for one in requests), ("counter", "histogram"), ask.at("from"))
    each = q.mul(1000, ratio(spent, summed(requests, None, shape.over, "increase")))
    limit = shape.per_1000_predictions.amount
    says = f"a thousand predictions cost more than {shown(limit)} over {window(shape.over)}"
    return _per_prediction(source, money, requests, q.gt(each, float(limit)), says, shape, ask), findings


def _spending(  # noqa: PLR0913, PLR0917 - the parts of the value it makes
    source: ResolvedSource,
    money: tuple[SeriesSet, ...],
    expr: q.Vector,
    says: str,
    limit: float,
    shape: Cost,
    ask: Question,
) -> Told:
    """Ordinary traffic costs half of what may be spent in the window, dear answers twice as much as may."""
    each = limit * 1000 / shape.over / ORDINARY
    return _paid(source, money, None, expr, says, each, shape, ask)


def _per_prediction(  # noqa: PLR0913, PLR0917 - the parts of the value it makes
    source: ResolvedSource,
    money: tuple[SeriesSet, ...],
    requests: tuple[SeriesSet, ...],
    expr: q.Vector,
    says: str,
    shape: Cost,
    ask: Question,
) -> Told:
    """A prediction costs half of what it may, a dear one twice as much."""
    limit = float(shape.per_1000_predictions.amount) if shape.per_1000_predictions else 0.0
    return _paid(source, money, requests, expr, says, limit / 1000, shape, ask)


def _paid(  # noqa: PLR0913, PLR0917 - the parts of the value it makes
    source: ResolvedSource,
    money: tuple[SeriesSet, ...],
    requests: tuple[SeriesSet, ...] | None,
    expr: q.Vector,
    says: str,
    limit: float,
    shape: Cost,
    ask: Question,
) -> Told:
    """Events that pay half of `limit` each, or twice of it, and are counted where there is a counter."""
    paid = series_id(source, money[0], {})
    asked = () if requests is None else (series_id(source, requests[0], {}),)
    if paid is None or None in asked:
        return Told(expr, says, (), {}, {}, proven=False)
    counted = tuple(one for one in asked if one is not None)
    cheap = Outcome("cheap", False, counted, ((paid, limit / 2),))
    dear = Outcome("dear", True, counted, ((paid, limit * 2),))
    signal = EventSignal(
        f"{source.name}.cost-{'spent' if requests is None else 'each'}", source.name, (cheap, dear), (), ask.where
    )
    good, bad = Traffic(ORDINARY, 0.0, None, None), Traffic(ORDINARY, 1.0, None, None)
    delay = shape.over + 2 * ask.context.scrape_interval
    return Told(expr, says, (signal,), {signal.id: good}, {signal.id: bad}, delay=delay)
