"""A fleet of a thousand models with five SLOs each: how large the files are, and how much the overview asks."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from slogen.backends.grafana.board_fleet import fleet_board
from slogen.backends.grafana.board_model import model_board
from slogen.backends.grafana.dashboard import document
from slogen.backends.grafana.json_text import dump
from slogen.ir.program import Environment
from slogen.preview.interpolate import TimeRange, default_choices
from tests.dashboards.asking import ask
from tests.dashboards.boards import emitted, queries
from tests.dashboards.program import FRAUD, Model, environment_of, http, program_of
from tests.engine.backfill import RETENTION, write_blocks
from tests.engines.servers import prometheus

MODELS, SLOS = 1000, 5
END = 1_780_272_000
SERIES = ("slogen:budget:remaining", "slogen:error:ratio_period", "slogen:burn:rate", "slogen:bad:avg5m")


@pytest.fixture(scope="module")
def environment() -> Environment:
    """The large fleet: one model a thousand times under other names, which no board takes advantage of."""
    asks = tuple(http("x", name=f"slo-{n}") for n in range(SLOS))
    small = environment_of((Model("model-0000", asks),))
    (model,) = small.components
    return replace(small, components=tuple(replace(model, name=f"model-{n:04}") for n in range(MODELS)))


@pytest.fixture(scope="module")
def overview(environment: Environment) -> str:
    """The overview of the fleet, as emitted."""
    return dump(document(fleet_board(environment, program_of().target), 60_000), 2)


def test_overview_size(overview: str) -> None:
    """The overview stays under 200 kB, indented as people read it."""
    assert len(overview) < 200_000


def test_model_board_size(environment: Environment) -> None:
    """The board of a model with five SLOs stays under 120 kB."""
    assert (
        len(dump(document(model_board(environment, environment.components[0], program_of().target), 60_000), 2))
        < 120_000
    )


def test_size_of_a_board_with_much_to_show() -> None:
    """A model with eight SLOs, ten raw panels and alert conditions stays under 120 kB, too."""
    asks = (*FRAUD.asks, *(http("x", name=f"slo-{n}") for n in range(5)))
    model = Model("fraud-detector", asks, panels=FRAUD.panels * 2, conditions=FRAUD.conditions)
    many = emitted(program_of(environment_of((model,))))["production/fraud-detector.json"]

    assert len(many) < 120_000


def test_number_of_queries(overview: str) -> None:
    """The overview asks at most 25 queries, however large the fleet."""
    assert len(list(queries(json.loads(overview)))) <= 25


@pytest.mark.engine
def test_no_query_returns_too_much(overview: str, prometheus35: Path, promtool35: Path, tmp_path: Path) -> None:
    """On a real server with all 5,000 objectives, no query of the overview returns more than 2,000 series."""
    write_blocks(promtool35, _samples(), tmp_path / "data")
    config = tmp_path / "prometheus.yml"
    config.write_text("global: {scrape_interval: 1m}\n")
    board = json.loads(overview)
    with prometheus(prometheus35, config, tmp_path / "data", RETENTION.replace("90d", "100y")) as url:
        shown = TimeRange((END - 3600) * 1000, END * 1000)
        found = {
            asked.panel["title"] + asked.target["refId"]: len(
                {tuple(sorted(sample.labels.items())) for sample in ask(url, asked, shown, default_choices(board))}
            )
            for asked in queries(board)
        }

    assert max(found.values()) <= 2000
    assert found["Objectives, 200 worst firstA"] == 200
    assert found["Error budget left, 15 worst modelsA"] == 15


def _samples() -> Iterator[str]:
    times = range(END - 3600, END + 1, 300)
    for name in (*SERIES, "slogen:slo:info", "ALERTS"):
        yield f"# TYPE {name} unknown\n"
        for model in range(MODELS):
            for slo in range(SLOS):
                labels = f'env="production",model="model-{model:04}",slo="slo-{slo}",period="30d"'
                more = {
                    "slogen:slo:info": ',team="t",criticality="high",dashboard="d"',
                    "ALERTS": ',alertname="ErrorBudgetBurnPage",alertstate="firing",severity="page"',
                }.get(name, "")
                value = 0.99 if "info" in name else 1 - model / MODELS
                yield from (f"{name}{{{labels}{more}}} {value} {time}\n" for time in times)
    yield "# EOF\n"
