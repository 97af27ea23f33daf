"""Conditions on distributions: a percentile beyond a bound, and the share of answers that the model is sure of."""

from decimal import Decimal

from slogen.diagnostics.model import Code, Diagnostic, Severity
from slogen.ir.signals import EventSignal
from slogen.ir.witness import Behaviour, Traffic
from slogen.lower.condition_change import lowered, raised
from slogen.lower.condition_threshold import ORDINARY
from slogen.lower.condition_told import Answer, Told, shown, window
from slogen.lower.sli_bounds import bucket_bound, le_matcher
from slogen.lower.sli_question import Question
from slogen.lower.sli_rates import or_zero, ratio, summed
from slogen.lower.source_checks import check_conditions, check_metric
from slogen.lower.source_facts import ResolvedSource
from slogen.lower.source_labels import spec_matchers
from slogen.lower.source_measures import Histogram, histogram, missing
from slogen.lower.source_outcomes import observations, told_apart
from slogen.promql import build as q
from slogen.spec.conditions import Confidence, Quantile

BEYOND_BUCKETS = Code(
    "SLO372",
    "quantile-beyond-buckets",
    Severity.ERROR,
    "the percentile can never pass this bound",
    """\
A percentile of a classic histogram is never greater than the largest finite bucket bound, nor smaller than zero. An
alert on a greater value cannot fire. Choose a smaller bound, or add buckets.
""",
)


def quantile(shape: Quantile, ask: Question) -> Answer:
    """A percentile, interpolated within its bucket, is beyond a bound and there was enough traffic to say so."""
    source = ask.source(shape.source)
    if source is None:
        return None, []
    where = spec_matchers(shape.where)
    measured = histogram(source, shape.quantity, where)
    if measured is None:
        return None, [missing(source, shape.quantity, ask.at("quantity"))]
    name = measured.series.metric
    findings = check_metric(source, (name if measured.native else f"{name}_bucket",), ("histogram",), ask.at("from"))
    findings += check_conditions(source, f"{name}_count", where, ask.conditions_at("where"))
    bound, above = (shape.above, True) if shape.above is not None else (shape.below, False)
    if bound is None:
        return None, []
    limit = bound.value * (measured.per_second or Decimal(1)) if bound.unit == "seconds" else bound.value
    top = max(measured.bounds) if measured.bounds and not measured.native else None
    if above and top is not None and limit >= top:
        message = f"no percentile of {name} can be above {shown(bound)}: its largest bucket bound is {top}"
        return None, [*findings, Diagnostic(BEYOND_BUCKETS, message, ask.at("above"), hint="choose a smaller bound")]
    found = _percentile(measured, float(shape.percentile), shape.over)
    plain = q.gt(found, float(limit)) if above else q.lt(found, float(limit))
    expr: q.Vector = plain
    if shape.min_events:
        counted = summed((measured.series.named(f"{name}_count"),), None, shape.over, "increase")
        expr = q.and_(plain, q.ge(counted, shape.min_events), q.on())
    side = "above" if above else "below"
    says = f"p{shown(shape.percentile * 100)} of {measured.title.lower()} is {side} {shown(bound)}"
    return _told(source, measured, limit, above, (expr, f"{says} over {window(shape.over)}"), shape, ask), findings


def _percentile(measured: Histogram, share: float, over: int) -> q.Vector:
    one = measured.series
    if measured.native:
        return q.histogram_quantile(share, q.sum_by(q.rate(q.over(q.selector(one.metric, *one.matchers), over))))
    buckets = summed((one.named(f"{one.metric}_bucket"),), None, over, keep=("le",))
    return q.histogram_quantile(share, buckets)


