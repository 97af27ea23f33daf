"""SLIs that judge a moment instead of counting events: gauges, ages of results, and windows of a ratio."""

import math
from dataclasses import replace
from decimal import Decimal
from typing import Final

from slogen import names
from slogen.diagnostics.model import Code, Diagnostic, Severity
from slogen.ir.signals import EventSignal, Outcome, Signal
from slogen.lower.contract import SliContract
from slogen.lower.sli_events import Answer, conditions
from slogen.lower.sli_question import Question
from slogen.lower.sli_rates import ratio
from slogen.lower.sli_slices import grouping, ones
from slogen.lower.sli_values import (
    Flow,
    Share,
    Value,
    check_value,
    gauge_signal,
    share_sums,
    stated_value,
    value_now,
    value_of,
    value_signal,
)
from slogen.lower.source_checks import check_metric
from slogen.lower.source_labels import spec_matchers
from slogen.lower.source_measures import missing, reading
from slogen.promql import build as q
from slogen.promql.build import HOUR
from slogen.spec.slis import Freshness, Gauge, Timeslice
from slogen.spec.units import Quantity

STALE_BY_DESIGN = Code(
    "SLO379",
    "fresher-than-its-cadence",
    Severity.ERROR,
    "results are asked to be younger than they are renewed",
    """\
A result that is renewed once a day is up to a day old however well its job runs. `within` must be at least the
`cadence` of the source, and should leave the job the time it takes and one that fails the time to be run again.
""",
)


def gauge(shape: Gauge, ask: Question) -> Answer:
    """Moments in which a value is beyond its bound, out of all moments that can be judged."""
    value = value_of(shape.of, ask)
    if isinstance(value, list):
        return None, value
    now = _numbers(value_now(value, None, 0, ask.sliced))
    bound, worse = _bound(shape.at_least, shape.at_most)
    good, bad = _around(bound, worse)
    cadence = value.source.cadence if value.source else ask.context.scrape_interval
    wrong = _beyond(now, bound, worse)
    over = HOUR if isinstance(value, Share | Flow) else 0
    signal = _judgeable(value_signal(value, ask, good, bad), value, bound, worse, over)
    contract = _judged(wrong, now, shape.no_data, cadence, ask, signal)
    return replace(contract, reaction=over), check_value(value, ask)


def freshness(shape: Freshness, ask: Question) -> Answer:
    """Moments in which the newest result (of the oldest job, where there are several) is older than `within`."""
    source = ask.source(shape.source)
    if source is None:
        return None, []
    where = spec_matchers(shape.where)
    asked = (shape.measure, "freshness") if shape.measure == "last_success" else (shape.measure,)
    stated = next((r for r in (reading(source, name, where) for name in asked) if r), None)
    if stated is None:
        return None, [missing(source, shape.measure, ask.at("measure"))]
    findings = check_metric(source, (stated.series.metric,), ("gauge",), ask.at("from"))
    findings += conditions(source, (stated.series,), shape.where, ask, "where")
    if shape.within < source.cadence:
        message = f"at most {names.window(shape.within)} old, but renewed every {names.window(source.cadence)}"
        findings.append(
            Diagnostic(STALE_BY_DESIGN, message, ask.at("within"), f"use {names.window(source.cadence)} or more")
        )
    limit = shape.within / 1000
    age = stated_value(stated, None, ask.sliced)
    signal = gauge_signal(source, stated, ask, good=0.0, bad=2 * limit)
    wrong = q.gt(age, limit, bool_=True)
    contract = _judged(wrong, age, shape.no_data, source.cadence, ask, signal)
    return replace(contract, reaction=shape.within), findings


