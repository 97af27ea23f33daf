"""The condition on drift tests: which statistic, which features, how many results in a row, and how fresh."""

from decimal import Decimal

from slogen.catalogue import picks
from slogen.diagnostics.model import Code, Diagnostic, Severity
from slogen.ir.signals import GaugeSignal, SeriesId
from slogen.ir.witness import Behaviour, Level
from slogen.lower.condition_told import Answer, Told, shown, window
from slogen.lower.sli_question import Question
from slogen.lower.sli_rates import summed
from slogen.lower.source_checks import check_conditions, check_metric
from slogen.lower.source_facts import ResolvedSource
from slogen.lower.source_labels import spec_matchers
from slogen.lower.source_measures import Reading, SeriesSet, flow, missing, reading, series
from slogen.lower.source_outcomes import series_id
from slogen.promql import build as q
from slogen.spec.conditions import Drift

WRONG_DIRECTION = Code(
    "SLO368",
    "drift-direction",
    Severity.ERROR,
    "the bound is on the harmless side of the test",
    """\
A p-value is small where distributions differ, so it is alerted on with `below`; a statistic or distance (psi, ks_stat,
wasserstein_norm, js, kl, hellinger, l_infinity) is large there, so it is alerted on with `above`.
""",
)
STALE_DRIFT = Code(
    "SLO369",
    "drift-freshness-unknown",
    Severity.WARNING,
    "nothing says when the drift results were made",
    """\
A gauge keeps its last value when the job behind it dies, so an alert on it may go on firing, or stay silent, for ever.
Export the time of the last run (`ml_drift_last_run_timestamp_seconds`) and name it under `metrics` as `last_run`.
""",
)
NOT_P_VALUES = Code(
    "SLO370",
    "correction-needs-p-values",
    Severity.ERROR,
    "only p-values can be corrected for many tests",
    """\
Bonferroni's correction divides the significance level by the number of tests. It means nothing for a distance: choose a
test whose result is a p-value, or remove `correction`.
""",
)


def drift(shape: Drift, ask: Question) -> Answer:
    """The worst of the features has drifted (or a share of them), in results that are fresh.

    "n results in a row" looks at every result of the last n - 1 periods and asks that the job has really run so often
    in them: a gauge that stands still is one result, however long. A little slack covers the job's jitter and that a
    range does not contain its left end.
    """
    source = ask.source(shape.source)
    if source is None:
        return None, []
    results = _results(source, shape)
    if results is None:
        return None, [missing(source, "drift", ask.at("from"))]
    bound, above = (shape.above, True) if shape.above is not None else (shape.below, False)
    if bound is None:
        return None, []
    findings = check_metric(source, (results.metric,), ("gauge",), ask.at("from"))
    findings += check_conditions(source, results.metric, results.matchers, lambda _: ask.at("features"))
    wrong = _direction(shape, ask, above)
    if wrong is not None:
        return None, [*findings, wrong]
    plain = _verdict(shape, source, results, float(bound.value), above, ask)
    guards, missed = _guards(shape, source, ask)
    says = _says(shape, bound.value, above)
    return _told(shape, source, results, q.all_of([plain, *guards], q.on()), says, ask), [*findings, *missed]


def _results(source: ResolvedSource, shape: Drift) -> SeriesSet | None:
    """The gauges of the test's results for the features that count."""
    where = spec_matchers(shape.where)
    own = source.written.metrics.get("drift")
    if own is not None and own.gauge is not None:
        told = [*spec_matchers(own.where), *where]
        feature, test = own.labels.get("feature", "feature"), own.labels.get("test")
        told += [q.one_of(feature, shape.features)] if shape.features else []
        told += [q.one_of(test, (shape.test,))] if test else []
        return series(source, own.gauge, tuple(told))
    known = source.entry.drift if source.entry else None
    if known is None or shape.test not in known.tests:
        return None
    told = [*picks.matchers(known.where), *where]
    told += [q.one_of(known.feature, shape.features)] if shape.features else []
    told += [q.one_of(known.test, (known.tests[shape.test],))] if known.test else []
    return series(source, known.metric, tuple(told))


def _feature_label(source: ResolvedSource) -> str:
    own = source.written.metrics.get("drift")
    if own is not None and own.gauge is not None:
        return own.labels.get("feature", "feature")
    return source.entry.drift.feature if source.entry and source.entry.drift else "feature"


def _direction(shape: Drift, ask: Question, above: bool) -> Diagnostic | None:
    p_value = shape.test.endswith("_pvalue")
    if shape.correction == "bonferroni" and not p_value:
        return Diagnostic(NOT_P_VALUES, f"{shape.test} is no p-value", ask.at("correction"), hint="remove `correction`")
    if p_value is not above:
        return None
    written, right = ("above", "below") if above else ("below", "above")
    message = f"{shape.test} is {'small' if p_value else 'large'} where data has drifted, so `{written}` is harmless"
    return Diagnostic(WRONG_DIRECTION, message, ask.at(written), hint=f"write `{right}`")


