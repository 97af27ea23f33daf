"""The board of a whole environment, for who asks "are we within our objectives, and what does it cost us"."""

from slogen import names
from slogen.backends.grafana import series
from slogen.backends.grafana.dashboard import Board, firing_alerts, link_by_tags, posted_events
from slogen.backends.grafana.expressions import bottom, by, equal, of, or_zero, selector, whether
from slogen.backends.grafana.fleet_scope import alerts_in, of_owners, variables
from slogen.backends.grafana.fleet_trouble import trouble
from slogen.backends.grafana.layout import Section
from slogen.backends.grafana.panels import (
    BOARD_LINK,
    BUDGET_LEFT,
    NO_COLOR,
    Axis,
    Column,
    Panel,
    Steps,
    Words,
    bar_gauge,
    stat,
    table,
    time_series,
)
from slogen.backends.grafana.queries import Query
from slogen.backends.grafana.section_alerts import firing_now
from slogen.backends.grafana.telemetry import money
from slogen.ir.program import Environment, Target
from slogen.promql.build import Vector

SHOWN_ROWS = 200
SHOWN_LINES = 15
_BANDS = (
    ("spent", None, 0.0),
    ("0 to 25 %", 0.0, 0.25),
    ("25 to 50 %", 0.25, 0.5),
    ("50 to 75 %", 0.5, 0.75),
    ("75 to 100 %", 0.75, None),
)


def fleet_board(environment: Environment, target: Target) -> Board:
    """The overview of an environment; the number of its queries does not grow with the fleet."""
    return Board(
        uid=names.dashboard_uid(environment.name, names.OVERVIEW),
        title="SLO overview" if environment.production else f"SLO overview ({environment.name})",
        description=f"Objectives, error budgets and alerts of every model in {environment.name}.",
        tags=(environment.name, "overview"),
        variables=variables(environment),
        links=(
            link_by_tags("Alert tuning", (environment.name, "alert-tuning"), dropdown=False),
            link_by_tags("Components", (environment.name, "component"), dropdown=True),
        ),
        events=(
            firing_alerts((*alerts_in(environment), equal(names.SEVERITY, "page"))),
            posted_events("Deploys", "blue", ("deploy", environment.name)),
        ),
        sections=(
            Section("state", "State", tuple(_state(environment, target)), collapsed=False),
            Section("budgets", "Error budgets", tuple(_budgets(environment)), collapsed=False),
            Section("trouble", "Trouble and who makes it", tuple(trouble(environment)), collapsed=False),
        ),
        time_from="now-24h",
    )


def _left(environment: Environment) -> Vector:
    return of_owners(environment, series.budget_left(alerts_in(environment)))


def _state(environment: Environment, target: Target) -> list[Panel]:
    panels = [_met(environment), _missed(environment), _worst(environment)]
    panels += [_firing(environment, "page", "Pages firing", "red"), _firing(environment, "ticket", "Tickets", "orange")]
    if names.IMPACT in series.recorded(tuple(component.rules for component in environment.components)):
        panels.append(_impact(environment, money(target)))
    return panels


def _met(environment: Environment) -> Panel:
    words = Words(
        "met",
        "Objectives met",
        "Share of all objectives (slices count one by one) whose error budget is not spent.",
        "no events",
    )
    left = _left(environment)
    query = Query(of(by("sum", whether(left, ">=", 0)), "/", by("count", left)), "met")
    return stat(words, query, "percentunit", ((NO_COLOR, None), ("orange", 0), ("green", 1)))


def _missed(environment: Environment) -> Panel:
    words = Words("missed", "Objectives missed", "Objectives whose error budget is spent.", "no events")
    query = Query(by("sum", whether(_left(environment), "<", 0)), "missed")
    return stat(words, query, "none", ((NO_COLOR, None), ("green", 0), ("red", 1)))


def _worst(environment: Environment) -> Panel:
    words = Words("worst", "Least budget left", "The smallest share of error budget left anywhere.", "no events")
    return stat(words, Query(by("min", _left(environment)), "least"), "percentunit", BUDGET_LEFT)