def timeslice(shape: Timeslice, ask: Question) -> Answer:
    """Moments at which a ratio over the last `over` is beyond its bound; `min_events` decides whether it is judged."""
    value = value_of(shape.of, ask)
    if isinstance(value, list):
        return None, value
    bound, worse = _bound(shape.at_least, shape.at_most)
    if isinstance(value, Share):
        part, whole = share_sums(value, shape.over, ask.sliced)
        found = ratio(part, whole, shape.min_events)
        now: q.Vector = q.sub(1, found) if value.complement else found
    else:
        now = _numbers(value_now(value, shape.over, 0, ask.sliced))
    source = value.source
    cadence = max(shape.over, source.cadence if source else ask.context.scrape_interval)
    signal = value_signal(value, ask, *_around(bound, worse))
    signal = _judgeable(signal, value, bound, worse, shape.over, shape.min_events)
    wrong = _beyond(now, bound, worse)
    contract = _judged(wrong, now, shape.no_data, cadence, ask, signal)
    return replace(contract, reaction=shape.over), check_value(value, ask)


_AWAY: Final = Outcome("away", True, (), ())
"""An event of a flow that does not come."""


def _judgeable(
    signal: Signal | None, value: Value, bound: Decimal, worse: str, over: int, floor: int = 0
) -> Signal | None:
    """The signal with twice the events that a moment over `over` ms needs, for as long as that looks back.

    Of a flow the events are what is bounded: they stay away where it must be high, and come too often where low.
    """
    if not isinstance(signal, EventSignal):
        return signal
    match value:
        case Flow():
            slices = tuple((name, (*outcomes, _AWAY)) for name, outcomes in signal.slices)
            signal = replace(signal, outcomes=(*signal.outcomes, _AWAY), slices=slices)
            signal = replace(signal, enough=2 * abs(float(bound)), before=over)
            return _turned(signal) if worse == "higher" else signal
        case Share(higher_is_better=better):
            signal = replace(signal, enough=2000 * floor / over, before=over)
            return _turned(signal) if better is (worse == "higher") else signal
    return signal


def _turned(signal: EventSignal) -> EventSignal:
    """The signal of an SLI that bounds something from its better side: what ends well elsewhere is bad for it."""

    def turned(outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
        found = [replace(outcome, bad=not outcome.bad) for outcome in outcomes]
        return tuple(sorted(found, key=lambda outcome: outcome.bad))

    slices = tuple((name, turned(outcomes)) for name, outcomes in signal.slices)
    return replace(signal, id=f"{signal.id}-turned", outcomes=turned(signal.outcomes), slices=slices)


def _numbers(value: q.Vector) -> q.Vector:
    """The value without NaN, which would count as good or bad by the accident of which way it is compared."""
    return q.ge(value, -math.inf)


def _bound(at_least: Quantity | None, at_most: Quantity | None) -> tuple[Decimal, str]:
    """The bound and which side of it is bad."""
    if at_least is not None:
        return at_least.value, "lower"
    return (at_most.value if at_most is not None else Decimal(0)), "higher"


def _beyond(now: q.Vector, bound: Decimal, worse: str) -> q.Vector:
    return q.lt(now, float(bound), bool_=True) if worse == "lower" else q.gt(now, float(bound), bool_=True)


def _around(bound: Decimal, worse: str) -> tuple[float, float]:
    """A good and a bad level on either side of a bound, a tenth away; nothing goes beyond 1 that is judged below it."""
    step = abs(bound) / 10 or Decimal(1)
    step = min(step, (1 - bound) / 2) if 0 < bound < 1 else step
    if worse == "lower":
        return float(bound + step), float(bound - step)
    return float(bound - step if bound else bound), float(bound + step)


def _judged(
    wrong: q.Vector, now: q.Vector, no_data: str, cadence: int, ask: Question, signal: Signal | None
) -> SliContract:
    """The contract of a judgement (`wrong` is 0 or 1 where `now` has a value) and what a missing value counts as."""
    expected = ones(ask.sliced)
    match no_data:
        case "ignore":
            total: q.Vector = q.group_by(now, *grouping(ask.sliced))
        case "bad":
            total, wrong = expected, q.or_(wrong, expected)
        case _:
            total = expected
    slices = ask.sliced.names if ask.sliced else ()
    return SliContract(wrong, total, "sampled", cadence, slices, () if signal is None else (signal,))
