"""Conditions on the present value of something: a bound, a saturated resource, different answers of a shadow."""

from decimal import Decimal

from slogen.diagnostics.model import Code, Diagnostic, Severity
from slogen.ir.witness import Behaviour, Level, Traffic
from slogen.lower.condition_told import Answer, Told, shown, window
from slogen.lower.sli_promql import check_names, parsed
from slogen.lower.sli_question import Question
from slogen.lower.sli_values import Flow, Formula, Share, Stated, Value, check_value, value_now, value_of, value_signal
from slogen.lower.source_checks import check_conditions
from slogen.lower.source_labels import spec_matchers
from slogen.lower.source_measures import event_pair, missing, reading
from slogen.lower.source_outcomes import pair_outcomes
from slogen.promql import build as q
from slogen.spec.alerts import Expr
from slogen.spec.conditions import Disagreement, Saturation, Threshold
from slogen.spec.units import Quantity

WRONG_UNIT = Code(
    "SLO367",
    "bound-of-another-unit",
    Severity.ERROR,
    "the bound has another unit than the value",
    """\
A share of events lies between 0 and 1 and is compared with a percentage or such a number; a time is compared with a
duration. A bound of another unit would never be passed, or always.
""",
)
DAY = q.DAY
ORDINARY = 10.0
"""Events per second of ordinary traffic in a proof."""


def threshold(shape: Threshold, ask: Question) -> Answer:
    """A value is beyond a bound; a share says nothing under `min_events`, nor where nothing happened."""
    value = value_of(shape.of, ask)
    if isinstance(value, list):
        return None, value
    bound, above = (shape.above, True) if shape.above is not None else (shape.below, False)
    if bound is None:
        return None, []
    findings = check_value(value, ask)
    wrong = _unit(value, bound, ask, "above" if above else "below")
    if wrong is not None:
        return None, [*findings, wrong]
    over = shape.over or (q.HOUR if isinstance(value, Share | Flow) else None)
    now = value_now(value, over, shape.min_events)
    expr = q.gt(now, float(bound.value)) if above else q.lt(now, float(bound.value))
    says = f"{shape.of} is {'above' if above else 'below'} {shown(bound)}{f' over {window(over)}' if over else ''}"
    return story(value, ask, expr, says, bound.value, above, over, shape.min_events), findings


def _unit(value: Value, bound: Quantity, ask: Question, field: str) -> Diagnostic | None:
    is_time = isinstance(value, Stated) and value.reading.timestamp
    wrong = bound.unit == "seconds" if isinstance(value, Share | Flow) else is_time and bound.unit == "ratio"
    if isinstance(value, Share) and not wrong and bound.value > 1:
        wrong = True
    if not wrong:
        return None
    kind = "a share of events" if isinstance(value, Share) else "an age" if is_time else "a rate of events"
    hint = (
        "write a percentage"
        if isinstance(value, Share)
        else "write a duration such as 2h"
        if is_time
        else "write a number"
    )
    return Diagnostic(WRONG_UNIT, f"{shown(bound)} cannot be compared with {kind}", ask.at(field), hint=hint)


def story(  # noqa: PLR0913, PLR0917 - everything that a story about one value depends on
    value: Value, ask: Question, expr: q.Vector, says: str, bound: Decimal, above: bool, over: int | None, floor: int
) -> Told:
    """A condition on one value with the behaviours that put it on either side of its bound."""
    low, high = _levels(value, bound)
    well, ill = (low, high) if above else (high, low)
    signal = value_signal(value, ask, well, ill)
    if signal is None:
        return Told(expr, says, (), {}, {}, proven=False)
    good, bad = behaviour(value, well, over, floor), behaviour(value, ill, over, floor)
    source = value.source
    cadence = source.cadence if source else ask.context.scrape_interval
    delay = (over or 0) + cadence + ask.context.scrape_interval
    return Told(expr, says, (signal,), {signal.id: good}, {signal.id: bad}, delay=delay)


def _levels(value: Value, bound: Decimal) -> tuple[float, float]:
    """A value below and one above a bound, both possible: shares, and gauges between 0 and 1, stay there."""
    if isinstance(value, Share):
        return float(bound / 2), float((1 + bound) / 2)
    step = min(bound, 1 - bound) / 2 if 0 < bound < 1 else abs(bound) / 2 or Decimal(1)
    return float(bound - step), float(bound + step)


def behaviour(value: Value, level: float, over: int | None, floor: int) -> Behaviour:
    """How a value's raw series behave while it has a level."""
    match value:
        case Share():
            rate = max(ORDINARY, 4 * floor * 1000 / (over or q.HOUR))
            return Traffic(rate, 1 - level if value.higher_is_better else level, None, None)
        case Flow():
            return Traffic(level, 0.0, None, None)
        case Stated() | Formula():
            return Level(level, None)


def saturation(shape: Saturation, ask: Question) -> Answer:
    """A resource of the source is used more than `above`."""
    source = ask.source(shape.source)
    if source is None:
        return None, []
    where = spec_matchers(shape.where)
    stated = reading(source, shape.resource, where)
    if stated is None:
        return None, [missing(source, shape.resource, ask.at("resource"))]
    value = Stated(stated.title, source, stated)
    findings = check_value(value, ask, "resource")
    findings += check_conditions(source, stated.series.metric, where, ask.conditions_at("where"))
    now = value_now(value, shape.over)
    says = f"{stated.title.lower()} is above {shown(shape.above)}{f' over {window(shape.over)}' if shape.over else ''}"
    return story(
        value, ask, q.gt(now, float(shape.above.value)), says, shape.above.value, True, shape.over, 0
    ), findings


def disagreement(shape: Disagreement, ask: Question) -> Answer:
    """More than a share of the answers of the live model and its shadow differ."""
    source = ask.source(shape.source)
    if source is None:
        return None, []
    where = spec_matchers(shape.where)
    pair = event_pair(source, "disagreement", where)
    if pair is None:
        return None, [missing(source, "disagreement", ask.at("from"))]
    value = Share(
        "disagreement",
        source,
        pair.bad,
        pair.total,
        False,
        False,
        False,
        lambda extra: pair_outcomes(source, pair, extra),
    )
    now = value_now(value, shape.over, shape.min_events)
    says = f"more than {shown(Quantity(shape.above, 'ratio'))} of the shadow's answers differ over {window(shape.over)}"
    expr = q.gt(now, float(shape.above))
    return story(value, ask, expr, says, shape.above, True, shape.over, shape.min_events), check_value(
        value, ask, "from"
    )


def user_expr(shape: Expr, ask: Question) -> Answer:
    """PromQL of the user's own: it holds while it returns anything."""
    found = parsed(shape.promql, ask, "promql")
    if isinstance(found, Diagnostic):
        return None, [found]
    told = Told(found, "the expression returns a series", (), {}, {}, proven=False)
    return told, check_names(found, ask, ask.at("promql"))
