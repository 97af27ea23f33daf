"""Each SLI shape on steady counters and gauges: the numbers it must give, and what missing data counts as."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from slogen.diagnostics.model import Diagnostic
from slogen.ir.signals import SeriesId
from slogen.lower.contract import SliContract
from slogen.lower.sli import contract_for
from slogen.lower.sli_question import Context
from slogen.lower.sources import resolve_sources
from slogen.promql.text import show
from slogen.spec.signals import ShortSignal
from slogen.spec.slos import Slo
from slogen.spec.sources import Source
from tests.catalogue.measured import NOW, SCRAPE, WHERE, counters, events, stored, value, values

MODEL = (("model", "m"),)
RATE = 1000 / SCRAPE
SOURCES: dict[str, Any] = {
    "app": {"template": "slogen-contract", "select": {"model": "m"}},
    "jobs": {"template": "slogen-contract", "select": {"job_name": {"matches": "features-.+"}}, "cadence": "1h"},
    "feast": {"template": "feast"},
    "mesh": {"template": "istio", "select": {"destination_service_name": "m"}},
    "own": {
        "select": {"job": "own"},
        "metrics": {
            "requests": {"counter": "requests_total", "bad": {"code": {"matches": "5.."}}},
            "latency": {"histogram": "request_seconds", "unit": "seconds", "native": True},
            "heat": {"gauge": "heat"},
        },
    },
    "bounds": {"template": "slogen-contract", "select": {"model": "m"}, "buckets": ["50ms", "2s"]},
}
SIGNALS = {
    "precision": {"classification": {"from": "app", "metric": "precision"}},
    "helpful": {"from": "own", "bad": "bad_total", "total": "all_total"},
    "heat": {"gauge": {"from": "own", "measure": "heat"}},
}


def answered(sli: dict[str, Any], **more: Any) -> tuple[SliContract | None, list[Diagnostic]]:
    """The contract of an SLI as a spec writes it."""
    written = {name: Source.model_validate(one) for name, one in SOURCES.items()}
    sources, _ = resolve_sources(written, dict.fromkeys(written, WHERE), Path(), SCRAPE)
    adapter: TypeAdapter[ShortSignal] = TypeAdapter(ShortSignal)
    signals = {name: adapter.validate_python(one) for name, one in SIGNALS.items()}
    slo = Slo.model_validate({"objective": "99%", "sli": sli, **more})
    return contract_for("example", slo, Context(sources, signals, SCRAPE), WHERE)


def contract(sli: dict[str, Any], **more: Any) -> SliContract:
    """The contract, which must be there."""
    made, findings = answered(sli, **more)
    assert made is not None, findings
    return made


def rates(made: SliContract, steps: dict[SeriesId, float]) -> tuple[float, float | None]:
    """Bad (zero where it does not exist) and all events a scrape."""
    storage = stored(steps)
    total = value(made.total, storage)
    return (value(made.bad, storage) or 0.0) / RATE, None if total is None else total / RATE


def test_availability() -> None:
    """Errors out of all requests."""
    made = contract({"availability": {"from": "mesh"}})
    steps = counters(events(made.signals).outcomes, {"good": 90.0, "bad": 10.0})
    assert rates(made, steps) == pytest.approx((10, 100))


def test_availability_with_errors_of_ones_own() -> None:
    """`bad` replaces what the template counts as an error; 4xx counts here, 5xx does not."""
    made = contract({"availability": {"from": "mesh", "bad": {"response_code": {"matches": "4.."}}}})
    base = (("destination_service_name", "m"), ("reporter", "destination"))
    steps = {
        SeriesId("istio_requests_total", (*base, ("response_code", c))): n
        for c, n in (("200", 7), ("404", 2), ("503", 1))
    }
    assert rates(made, {one: float(n) for one, n in steps.items()}) == pytest.approx((2, 10))


def test_availability_of_a_counter_of_ones_own() -> None:
    """A source without a template counts what its metrics say."""
    made = contract({"availability": {"from": "own"}})
    steps = counters(events(made.signals).outcomes, {"good": 3.0, "bad": 1.0})
    assert {name for one in steps for name in [one.metric]} == {"requests_total"}
    assert rates(made, steps) == pytest.approx((1, 4))


def test_both_reporters_are_not_added() -> None:
    """The template counts one side of a connection; a spec that names the other side gets that one."""
    assert 'reporter="destination"' in show(contract({"availability": {"from": "mesh"}}).total)
    other = contract({"availability": {"from": "mesh", "where": {"reporter": "source"}}})
    assert 'reporter="source"' in show(other.total)
    assert 'destination",' not in show(other.total).replace("destination_service_name", "")


def test_fast_and_valid() -> None:
    """Slow and invalid events are bad, each once."""
    made = contract({"latency": {"from": "app", "within": "150ms", "valid": True}})
    steps = counters(events(made.signals).outcomes, {"fast": 90.0, "slow": 6.0, "invalid": 4.0})
    assert rates(made, steps) == pytest.approx((10, 100))


def test_no_valid_event_ever() -> None:
    """Where no series of valid events exists, all events are bad, and not none."""
    made = contract({"latency": {"from": "app", "within": "150ms", "valid": True}})
    steps = counters([o for o in events(made.signals).outcomes if o.name == "invalid"], {"invalid": 5.0})
    assert rates(made, steps) == pytest.approx((5, 5))


def test_a_bucket_that_does_not_exist() -> None:
    """A server with other buckets than the catalogue knows makes every event bad, which somebody notices."""
    made = contract({"latency": {"from": "app", "within": "150ms"}})
    steps = {
        one: n
        for one, n in counters(events(made.signals).outcomes, {"fast": 5.0, "slow": 0.0}).items()
        if dict(one.labels).get("le") != "0.15"
    }
    assert rates(made, steps) == pytest.approx((5, 5))


def test_counters_that_were_born_apart() -> None:
    """Rates of buckets and count differ at birth; bad events are never fewer than none."""
    made = contract({"latency": {"from": "app", "within": "150ms"}})
    labels = (*MODEL, ("valid", "true"))
    steps = {
        SeriesId("ml_prediction_duration_seconds_count", labels): 5.0,
        SeriesId("ml_prediction_duration_seconds_bucket", (("le", "0.15"), *labels)): 6.0,
    }
    assert rates(made, steps) == pytest.approx((0, 5))


def test_fast_and_valid_in_different_metrics() -> None:
    """2 slow and 1 failed out of 100, one of them both: the stated bound is 3, the truth 2."""
    made, findings = answered({"latency": {"from": "feast", "within": "50ms", "valid": True}})
    assert made is not None
    assert [finding.code.id for finding in findings] == ["SLO362"]
    steps = counters(events(made.signals).outcomes, {"good": 97.0, "slow": 2.0, "invalid": 1.0})
    assert rates(made, steps) == pytest.approx((3, 100))
    everything = counters(events(made.signals).outcomes, {"good": 0.0, "slow": 60.0, "invalid": 60.0})
    bad, total = rates(made, everything)
    assert bad <= (total or 0)


def test_classic_buckets_given_by_the_user() -> None:
    """`buckets` of the source replace what the catalogue knows."""
    assert 'le=~"2(\\\\.0)?"' in show(contract({"latency": {"from": "bounds", "within": "2s"}}).bad)
    made, findings = answered({"latency": {"from": "bounds", "within": "150ms"}})
    assert made is None
    assert [finding.code.id for finding in findings] == ["SLO356"]


def test_native_histograms() -> None:
    """The share of fast events is asked of the histogram itself, and nothing is asked of an empty one."""
    made = contract({"latency": {"from": "own", "within": "150ms"}})
    assert show(made.total) == 'histogram_count(sum(rate(request_seconds{job="own"}[$window])))'
    assert "histogram_fraction(0, 0.15, " in show(made.bad)
    assert " > 0)" in show(made.bad)


def test_slices_become_one_label() -> None:
    """Declared values keep their name, all others are one slice, whatever the label is called."""
    sliced = {"by": "locale", "values": ["en", "d.e"], "others": "merge"}
    made = contract({"events": "helpful"}, slices=sliced)
    assert made.slices == ("en", "d.e", "others")
    steps: dict[SeriesId, float] = {}
    for locale, bad in (("en", 1.0), ("d.e", 2.0), ("dxe", 4.0), ("fr", 8.0)):
        steps[SeriesId("all_total", (("job", "own"), ("locale", locale)))] = 100.0
        steps[SeriesId("bad_total", (("job", "own"), ("locale", locale)))] = bad
    found = {dict(labels)["slice"]: number / RATE for labels, number in values(made.bad, stored(steps)).items()}
    assert found == pytest.approx({"en": 1, "d.e": 2, "others": 12})


def test_slices_that_do_not_count_are_left_out() -> None:
    """With `others: ignore` only the declared values are read at all."""
    made = contract({"events": "helpful"}, slices={"by": "locale", "values": ["en"], "others": "ignore"})
    assert made.slices == ("en",)
    assert 'locale="en"' in show(made.total)


def test_classification() -> None:
    """Each metric's bad and counted cells."""
    cells = {"tp": 8.0, "fp": 2.0, "fn": 4.0, "tn": 6.0}
    steps = {SeriesId("ml_confusion_total", (*MODEL, ("outcome", cell))): n for cell, n in cells.items()}
    expected = {
        "precision": (2, 10),
        "recall": (4, 12),
        "specificity": (2, 8),
        "fpr": (2, 8),
        "accuracy": (6, 20),
        "f1": (6, 22),
    }
    for metric, pair in expected.items():
        made = contract({"classification": {"from": "app", "metric": metric}})
        assert rates(made, steps) == pytest.approx(pair), metric


