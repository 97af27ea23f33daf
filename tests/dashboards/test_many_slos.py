"""A model with more SLOs than a board has room for: one row that Grafana repeats, which says the same; and none."""

import json

import pytest

from tests.dashboards import lint
from tests.dashboards.boards import Json, all_panels, emitted, queries
from tests.dashboards.program import FRAUD, Ask, Model, environment_of, http, program_of
from tests.dashboards.test_roundtrip import lost, round_trip
from tests.dashboards.test_structure import grid_faults, schema_faults


def text_of(count: int, *more: Ask) -> str:
    """The board of a model with so many SLOs."""
    asks = (*(http("x", name=f"slo-{number}") for number in range(count)), *more)
    model = Model("many", asks, panels=FRAUD.panels, conditions=FRAUD.conditions)
    return emitted(program_of(environment_of((model,))))["production/many.json"]


def rows_of_slos(board: Json) -> list[Json]:
    """The rows about SLOs."""
    return [panel for panel in all_panels(board) if panel["type"] == "row" and panel["title"].startswith("SLO")]


@pytest.mark.parametrize("count", [8, 9, 40])
def test_size(count: int) -> None:
    """However many there are, the board stays below 120 kB and asks no more queries than one with eight."""
    text = text_of(count)

    assert len(text) < 120_000
    assert len(list(queries(json.loads(text)))) <= 101


def test_one_row_for_all() -> None:
    """Up to eight SLOs have rows of their own; more share one that follows the variable `slo` in every query."""
    (row,) = rows_of_slos(json.loads(text_of(9)))

    assert len(rows_of_slos(json.loads(text_of(8)))) == 8
    assert (row["repeat"], row["title"]) == ("slo", "SLO: $slo")
    assert all('slo=~"$slo"' in target["expr"] for panel in row["panels"] for target in panel["targets"])


def test_counters_and_samples_have_panels_of_their_own() -> None:
    """Ticks that are judged and events that are counted are not drawn on one axis."""
    sampled = Ask("auc", "0.9", "auc < bool 0.9", "auc > bool 0", sampled=True)
    (row,) = rows_of_slos(json.loads(text_of(9, sampled)))
    titles = [panel["title"] for panel in row["panels"]]

    assert {"All events and bad events", "Judged and judged bad"} < set(titles)


def test_it_keeps_the_rules_of_boards() -> None:
    """Grafana's types allow it, nothing is lost in its object model, panels lie in the grid, the linter is content."""
    board = json.loads(text_of(20))

    assert [*schema_faults(board), *grid_faults(board), *(fault for rule in lint.RULES for fault in rule(board))] == []
    assert list(lost(board, round_trip(board))) == []


def test_no_slo_at_all() -> None:
    """A model that only has alerts of its own is offered no choice of SLOs, and its board keeps the rules."""
    board = json.loads(text_of(0))

    assert [variable["name"] for variable in board["templating"]["list"]] == ["datasource"]
    assert rows_of_slos(board) == []
    assert [*schema_faults(board), *grid_faults(board), *(fault for rule in lint.RULES for fault in rule(board))] == []
