"""The boards of the example fleet itself, held to the same rules, and asked of a real server after four weeks."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from slogen import pipeline
from slogen.evaluator.series import Storage
from slogen.ir.program import Component
from slogen.pipeline import Compiled
from slogen.preview import incident
from slogen.preview.ask import Frame, When, from_storage
from slogen.preview.interpolate import Choice, TimeRange, default_choices, interpolate, step_of
from slogen.proofs.stage import Played, play, stage
from slogen.scenarios.story import Event, Fault, Story
from slogen.scenarios.telling import Told
from tests.conftest import ROOT
from tests.dashboards import lint
from tests.dashboards.asking import Sample, ask
from tests.dashboards.boards import Asked, Json, panel_named, panels, queries
from tests.dashboards.history import openmetrics, thinned
from tests.dashboards.test_structure import grid_faults, schema_faults
from tests.engine.backfill import RETENTION, write_blocks
from tests.engines.servers import prometheus

ENV = "production"
DAYS = 28
PLAYED = tuple(sorted(path.stem for path in (ROOT / "specs").glob("*.yaml") if not path.name.endswith(".test.yaml")))
"""The whole fleet takes part."""
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
LOOKBACK = 5 * MINUTE
SPANS = {"1h": HOUR, "24h": DAY, "30d": 30 * DAY}
CULPRIT, WORST = "fraud-detector", 0.6
"""Whose requests fail twice as often in the bad hour as everybody else's, and how often."""
CHOSEN = {
    "team": ("payments-ml", "support-ml"),
    "criticality": ("critical", "high"),
    "model": (CULPRIT, "support-chatbot"),
}


@pytest.fixture(scope="module")
def fleet() -> Compiled:
    """The project of this repository."""
    return pipeline.compiled(ROOT, date(2026, 1, 1))


@pytest.fixture(scope="module")
def boards(fleet: Compiled) -> dict[str, Json]:
    """Every dashboard of the fleet by its path."""
    return {a.path: json.loads(a.text) for a in fleet.artifacts if a.root == "dashboards" and a.path.endswith(".json")}


def test_rules_schema_and_grid(boards: dict[str, Json]) -> None:
    """Every board of the fleet keeps the linter's rules, fits Grafana's types and lies in the grid."""
    faults = [
        (path, fault)
        for path, board in boards.items()
        for found in (schema_faults(board), grid_faults(board), *(rule(board) for rule in lint.RULES))
        for fault in found
    ]

    assert len(boards) > 20
    assert faults == []


def test_sizes(fleet: Compiled) -> None:
    """No board of a model is larger than 120 kB, no overview larger than 200 kB."""
    sizes = {a.path: len(a.text) for a in fleet.artifacts if a.root == "dashboards"}

    assert max(size for path, size in sizes.items() if "_overview" not in path) < 120_000
    assert max(sizes.values()) < 200_000


def _story(component: Component) -> Story:
    """The built-in incident at the end of four weeks, worse for the culprit's availability."""
    told = incident.incident(component, MINUTE)
    later = DAYS * DAY - incident.LENGTH
    happenings = (
        replace(
            h, start=h.start and h.start + later, end=None if h.end is None else h.end + later, event=_worse(h.event)
        )
        for h in told.happenings
    )
    return replace(told, length=DAYS * DAY, happenings=tuple(happenings))


def _worse(event: Event) -> Event:
    return replace(event, ratio=WORST) if isinstance(event, Fault) and event.signal.startswith("mesh.") else event


@pytest.fixture(scope="module")
def played(fleet: Compiled) -> Played:
    """Four weeks of some models of the fleet, with an hour in which everything goes wrong."""
    assert fleet.program is not None
    environment = next(e for e in fleet.program.environments if e.name == ENV)
    texts = {a.path: a.text for a in fleet.artifacts if a.root == "generated"}
    stories = {component.name: _story(component) for component in environment.components if component.name in PLAYED}
    return play(stage(fleet.program, texts, ENV, PLAYED), Told(stories, 0))


