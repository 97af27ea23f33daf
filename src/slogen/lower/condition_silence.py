"""The condition that something does not arrive: target, metric, traffic, labels or a batch run, each told apart."""

from slogen.diagnostics.model import Code, Diagnostic, Severity
from slogen.ir.signals import GaugeSignal, SeriesId, Signal
from slogen.ir.where import labels
from slogen.ir.witness import Behaviour, Level, Silent, Traffic
from slogen.lower.condition_threshold import ORDINARY
from slogen.lower.condition_told import Answer, Told, window
from slogen.lower.sli_question import Question
from slogen.lower.sli_rates import summed
from slogen.lower.sli_values import Flow, gauge_signal, value_signal
from slogen.lower.source_checks import check_metric
from slogen.lower.source_facts import ResolvedSource
from slogen.lower.source_labels import example, spec_matchers
from slogen.lower.source_measures import (
    Reading,
    SeriesSet,
    event_pair,
    flow,
    histogram,
    measure_names,
    missing,
    reading,
    series,
)
from slogen.promql import build as q
from slogen.promql.ast import Matcher
from slogen.spec.conditions import Absent

NO_TARGET = Code(
    "SLO371",
    "no-target-labels",
    Severity.ERROR,
    "the source does not say which scrape target it is",
    """\
Whether a target is up is known by the labels that scraping adds, such as `job`. Select the source by one of them, or
ask for `metric` or `traffic` instead.
""",
)


def absent(shape: Absent, ask: Question) -> Answer:
    """What should arrive has not, for as long as `over`."""
    source = ask.source(shape.source)
    if source is None:
        return None, []
    where = spec_matchers(shape.where)
    match shape.what:
        case "target":
            return _target(source, where, shape.over, ask)
        case "metric":
            return _metric(source, where, shape.over, ask)
        case "traffic":
            return _standing(source, "requests", "predictions and requests", where, shape.over, ask)
        case "labels":
            return _moment(source, ("last_label",), "label", where, shape.over, ask) or _standing(
                source, "labels", "true labels", where, shape.over, ask
            )
        case "run":
            found = _moment(source, ("last_run", "last_success"), "run", where, shape.over, ask)
            return found or (None, [missing(source, "last_run", ask.at("what"))])


def _target(source: ResolvedSource, where: tuple[Matcher, ...], over: int, ask: Question) -> Answer:
    exported = source.exported
    chosen = tuple(m for m in (*source.select, *where) if m.label not in exported)
    if not chosen:
        message = f"source {source.name!r} is selected by no label of a scrape target"
        return None, [Diagnostic(NO_TARGET, message, ask.at("what"), hint="add `job` to `select` of the source")]
    up = q.selector("up", *chosen)
    down = q.eq(q.max_by(q.max_over_time(q.over(up, over))), 0)
    expr = q.or_(down, q.group_by(q.absent_over_time(q.over(up, over))))
    found = example(chosen, {})
    says = f"no target of {source.name} has been up for {window(over)}"
    if found is None:
        return Told(expr, says, (), {}, {}, proven=False), []
    signal = GaugeSignal(
        f"{source.name}.up", source.name, (SeriesId("up", labels(found)),), 1.0, 0.0, source.cadence, False, ask.where
    )
    return _of_signal(expr, says, signal, Level(1.0, None), Level(0.0, None), over, ask), []


def _metric(source: ResolvedSource, where: tuple[Matcher, ...], over: int, ask: Question) -> Answer:
    chosen = _main(source, where)
    if chosen is None:
        return None, [missing(source, "requests", ask.at("from"))]
    one, signal = chosen[0], chosen[1]
    expr = q.group_by(q.absent_over_time(q.over(q.selector(one.metric, *one.matchers), over)))
    says = f"the metric {one.metric} of {source.name} has been missing for {window(over)}"
    findings = check_metric(source, (one.metric,), ("counter", "gauge", "histogram"), ask.at("from"))
    made = signal if signal is None else _signal(source, signal, ask)
    if made is None:
        return Told(expr, says, (), {}, {}, proven=False), findings
    usual: Behaviour = Traffic(ORDINARY, 0.0, None, None) if isinstance(signal, Flow) else Level(_good(made), None)
    return _of_signal(expr, says, made, usual, Silent(), over, ask), findings


