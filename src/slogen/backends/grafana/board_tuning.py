"""The board for whoever tunes alerts: what fired how often and how long, and what shadow alerts would have done."""

from slogen import names
from slogen.backends.grafana.dashboard import Board, link_by_tags
from slogen.backends.grafana.expressions import RANGE, by, equal, every, of, selector
from slogen.backends.grafana.layout import Section
from slogen.backends.grafana.panels import Axis, Column, Panel, Words, state_timeline, table, time_series
from slogen.backends.grafana.queries import Query
from slogen.backends.grafana.section_alerts import FIRING, LIVE, STATES, states
from slogen.backends.grafana.series import Scope, in_environment
from slogen.backends.grafana.variables import Variable, chosen
from slogen.ir.program import Environment
from slogen.promql.ast import Matcher
from slogen.promql.build import Vector, shifted

STEP = 60_000
_ALERT = ("alertname", names.MODEL, names.SLO, names.SLICE, names.SEVERITY, names.BURN)
_SHADOW = equal(names.MODE, names.SHADOW)


def tuning_board(environment: Environment) -> Board:
    """The alert-tuning board of an environment."""
    return Board(
        uid=names.dashboard_uid(environment.name, names.TUNING),
        title="Alert tuning" if environment.production else f"Alert tuning ({environment.name})",
        description=f"What fired in {environment.name}, how often, how long, and what shadow alerts would have done.",
        tags=(environment.name, "alert-tuning"),
        variables=_variables(environment),
        links=(link_by_tags("Overview", (environment.name, "overview"), dropdown=False),),
        events=(),
        sections=(
            Section("fired", "Alerts that reach somebody", _fired(environment), collapsed=False),
            Section("shadow", "Shadow alerts", _shadow(environment), collapsed=False),
        ),
        time_from="now-7d",
    )


def _variables(environment: Environment) -> tuple[tuple[Variable, str], ...]:
    info = selector(names.INFO, *in_environment(environment))
    team = Variable("team", names.TEAM, info, optional=False)
    owned = selector(names.INFO, *in_environment(environment), chosen(team))
    return ((team, "Team"), (Variable("model", names.MODEL, owned, optional=True), "Model"))


def _scope(environment: Environment) -> Scope:
    (team, _), (model, _) = _variables(environment)
    return (*in_environment(environment), chosen(team), chosen(model))


def _fired(environment: Environment) -> tuple[Panel, ...]:
    scope = _scope(environment)
    timeline = Words(
        "timeline",
        "What fired",
        "Every alert that was pending (yellow) or fired: a ticket or log alert (orange), a page (red). Many short bars "
        "are an alert that flaps; one long bar is an alert that nobody acts on.",
        "nothing fired in this time range",
    )
    firing = Words(
        "firing",
        "Alerts firing at a time",
        "How many alerts of each severity were firing.",
        "nothing fired in this time range",
    )
    count = by("count", selector("ALERTS", FIRING, LIVE, *scope), names.SEVERITY)
    return (
        _table(
            "Firings by alert",
            "firings",
            "What fired how often and for how long in the time range; what fired all the time fired once.",
            scope,
            LIVE,
        ),
        state_timeline(timeline, Query(states(scope, *_ALERT), _legend()), STATES, size=(24, 12)),
        time_series(firing, [Query(count, "{{severity}}")], Axis("none", low=0), size=(24, 7)),
    )


def _shadow(environment: Environment) -> tuple[Panel, ...]:
    about = "Shadow alerts reach nobody: how often and for how long each would have fired in the time range."
    return (_table("Shadow alerts that would have fired", "shadow", about, _scope(environment), _SHADOW),)


def _table(title: str, key: str, about: str, scope: Scope, mode: Matcher) -> Panel:
    words = Words(key, title, about, "nothing fired in this time range")
    fired = by("max", selector("ALERTS", FIRING, mode, *scope), *_ALERT)
    before = by("max", shifted(selector("ALERTS", FIRING, mode, *scope), STEP), *_ALERT)
    seconds = of(every("count", fired, RANGE, STEP), "*", STEP // 1000)
    began = every("count", of(fired, "unless", before), RANGE, STEP)
    times = of(began, "or", of(of(seconds, "*", 0), "+", 1))
    exprs: tuple[Vector, ...] = (times, seconds, of(seconds, "/", times))
    columns = (
        Column("alertname", "Alert"),
        Column("model", "Model"),
        Column("slo", "SLO"),
        Column("slice", "Slice"),
        Column("severity", "Severity"),
        Column("burn", "Burn"),
        Column("A", "Firings"),
        Column("B", "Firing for", "s"),
        Column("C", "Mean length", "s"),
    )
    queries = [Query(expr, "", instant=True, format="table") for expr in exprs]
    return table(words, queries, columns, size=(24, 9), sort=("Firings", "desc"))


def _legend() -> str:
    return " ".join(f"{{{{{label}}}}}" for label in _ALERT)