@pytest.fixture(scope="module")
def held(played: Played) -> Storage:
    """As much of it as a server needs to answer."""
    return thinned(played.world.storage, played.end)


@pytest.fixture(scope="module")
def server(
    played: Played, held: Storage, prometheus35: Path, promtool35: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A Prometheus with the same series."""
    folder = tmp_path_factory.mktemp("fleet")
    write_blocks(promtool35, openmetrics(held, played.end), folder / "data")
    config = folder / "prometheus.yml"
    config.write_text("global: {scrape_interval: 1m}\n")
    with prometheus(prometheus35, config, folder / "data", RETENTION.replace("90d", "100y")) as url:
        yield url


@pytest.mark.engine
@pytest.mark.parametrize("span", SPANS)
def test_every_query_on_a_real_server(
    server: str, boards: dict[str, Json], played: Played, held: Storage, span: str
) -> None:
    """No query fails; each gives the series that the evaluator behind `slogen preview` gives, and the same values.

    Alerts are compared by whether there are any: OpenMetrics cannot say when one ended, so the server sees each for
    five minutes longer, one that ended just before the range too.
    """
    shown = TimeRange(played.end - SPANS[span], played.end)
    evaluated = from_storage(held)
    wrong = []
    for stem in (*PLAYED, "_overview", "_alert-tuning"):
        board = boards[f"{ENV}/{stem}.json"]
        for asked in queries(board):
            ours = _ours(evaluated(*_asked(asked, board, shown)))
            theirs = _by_series(ask(server, asked, shown, default_choices(board)))
            if "ALERTS" in asked.target["expr"]:
                lately = evaluated(*_asked(asked, board, TimeRange(shown.start - LOOKBACK, shown.end)))
                alike = bool(theirs) if ours else bool(lately) or not theirs
            else:
                alike = _same(ours, theirs)
            if not alike:
                wrong.append((stem, asked.panel["title"], asked.target["expr"]))

    assert wrong == []


@pytest.mark.engine
@pytest.mark.parametrize("count", [1, 2])
def test_chosen_values(server: str, boards: dict[str, Json], fleet: Compiled, played: Played, count: int) -> None:
    """With one and with two values chosen no query fails, shares stay within bounds, and nothing comes of others."""
    shown = TimeRange(played.end - DAY, played.end)
    outside = []
    for stem in (*PLAYED, "_overview", "_alert-tuning"):
        board = boards[f"{ENV}/{stem}.json"]
        choices = _chosen(board, CHOSEN | {"slo": _slos(fleet, stem)}, count)
        for asked in queries(board):
            followed = [(name, choice) for name, choice in choices.items() if f"${name}" in asked.target["expr"]]
            share = asked.panel["fieldConfig"]["defaults"].get("unit") == "percentunit"
            for sample in ask(server, asked, shown, default_choices(board) | choices):
                others = [n for n, choice in followed if sample.labels.get(n, choice.values[0]) not in choice.values]
                if others or (share and sample.value > 1 + 1e-9):
                    outside.append((stem, asked.panel["title"], sample))

    assert outside == []


def _chosen(board: Json, values: Mapping[str, tuple[str, ...]], count: int) -> dict[str, Choice]:
    """The first values of each variable that a board has."""
    known = (variable["name"] for variable in board["templating"]["list"])
    return {name: Choice(values[name][:count]) for name in known if values.get(name)}


def _slos(fleet: Compiled, stem: str) -> tuple[str, ...]:
    assert fleet.program is not None
    environment = next(e for e in fleet.program.environments if e.name == ENV)
    return tuple(slo.name for part in environment.components if part.name == stem for slo in part.slos)


def _events(start: float, end: float) -> float:
    """Requests per source between two hours of the last day, by the integral of its shape."""
    shape = incident.TRAFFIC
    angles = [2 * math.pi * (hour - shape.peak_at / HOUR) / 24 for hour in (start, end)]
    return (
        shape.mean
        * 3600
        * (end - start + shape.swing * 24 / (2 * math.pi) * (math.sin(angles[1]) - math.sin(angles[0])))
    )


def _one(server: str, board: Json, played: Played, title: str, ref: str = "A") -> list[Sample]:
    panel = panel_named(board, title)
    (target,) = [t for t in panel["targets"] if t["refId"] == ref]
    return ask(server, Asked(panel, target), TimeRange(played.end - DAY, played.end), default_choices(board))


@pytest.mark.engine
def test_known_budget_and_sli_of_four_weeks(server: str, boards: dict[str, Json], played: Played) -> None:
    """What the bad hour must have cost, by the integral of the traffic: of all events, and of a budget."""
    board = boards[f"{ENV}/{CULPRIT}.json"]
    trouble = [(at - incident.LENGTH) / HOUR + 24 for at in incident.TROUBLE]
    ratio = WORST * _events(*trouble) / (DAYS * _events(0, 24))
    budget = {s.labels["slo"]: s.value for s in _one(server, board, played, "Objectives", "A")}
    sli = {s.labels["slo"]: s.value for s in _one(server, board, played, "Objectives", "B")}

    assert sli["availability"] == pytest.approx(1 - ratio, abs=ratio / 100)
    assert budget["availability"] == pytest.approx(1 - ratio / 0.0005, rel=0.02)


@pytest.mark.engine
def test_known_top_contributor_of_the_fleet(server: str, boards: dict[str, Json], played: Played) -> None:
    """Most bad events of the last day are those of the objective whose requests failed most."""
    samples = _one(server, boards[f"{ENV}/_overview.json"], played, "Top 10 contributors to bad events")
    shares = {(s.labels["model"], s.labels["slo"]): s.value for s in samples}

    assert max(shares, key=lambda who: shares[who]) == (CULPRIT, "availability")


@pytest.mark.engine
def test_most_panels_have_something_to_show(boards: dict[str, Json], played: Played, held: Storage) -> None:
    """After a bad hour most panels of every board draw something; the others read what no objective or alert reads."""
    shown = TimeRange(played.end - 12 * HOUR, played.end)
    evaluated = from_storage(held)
    for stem in (*PLAYED, "_overview"):
        board = boards[f"{ENV}/{stem}.json"]
        drawn = {a.panel["id"] for a in queries(board) if evaluated(*_asked(a, board, shown))}

        assert len(drawn) >= 0.75 * len(panels(board)), stem


def _asked(asked: Asked, board: Json, shown: TimeRange) -> tuple[str, When]:
    interval = asked.panel["interval"]
    expr = interpolate(asked.target["expr"], shown, interval, default_choices(board))
    step = step_of(shown, interval)
    whole = When(shown.start // step * step, shown.end // step * step, step)
    return expr, When.instant(shown.end) if asked.target.get("instant") else whole


_Series = dict[tuple[tuple[str, str], ...], dict[float, float]]


def _ours(frames: Sequence[Frame]) -> _Series:
    return {
        tuple(sorted(f.labels)): {t / 1000: v for t, v in zip(f.times, f.values, strict=True) if v is not None}
        for f in frames
    }


def _by_series(samples: list[Sample]) -> _Series:
    found: _Series = {}
    for sample in samples:
        found.setdefault(tuple(sorted(sample.labels.items())), {})[sample.time] = sample.value
    return found


def _same(ours: _Series, theirs: _Series) -> bool:
    return ours.keys() == theirs.keys() and all(
        values.keys() == theirs[labels].keys()
        and all(_close(value, theirs[labels][time]) for time, value in values.items())
        for labels, values in ours.items()
    )


def _close(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-6, abs_tol=1e-9) or (math.isnan(a) and math.isnan(b))