def _verdict(
    shape: Drift, source: ResolvedSource, results: SeriesSet, bound: float, above: bool, ask: Question
) -> q.Vector:
    """The worst result (or the share of bad ones) where it is beyond the bound."""
    gauge = q.selector(results.metric, *results.matchers)
    each: q.Vector = gauge
    if shape.consecutive_runs > 1:
        spell = _spell(shape, source, ask)
        each = q.min_over_time(q.over(gauge, spell)) if above else q.max_over_time(q.over(gauge, spell))
    elif shape.within is not None:
        each = q.max_over_time(q.over(gauge, shape.within)) if above else q.min_over_time(q.over(gauge, shape.within))
    if shape.share_of_features is not None:
        bad = q.gt(each, bound) if above else q.lt(each, bound)
        return q.gt(q.div(q.count_by(bad), q.count_by(each)), float(shape.share_of_features))
    if above:
        return q.gt(q.max_by(each), bound)
    worst: q.Vector = q.min_by(each)
    if shape.correction == "bonferroni":
        worst = q.clamp_max(q.mul(worst, q.count_by(each)), 1)
    return q.lt(worst, bound)


def _spell(shape: Drift, source: ResolvedSource, ask: Question) -> int:
    """The range that holds exactly the last n results while they are fresh, ms."""
    return (shape.consecutive_runs - 1) * source.cadence + _slack(source, ask)


def _slack(source: ResolvedSource, ask: Question) -> int:
    return max(2 * ask.context.scrape_interval, source.cadence // 20)


def _last_run(source: ResolvedSource) -> Reading | None:
    own = reading(source, "last_run")
    if own is not None:
        return own
    known = source.entry.drift if source.entry else None
    return reading(source, known.last_run) if known is not None and known.last_run else None


def _guards(shape: Drift, source: ResolvedSource, ask: Question) -> tuple[list[q.Vector], list[Diagnostic]]:
    """What must hold besides: fresh results, enough distinct runs, enough rows."""
    guards: list[q.Vector] = []
    findings: list[Diagnostic] = []
    run = _last_run(source)
    if run is None:
        message = f"source {source.name!r} does not say when its drift job last ran"
        findings.append(
            Diagnostic(STALE_DRIFT, message, ask.at("from"), hint="name the gauge under `metrics` as `last_run`")
        )
    else:
        stamp = q.selector(run.series.metric, *run.series.matchers)
        fresh = (2 * source.cadence + _slack(source, ask) + (shape.within or 0)) / 1000
        guards.append(q.lt(q.sub(q.time(), q.max_by(stamp)), fresh))
        if shape.consecutive_runs > 1:
            runs = q.max_by(q.changes(q.over(stamp, _spell(shape, source, ask))))
            guards.append(q.ge(runs, shape.consecutive_runs - 1))
    if shape.min_rows:
        rows = flow(source, "rows")
        if rows is None:
            findings.append(missing(source, "rows", ask.at("min_rows")))
        else:
            seen = summed(rows, None, max(source.cadence, q.HOUR), "increase", keep=(_feature_label(source),))
            guards.append(q.ge(q.min_by(seen), shape.min_rows))
    return guards, findings


def _says(shape: Drift, bound: Decimal, above: bool) -> str:
    named = ", ".join(shape.features) or "any feature"
    sign = "above" if above else "below"
    text = f"{shape.test} of {named} is {sign} {shown(bound)}"
    if shape.share_of_features is not None:
        share = shown(shape.share_of_features * 100)
        text = f"{shape.test} is {sign} {shown(bound)} for more than {share}% of the features"
    if shape.consecutive_runs > 1:
        text += f" in {shape.consecutive_runs} results in a row"
    return text + (f", at any time in the last {window(shape.within)}" if shape.within else "")


def _told(shape: Drift, source: ResolvedSource, results: SeriesSet, expr: q.Vector, says: str, ask: Question) -> Told:
    found = _features(source, shape, results)
    if not found:
        return Told(expr, says, (), {}, {}, proven=False)
    bound = float((shape.above or shape.below).value)  # type: ignore[union-attr]  # exactly one is there
    good, bad = (bound / 2, bound * 2) if shape.above is not None else (min(1.0, bound * 10), bound / 100)
    signal = GaugeSignal(
        "-".join([f"{source.name}.drift-{shape.test}", *shape.features]),
        source.name,
        found,
        good,
        bad,
        source.cadence,
        False,
        ask.where,
    )
    well: dict[str, Behaviour] = {signal.id: Level(good, None)}
    ill: dict[str, Behaviour] = {signal.id: Level(bad, None)}
    signals: tuple[GaugeSignal, ...] = (signal,)
    misses: tuple[dict[str, Behaviour], ...] = ()
    run = _last_run(source)
    stamp = None if run is None else series_id(source, run.series, {})
    if run is not None and stamp is not None:
        old = (4 * source.cadence + (shape.within or 0)) / 1000
        beat = GaugeSignal(
            f"{source.name}.{run.series.metric}", source.name, (stamp,), 0.0, old, source.cadence, True, ask.where
        )
        signals = (signal, beat)
        well[beat.id] = ill[beat.id] = Level(0.0, None)
        misses = ({beat.id: Level(old, None)},)
    spell = _spell(shape, source, ask) if shape.consecutive_runs > 1 else 0
    delay = spell + source.cadence + ask.context.scrape_interval
    return Told(expr, says, signals, well, ill, misses, spell, delay)


def _features(source: ResolvedSource, shape: Drift, results: SeriesSet) -> tuple[SeriesId, ...]:
    """One series a feature: those named, else those on the page, else two invented ones."""
    label = _feature_label(source)
    names = shape.features or source.values(results.metric, label) or ("first", "second")
    without = SeriesSet(results.metric, tuple(m for m in results.matchers if m.label != label))
    found = [series_id(source, without, {label: name}) for name in names]
    return tuple(one for one in found if one is not None)
