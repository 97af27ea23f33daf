"""What `of` refers to: a share of events, a gauge, a flow of events or a formula, each able to give its expression."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import reduce

from slogen.diagnostics.model import Diagnostic, Span
from slogen.ir.signals import Beside, GaugeSignal, Outcome, Signal
from slogen.lower.sli_classification import CELLS, confusion_cells, confusion_outcomes
from slogen.lower.sli_events import counted_pair
from slogen.lower.sli_promql import VECTOR, check_names, parsed
from slogen.lower.sli_question import Question
from slogen.lower.sli_rates import or_zero, ratio, summed
from slogen.lower.sli_slices import Slicing, grouping, relabelled, restriction
from slogen.lower.source_checks import check_conditions, check_metric
from slogen.lower.source_facts import ResolvedSource
from slogen.lower.source_labels import spec_matchers
from slogen.lower.source_measures import (
    EventPair,
    Reading,
    SeriesSet,
    event_pair,
    flow,
    missing,
    reading,
    series,
)
from slogen.lower.source_outcomes import Extra, event_signal, pair_outcomes, series_id, told_apart
from slogen.promql import build as q
from slogen.promql.ast import Matcher
from slogen.promql.rewrite import map_selectors
from slogen.spec.fields import Quality
from slogen.spec.signals import ExprSignal
from slogen.spec.signals import GaugeSignal as SpecGauge
from slogen.spec.slis import Classification, Events


@dataclass(frozen=True, slots=True)
class Share:
    """Some events out of all: the value is `part / whole` (1 minus it where `complement`).

    With `twice` true positives count double on both sides (F1). `higher_is_better` gives the direction of trouble.
    """

    title: str
    source: ResolvedSource
    part: tuple[SeriesSet, ...]
    whole: tuple[SeriesSet, ...]
    complement: bool
    twice: bool
    higher_is_better: bool
    outcomes: Callable[[Extra], tuple[Outcome, ...] | None]
    signal: str = ""
    """The signal of the spec that says so; empty where the source itself measures it."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A value that a gauge states."""

    title: str
    source: ResolvedSource
    reading: Reading
    signal: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """Events per second of some counters."""

    title: str
    source: ResolvedSource
    counters: tuple[SeriesSet, ...]


@dataclass(frozen=True, slots=True)
class Formula:
    """PromQL of the user's own that gives one series."""

    title: str
    source: ResolvedSource | None
    expr: q.Vector
    signal: str = ""


Value = Share | Stated | Flow | Formula


def value_of(reference: str, ask: Question) -> Value | list[Diagnostic]:
    """What a reference means: a signal of the spec, or `source.measure`; else the findings."""
    if reference in ask.context.signals:
        shape = ask.context.signals[reference].shape
        return _of_signal(shape, ask.of_signal(reference))
    name, dot, measure = reference.partition(".")
    source = ask.source(name) if dot else None
    return [] if source is None else _of_source(source, measure, ask)


def _of_signal(shape: Classification | Events | SpecGauge | ExprSignal, ask: Question) -> Value | list[Diagnostic]:
    match shape:
        case ExprSignal():
            return _formula(shape, ask)
        case Events(of=str() as other) | Classification(of=str() as other):
            return [ask.wrong_signal(other, "a signal names its source and metrics itself")]
    source = ask.source(shape.source or "")
    if source is None:
        return []
    match shape:
        case Classification():
            return _classified(shape, source, ask)
        case Events():
            return replace(_share(ask.name, source, counted_pair(shape, source)), signal=ask.name)
        case SpecGauge():
            return _gauge(shape, source, ask)


def _classified(shape: Classification, source: ResolvedSource, ask: Question) -> Value | list[Diagnostic]:
    if shape.metric is None:
        return []
    found = _confusion(source, shape.metric, spec_matchers(shape.where))
    return [missing(source, shape.metric, ask.at("metric"))] if found is None else replace(found, signal=ask.name)


def _of_source(source: ResolvedSource, measure: str, ask: Question) -> Value | list[Diagnostic]:
    if measure in CELLS and (found := _confusion(source, measure, ())) is not None:  # type: ignore[arg-type]
        return found
    if (pair := event_pair(source, measure)) is not None:
        return _share(pair.title, source, pair)
    if (stated := reading(source, measure)) is not None:
        return Stated(stated.title, source, stated)
    if (counters := flow(source, measure)) is not None:
        return Flow(measure, source, counters)
    return [missing(source, measure, ask.at("of"))]


