"""The board of a shared component: its own objectives, and what its dependents suffer while it is in trouble."""

from dataclasses import replace

from slogen import names
from slogen.backends.grafana import series
from slogen.backends.grafana.board_model import model_board
from slogen.backends.grafana.dashboard import Board
from slogen.backends.grafana.expressions import by
from slogen.backends.grafana.layout import Section
from slogen.backends.grafana.panels import (
    BOARD_LINK,
    BUDGET_LEFT,
    NO_COLOR,
    Column,
    Panel,
    Words,
    state_timeline,
    table,
)
from slogen.backends.grafana.queries import Query
from slogen.backends.grafana.section_alerts import STATES, states
from slogen.ir.program import Component, Environment, Target
from slogen.promql.build import one_of


def component_board(environment: Environment, component: Component, target: Target) -> Board:
    """The board of a component: that of a model, and a row about the models that depend on it."""
    board = model_board(environment, component, target)
    dependents = [other.name for other in environment.components if component.name in other.depends_on]
    if not dependents:
        return board
    overview, *rest = board.sections
    return replace(board, sections=(overview, _dependents(environment, dependents), *rest))


def _dependents(environment: Environment, models: list[str]) -> Section:
    scope = (*series.in_environment(environment), one_of(names.MODEL, sorted(models)))
    return Section("dependents", "Dependents", (_budgets(scope), _alerts(scope)), collapsed=False)


def _budgets(scope: series.Scope) -> Panel:
    words = Words(
        "budgets",
        "Dependents' objectives",
        "The models that depend on this component, by their least budget left; a click opens a model's board.",
        "no events",
    )
    worst = by("min", series.with_owner(series.budget_left(scope), scope), names.MODEL, names.TEAM, names.DASHBOARD)
    burn = by("max", series.with_owner(series.burn_rate(scope), scope), names.MODEL, names.TEAM, names.DASHBOARD)
    queries = [Query(expr, "", instant=True, format="table") for expr in (worst, burn)]
    columns = (
        Column("model", "Model", link=BOARD_LINK),
        Column("team", "Team"),
        Column("dashboard", "Board", hidden=True),
        Column("A", "Least budget left", "percentunit", BUDGET_LEFT, decimals=1),
        Column("B", "Fastest burn", "none", ((NO_COLOR, None), ("green", 0), ("orange", 1)), decimals=2),
    )
    return table(words, queries, columns, size=(12, 8), sort=("Least budget left", "asc"))


def _alerts(scope: series.Scope) -> Panel:
    words = Words(
        "alerts",
        "Dependents' alerts",
        "The worst state of each dependent's alerts. While this component's outage alert fires, they are inhibited and "
        "tell nobody.",
        "nothing fired in this time range",
    )
    return state_timeline(words, Query(states(scope, names.MODEL), "{{model}}"), STATES, size=(12, 8))
