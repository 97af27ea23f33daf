"""What a source measures, under the names that SLIs and conditions ask for: series, bounds and typical values."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Literal

from slogen.catalogue import picks
from slogen.catalogue.model import Entry, Level, Part
from slogen.diagnostics.model import Code, Diagnostic, Severity, Span
from slogen.lower.source_facts import ResolvedSource
from slogen.lower.source_labels import spec_matchers
from slogen.promql.ast import Matcher
from slogen.spec.sources import Measured

CANNOT_MEASURE = Code(
    "SLO357",
    "cannot-measure",
    Severity.ERROR,
    "the source does not measure what is asked of it",
    """\
Servers differ in what they count: some have no error counter, some no latency per model, some only averages. Where the
catalogue knows a server it also names the nearest way out, which the message repeats. For a source of your own, name
the metric under `metrics`; the key is the name of the measure (`availability`, `latency`, `last_success`).
""",
)

_PER_SECOND = {"seconds": Decimal(1), "milliseconds": Decimal(1000), "microseconds": Decimal(1000000)}


@dataclass(frozen=True, slots=True)
class SeriesSet:
    """Some series of one name. `matchers` are in a fixed order, so equal sets are equal values."""

    metric: str
    matchers: tuple[Matcher, ...]

    def narrowed(self, extra: tuple[Matcher, ...]) -> "SeriesSet":
        """The same with further conditions."""
        return SeriesSet(self.metric, ordered((*self.matchers, *extra)))

    def named(self, metric: str) -> "SeriesSet":
        """The same conditions on another name (`x_count` for `x`)."""
        return SeriesSet(metric, self.matchers)


@dataclass(frozen=True, slots=True)
class EventPair:
    """Counters of all events, and of those that went wrong or right (exactly one of `bad` and `good` has members).

    `value` says which share is the measure's value.
    """

    title: str
    total: tuple[SeriesSet, ...]
    bad: tuple[SeriesSet, ...]
    good: tuple[SeriesSet, ...]
    value: Literal["good", "bad"] = "good"


@dataclass(frozen=True, slots=True)
class Histogram:
    """A quantity per event. `series` names the histogram without suffix; `valid` narrows it to events that succeeded.

    `bounds` are upper bucket bounds in the metric's own unit, None where unknown. `per_second` is how many of that unit
    make a second; None where the quantity is no time.
    """

    title: str
    series: SeriesSet
    valid: tuple[Matcher, ...] | None
    bounds: tuple[Decimal, ...] | None
    per_second: Decimal | None
    native: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A gauge, or its ratio to the sum of others with the same labels (`over`), brought to one number by `aggregate`.

    `good` and `bad` are typical values, None where nothing is known. `timestamp` says that the value is a Unix time, in
    which case `each` are the labels of one timestamp (a job) among several.
    """

    title: str
    series: SeriesSet
    over: tuple[SeriesSet, ...]
    aggregate: str
    good: float | None
    bad: float | None
    timestamp: bool
    each: tuple[str, ...]


def ordered(matchers: Iterable[Matcher]) -> tuple[Matcher, ...]:
    """Matchers without repetition, by label, operator and value."""
    return tuple(sorted(set(matchers), key=lambda m: (m.label, m.op.value, m.value)))


def series(source: ResolvedSource, metric: str, where: tuple[Matcher, ...] = ()) -> SeriesSet:
    """Series of the source's model: `where`, the user's selection and the template's own conditions.

    A selection by a label that the exporter puts on other metrics but not on this one does not apply to it: a GPU's
    memory has no model. The template's conditions give way to the user's on the same label.
    """
    labels = source.labels(metric)
    exported = source.exported
    chosen = [m for m in source.select if labels is None or m.label in labels or m.label not in exported]
    taken = {m.label for m in (*chosen, *where)}
    usual = picks.matchers(source.entry.select) if source.entry and source.metric(metric) else ()
    usual = tuple(m for m in usual if m.label not in taken and (labels is None or m.label in labels))
    return SeriesSet(metric, ordered((*usual, *chosen, *where)))


