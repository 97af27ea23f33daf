"""The raw queries that a board may draw for a source: every measure that is known to be there, in its row."""

from collections.abc import Callable, Collection, Iterator

from slogen.catalogue import picks
from slogen.ir.signals import PanelQuery
from slogen.lower.sli_rates import or_zero, ratio, remainder, summed
from slogen.lower.source_facts import ResolvedSource
from slogen.lower.source_measures import (
    EventPair,
    Histogram,
    Reading,
    SeriesSet,
    event_pair,
    flow,
    histogram,
    measure_names,
    metrics_of,
    reading,
    series,
)
from slogen.promql import build as q
from slogen.promql.ast import Matcher, Selector

_ROWS = {
    "availability": "errors", "validity": "errors", "success": "errors",
    "requests": "traffic", "predictions": "traffic", "prompt_tokens": "traffic", "generation_tokens": "traffic",
    "score": "predictions", "confidence": "predictions",
    "drift_checks": "drift",
    "null_ratio": "features", "out_of_range": "features", "schema_violations": "features", "suite": "features",
    "freshness": "features", "last_success": "jobs", "jobs": "jobs", "job_time": "jobs",
    "coverage": "quality", "labels": "quality", "last_label": "quality", "last_evaluation": "quality",
    "last_run": "drift",
    "disagreement": "canary",
    "clicks": "business",
    "cost": "cost",
}  # fmt: skip
"""The row of a measure by its name; the rest goes by what kind of measure it is."""

_QUANTILES = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
_TOP = 20

Known = Callable[[SeriesSet], bool]


def source_panels(source: ResolvedSource, read: Collection[str]) -> tuple[PanelQuery, ...]:
    """Panels for the measures of a source whose series exist for sure.

    They do where the saved page shows them or, without a page, where rules read them (`read` are metric names): a panel
    for what the catalogue merely knows of would be empty for ever. What an entry offers under two names is drawn once.
    """

    def exists(metric: str) -> bool:
        names = (metric, f"{metric}_bucket")
        return any(map(source.page.of, names)) if source.page is not None else any(name in read for name in names)

    def known(one: SeriesSet) -> bool:
        return exists(one.metric)

    names = [name for name in measure_names(source) if any(map(exists, metrics_of(source, name)))]
    panels = [panel for name in names for panel in _measure(source, name, known)]
    panels += _drift(source, known)
    panels += _scores(source, known)
    panels += _confusion(source, known)
    panels += _versions(source, known)
    first: dict[object, PanelQuery] = {}
    for panel in panels:
        first.setdefault((panel.kind, tuple(expr for _, expr in panel.series)), panel)
    return tuple(first.values())


def _measure(source: ResolvedSource, name: str, known: Known) -> Iterator[PanelQuery]:
    pair = event_pair(source, name)
    if pair is not None and all(map(known, (*pair.total, *pair.bad, *pair.good))):
        yield _ratio(name, pair)
    counters = flow(source, name)
    if pair is None and counters is not None and all(map(known, counters)):
        yield _flow(source, name, counters)
    distribution = histogram(source, name)
    if distribution is not None and not distribution.native and known(distribution.series):
        yield from _distribution(name, distribution)
    level = reading(source, name)
    if level is not None and known(level.series) and not _is_score(source, level):
        yield _reading(name, level)


def _is_score(source: ResolvedSource, level: Reading) -> bool:
    return bool(source.entry and source.entry.scores and source.entry.scores.metric == level.series.metric)


def _ratio(name: str, pair: EventPair) -> PanelQuery:
    total = summed(pair.total)
    wrong = or_zero(summed(pair.bad), total) if pair.bad else remainder(total, summed(pair.good))
    row = _ROWS.get(name, "errors")
    about = f"{pair.title}: share of all events, 0 where there are events and none of them is."
    return PanelQuery(row, pair.title, about, "percentunit", "timeseries", ((name, ratio(wrong, total)),))


def _flow(source: ResolvedSource, name: str, counters: tuple[SeriesSet, ...]) -> PanelQuery:
    titles = source.entry.flows if source.entry else {}
    title = titles[name].title if name in titles else name
    row = _ROWS.get(name, "traffic")
    return PanelQuery(row, title, f"{title} per second.", "cps", "timeseries", ((name, summed(counters)),))


