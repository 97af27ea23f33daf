"""The board of one model: from "are we within our objectives" down to the signals that say why."""

from collections.abc import Iterable

from slogen import names
from slogen.backends.grafana import series
from slogen.backends.grafana.dashboard import Board, firing_alerts, link_by_tags, posted_events
from slogen.backends.grafana.expressions import by, of, or_zero, selector, whether
from slogen.backends.grafana.incidents import incidents, observed_time_to_detect, time_to_repair
from slogen.backends.grafana.layout import Section
from slogen.backends.grafana.panels import BUDGET_LEFT, NO_COLOR, Axis, Column, Panel, Words, stat, table, time_series
from slogen.backends.grafana.queries import Query
from slogen.backends.grafana.section_alerts import alert_timeline, conditions_section, firing_now
from slogen.backends.grafana.section_raw import raw_sections
from slogen.backends.grafana.section_repeated import MOST_ROWS, repeated_section
from slogen.backends.grafana.section_slo import slo_section
from slogen.backends.grafana.telemetry import money, telemetry_links
from slogen.backends.grafana.variables import Variable, chosen
from slogen.ir.program import Component, Environment, Target


def model_board(environment: Environment, component: Component, target: Target) -> Board:
    """The board of a model; only rows whose signals its spec declares."""
    return Board(
        uid=names.dashboard_uid(environment.name, component.name),
        title=title(environment, component),
        description=component.description or f"Objectives, alerts and signals of {component.name}.",
        tags=(environment.name, component.kind, f"team:{component.team}"),
        variables=((_slo_variable(environment, component), "SLO"),) if component.slos else (),
        links=(
            link_by_tags("Overview", (environment.name, "overview"), dropdown=False),
            link_by_tags("Boards of this team", (environment.name, f"team:{component.team}"), dropdown=True),
            *telemetry_links(component, target),
        ),
        events=(
            firing_alerts(series.in_component(environment, component)),
            posted_events("Deploys", "blue", ("deploy", component.name)),
            posted_events("Retrainings", "purple", ("retrain", component.name)),
        ),
        sections=(
            overview(environment, component, target),
            *_slo_sections(environment, component),
            *raw_sections(component, exemplars=target.traces is not None),
            conditions_section(component),
        ),
        time_from="now-24h",
    )


def _slo_sections(environment: Environment, component: Component) -> Iterable[Section]:
    """A row for each SLO, or one that is repeated where there are many."""
    if len(component.slos) <= MOST_ROWS:
        return (slo_section(environment, component, slo) for slo in component.slos)
    slo = chosen(_slo_variable(environment, component))
    return [repeated_section(component, (*series.in_component(environment, component), slo))]


def title(environment: Environment, component: Component) -> str:
    """Production boards carry the plain name, so that searching for a model finds it first."""
    return component.name if environment.production else f"{component.name} ({environment.name})"


def overview(environment: Environment, component: Component, target: Target) -> Section:
    """All SLOs of a component side by side, filtered by the variable `slo`."""
    slo = chosen(_slo_variable(environment, component))
    scope = (*series.in_component(environment, component), slo)
    panels: list[Panel] = []
    if component.slos:
        panels += [_met(scope), _worst_budget(scope), _fastest_burn(scope), _firing(scope)]
        panels += _incidents(environment, component)
        panels += _impact(component, scope, money(target))
        panels += [_objectives(component, scope), _budgets(scope)]
    alert_scope = series.in_component(environment, component)
    panels.append(alert_timeline(alert_scope, "alertname", names.SLO, names.SLICE, names.SEVERITY, size=(24, 7)))
    return Section("overview", "Overview", tuple(panels), collapsed=False)


def _slo_variable(environment: Environment, component: Component) -> Variable:
    info = selector(names.INFO, *series.in_component(environment, component))
    return Variable("slo", names.SLO, info, optional=False)


