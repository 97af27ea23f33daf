"""The part of the fleet's board about trouble: what fires, how long it takes, and who contributes most."""

from slogen import names
from slogen.backends.grafana import series
from slogen.backends.grafana.expressions import RANGE, by, of, over_time, scalar, selector, top
from slogen.backends.grafana.fleet_scope import alerts_in, of_owners
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
from slogen.ir.program import Environment

SHOWN = 10


def trouble(environment: Environment) -> list[Panel]:
    """Alerts over time, contributors, and how long incidents take."""
    scope = alerts_in(environment)
    return [
        _alerts(environment),
        _contributors(environment),
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
        "An event that is bad for two objectives counts for both.",
        "no bad events in this time range",
    )
    scope = alerts_in(environment)
    bad = of_owners(environment, over_time("sum", selector(names.BAD_SLOW, *scope), RANGE))
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