def _distribution(name: str, found: Histogram) -> Iterator[PanelQuery]:
    row = _ROWS.get(name, "latency")
    unit = {1: "s", 1000: "ms", 1_000_000: "µs"}.get(int(found.per_second or 0), "none")
    counted = q.call("increase", q.over(_selected(found.series.named(f"{found.series.metric}_bucket")), q.WINDOW))
    buckets = q.sum_by(counted, "le")
    quantiles = tuple((legend, q.histogram_quantile(quantile, buckets)) for legend, quantile in _QUANTILES)
    about = f"{found.title}: half, 95 % and 99 % of events are at or below these, interpolated within a bucket."
    yield PanelQuery(row, found.title, about, unit, "timeseries", quantiles)
    about = f"{found.title}: how many events fell into which bucket."
    yield PanelQuery(row, f"{found.title} (distribution)", about, unit, "heatmap", (("{{le}}", buckets),))


def _reading(name: str, level: Reading) -> PanelQuery:
    value = _selected(level.series)
    if level.timestamp:
        age = q.sub(q.time(), q.aggregate("max", value, by=level.each))
        title = f"{level.title}: age"
        legend = " ".join(f"{{{{{label}}}}}" for label in level.each) or name
        about = f"{level.title}: how long ago it last happened."
        return PanelQuery(_ROWS.get(name, "features"), title, about, "s", "timeseries", ((legend, age),))
    row = _ROWS.get(name, "saturation")
    shown = q.aggregate(level.aggregate, value)
    about = f"{level.title}: the {level.aggregate} over all series of this model."
    return PanelQuery(row, level.title, about, "none", "timeseries", ((name, shown),))


def _drift(source: ResolvedSource, known: Known) -> Iterator[PanelQuery]:
    drift = source.entry.drift if source.entry else None
    if drift is None or not known(chosen := series(source, drift.metric)):
        return
    labels = (drift.feature, drift.test) if drift.test else (drift.feature,)
    worst = q.topk_by(_TOP, q.aggregate("max", _selected(chosen), by=labels))
    legend = " ".join(f"{{{{{label}}}}}" for label in labels)
    about = f"{drift.title}, up to {_TOP} features; the thresholds are those of the alerts below."
    yield PanelQuery("drift", drift.title, about, "none", "timeseries", ((legend, worst),))
    about = f"{drift.title}, the worst now."
    yield PanelQuery("drift", "Most drifted features", about, "none", "table", (("Value", worst),))


def _scores(source: ResolvedSource, known: Known) -> Iterator[PanelQuery]:
    scores = source.entry.scores if source.entry else None
    if scores is None or not known(chosen := series(source, scores.metric)):
        return
    label = scores.metric_label
    value = q.avg_by(_selected(chosen), label)
    about = f"{scores.title} as an evaluation job last computed it."
    yield PanelQuery("quality", scores.title, about, "none", "timeseries", ((f"{{{{{label}}}}}", value),))


def _confusion(source: ResolvedSource, known: Known) -> Iterator[PanelQuery]:
    found = source.entry.confusion if source.entry else None
    if found is None or not known(series(source, found.tp.metric)):
        return

    def rate(*metric_and_where: tuple[str, tuple[Matcher, ...]]) -> q.Vector:
        return summed([series(source, metric, where) for metric, where in metric_and_where])

    tp, fp, fn = ((part.metric, picks.matchers(part.where)) for part in (found.tp, found.fp, found.fn))
    claimed, real = rate(tp, fp), rate(tp, fn)
    shown = (
        ("precision", ratio(or_zero(rate(tp), claimed), claimed)),
        ("recall", ratio(or_zero(rate(tp), real), real)),
    )
    about = f"{found.title}: precision and recall of predictions whose label arrived in the window."
    yield PanelQuery("quality", "Precision and recall", about, "percentunit", "timeseries", shown)


def _versions(source: ResolvedSource, known: Known) -> Iterator[PanelQuery]:
    """Traffic and errors by version, side by side: a canary against the version that serves the rest."""
    label = source.entry.canary if source.entry else None
    pair = event_pair(source, "availability")
    if label is None or pair is None or len(pair.total) != 1 or len(pair.bad) != 1 or not known(pair.total[0]):
        return
    if label not in (source.labels(pair.total[0].metric) or ()):
        return
    total, bad = (_by_version(side[0], label) for side in (pair.total, pair.bad))
    legend = f"{{{{{label}}}}}"
    share = q.div(q.or_(bad, q.mul(0, total)), q.gt(total, 0))
    yield PanelQuery(
        "canary", "Traffic by version", "Events per second of each version.", "cps", "timeseries", ((legend, total),)
    )
    about = f"{pair.title}, by version: a canary should not be above the others."
    yield PanelQuery("canary", f"{pair.title} by version", about, "percentunit", "timeseries", ((legend, share),))


def _by_version(one: SeriesSet, label: str) -> q.Vector:
    return q.sum_by(q.rate(q.over(_selected(one), q.WINDOW)), label)


def _selected(one: SeriesSet) -> Selector:
    return q.selector(one.metric, *one.matchers)