def test_jobs_in_time() -> None:
    """Runs that fail or take longer than five minutes are bad; the cadence of the source is the SLI's."""
    made = contract({"jobs": {"from": "jobs", "within": "5m"}})
    assert made.cadence == 3_600_000
    steps = counters(events(made.signals).outcomes, {"fast": 17.0, "slow": 2.0, "invalid": 1.0})
    assert rates(made, steps) == pytest.approx((3, 20))
    plain = contract({"jobs": {"from": "jobs"}})
    steps = counters(events(plain.signals).outcomes, {"good": 9.0, "bad": 1.0})
    assert rates(plain, steps) == pytest.approx((1, 10))


def test_coverage_looks_back_by_the_delay() -> None:
    """Labels that arrive now are compared with predictions of a delay ago, and late bursts are no negative faults."""
    made = contract({"coverage": {"from": "app", "label_delay": "1h"}})
    assert "offset 1h" in show(made.total)
    asked, joined = SeriesId("ml_predictions_total", MODEL), SeriesId("ml_labels_joined_total", MODEL)
    assert rates(made, {asked: 10.0, joined: 8.0}) == pytest.approx((2, 10))
    assert rates(made, {asked: 10.0, joined: 30.0}) == pytest.approx((0, 10))


def judged(made: SliContract, gauges: dict[SeriesId, float]) -> tuple[float, float | None]:
    """Bad (zero where it does not exist) and total of a sampled SLI at one tick."""
    storage = stored({}, gauges)
    return value(made.bad, storage) or 0.0, value(made.total, storage)