def _good(signal: Signal) -> float:
    return signal.good if isinstance(signal, GaugeSignal) else 0.0


def _signal(source: ResolvedSource, value: Flow | Reading, ask: Question) -> Signal | None:
    return value_signal(value, ask) if isinstance(value, Flow) else gauge_signal(source, value, ask, 1.0, 0.0)


def _main(source: ResolvedSource, where: tuple[Matcher, ...]) -> tuple[SeriesSet, Flow | Reading | None] | None:
    """The series that stand for the source: its requests, else the first thing it measures."""
    for name in ("requests", *measure_names(source)):
        counters = flow(source, name, where)
        if counters is not None:
            return counters[0], Flow(name, source, counters)
        pair = event_pair(source, name, where)
        if pair is not None:
            return pair.total[0], Flow(name, source, pair.total)
        stated = reading(source, name, where)
        if stated is not None:
            return stated.series, stated
        timed = histogram(source, name, where)
        if timed is not None:
            count = timed.series.named(f"{timed.series.metric}_count")
            return count, Flow(name, source, (count,))
    known = source.entry.drift if source.entry else None
    return None if known is None else (series(source, known.metric, where), None)


def _standing(
    source: ResolvedSource, name: str, called: str, where: tuple[Matcher, ...], over: int, ask: Question
) -> Answer:
    """Counters that exist and stand still: not the same as counters that are missing."""
    counters = flow(source, name, where)
    if counters is None:
        return None, [missing(source, name, ask.at("what"))]
    findings = check_metric(source, (one.metric for one in counters), ("counter", "histogram"), ask.at("from"))
    expr = q.eq(summed(counters, None, over, "increase"), 0)
    says = f"{source.name} has counted no {called} for {window(over)}"
    signal = value_signal(Flow(name, source, counters), ask)
    if signal is None:
        return Told(expr, says, (), {}, {}, proven=False), findings
    usual, none = Traffic(ORDINARY, 0.0, None, None), Traffic(0.0, 0.0, None, None)
    return _of_signal(expr, says, signal, usual, none, over, ask), findings


def _moment(
    source: ResolvedSource, names: tuple[str, ...], called: str, where: tuple[Matcher, ...], over: int, ask: Question
) -> Answer | None:
    """The newest of several moments is too long ago; None where the source keeps no such moment."""
    stated = next((r for r in (reading(source, name, where) for name in names) if r is not None and r.timestamp), None)
    if stated is None:
        return None
    findings = check_metric(source, (stated.series.metric,), ("gauge",), ask.at("from"))
    newest = q.max_by(q.selector(stated.series.metric, *stated.series.matchers))
    expr = q.gt(q.sub(q.time(), newest), over / 1000)
    says = f"the last {called} of {source.name} is more than {window(over)} ago"
    signal = gauge_signal(source, stated, ask, good=0.0, bad=over / 500)
    if signal is None:
        return Told(expr, says, (), {}, {}, proven=False), findings
    return _of_signal(expr, says, signal, Level(0.0, None), Level(signal.bad, None), over, ask), findings


def _of_signal(  # noqa: PLR0913, PLR0917 - the parts of the value it makes
    expr: q.Vector, says: str, signal: Signal, good: Behaviour, bad: Behaviour, over: int, ask: Question
) -> Told:
    delay = over + 5 * q.MINUTE + ask.context.scrape_interval
    if isinstance(signal, GaugeSignal):
        delay += signal.cadence
    return Told(expr, says, (signal,), {signal.id: good}, {signal.id: bad}, history=over, delay=delay)