def _met(scope: series.Scope) -> Panel:
    words = Words(
        "met",
        "Objectives met",
        "Share of the objectives (slices count one by one) whose error budget is not spent.",
        "no events",
    )
    left = series.budget_left(scope)
    share = of(by("sum", whether(left, ">=", 0)), "/", by("count", left))
    steps = ((NO_COLOR, None), ("red", 0), ("green", 1))
    return stat(words, Query(share, "met"), "percentunit", steps, size=(3, 4))


def _worst_budget(scope: series.Scope) -> Panel:
    words = Words(
        "worst-budget",
        "Least budget left",
        "The smallest share of error budget left over all objectives; below 0 an objective is missed.",
        "no events",
    )
    query = Query(by("min", series.budget_left(scope)), "least")
    return stat(words, query, "percentunit", BUDGET_LEFT, size=(3, 4))


def _fastest_burn(scope: series.Scope) -> Panel:
    words = Words(
        "fastest-burn",
        "Fastest burn",
        "The highest present burn rate: 1 spends exactly the budget in the period, more spends it early.",
        "nothing burns",
    )
    steps = ((NO_COLOR, None), ("green", 0), ("orange", 1))
    return stat(words, Query(by("max", series.burn_rate(scope)), "fastest"), "none", steps, size=(3, 4))


def _firing(scope: series.Scope) -> Panel:
    words = Words(
        "firing",
        "Alerts firing",
        "Alerts that fire now and reach somebody; shadow alerts are not counted.",
        "0",
    )
    query = Query(or_zero(by("count", firing_now(scope[:-1]))), "firing")
    return stat(words, query, "none", (("green", None), ("red", 1)), size=(3, 4))


def _incidents(environment: Environment, component: Component) -> list[Panel]:
    pages = [tier.long for slo in component.slos for tier in slo.tiers if tier.severity == "page"]
    if not pages:
        return []
    scope = series.in_component(environment, component)
    return [incidents(scope), observed_time_to_detect(scope, max(pages)), time_to_repair(scope)]


def _impact(component: Component, scope: series.Scope, unit: str) -> list[Panel]:
    if names.IMPACT not in series.recorded((component.rules,)):
        return []
    words = Words(
        "impact",
        "Business impact per hour",
        "What bad events cost at their present rate, from the cost that the spec gives for each.",
        "no events",
    )
    query = Query(by("sum", selector(names.IMPACT, *scope)), "per hour")
    return [stat(words, query, unit, ((NO_COLOR, None), ("green", 0), ("orange", 1)), size=(3, 4))]


def _objectives(component: Component, scope: series.Scope) -> Panel:
    words = Words(
        "objectives",
        "Objectives",
        "Every objective with what is left of its error budget, how fast it burns now and when it would be spent.",
        "no events",
    )
    exprs = (
        series.budget_left(scope),
        series.sli_over_period(scope),
        series.burn_rate(scope),
        series.exhaustion(scope),
    )
    columns = [Column("slo", "SLO")]
    if any(slo.slices for slo in component.slos):
        columns.append(Column("slice", "Slice"))
    columns += [
        Column("period", "Period"),
        Column("A", "Budget left", "percentunit", BUDGET_LEFT, decimals=1),
        Column("B", "SLI", "percentunit", decimals=4),
        Column("C", "Burn rate", "none", ((NO_COLOR, None), ("green", 0), ("orange", 1)), decimals=2),
        Column("D", "Spent in", "s"),
    ]
    queries = [Query(expr, "", instant=True, format="table") for expr in exprs]
    return table(words, queries, columns, size=(12, 8), sort=("Budget left", "asc"))


def _budgets(scope: series.Scope) -> Panel:
    words = Words(
        "budgets",
        "Error budget left over time",
        "All objectives: it falls while more goes wrong than an objective allows; below 0 the objective is missed.",
        "no events in this time range",
    )
    axis = Axis("percentunit", lines=(("green", None), ("red", 0)), low=0, high=1)
    return time_series(words, [Query(series.budget_left(scope), "{{slo}} {{slice}}")], axis, size=(12, 8))
