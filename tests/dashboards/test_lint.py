"""The linter's rules, each shown to object, and the emitted boards held against all of them."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.dashboards import lint
from tests.dashboards.boards import Json, boards, panels
from tests.dashboards.program import FLEET, environment_of, program_of

BOARDS = boards(program_of(environment_of(FLEET)))


@pytest.mark.parametrize("path", BOARDS)
@pytest.mark.parametrize("rule", lint.RULES, ids=lambda rule: rule.__name__)
def test_boards_keep_every_rule(path: str, rule: lint.Rule) -> None:
    """No emitted board violates a rule."""
    assert list(rule(BOARDS[path])) == []


def _first_target(board: Json) -> dict[str, Any]:
    target: dict[str, Any] = panels(board)[0]["targets"][0]
    return target


def _query_variable(board: Json) -> dict[str, Any]:
    return next(v for v in board["templating"]["list"] if v["type"] == "query")


def _asking(expr: str) -> Callable[[Json], None]:
    return lambda board: _first_target(board).update(expr=expr)


FAULTS: dict[lint.Rule, Callable[[Json], None]] = {
    lint.template_datasource_rule: lambda b: b["templating"]["list"][0].update(name="prometheus"),
    lint.template_label_promql_rule: lambda b: _query_variable(b).update(query={"query": "label_values(up{, job)"}),
    lint.template_on_time_change_reload_rule: lambda b: _query_variable(b).update(refresh=1),
    lint.template_multi_rule: lambda b: _query_variable(b).update(current={"text": "x", "value": "x"}),
    lint.template_used_rule: _asking('slogen:slo:info{slo="$slo"}'),
    lint.panel_datasource_rule: lambda b: panels(b)[0].update(datasource={"type": "prometheus", "uid": "abc"}),
    lint.panel_title_description_rule: lambda b: panels(b)[0].update(description=" "),
    lint.panel_units_rule: lambda b: panels(b)[0]["fieldConfig"]["defaults"].update(unit="%"),
    lint.panel_no_value_rule: lambda b: panels(b)[0]["fieldConfig"]["defaults"].pop("noValue"),
    lint.panel_missing_value_color_rule: lambda b: panels(b)[0]["fieldConfig"]["defaults"]["thresholds"].update(
        steps=[{"color": "red", "value": None}]
    ),
    lint.panel_no_targets_rule: lambda b: panels(b)[0].update(targets=[]),
    lint.panel_dead_kind_rule: lambda b: panels(b)[0].update(type="graph"),
    lint.target_promql_rule: _asking("sum(x:rate5m[$__rate_interval])"),
    lint.target_rate_interval_rule: _asking("sum(rate(x_total[5m]))"),
    lint.target_counter_agg_rule: _asking("sum(x_total)"),
    lint.slow_series_rule: _asking("slogen:budget:remaining"),
    lint.uneditable_dashboard: lambda b: b.update(editable=True),
}


@pytest.mark.parametrize("rule", lint.RULES, ids=lambda rule: rule.__name__)
def test_rules_object(rule: lint.Rule) -> None:
    """Each rule finds the fault it is there for."""
    board = copy.deepcopy(BOARDS["production/fraud-detector.json"])
    FAULTS[rule](board)

    assert list(rule(board)) != []