def _share(title: str, source: ResolvedSource, pair: EventPair) -> Share:
    wanted_bad = pair.value == "bad"
    complement = bool(pair.bad) is not wanted_bad

    def outcomes(extra: Extra) -> tuple[Outcome, ...] | None:
        return pair_outcomes(source, pair, extra)

    return Share(title, source, pair.bad or pair.good, pair.total, complement, False, not wanted_bad, outcomes)


def _confusion(source: ResolvedSource, metric: Quality, where: tuple[Matcher, ...]) -> Share | None:
    cells = confusion_cells(source, metric, where)
    if cells is None:
        return None
    told = CELLS[metric]
    counted = told.bad if metric == "fpr" else told.good
    part = tuple(cells[cell] for cell in counted)
    whole = tuple(cells[cell] for cell in (*told.good, *told.bad))

    def outcomes(extra: Extra) -> tuple[Outcome, ...] | None:
        return confusion_outcomes(source, metric, cells, extra)

    return Share(metric, source, part, whole, False, told.twice, metric != "fpr", outcomes)


def _gauge(shape: SpecGauge, source: ResolvedSource, ask: Question) -> Value | list[Diagnostic]:
    where = spec_matchers(shape.where)
    if shape.metric is not None:
        stated = Reading(ask.name, series(source, shape.metric, where), (), shape.combine, None, None, False, ())
        return Stated(ask.name, source, stated, ask.name)
    known = reading(source, shape.measure or "", where)
    if known is None:
        return [missing(source, shape.measure or "", ask.at("measure"))]
    combined = Reading(
        ask.name, known.series, known.over, shape.combine, known.good, known.bad, known.timestamp, known.each
    )
    return Stated(ask.name, source, combined, ask.name)


def _formula(shape: ExprSignal, ask: Question) -> Value | list[Diagnostic]:
    expr = parsed(shape.promql, ask, "promql")
    if isinstance(expr, Diagnostic):
        return [expr]
    source = None if shape.source is None else ask.context.sources.get(shape.source)
    return Formula(ask.name, source, expr, ask.name)


def check_value(value: Value, ask: Question, field: str = "of") -> list[Diagnostic]:
    """What is wrong with the metrics behind a value, and with the conditions on their labels.

    It is told where a signal of the spec names them, else at `field`, which refers to a measure of a source.
    """
    told = value.signal if not isinstance(value, Flow) else ""

    def at(*fields: str) -> Span:
        if not told:
            return ask.at(field)
        signal = ask.of_signal(told)
        return next((place for place in map(signal.at, fields) if place != signal.at()), signal.at())

    match value:
        case Share(source=source, part=part, whole=whole):
            found = [_check_series(source, part, _COUNTED, at("bad", "good", "metric"), True)]
            found.append(_check_series(source, whole, _COUNTED, at("total", "metric"), False))
            return list(dict.fromkeys(finding for findings in found for finding in findings))
        case Stated(source=source, reading=stated):
            return _check_series(source, (stated.series,), ("gauge",), at("metric", "measure"), False)
        case Flow(source=source, counters=counters):
            return _check_series(source, counters, _COUNTED, at(), False)
        case Formula(expr=expr):
            return check_names(expr, ask, at("promql"))


def _check_series(
    source: ResolvedSource, sets: tuple[SeriesSet, ...], types: tuple[str, ...], span: Span, rare: bool
) -> list[Diagnostic]:
    """The selection of the source itself is checked once, where it stands."""
    findings = check_metric(source, (one.metric for one in sets), types, span)
    for one in sets:
        told = tuple(m for m in one.matchers if m not in source.select)
        findings += [] if findings else check_conditions(source, one.metric, told, lambda _: span, rare)
    return findings


_COUNTED = ("counter", "histogram", "summary")


def share_sums(
    share: Share, window: int, sliced: Slicing | None = None, extra: tuple[Matcher, ...] = (), offset: int = 0
) -> tuple[q.Vector, q.Vector]:
    """Events of the part and of the whole in a window of `window` ms that ended `offset` ms ago; the part is total."""

    def increase(sets: Iterable[SeriesSet]) -> q.Vector:
        return summed((one.narrowed(extra) for one in sets), sliced, window, "increase", offset)

    whole = increase(share.whole)
    if not share.twice:
        return or_zero(increase(share.part), whole), whole
    return or_zero(q.mul(2, increase(share.part)), whole), q.add(or_zero(increase(share.part), whole), whole)


def share_value(
    share: Share,
    window: int,
    floor: int = 0,
    sliced: Slicing | None = None,
    extra: tuple[Matcher, ...] = (),
    offset: int = 0,
) -> q.Vector:
    """The share over a window, 0-1; no value under `floor` events, nor for 0/0."""
    part, whole = share_sums(share, window, sliced, extra, offset)
    found = ratio(part, whole, floor)
    return q.sub(1, found) if share.complement else found


