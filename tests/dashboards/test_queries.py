"""Every query of every panel, run on a real Prometheus that holds four weeks of a fleet with an incident."""

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from slogen.backends.grafana.layout import place
from slogen.backends.grafana.section_repeated import repeated_section
from slogen.backends.grafana.series import in_component
from slogen.preview.interpolate import Choice, TimeRange, default_choices
from slogen.promql.ast import MatchOp
from slogen.promql.build import matcher
from tests.dashboards import history
from tests.dashboards.asking import Sample, ask
from tests.dashboards.boards import Asked, Json, boards, panel_named, queries
from tests.dashboards.program import FLEET, environment_of, program_of
from tests.engine.backfill import RETENTION, write_blocks
from tests.engines.servers import prometheus

pytestmark = pytest.mark.engine

PROGRAM = program_of(environment_of(FLEET))
BOARDS = boards(PROGRAM)
FRAUD, OVERVIEW, CHAT = (
    BOARDS[f"production/{stem}.json"] for stem in ("fraud-detector", "_overview", "support-chatbot")
)
SPANS = {"1h": history.HOUR, "24h": history.DAY, "30d": 30 * history.DAY}
CHOSEN = {
    "team": ("payments-ml", "support-ml"),
    "criticality": ("high", "low"),
    "model": ("fraud-detector", "support-chatbot"),
}
SLOS = {f"production/{c.name}.json": tuple(slo.name for slo in c.slos) for c in PROGRAM.environments[0].components}