def _firing(environment: Environment, severity: str, title: str, color: str) -> Panel:
    words = Words(
        f"firing-{severity}",
        title,
        f"Alerts of severity {severity} that fire now; shadow alerts are not counted.",
        "0",
    )
    firing = firing_now((*alerts_in(environment), equal(names.SEVERITY, severity)))
    steps: Steps = (("green", None), (color, 1))
    return stat(words, Query(or_zero(by("count", firing)), severity), "none", steps)


def _impact(environment: Environment, unit: str) -> Panel:
    words = Words(
        "impact",
        "Business impact per hour",
        "What bad events cost at their present rate, from the costs that the specs give.",
        "no costs are given",
    )
    cost = of_owners(environment, selector(names.IMPACT, *alerts_in(environment)))
    return stat(words, Query(by("sum", cost), "per hour"), unit, ((NO_COLOR, None), ("green", 0), ("orange", 1)))


def _budgets(environment: Environment) -> list[Panel]:
    return [_bands(environment), _burn_down(environment), _objectives(environment)]


def _bands(environment: Environment) -> Panel:
    words = Words(
        "bands",
        "Objectives by budget left",
        "How many objectives have how much of their error budget left.",
        "no events",
    )
    queries = [Query(_in_band(_left(environment), low, high), legend) for legend, low, high in _BANDS]
    return bar_gauge(words, queries, "none", (("blue", None),), size=(8, 8))


def _in_band(left: Vector, low: float | None, high: float | None) -> Vector:
    sides = [whether(left, ">=", low)] if low is not None else []
    sides += [whether(left, "<", high)] if high is not None else []
    return by("sum", sides[0] if len(sides) == 1 else of(sides[0], "*", sides[1]))


def _burn_down(environment: Environment) -> Panel:
    words = Words(
        "burn-down",
        f"Error budget left, {SHOWN_LINES} worst models",
        "The least budget left of each model's objectives; the models are those with least at the end of the time "
        "range. Below 0 an objective is missed.",
        "no events in this time range",
    )
    at_end = of_owners(environment, series.budget_left_at_end(alerts_in(environment)))
    worst = bottom(SHOWN_LINES, by("min", at_end, names.MODEL))
    by_model = by("min", series.budget_left(alerts_in(environment)), names.MODEL)
    axis = Axis("percentunit", lines=(("green", None), ("red", 0)), low=0, high=1)
    return time_series(words, [Query(of(by_model, "and", worst, [names.MODEL]), "{{model}}")], axis, size=(16, 8))


def _objectives(environment: Environment) -> Panel:
    words = Words(
        "objectives",
        f"Objectives, {SHOWN_ROWS} worst first",
        "Objectives by the error budget they have left, with owner; a click on a model opens its board.",
        "no events",
    )
    scope = alerts_in(environment)
    rows = bottom(SHOWN_ROWS, _left(environment))
    columns = (
        Column("model", "Model", link=BOARD_LINK),
        Column("slo", "SLO"),
        Column("slice", "Slice"),
        Column("team", "Team"),
        Column("dashboard", "Board", hidden=True),
        Column("A", "Budget left", "percentunit", BUDGET_LEFT, decimals=1),
        Column("B", "SLI", "percentunit", decimals=4),
        Column("C", "Objective", "percentunit", decimals=4),
        Column("D", "Burn rate", "none", ((NO_COLOR, None), ("green", 0), ("orange", 1)), decimals=2),
        Column("E", "Spent in", "s"),
    )
    exprs = (
        rows,
        of(series.sli_over_period(scope), "and", rows, series.SERIES_LABELS),
        of(series.objective_of(series.budget_left(scope), scope), "and", rows, series.SERIES_LABELS),
        of(series.burn_rate(scope), "and", rows, series.SERIES_LABELS),
        of(series.exhaustion(scope), "and", rows, series.SERIES_LABELS),
    )
    queries = [Query(series.with_owner(expr, scope), "", instant=True, format="table") for expr in exprs]
    return table(words, queries, columns, size=(24, 10), sort=("Budget left", "asc"))