HEAT = SeriesId("heat", (("job", "own"),))


@pytest.mark.parametrize(("no_data", "missing"), [("bad", (1, 1)), ("good", (0, 1)), ("ignore", (0, None))])
@pytest.mark.parametrize("broken", [None, float("nan")])
def test_a_gauge_that_says_nothing(no_data: str, missing: tuple[float, float | None], broken: float | None) -> None:
    """A missing value and NaN count as the spec says, never by the accident of a comparison."""
    made = contract({"gauge": {"of": "heat", "at_most": 50, "no_data": no_data}})
    assert judged(made, {HEAT: 40.0}) == (0, 1)
    assert judged(made, {HEAT: 60.0}) == (1, 1)
    assert judged(made, {} if broken is None else {HEAT: broken}) == missing


def test_a_gauge_at_its_bound_is_good() -> None:
    """Both bounds belong to the good side."""
    assert judged(contract({"gauge": {"of": "heat", "at_most": 50}}), {HEAT: 50.0}) == (0, 1)
    assert judged(contract({"gauge": {"of": "heat", "at_least": 50}}), {HEAT: 50.0}) == (0, 1)


def test_freshness_of_the_oldest_job() -> None:
    """One stale job among several is stale; a job seen twice is as young as its newest success."""
    made = contract({"freshness": {"from": "jobs", "within": "2h"}})
    assert made.reaction == 2 * 3_600_000

    def succeeded(*ages: tuple[str, str, float]) -> dict[SeriesId, float]:
        return {
            SeriesId("ml_job_last_success_timestamp_seconds", (("instance", i), ("job_name", f"features-{job}"))): NOW
            / 1000
            - age
            for job, i, age in ages
        }

    assert judged(made, succeeded(("a", "1", 600), ("b", "1", 600))) == (0, 1)
    assert judged(made, succeeded(("a", "1", 600), ("b", "1", 9000))) == (1, 1)
    assert judged(made, succeeded(("a", "1", 600), ("a", "2", 90000))) == (0, 1)
    assert judged(made, {}) == (1, 1)


