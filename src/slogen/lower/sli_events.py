"""SLIs that count events by what they ended with: availability, events, classification, jobs and label coverage."""

from collections.abc import Iterable
from dataclasses import replace

from slogen.diagnostics.model import Diagnostic
from slogen.ir.signals import Outcome, Signal
from slogen.lower.contract import SliContract
from slogen.lower.sli_question import Question
from slogen.lower.sli_rates import or_zero, remainder, smaller, summed
from slogen.lower.source_checks import check_conditions, check_metric
from slogen.lower.source_facts import ResolvedSource
from slogen.lower.source_labels import spec_matchers
from slogen.lower.source_measures import EventPair, SeriesSet, event_pair, flow, missing, series
from slogen.lower.source_outcomes import Extra, event_signal, pair_outcomes, series_id
from slogen.promql import build as q
from slogen.spec.slis import Availability, Coverage, Events, Jobs
from slogen.spec.sources import Matcher as SpecMatcher

Answer = tuple[SliContract | None, list[Diagnostic]]


def availability(shape: Availability, ask: Question) -> Answer:
    """Requests that failed out of all requests, as the template tells them or as `bad` says."""
    source = ask.source(shape.source)
    if source is None:
        return None, []
    where = spec_matchers(shape.where)
    pair = next((p for p in (event_pair(source, name, where) for name in ("availability", "requests")) if p), None)
    if shape.bad is not None:
        counted = pair.total if pair else flow(source, "requests", where)
        pair = None if counted is None else _with_bad(counted, shape.bad)
    if pair is None:
        return None, [missing(source, "availability", ask.at("from"))]
    findings = check_pair(source, pair, ask, "from")
    findings += conditions(source, pair.total, shape.where, ask, "where")
    findings += conditions(source, pair.total, shape.bad or {}, ask, "bad", rare=True)
    name = "availability" if shape.bad is None else ask.name
    return pair_contract(source, pair, ask, f"{source.name}.{name}"), findings


def _with_bad(total: tuple[SeriesSet, ...], bad: dict[str, SpecMatcher]) -> EventPair:
    """All events as the template counts them, the bad ones told by the user's labels."""
    told = spec_matchers(bad)
    whole = tuple(replace(one, matchers=tuple(m for m in one.matchers if m.label not in bad)) for one in total)
    return EventPair("Failed requests", whole, tuple(one.narrowed(told) for one in whole[:1]), ())


def events(shape: Events, ask: Question) -> Answer:
    """Bad (or good) events of one counter out of those of another."""
    source = ask.source(shape.source or "")
    if source is None:
        return None, []
    pair = counted_pair(shape, source)
    findings = [finding for side in ("bad", "good", "total") for finding in _check_counted(shape, side, source, ask)]
    return pair_contract(source, pair, ask, f"{source.name}.{ask.name}"), findings


def counted_pair(shape: Events, source: ResolvedSource) -> EventPair:
    """The counters that the shape names, narrowed to the source."""

    def side(name: str) -> tuple[SeriesSet, ...]:
        counted = getattr(shape, name)
        return () if counted is None else (series(source, counted.metric, spec_matchers(counted.where)),)

    return EventPair("Events", side("total"), side("bad"), side("good"))


def _check_counted(shape: Events, side: str, source: ResolvedSource, ask: Question) -> list[Diagnostic]:
    counted = getattr(shape, side)
    if counted is None:
        return []
    found = check_metric(source, (counted.metric,), ("counter", "histogram", "summary"), ask.at(f"{side}.metric"))
    told = spec_matchers(counted.where)
    return found or check_conditions(
        source, counted.metric, told, ask.conditions_at(f"{side}.where"), rare=side != "total"
    )


def jobs(shape: Jobs, ask: Question) -> Answer:
    """Runs that failed out of all runs; with `within`, runs that failed or took longer are left to `latency`."""
    source = ask.source(shape.source)
    if source is None:
        return None, []
    pair = event_pair(source, "jobs", spec_matchers(shape.where))
    if pair is None:
        return None, [missing(source, "jobs", ask.at("from"))]
    findings = check_pair(source, pair, ask, "from") + conditions(source, pair.total, shape.where, ask, "where")
    return pair_contract(source, pair, ask, f"{source.name}.jobs"), findings


