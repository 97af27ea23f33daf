"""What a server cannot measure is said where it is asked for, with the nearest way out."""

from decimal import Decimal
from itertools import pairwise

import pytest

from slogen.catalogue.load import entry, entry_names
from slogen.diagnostics.model import Diagnostic, Span
from slogen.lower.sli_bounds import shown_bound
from slogen.lower.sli_classification import CELLS, classification
from slogen.lower.sli_events import availability, jobs
from slogen.lower.sli_latency import job_time, latency
from slogen.lower.sli_sampled import freshness
from slogen.lower.source_measures import Histogram, event_pair, histogram, measure_names, missing
from slogen.spec.slis import Availability, Classification, Freshness, Jobs, Latency
from tests.catalogue.measured import question, source

HERE = Span("specs/example.yaml", 1, 1, 1, 2)


def cannot(*measures: str) -> list[tuple[str, str]]:
    """Every entry that says why it has none of these measures."""
    return [(name, measure) for name in entry_names() for measure in measures if measure in entry(name).cannot]


def asked(name: str, measure: str) -> list[Diagnostic]:
    """The findings of the SLI shape that would ask an entry for a measure."""
    app = source({"template": name})
    ask = question(app)
    match measure:
        case "availability":
            return availability(Availability.model_validate({"from": "app"}), ask)[1]
        case "latency":
            return latency(Latency.model_validate({"from": "app", "within": "1s"}), ask)[1]
        case "time_to_first_token" | "time_per_output_token":
            return latency(Latency.model_validate({"from": "app", "within": "1s", "quantity": measure}), ask)[1]
        case "jobs":
            return jobs(Jobs.model_validate({"from": "app"}), ask)[1]
        case "job_time":
            return job_time(Jobs.model_validate({"from": "app", "within": "5m"}), ask)[1]
        case "last_success" | "freshness":
            return freshness(Freshness.model_validate({"from": "app", "within": "2h", "measure": measure}), ask)[1]
        case _:
            return classification(Classification.model_validate({"from": "app", "metric": measure}), ask)[1]


SHAPES = (
    "availability", "latency", "time_to_first_token", "time_per_output_token", "jobs", "job_time", "last_success",
    "freshness", *CELLS,
)  # fmt: skip


@pytest.mark.parametrize(("name", "measure"), cannot(*SHAPES))
def test_what_is_not_measured_is_said_with_the_way_out(name: str, measure: str) -> None:
    """The SLI shape that needs it gives one error, whose hint is the entry's own."""
    [found] = asked(name, measure)
    assert found.code.id == "SLO357"
    assert found.hint == " ".join(entry(name).cannot[measure].split())
    assert f"`{measure}`" in found.message


def test_every_kind_of_gap_is_there() -> None:
    """Servers without an error counter, without a latency per model, and without a time of jobs are told apart."""
    assert {"kserve", "llama-cpp", "dcgm"} <= {name for name, _ in cannot("availability")}
    assert {"seldon-v2", "mlserver", "torchserve", "knative-1.19"} <= {name for name, _ in cannot("latency")}
    assert {"airflow", "kube-state-jobs", "pushgateway"} <= {name for name, _ in cannot("job_time")}
    assert {name for name, _ in cannot("valid_latency")} >= {"vllm", "triton", "tensorflow-serving", "kserve"}


@pytest.mark.parametrize("name", [name for name, _ in cannot("valid_latency")])
def test_fast_and_valid_is_a_stated_bound_or_refused(name: str) -> None:
    """Where no histogram tells both, the objective counts slow and invalid events apart and says so, or is refused."""
    app = source({"template": name, "buckets": ["1s"]})
    measured = histogram(app, "latency")
    assert measured is not None
    assert measured.valid is None
    shape = Latency.model_validate({"from": "app", "within": "1s", "valid": True})
    contract, findings = latency(shape, question(app))
    told = {finding.code.id for finding in findings}
    if event_pair(app, "validity") or event_pair(app, "availability"):
        assert "SLO362" in told
        assert contract is not None
    else:
        assert told == {"SLO357"}
        assert contract is None


def between(name: str, measure: str) -> tuple[Histogram, Decimal, Decimal] | None:
    """A distribution of times with two of its neighbouring bounds, near the middle, that are milliseconds apart."""
    measured = histogram(source({"template": name}), measure)
    if measured is None or measured.per_second is None or measured.bounds is None:
        return None
    pairs = list(pairwise(measured.bounds))
    apart = [(low, high) for low, high in pairs if high - low > measured.per_second / 500]
    return (measured, *apart[len(apart) // 2]) if apart else None


TIMES = [(name, measure) for name in entry_names() for measure in entry(name).durations if between(name, measure)]


def test_nearly_all_distributions_are_times() -> None:
    """The cases below leave out scores and the like, and nothing else."""
    every = {(name, measure) for name in entry_names() for measure in entry(name).durations}
    assert every - set(TIMES) == {("slogen-contract", "score")}


@pytest.mark.parametrize(("name", "measure"), TIMES)
def test_a_threshold_between_bounds_names_both(name: str, measure: str) -> None:
    """For every time of every entry a threshold that is no bound is refused, and the nearest ones are named."""
    found = between(name, measure)
    assert found is not None
    measured, low, high = found
    within = f"{int((low + high) / 2 / (measured.per_second or 1) * 1000)}ms"
    shape = Latency.model_validate({"from": "app", "within": within, "quantity": measure})
    contract, findings = latency(shape, question(source({"template": name})))
    assert contract is None
    [finding] = [finding for finding in findings if finding.code.id == "SLO356"]
    assert finding.hint is not None
    for bound in (low, high):
        assert shown_bound(bound, measured) in finding.hint


@pytest.mark.parametrize("name", entry_names())
def test_a_misspelt_measure_is_suggested(name: str) -> None:
    """A measure with its last letter lost is not measured, and the right one is suggested."""
    app = source({"template": name})
    for measure in measure_names(app):
        wrong = measure[:-1]
        if len(measure) < 5 or wrong in measure_names(app) or wrong in entry(name).cannot:
            continue
        assert missing(app, wrong, HERE).hint == f"did you mean `{measure}`?"