def _told(  # noqa: PLR0913, PLR0917 - the parts of the value it makes
    source: ResolvedSource,
    measured: Histogram,
    limit: Decimal,
    above: bool,
    told: tuple[q.Vector, str],
    shape: Quantile,
    ask: Question,
) -> Told:
    expr, says = told
    bounds = measured.bounds or ()
    small = [b for b in bounds if b <= limit]
    large = [b for b in bounds if b > limit]
    outcomes = observations(source, measured, {"fast": small[:1], "slow": large[-1:]}) if small and large else None
    if outcomes is None or measured.native:
        return Told(expr, says, (), {}, {}, proven=False)
    name = told_apart(f"{source.name}.{measured.series.metric}-{shown(limit)}", source, (outcomes[0].increments[0],))
    signal = EventSignal(name, source.name, outcomes, (), ask.where)
    rate = max(ORDINARY, 4000 * shape.min_events / shape.over)
    calm, storm = Traffic(rate, 0.0, None, None), Traffic(rate, 1.0, "slow", None)
    good, bad = (calm, storm) if above else (storm, calm)
    delay = shape.over + 2 * ask.context.scrape_interval
    return Told(expr, says, (signal,), {signal.id: good}, {signal.id: bad}, delay=delay)


def confidence(shape: Confidence, ask: Question) -> Answer:
    """The share of answers with a score above a bucket bound has moved against the past, up, down or either way."""
    source = ask.source(shape.source)
    if source is None:
        return None, []
    where = spec_matchers(shape.where)
    measured = histogram(source, shape.quantity, where)
    if measured is None:
        return None, [missing(source, shape.quantity, ask.at("quantity"))]
    bound = bucket_bound(shape.score_above, measured, ask.at("score_above"))
    if isinstance(bound, Diagnostic):
        return None, [bound]
    findings = check_metric(source, (f"{measured.series.metric}_bucket",), ("histogram",), ask.at("from"))
    findings += check_conditions(source, f"{measured.series.metric}_count", where, ask.conditions_at("where"))
    now, past = (_sure(measured, bound, shape, offset) for offset in (0, shape.against))
    up, down = q.gt(now, raised(past, shape.moves_by)), q.lt(now, lowered(past, shape.moves_by))
    expr = {"up": up, "down": down, "both": q.or_(up, down)}[shape.direction]
    says = f"the share of scores above {shown(shape.score_above)} has moved by more than {shown(shape.moves_by)}"
    return _moved(source, measured, bound, (expr, says), shape, ask), findings


def _sure(measured: Histogram, bound: Decimal, shape: Confidence, offset: int) -> q.Vector:
    """1 minus the share of scores up to the bound."""
    one = measured.series
    count = summed((one.named(f"{one.metric}_count"),), None, shape.over, "increase", offset)
    low = summed(
        (one.named(f"{one.metric}_bucket").narrowed((le_matcher(bound),)),), None, shape.over, "increase", offset
    )
    return q.sub(1, ratio(or_zero(low, count), count, shape.min_events))


def _moved(
    source: ResolvedSource,
    measured: Histogram,
    bound: Decimal,
    told: tuple[q.Vector, str],
    shape: Confidence,
    ask: Question,
) -> Told:
    expr, says = told
    above = [b for b in measured.bounds or () if b > bound]
    outcomes = observations(source, measured, {"unsure": [bound], "sure": above[-1:]}) if above else None
    if outcomes is None:
        return Told(expr, says, (), {}, {}, proven=False)
    name = f"{source.name}.{measured.series.metric}-above-{shown(bound)}"
    signal = EventSignal(told_apart(name, source, (outcomes[0].increments[0],)), source.name, outcomes, (), ask.where)
    rate = max(ORDINARY, 4000 * shape.min_events / shape.over)

    def share(sure: float) -> Behaviour:
        return Traffic(rate, sure, "sure", None)

    moved = 0.1 if shape.direction == "down" else 0.9
    step = float(shape.moves_by.amount) * (0.5 if shape.moves_by.unit == "percent" else 1) / 2
    return Told(
        expr,
        says,
        (signal,),
        {signal.id: share(0.5)},
        {signal.id: share(moved)},
        ({signal.id: share(0.5 + (-step if shape.direction == "down" else step))},),
        shape.against + shape.over,
        shape.over + 2 * ask.context.scrape_interval,
    )