def coverage(shape: Coverage, ask: Question) -> Answer:
    """Predictions whose label has not arrived after the delay: predictions back then less labels that arrive now.

    In a steady state as many labels arrive as predictions were made a delay ago; a burst of late labels cannot make the
    difference negative.
    """
    source = ask.source(shape.source)
    if source is None:
        return None, []
    where = spec_matchers(shape.where)
    predictions, labels = flow(source, "requests", where), flow(source, "labels", where)
    if predictions is None or labels is None:
        return None, [missing(source, "requests" if predictions is None else "labels", ask.at("from"))]
    total = summed(predictions, ask.sliced, offset=shape.label_delay)
    bad = remainder(total, summed(labels, ask.sliced))

    def outcomes(extra: Extra) -> tuple[Outcome, ...] | None:
        asked, joined = series_id(source, predictions[0], extra), series_id(source, labels[0], extra)
        if asked is None or joined is None:
            return None
        return (Outcome("labelled", False, (asked, joined), ()), Outcome("unlabelled", True, (asked,), ()))

    signal = event_signal(f"{source.name}.coverage", source, ask.sliced, ask.where, outcomes)
    if signal is not None:
        signal = replace(signal, before=shape.label_delay + 2 * source.cadence)
    return counter_contract(bad, total, source, ask, signal), _checked_flows(source, (*predictions, *labels), ask)


def _checked_flows(source: ResolvedSource, counters: Iterable[SeriesSet], ask: Question) -> list[Diagnostic]:
    found = [check_metric(source, (one.metric,), ("counter", "histogram"), ask.at("from")) for one in counters]
    return [finding for findings in found for finding in findings]


def check_pair(source: ResolvedSource, pair: EventPair, ask: Question, field: str) -> list[Diagnostic]:
    """What is wrong with the metrics of a pair, as one finding a side."""
    findings = []
    for side in (pair.total, pair.bad or pair.good):
        names = tuple(one.metric for one in side)
        findings += check_metric(source, names, ("counter", "histogram", "summary", "gauge"), ask.at(field))
    return list(dict.fromkeys(findings))


def conditions(
    source: ResolvedSource,
    sets: tuple[SeriesSet, ...],
    written: dict[str, SpecMatcher],
    ask: Question,
    field: str,
    rare: bool = False,
) -> list[Diagnostic]:
    """What is wrong with the label conditions under `field`, judged on the first counter they narrow."""
    told = spec_matchers(written)
    return check_conditions(source, sets[0].metric, told, ask.conditions_at(field), rare) if told and sets else []


def pair_contract(source: ResolvedSource, pair: EventPair, ask: Question, signal: str) -> SliContract:
    """The contract of a pair of counters: bad events are counted, or are what remains beside the good ones."""
    total = summed(pair.total, ask.sliced)
    bad = summed(pair.bad, ask.sliced) if pair.bad else remainder(total, summed(pair.good, ask.sliced))
    made = event_signal(signal, source, ask.sliced, ask.where, lambda extra: pair_outcomes(source, pair, extra))
    return counter_contract(bad, total, source, ask, made)


def counter_contract(
    bad: q.Vector, total: q.Vector, source: ResolvedSource, ask: Question, signal: Signal | None
) -> SliContract:
    """A contract over event rates with the source's cadence."""
    slices = ask.sliced.names if ask.sliced else ()
    return SliContract(bad, total, "counter", source.cadence, slices, () if signal is None else (signal,))


def bounded_sum(slow: q.Vector, invalid: q.Vector, total: q.Vector) -> q.Vector:
    """An upper bound of events that are slow or invalid where the two are counted apart: their sum, at most `total`.

    The true number lies between the greater of the two and this.
    """
    return smaller(q.add(or_zero(slow, total), or_zero(invalid, total)), total)