def stated_value(
    stated: Reading, window: int | None = None, sliced: Slicing | None = None, offset: int = 0
) -> q.Vector:
    """The gauge as one number (its mean over `window` ms where given), or the age of a timestamp in seconds."""

    def read(one: SeriesSet) -> q.Vector:
        chosen = one.narrowed(restriction(sliced))
        series_ = q.shifted(q.selector(chosen.metric, *chosen.matchers), offset)
        return series_ if window is None or stated.timestamp else q.avg_over_time(q.over(series_, window))

    if stated.timestamp:
        newest = q.max_by(relabelled(read(stated.series), sliced), *stated.each, *grouping(sliced))
        return q.sub(q.time(), q.min_by(newest, *grouping(sliced)) if stated.each else newest)
    gauge = read(stated.series)
    if stated.over:
        gauge = q.div(gauge, reduce(q.add, [read(one) for one in stated.over]))
    return q.aggregate(stated.aggregate, relabelled(gauge, sliced), by=grouping(sliced))


def value_now(
    value: Value, window: int | None, floor: int = 0, sliced: Slicing | None = None, offset: int = 0
) -> q.Vector:
    """The value over `window` ms (an hour where a share or flow is asked for without), `offset` ms ago."""
    match value:
        case Share():
            return share_value(value, window or q.HOUR, floor, sliced, (), offset)
        case Stated(reading=stated):
            return stated_value(stated, window, sliced, offset)
        case Flow(counters=counters):
            return summed(counters, sliced, window or q.HOUR, "rate", offset)
        case Formula(expr=expr):
            moved = shifted_formula(expr, offset)
            return moved if window is None else q.avg_over_time(q.subquery(moved, window))


def shifted_formula(expr: q.Vector, offset: int) -> q.Vector:
    """The user's formula as one series, `offset` ms ago."""
    moved = map_selectors(expr, lambda one: q.shifted(one, one.offset + offset, one.at))
    return q.avg_by(moved) if isinstance(moved, VECTOR) else q.avg_by(expr)


def value_signal(value: Value, ask: Question, good: float | None = None, bad: float | None = None) -> Signal | None:
    """The raw series behind a value; `good` and `bad` are the levels of a gauge on either side of the bound."""
    match value:
        case Share(source=source, title=title, outcomes=outcomes):
            return event_signal(f"{source.name}.{_slug(title)}", source, ask.sliced, ask.where, outcomes)
        case Stated(source=source, reading=stated):
            return gauge_signal(source, stated, ask, good, bad)
        case Flow(source=source, counters=counters):

            def counted(extra: Extra) -> tuple[Outcome, ...] | None:
                one = series_id(source, counters[0], extra)
                return None if one is None else (Outcome("event", False, (one,), ()),)

            return event_signal(f"{source.name}.{_slug(value.title)}", source, ask.sliced, ask.where, counted)
        case Formula():
            return None


def gauge_signal(
    source: ResolvedSource, stated: Reading, ask: Question, good: float | None, bad: float | None
) -> GaugeSignal | None:
    """A gauge (one series a slice) that can be set to either side of a bound; ages in seconds for a timestamp."""
    extras: list[Extra] = [{}]
    if ask.sliced is not None:
        extras = [{ask.sliced.by: value} for value in ask.sliced.examples]
    found = [series_id(source, stated.series, extra) for extra in extras]
    series_ = tuple(one for one in found if one is not None)
    if len(series_) < len(found):
        return None
    well, ill = (x if x is not None else y for x, y in ((good, stated.good), (bad, stated.bad)))
    if well is None or ill is None:
        return None
    name = told_apart(f"{source.name}.{stated.series.metric}", source, series_)
    beside = _whole(source, stated, extras)
    if beside is None:
        return None
    return GaugeSignal(name, source.name, series_, well, ill, source.cadence, stated.timestamp, ask.where, beside)


def _whole(source: ResolvedSource, stated: Reading, extras: Iterable[Extra]) -> tuple[Beside, ...] | None:
    """What a gauge's value is a share of: parts of a whole of 1, the gauge itself among them or not."""
    others = [one for one in stated.over if one.metric != stated.series.metric]
    found = [tuple(series_id(source, one, extra) for extra in extras) for one in others]
    moved = -1 / len(others) if len(others) < len(stated.over) else 0.0
    made = [tuple(one for one in series_ if one is not None) for series_ in found]
    if made != found:
        return None
    return tuple(Beside(series_, 1 / len(others), moved) for series_ in made)


def _slug(title: str) -> str:
    return "-".join(title.lower().split())
