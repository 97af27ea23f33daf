"""Every entry, read as a spec would use it: its expressions give the known answer on exactly the metrics it names."""

from collections.abc import Mapping
from itertools import product
from pathlib import Path

import pytest

from slogen.catalogue.load import entry, entry_names
from slogen.catalogue.model import family
from slogen.ir.signals import SeriesId
from slogen.lower.sli_classification import CELLS
from slogen.lower.sli_events import pair_contract
from slogen.lower.sli_latency import exact
from slogen.lower.sli_rates import summed
from slogen.lower.sli_values import Share, share_value, stated_value, value_of
from slogen.lower.source_measures import event_pair, flow, histogram, reading
from slogen.lower.source_outcomes import series_id
from slogen.promql.ast import Expr
from slogen.promql.parse import parse
from slogen.promql.rewrite import selectors
from slogen.promql.text import show
from tests.catalogue.measured import NOW, SCRAPE, counters, events, question, source, stored, value
from tests.golden import assert_golden
from tests.lower.conditions.asking import lowered

GOLDEN = Path(__file__).parent / "golden"
PER_SECOND = 1000 / SCRAPE


def cases(kind: str) -> list[tuple[str, str]]:
    """Every measure of a kind in the catalogue."""
    return [(name, measure) for name in entry_names() for measure in getattr(entry(name), kind)]


def test_the_promised_servers_are_there() -> None:
    """The catalogue has an entry for each server it promises."""
    promised = {
        "airflow", "argo-workflows", "bentoml", "dcgm", "envoy", "evidently", "fastapi-instrumentator", "feast",
        "flask-exporter", "ingress-nginx", "istio", "kafka-exporter", "knative", "knative-1.18", "knative-1.19",
        "kserve",
        "kube-state-jobs", "kubeflow-pipelines", "litellm", "llama-cpp", "mlflow", "mlserver", "nim", "otel-genai",
        "otel-http", "prometheus-client", "pushgateway", "ray-serve", "sagemaker", "seldon-alibi-detect", "seldon-v1",
        "seldon-v2", "sglang", "slogen-contract", "tei", "tensorflow-serving", "tgi", "torchserve", "triton", "vllm",
    }  # fmt: skip
    assert promised <= set(entry_names())


