"""The boards of the example fleet itself, held to the same rules, and asked of a real server after a bad hour."""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from slogen import pipeline
from slogen.ir.program import Component
from slogen.pipeline import Compiled
from slogen.preview import incident
from slogen.preview.ask import Frame, When, from_storage
from slogen.preview.interpolate import TimeRange, default_choices, interpolate, step_of
from slogen.proofs.stage import Played, play, stage
from slogen.scenarios.story import Story
from slogen.scenarios.telling import Told
from tests.conftest import ROOT
from tests.dashboards import lint
from tests.dashboards.asking import Sample, ask
from tests.dashboards.boards import Asked, Json, panels, queries
from tests.dashboards.history import openmetrics
from tests.dashboards.test_structure import grid_faults, schema_faults
from tests.engine.backfill import RETENTION, write_blocks
from tests.engines.servers import prometheus

ENV = "production"
HOURS = 14
PLAYED = ("feature-store", "fraud-detector", "support-chatbot")
"""Those of the fleet that take part: between them they have every kind of row."""
HOUR = 3_600_000
MINUTE = 60_000


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
    """The end of the built-in incident."""
    told = incident.incident(component, MINUTE)
    cut = incident.LENGTH - HOURS * HOUR
    happenings = (
        replace(h, start=max(0, h.start - cut), end=None if h.end is None else h.end - cut) for h in told.happenings
    )
    return replace(told, began=told.began + cut, length=HOURS * HOUR, happenings=tuple(happenings))


@pytest.fixture(scope="module")
def played(fleet: Compiled) -> Played:
    """Hours of some models of the fleet, with one in which everything goes wrong."""
    assert fleet.program is not None
    environment = next(e for e in fleet.program.environments if e.name == ENV)
    texts = {a.path: a.text for a in fleet.artifacts if a.root == "generated"}
    stories = {component.name: _story(component) for component in environment.components if component.name in PLAYED}
    return play(stage(fleet.program, texts, ENV, PLAYED), Told(stories, 0))


@pytest.fixture(scope="module")
def server(
    played: Played, prometheus35: Path, promtool35: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A Prometheus with the same series."""
    folder = tmp_path_factory.mktemp("fleet")
    write_blocks(promtool35, openmetrics(played.world.storage, played.end), folder / "data")
    config = folder / "prometheus.yml"
    config.write_text("global: {scrape_interval: 1m}\n")
    with prometheus(prometheus35, config, folder / "data", RETENTION.replace("90d", "100y")) as url:
        yield url


@pytest.mark.engine
@pytest.mark.parametrize("hours", [1, 12])
def test_every_query_on_a_real_server(server: str, boards: dict[str, Json], played: Played, hours: int) -> None:
    """No query fails; each gives the series that the evaluator behind `slogen preview` gives, and the same values.

    Alerts are compared by whether there are any: OpenMetrics cannot say when one ended, so the server sees each for
    five minutes longer.
    """
    shown = TimeRange(played.end - hours * HOUR, played.end)
    evaluated = from_storage(played.world.storage)
    wrong = []
    for stem in (*PLAYED, "_overview", "_alert-tuning"):
        board = boards[f"{ENV}/{stem}.json"]
        for asked in queries(board):
            ours = _ours(evaluated(*_asked(asked, board, shown)))
            theirs = _by_series(ask(server, asked, shown, default_choices(board)))
            alike = bool(ours) == bool(theirs) if "ALERTS" in asked.target["expr"] else _same(ours, theirs)
            if not alike:
                wrong.append((stem, asked.panel["title"], asked.target["expr"]))

    assert wrong == []


@pytest.mark.engine
def test_most_panels_have_something_to_show(boards: dict[str, Json], played: Played) -> None:
    """After a bad hour nearly every panel of a model's board draws something: it was made for signals that exist."""
    shown = TimeRange(played.end - 12 * HOUR, played.end)
    evaluated = from_storage(played.world.storage)
    for stem in (*PLAYED, "_overview"):
        board = boards[f"{ENV}/{stem}.json"]
        drawn = {a.panel["id"] for a in queries(board) if evaluated(*_asked(a, board, shown))}

        assert len(drawn) >= 0.8 * len(panels(board)), stem


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