def test_freshness_that_the_server_computes() -> None:
    """Feast states an age, not a time."""
    made = contract({"freshness": {"from": "feast", "within": "2h"}})
    one = SeriesId("feast_feature_freshness_seconds", (("feature_view", "x"), ("project", "p")))
    assert judged(made, {one: 600.0}) == (0, 1)
    assert judged(made, {one: 9000.0}) == (1, 1)


def test_timeslices() -> None:
    """An hour with too few labels is not judged; one with enough is good or bad as a whole."""
    made = contract({"timeslice": {"of": "precision", "at_least": "95%", "over": "1h", "min_events": 200}})
    assert (made.kind, made.cadence, made.reaction) == ("sampled", 3_600_000, 3_600_000)
    tp, fp = (SeriesId("ml_confusion_total", (*MODEL, ("outcome", cell))) for cell in ("tp", "fp"))

    def tick(good: float, bad: float) -> tuple[float, float | None]:
        storage = stored({tp: good, fp: bad})
        return value(made.bad, storage) or 0.0, value(made.total, storage)

    assert tick(96.0, 4.0) == (0, 1)
    assert tick(94.0, 6.0) == (1, 1)
    assert tick(1.0, 0.5) == (0, None)
    assert tick(0.0, 0.0) == (0, None)
    storage = stored({fp: 10.0})
    assert (value(made.bad, storage), value(made.total, storage)) == (1, 1), "no true positive ever is a precision of 0"


def test_a_ratio_of_ones_own() -> None:
    """PromQL with a window; good events are turned into bad ones."""
    good = {"good": 'sum(rate(requests_total{code="200"}[$window]))', "total": "sum(rate(requests_total[$window]))"}
    made = contract({"ratio": good})
    ok, failed = (SeriesId("requests_total", (("code", code),)) for code in ("200", "500"))
    assert rates(made, {ok: 9.0, failed: 1.0}) == pytest.approx((1, 10))
    assert rates(made, {failed: 1.0}) == pytest.approx((1, 1))
    assert {outcome.name for outcome in events(made.signals).outcomes} == {"good", "bad"}