def _parts(source: ResolvedSource, parts: Iterable[Part], where: tuple[Matcher, ...]) -> tuple[SeriesSet, ...]:
    return tuple(series(source, part.metric, (*picks.matchers(part.where), *where)) for part in parts)


def _own(source: ResolvedSource, name: str, kind: str) -> Measured | None:
    written = source.written.metrics.get(name)
    return written if written is not None and getattr(written, kind) is not None else None


def event_pair(source: ResolvedSource, name: str, where: tuple[Matcher, ...] = ()) -> EventPair | None:
    """The measure `name` as events that can go wrong; None where the source has no such pair."""
    own = _own(source, name, "counter")
    if own is not None and own.counter is not None and (own.bad or own.valid):
        total = series(source, own.counter, (*spec_matchers(own.where), *where))
        bad = (total.narrowed(spec_matchers(own.bad)),) if own.bad else ()
        good = () if bad else (total.narrowed(spec_matchers(own.valid or {})),)
        return EventPair(name, (total,), bad, good)
    ratio = source.entry.ratios.get(name) if source.entry else None
    if ratio is None:
        return None
    total_parts, bad_parts, good_parts = (_parts(source, side, where) for side in (ratio.total, ratio.bad, ratio.good))
    return EventPair(ratio.title, total_parts, bad_parts, good_parts, ratio.value)


def flow(source: ResolvedSource, name: str, where: tuple[Matcher, ...] = ()) -> tuple[SeriesSet, ...] | None:
    """The measure `name` as counters whose rate is meant; None where the source has none."""
    own = _own(source, name, "counter")
    if own is not None and own.counter is not None:
        return (series(source, own.counter, (*spec_matchers(own.where), *where)),)
    known = source.entry.flows.get(name) if source.entry else None
    return None if known is None else _parts(source, known.parts, where)


def histogram(source: ResolvedSource, name: str, where: tuple[Matcher, ...] = ()) -> Histogram | None:
    """The measure `name` as a distribution; None where the source has none.

    Bounds come from the source's `buckets`, else from the saved page, else from the catalogue.
    """
    own = _own(source, name, "histogram")
    if own is not None and own.histogram is not None:
        valid = None if own.valid is None else spec_matchers(own.valid)
        chosen = series(source, own.histogram, (*spec_matchers(own.where), *where))
        scale = _PER_SECOND.get(own.unit)
        return Histogram(name, chosen, valid, _bounds(source, name, own.histogram, scale), scale, own.native)
    known = source.entry.durations.get(name) if source.entry else None
    if known is None or source.entry is None:
        return None
    chosen = series(source, known.histogram, (*picks.matchers(known.where), *where))
    valid = None if known.valid is None else picks.matchers(known.valid)
    scale = _PER_SECOND.get(source.entry.metrics[known.histogram].unit)
    bounds = _bounds(source, name, known.histogram, scale)
    return Histogram(known.title, chosen, valid, bounds, scale, native=False)


def _bounds(source: ResolvedSource, name: str, metric: str, per_second: Decimal | None) -> tuple[Decimal, ...] | None:
    """Bounds as the user lists them, else as the saved page has them, else as the catalogue knows them."""
    if source.written.buckets is not None and name == "latency":
        scale = per_second or Decimal(1)
        return tuple(sorted(b.value * scale if b.unit == "seconds" else b.value for b in source.written.buckets))
    if source.page is not None and source.page.bounds(metric):
        return source.page.bounds(metric)
    known = source.metric(metric)
    return None if known is None else known.bounds