@pytest.fixture(scope="module")
def server(prometheus35: Path, promtool35: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Prometheus with the history of the fleet."""
    folder = tmp_path_factory.mktemp("dashboards")
    write_blocks(promtool35, history.openmetrics(history.recorded_history(PROGRAM), history.END), folder / "data")
    config = folder / "prometheus.yml"
    config.write_text("global: {scrape_interval: 1m}\n")
    with prometheus(prometheus35, config, folder / "data", RETENTION.replace("90d", "100y")) as url:
        yield url


def _shown(span: str) -> TimeRange:
    return TimeRange(history.END - SPANS[span], history.END)


def _choices(path: str, how: str) -> dict[str, Choice]:
    everything = default_choices(BOARDS[path])
    if how == "all":
        return everything
    values = CHOSEN | {"slo": SLOS.get(path, ())}
    return {name: Choice(values[name][: 1 if how == "one" else 2]) for name in everything}


@pytest.mark.parametrize(("path", "span"), list(itertools.product(BOARDS, SPANS)))
@pytest.mark.parametrize("how", ["all", "one", "two"])
def test_every_query_answers(server: str, path: str, span: str, how: str) -> None:
    """No query fails, none is empty where the data has an answer, and shares and budgets stay within their bounds."""
    choices = _choices(path, how)
    empty, outside = [], []
    for asked in queries(BOARDS[path]):
        samples = ask(server, asked, _shown(span), choices)
        if not samples and not _rightly_empty(server, path, asked, (span, choices)):
            empty.append((asked.panel["title"], asked.target["expr"]))
        outside += [(asked.panel["title"], sample) for sample in samples if not _natural(asked, sample)]

    assert empty == []
    assert outside == []


def _rightly_empty(server: str, path: str, asked: Asked, when: tuple[str, dict[str, Choice]]) -> bool:
    """Where there is no answer to give: no such alert was there, or a budget that nobody spends is never spent."""
    span, choices = when
    expr = asked.target["expr"]
    if "store" in path and "exhaustion_seconds" in expr:
        return True
    alerts = re.findall(r"ALERTS{[^}]*}", expr)
    panel = {"interval": "60s", "title": ""}
    seen = [
        ask(
            server,
            Asked(panel, {"expr": f"count_over_time({alert}[$__range])", "instant": True}),
            _shown(span),
            choices,
        )
        for alert in alerts
    ]
    return bool(alerts) and not any(seen)


def _natural(asked: Asked, sample: Sample) -> bool:
    """Whether a value can be what its panel says it is: no share above one; no negative count, duration or rate."""
    if asked.panel["fieldConfig"]["defaults"]["unit"] == "percentunit":
        return -1e5 < sample.value <= 1 + 1e-9
    return sample.value >= 0 or (asked.panel["title"].startswith("Objectives") and sample.value > -1e5)


def _one(server: str, board: Json, title: str, span: str, ref: str = "A") -> list[Sample]:
    panel = panel_named(board, title)
    (target,) = [t for t in panel["targets"] if t["refId"] == ref]
    return ask(server, Asked(panel, target), _shown(span), default_choices(board))


def _fraud_error_ratio() -> float:
    """Over the four weeks there are, by hand."""
    outage = (history.OUTAGE[1] - history.OUTAGE[0]) / (history.END - history.START)
    return history.BASELINE * (1 - outage) + history.OUTAGE_RATIO * outage


def test_known_budget_and_sli(server: str) -> None:
    """The objectives table says what the incident must have cost."""
    budget = {s.labels["slo"]: s.value for s in _one(server, FRAUD, "Objectives", "24h", "A")}
    sli = {s.labels["slo"]: s.value for s in _one(server, FRAUD, "Objectives", "24h", "B")}

    assert sli["availability"] == pytest.approx(1 - _fraud_error_ratio(), rel=1e-4)
    assert budget["availability"] == pytest.approx(1 - _fraud_error_ratio() / 0.001, abs=0.01)
    assert sli["latency"] == pytest.approx(0.98, abs=1e-3)


def test_a_repeated_row_says_what_own_rows_say(server: str) -> None:
    """The row for models with many SLOs answers every query, and its burn rate is that of the SLO's own row."""
    environment = PROGRAM.environments[0]
    component = next(part for part in environment.components if part.name == "fraud-detector")
    scope = (*in_component(environment, component), matcher("slo", MatchOp.RE, "$slo"))
    (row,) = json.loads(json.dumps(place([repeated_section(component, scope)], "60s")))
    asked = [Asked(panel, target) for panel in row["panels"] for target in panel["targets"]]
    answers = {a.target["expr"]: ask(server, a, _shown("24h"), {"slo": Choice(("availability",))}) for a in asked}
    (burn,) = (found for expr, found in answers.items() if "ratio1h" in expr and "slo:info" in expr)
    own = next(
        a for a in queries(FRAUD) if a.panel["title"] == "Burn rates by window" and "ratio1h" in a.target["expr"]
    )

    assert all(found for expr, found in answers.items() if ":sample" not in expr)
    assert [s.value for s in burn] == pytest.approx([s.value for s in ask(server, own, _shown("24h"), {})])


def test_known_objectives_met(server: str) -> None:
    """Of the six objectives (two slices) the fraud detector's AUC has been bad for one day in seven: one is missed."""
    (met,) = _one(server, OVERVIEW, "Objectives met", "24h")
    (missed,) = _one(server, OVERVIEW, "Objectives missed", "24h")

    assert met.value == pytest.approx(5 / 6)
    assert missed.value == 1


def test_bands_count_every_objective_once(server: str) -> None:
    """The bands add up to the number of objectives."""
    bands = [_one(server, OVERVIEW, "Objectives by budget left", "24h", ref)[0].value for ref in "ABCDE"]

    assert sum(bands) == 6


def test_known_top_contributor(server: str) -> None:
    """The chatbot's unhelpful answers outnumber the fraud detector's failures in the last day."""
    samples = _one(server, OVERVIEW, "Top 10 contributors to bad events", "24h")
    shares = {(s.labels["model"], s.labels["slo"]): s.value for s in samples}
    failed = history.RATE * (history.BASELINE * history.DAY + history.OUTAGE_RATIO * 40 * history.MINUTE) / 1000
    slow, unhelpful = (history.RATE * share * history.DAY / 1000 for share in (0.02, 0.03))

    assert max(shares, key=lambda who: shares[who]) == ("support-chatbot", "helpful")
    assert shares["fraud-detector", "availability"] == pytest.approx(failed / (failed + slow + unhelpful), rel=0.01)


def test_known_culprit(server: str) -> None:
    """During the outage the one bad pod stands out, and the other is drawn at zero."""
    panel = next(
        a for a in queries(FRAUD) if a.panel["title"] == "Bad events by pod" and "requests_total" in a.target["expr"]
    )
    samples = ask(server, panel, _shown("24h"), default_choices(FRAUD))
    worst = max(samples, key=lambda sample: sample.value)
    other = [s.value for s in samples if s.labels["pod"] == "fraud-a"]

    assert worst.labels["pod"] == "fraud-b"
    assert worst.value == pytest.approx(history.RATE * history.OUTAGE_RATIO, rel=0.05)
    assert set(other) == {0.0}


def test_known_pods(server: str) -> None:
    """Over the last day the one bad pod of the fraud detector is named with its share; the good one is not."""
    samples = _one(server, OVERVIEW, "Top 10 pods by bad events", "24h")
    pods = {s.labels["pod"]: s.value for s in samples if s.labels["model"] == "fraud-detector"}
    failed = history.RATE * (history.BASELINE * history.DAY + history.OUTAGE_RATIO * 40 * history.MINUTE)

    assert pods == {"fraud-b": pytest.approx(failed / history.DAY, rel=0.02)}


def test_healthy_service_shows_zero_not_nothing(server: str) -> None:
    """A service whose error series was never born has a full budget, no burn and zero bad events in its panels."""
    store = BOARDS["production/feature-store.json"]
    asked = {a.panel["title"] + a.target["legendFormat"]: a for a in queries(store)}

    for title, value in (("All events and bad eventsbad", 0.0), ("Error budget left over timebudget left", 1.0)):
        samples = ask(server, asked[title], _shown("24h"), default_choices(store))
        assert samples
        assert {s.value for s in samples} == {value}


def test_known_incident(server: str) -> None:
    """The one page of the last day is counted once, and took about as long as the outage to clear."""
    (count,) = _one(server, OVERVIEW, "Incidents", "24h")
    (repair,) = _one(server, OVERVIEW, "Time to repair", "24h")

    assert count.value == 1
    assert 30 * 60 < repair.value < 120 * 60


def test_known_time_to_detect(server: str) -> None:
    """Half of all requests failing burns 500 times the budget: the page comes within minutes of the burn."""
    (seconds,) = _one(server, FRAUD, "Time to detect", "24h")

    assert 0 <= seconds.value <= 300


def test_shadow_alerts_are_told_apart(server: str) -> None:
    """A shadow alert that fires all the time shows in its own table as one long firing, and nowhere else."""
    tuning = BOARDS["production/_alert-tuning.json"]
    (firings,) = _one(server, tuning, "Shadow alerts that would have fired", "24h", "A")
    (seconds,) = _one(server, tuning, "Shadow alerts that would have fired", "24h", "B")
    others = _one(server, tuning, "Firings by alert", "30d", "A")

    assert (firings.labels["alertname"], firings.value) == ("DriftStrict", 1)
    assert seconds.value == pytest.approx(86_400, rel=0.01)
    assert {s.labels["alertname"] for s in others} >= {"DriftHigh", "ErrorBudgetBurnPage"}
    assert "DriftStrict" not in {s.labels["alertname"] for s in others}
