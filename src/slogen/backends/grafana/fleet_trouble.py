"""The part of the fleet's board about trouble: what fires, how long it takes, and who contributes most."""

from slogen import names
from slogen.backends.grafana import series
from slogen.backends.grafana.culprits import over_range
from slogen.backends.grafana.expressions import RANGE, by, either, of, over_time, scalar, selector, top
from slogen.backends.grafana.fleet_scope import alerts_in, owned, that_count_events
from slogen.backends.grafana.incidents import incidents, time_to_detect, time_to_repair
from slogen.backends.grafana.panels import (
    BOARD_LINK,
    NO_COLOR,
    Column,
    Panel,
    Words,
    state_timeline,
    table,
)
from slogen.backends.grafana.queries import Query
from slogen.backends.grafana.section_alerts import STATES, states
from slogen.ir.program import Component, Environment
from slogen.promql.build import Vector, with_label

SHOWN = 10
MOST_MODELS = 30
"""Pods are asked of raw metrics, one expression for each model: beyond this many the query would be too long."""


def trouble(environment: Environment) -> list[Panel]:
    """Alerts over time, contributors, and how long incidents take."""
    scope = alerts_in(environment)
    return [
        _alerts(environment),
        _contributors(environment),
        *_pods(environment),
        incidents(scope),
        time_to_repair(scope),
        *time_to_detect(environment),
    ]


def _alerts(environment: Environment) -> Panel:
    words = Words(
        "alerts",
        "Alerts by model",
        "The worst state of each model's alerts: pending (yellow), a ticket or log alert firing (orange), a page "
        "firing (red). Models without alerts have no line.",
        "nothing fired in this time range",
    )
    query = Query(states(alerts_in(environment), names.MODEL), "{{model}}")
    return state_timeline(words, query, STATES, size=(12, 9))


def _contributors(environment: Environment) -> Panel:
    words = Words(
        "contributors",
        f"Top {SHOWN} contributors to bad events",
        "Whose bad events they were: share of all bad events that the chosen objectives counted in the time range. "
        "An event that is bad for two objectives counts for both; objectives that judge a gauge are left out.",
        "no bad events in this time range",
    )
    scope = alerts_in(environment)
    bad = that_count_events(environment, over_time("sum", selector(names.BAD_SLOW, *scope), RANGE))
    share = of(by("sum", bad, *names.SLO_IDENTITY), "/", scalar(by("sum", bad)))
    rows = series.with_owner(top(SHOWN, of(share, ">", 0)), scope)
    columns = (
        Column("model", "Model", link=BOARD_LINK),
        Column("slo", "SLO"),
        Column("team", "Team"),
        Column("dashboard", "Board", hidden=True),
        Column("A", "Share of bad events", "percentunit", ((NO_COLOR, None),), decimals=1),
    )
    query = Query(rows, "", instant=True, format="table")
    return table(words, [query], columns, size=(12, 9), sort=("Share of bad events", "desc"))


def _pods(environment: Environment) -> list[Panel]:
    exprs = [
        with_label(found, names.MODEL, component.name)
        for component in environment.components
        if (found := _worst_pods(component)) is not None
    ]
    if not exprs or len(exprs) > MOST_MODELS:
        return []
    words = Words(
        "pods",
        f"Top {SHOWN} pods by bad events",
        "Which pods (or instances) of the chosen models had most bad events per second over the time range, by each "
        "model's first objective that counts events.",
        "no bad events in this time range",
    )
    rows = top(SHOWN, of(of(either(exprs), "and", owned(environment), [names.MODEL]), ">", 0))
    columns = (
        Column("model", "Model"),
        Column("pod", "Pod"),
        Column("instance", "Instance"),
        Column("A", "Bad events", "cps", ((NO_COLOR, None),)),
    )
    query = Query(rows, "", instant=True, format="table")
    return [table(words, [query], columns, size=(12, 9), sort=("Bad events", "desc"))]


def _worst_pods(component: Component) -> Vector | None:
    """By the first SLO whose events can be told apart by pod."""
    rules = (series.base(component, slo) for slo in component.slos if slo.kind == "counter")
    found = (over_range(base[0].expr) for base in rules if base is not None)
    return next((expr for expr in found if expr is not None), None)