def reading(source: ResolvedSource, name: str, where: tuple[Matcher, ...] = ()) -> Reading | None:
    """The measure `name` as a gauge or a timestamp; None where the source has none."""
    own = _own(source, name, "gauge")
    if own is not None and own.gauge is not None:
        chosen = series(source, own.gauge, (*spec_matchers(own.where), *where))
        return Reading(name, chosen, (), "max", None, None, own.unit == "timestamp", ())
    entry = source.entry
    if entry is None:
        return None
    if name in entry.moments:
        moment = entry.moments[name]
        each = tuple(sorted(entry.metrics[moment.metric].labels))
        chosen = series(source, moment.metric, (*picks.matchers(moment.where), *where))
        return Reading(moment.title, chosen, (), "min", None, None, timestamp=True, each=each)
    if name in entry.levels:
        return _level(source, entry.levels[name], where)
    return _score(source, entry, name, where)


def _level(source: ResolvedSource, level: Level, where: tuple[Matcher, ...]) -> Reading:
    conditions = (*picks.matchers(level.where), *where)
    chosen = series(source, level.metric, conditions)
    over = tuple(series(source, metric, conditions) for metric in level.over)
    return Reading(level.title, chosen, over, level.aggregate, level.good, level.bad, timestamp=False, each=())


def _score(source: ResolvedSource, entry: Entry, name: str, where: tuple[Matcher, ...]) -> Reading | None:
    """A quality such as `auc`, which an evaluation job sets under the label that names it."""
    scores = entry.scores
    if scores is None or name not in source.values(scores.metric, scores.metric_label):
        return None
    named = picks.matchers({**scores.where, scores.metric_label: name})
    chosen = series(source, scores.metric, (*named, *where))
    return Reading(name, chosen, (), "avg", None, None, timestamp=False, each=())


def measure_names(source: ResolvedSource) -> tuple[str, ...]:
    """Everything that can be asked of a source by name, sorted."""
    names = set(source.written.metrics)
    if source.entry is not None:
        names |= set(source.entry.measures()) - {"confusion", "drift", "scores"}
        if source.entry.scores is not None:
            names |= set(source.values(source.entry.scores.metric, source.entry.scores.metric_label))
        if source.entry.confusion is not None:
            names |= {"precision", "recall", "fpr", "specificity", "accuracy", "f1"}
    return tuple(sorted(names))


def metrics_of(source: ResolvedSource, name: str) -> Iterator[str]:
    """The metrics that may answer for a measure: counters, gauges, and histograms without suffix."""
    own = source.written.metrics.get(name)
    if own is not None:
        yield from (metric for metric in (own.counter, own.gauge, own.histogram) if metric is not None)
    entry = source.entry
    if entry is None:
        return
    if (ratio := entry.ratios.get(name)) is not None:
        yield from (part.metric for part in (*ratio.total, *ratio.bad, *ratio.good))
    if (counted := entry.flows.get(name)) is not None:
        yield from (part.metric for part in counted.parts)
    if (duration := entry.durations.get(name)) is not None:
        yield duration.histogram
    if (level := entry.levels.get(name)) is not None:
        yield level.metric
    if (moment := entry.moments.get(name)) is not None:
        yield moment.metric
    if entry.scores is not None:
        yield entry.scores.metric


def missing(source: ResolvedSource, name: str, span: Span) -> Diagnostic:
    """The finding that a source does not measure `name`, with the way out that the catalogue knows."""
    title = source.entry.title if source.entry else f"source {source.name!r}"
    message = f"{title} does not measure `{name}`"
    known = source.entry.cannot.get(name) if source.entry else None
    near = get_close_matches(name, measure_names(source), n=1, cutoff=0.6)
    if known is not None:
        hint = " ".join(known.split())
    elif near:
        hint = f"did you mean `{near[0]}`?"
    else:
        offered = ", ".join(measure_names(source)) or "nothing"
        hint = f"it measures {offered}; name other metrics under `metrics` of the source"
    return Diagnostic(CANNOT_MEASURE, message, span, hint=hint)