def expressions(name: str) -> dict[str, Expr]:
    """What every measure of an entry compiles to, by what it is called in the golden file."""
    known, app = entry(name), source({"template": name})
    ask = question(app)
    found: dict[str, Expr] = {}
    for measure in known.ratios:
        pair = event_pair(app, measure)
        assert pair is not None
        contract = pair_contract(app, pair, ask, "x")
        found |= {f"{measure}: bad": contract.bad, f"{measure}: total": contract.total}
    for measure in known.durations:
        measured = histogram(app, measure)
        assert measured is not None
        assert measured.bounds
        bound = measured.bounds[len(measured.bounds) // 2]
        contract = exact(app, measured, bound, ask, valid=measured.valid is not None, native=False)
        found[f"{measure}: bad at {bound}"] = contract.bad
    for measure in (*known.levels, *known.moments):
        stated = reading(app, measure)
        assert stated is not None
        found[f"{measure}: value"] = stated_value(stated)
    for measure in known.flows:
        parts = flow(app, measure)
        assert parts is not None
        found[f"{measure}: rate"] = summed(parts)
    return found


@pytest.mark.parametrize("name", entry_names())
def test_an_entry_says_what_people_ask_for(name: str) -> None:
    """Availability and latency are measured, or the entry names the nearest way out."""
    known = entry(name)
    if known.category in ("model-server", "llm", "web", "mesh"):
        for measure in ("availability", "latency"):
            assert measure in (*known.ratios, *known.durations) or measure in known.cannot, measure
    assert len(known.cannot) == len(set(known.cannot))


@pytest.mark.parametrize(("name", "measure"), cases("ratios"))
def test_ratios_count_bad_and_all_events(name: str, measure: str) -> None:
    """Seven good events and three of each bad kind a scrape give just these rates."""
    app = source({"template": name})
    pair = event_pair(app, measure)
    assert pair is not None
    contract = pair_contract(app, pair, question(app), "x")
    outcomes = events(contract.signals).outcomes
    bad = [outcome.name for outcome in outcomes if outcome.bad]
    storage = stored(counters(outcomes, {outcome.name: 3.0 if outcome.bad else 7.0 for outcome in outcomes}))
    goods = len(outcomes) - len(bad)
    assert value(contract.bad, storage) == pytest.approx(3 * len(bad) * PER_SECOND)
    assert value(contract.total, storage) == pytest.approx((7 * goods + 3 * len(bad)) * PER_SECOND)


@pytest.mark.parametrize(("name", "measure"), cases("ratios"))
def test_ratios_have_no_bad_events_before_the_first(name: str, measure: str) -> None:
    """Where only good events have ever been counted, total has a value and bad is zero or has none."""
    app = source({"template": name})
    pair = event_pair(app, measure)
    assert pair is not None
    contract = pair_contract(app, pair, question(app), "x")
    outcomes = [outcome for outcome in events(contract.signals).outcomes if not outcome.bad]
    storage = stored(counters(outcomes, {outcome.name: 7.0 for outcome in outcomes}))
    assert value(contract.total, storage) == pytest.approx(7 * len(outcomes) * PER_SECOND)
    assert not value(contract.bad, storage)


@pytest.mark.parametrize(("name", "measure"), cases("durations"))
def test_durations_count_slow_events_at_every_bound(name: str, measure: str) -> None:
    """Seven fast, two slow and one invalid event a scrape: two or three of them are bad, at each bound."""
    app = source({"template": name})
    measured = histogram(app, measure)
    assert measured is not None
    assert measured.bounds
    for bound, valid in product(measured.bounds, (False, True) if measured.valid is not None else (False,)):
        contract = exact(app, measured, bound, question(app), valid=valid, native=False)
        outcomes = events(contract.signals).outcomes
        storage = stored(counters(outcomes, {"fast": 7.0, "slow": 2.0, "invalid": 1.0}))
        assert value(contract.bad, storage) == pytest.approx((3 if valid else 2) * PER_SECOND), bound
        assert value(contract.total, storage) == pytest.approx((10 if valid else 9) * PER_SECOND), bound


@pytest.mark.parametrize(("name", "measure"), cases("levels"))
def test_levels_give_the_gauge_or_its_ratio(name: str, measure: str) -> None:
    """A gauge at 3, or its ratio to the gauges it is divided by."""
    app = source({"template": name})
    stated = reading(app, measure)
    assert stated is not None
    gauges: dict[SeriesId, float] = {}
    whole = 0.0
    for number, one in enumerate(dict.fromkeys((stated.series, *stated.over))):
        made = series_id(app, one, {})
        assert made is not None
        gauges[made] = 3.0 + 2 * number
        whole += gauges[made] if one in stated.over else 0.0
    expected = 3.0 / whole if stated.over else 3.0
    assert value(stated_value(stated), stored({}, gauges)) == pytest.approx(expected)


@pytest.mark.parametrize(("name", "measure"), cases("flows"))
def test_flows_add_their_counters(name: str, measure: str) -> None:
    """Each counter goes up by six a scrape, and all of them are added."""
    app = source({"template": name})
    parts = flow(app, measure)
    assert parts is not None
    ids = {series_id(app, one, {}) for one in parts}
    storage = stored({one: 6.0 for one in ids if one is not None})
    assert value(summed(parts), storage) == pytest.approx(6 * len(ids) * PER_SECOND)


@pytest.mark.parametrize(("name", "measure"), cases("moments"))
def test_moments_give_an_age(name: str, measure: str) -> None:
    """A success ten minutes ago is 600 seconds old."""
    app = source({"template": name})
    stated = reading(app, measure)
    assert stated is not None
    one = series_id(app, stated.series, {})
    assert one is not None
    assert value(stated_value(stated), stored({}, {one: NOW / 1000 - 600})) == pytest.approx(600)


CONFUSED = [
    (name, metric)
    for name in entry_names()
    if entry(name).confusion is not None
    for metric in CELLS
    if metric not in entry(name).cannot
]


@pytest.mark.parametrize(("name", "metric"), CONFUSED)
def test_confusion_gives_each_ratio(name: str, metric: str) -> None:
    """Eight true and two false positives, four false and six true negatives a scrape give the textbook ratios."""
    app = source({"template": name})
    cell = {"tp": 8.0, "fp": 2.0, "fn": 4.0, "tn": 6.0}
    expected = {
        "precision": 8 / 10, "recall": 8 / 12, "fpr": 2 / 8, "specificity": 6 / 8, "accuracy": 14 / 20, "f1": 16 / 22,
    }  # fmt: skip
    share = value_of(f"app.{metric}", question(app))
    assert isinstance(share, Share)
    outcomes = share.outcomes({})
    assert outcomes is not None
    steps: dict[SeriesId, float] = {}
    for outcome in outcomes:
        for one, name_ in zip(
            outcome.increments, ("fp", "fn") if outcome.name == "errors" else (outcome.name,), strict=True
        ):
            steps[one] = cell[name_]
    assert value(share_value(share, 3_600_000), stored(steps)) == pytest.approx(expected[metric])


SCORED = [
    (name, value)
    for name in entry_names()
    if (scores := entry(name).scores) is not None
    for value in entry(name).metrics[scores.metric].values[scores.metric_label]
]


@pytest.mark.parametrize(("name", "metric"), SCORED)
def test_scores_are_told_apart_by_their_label(name: str, metric: str) -> None:
    """Of two qualities under one name the wanted one is read."""
    app = source({"template": name})
    scores, stated = entry(name).scores, reading(app, metric)
    assert scores is not None
    assert stated is not None
    one = series_id(app, stated.series, {})
    assert one is not None
    assert dict(one.labels)[scores.metric_label] == metric
    other = SeriesId(one.metric, tuple(sorted({**dict(one.labels), scores.metric_label: "other"}.items())))
    assert value(stated_value(stated), stored({}, {one: 0.75, other: 0.25})) == pytest.approx(0.75)


DRIFTS = [(name, test) for name in entry_names() if (known := entry(name).drift) is not None for test in known.tests]


@pytest.mark.parametrize(("name", "test"), DRIFTS)
def test_drift_is_that_of_the_worst_feature(name: str, test: str) -> None:
    """Of two features the further one decides, in results of a job that ran a minute ago."""
    known = entry(name).drift
    assert known is not None
    far, near, bound = (0.01, 0.5, "below: 0.05") if test.endswith("_pvalue") else (0.4, 0.1, "above: 0.2")
    sources = f"app: {{template: {name}, cadence: 1d}}"
    contract, _ = lowered(f"drift: {{from: app, test: {test}, {bound}}}", sources)
    assert contract is not None
    labels = {**({known.test: known.tests[test]} if known.test else {}), **_plain(known.where)}

    def result(feature: str) -> SeriesId:
        return SeriesId(known.metric, tuple(sorted({**labels, known.feature: feature}.items())))

    gauges = {result("one"): near, result("two"): far}
    if known.last_run:
        gauges[SeriesId(entry(name).moments[known.last_run].metric, ())] = NOW / 1000 - 60
    assert value(contract.expr, stored({}, gauges)) == pytest.approx(far)
    assert value(contract.expr, stored({}, gauges | {result("two"): near})) is None


def _plain(where: Mapping[str, object]) -> dict[str, str]:
    return {label: wanted for label, wanted in where.items() if isinstance(wanted, str)}


@pytest.mark.parametrize("name", entry_names())
def test_only_metrics_of_the_entry_are_asked(name: str) -> None:
    """Every selector of every measure names a metric of the entry, and labels that this metric has."""
    known, app = entry(name), source({"template": name})
    for expr in expressions(name).values():
        for one in selectors(expr):
            metric = family(known.metrics, one.name or "")
            assert metric is not None, one
            assert {matcher.label for matcher in one.matchers} <= {*known.metrics[metric].labels, "le"}, one
            assert app.metric(one.name or "") is not None


@pytest.mark.parametrize("name", entry_names())
def test_expressions_of_an_entry(name: str) -> None:
    """What an entry compiles to, as people will read it; every line parses again."""
    lines: list[str] = []
    for title, expr in expressions(name).items():
        text = show(expr)
        assert parse(text, allow_hole=True) == expr
        lines.append(f"{title}\n    {text}")
    assert_golden(GOLDEN / f"{name}.txt", "\n".join(lines) + "\n")
