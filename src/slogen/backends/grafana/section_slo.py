"""The row of one SLO: is it within its objective, how fast does it burn, who is to blame."""

from collections.abc import Sequence
from decimal import Decimal

from slogen import names
from slogen.backends.grafana import series
from slogen.backends.grafana.culprits import by_pod
from slogen.backends.grafana.expressions import selector
from slogen.backends.grafana.layout import Section
from slogen.backends.grafana.panels import (
    BUDGET_LEFT,
    NO_COLOR,
    Axis,
    Column,
    Panel,
    Steps,
    Words,
    table,
    time_series,
)
from slogen.backends.grafana.queries import Query
from slogen.backends.grafana.variables import verbatim
from slogen.ir.program import Component, Environment
from slogen.ir.rules import Severity
from slogen.ir.slo import Slo

_HOUR = 3_600_000
_TIER_COLORS = {"page": "red", "ticket": "orange", "log": "blue"}


def slo_section(environment: Environment, component: Component, slo: Slo) -> Section:
    """Everything about one SLO, with the thresholds of its spec."""
    scope = series.in_slo(environment, component, slo)
    panels = [
        _sli(slo, scope),
        _burn_down(slo, scope),
        _burn_rates(slo, scope),
        *_events(component, slo, scope),
        *_slices(slo, scope),
        *_pods(component, slo),
    ]
    return Section(f"slo/{slo.name}", f"SLO: {verbatim(slo.title)}", tuple(panels), collapsed=True)


def _name(slo: Slo, what: str) -> str:
    """A legend: what is drawn, after the slice where there are several."""
    return f"{{{{slice}}}} {what}" if slo.slices else what


def _percent(ratio: float) -> str:
    return f"{ratio * 100:.10g} %"


def _sli_steps(slo: Slo) -> Steps:
    return ((NO_COLOR, None), ("red", 0), ("green", float(slo.objective)))


def _sli(slo: Slo, scope: series.Scope) -> Panel:
    period = names.window(slo.period)
    about = f"{verbatim(slo.description)}\n\n" if slo.description else ""
    words = Words(
        "sli",
        "SLI against the objective",
        f"{about}Share of good events over an hour and over {period}. "
        f"Below the line of {_percent(float(slo.objective))} the objective is missed.",
        "no events in this time range",
    )
    queries = [Query(series.sli_over_period(scope), _name(slo, period))]
    if _HOUR in slo.windows:
        queries.insert(0, Query(series.sli(scope, _HOUR), _name(slo, "1h")))
    axis = Axis("percentunit", lines=(("green", None), ("red", float(slo.objective))), high=1)
    return time_series(words, queries, axis)


def _burn_down(slo: Slo, scope: series.Scope) -> Panel:
    words = Words(
        "burn-down",
        "Error budget left over time",
        f"It falls while more goes wrong than the objective allows, and recovers as old errors leave the "
        f"{names.window(slo.period)}. Below 0 the objective is missed.{_policy(slo)}",
        "no events in this time range",
    )
    policy = [(_TIER_COLORS[severity], left) for _, severity, left in _policy_steps(slo)]
    axis = Axis("percentunit", lines=(("green", None), ("red", 0), *policy), low=0, high=1)
    return time_series(words, [Query(series.budget_left(scope), _name(slo, "budget left"))], axis)


def _policy_steps(slo: Slo) -> list[tuple[str, Severity, float]]:
    """The steps of the budget policy, the lowest first: what is done, how loud its alert is, at which share left."""
    if slo.policy is None:
        return []
    steps: tuple[tuple[str, Severity, Decimal | None], ...] = (
        ("releases stop", "ticket", slo.policy.freeze),
        ("a review is due", "log", slo.policy.review),
    )
    return [(what, severity, float(left)) for what, severity, left in steps if left is not None]


def _policy(slo: Slo) -> str:
    told = [f"below {_percent(left)} {what}" for what, _, left in reversed(_policy_steps(slo))]
    return f" By the budget's policy, {', '.join(told)}." if told else ""


def _burn_rates(slo: Slo, scope: series.Scope) -> Panel:
    lines = ", ".join(
        f"{float(tier.factor):.4g} ({tier.severity}, {names.window(tier.long)} and {names.window(tier.short)})"
        for tier in slo.tiers
    )
    words = Words(
        "burn-rates",
        "Burn rates by window",
        "How many times faster than allowed the budget is spent; 1 spends exactly the budget. An alert fires where "
        f"both of its windows are above its line: {lines or 'no burn-rate alert is declared'}.",
        "no events in this time range",
    )
    steps: list[tuple[str, float | None]] = [("green", None)]
    steps += [(_TIER_COLORS[tier.severity], float(tier.factor)) for tier in slo.tiers]
    queries = [
        Query(series.burn_over(scope, window, float(slo.budget)), _name(slo, names.window(window)))
        for window in shown_windows(slo)
    ]
    return time_series(words, queries, Axis("none", lines=tuple(steps), low=0))


def shown_windows(slo: Slo) -> Sequence[int]:
    """The long windows of the tiers: the short ones say the same with more noise."""
    return sorted({tier.long for tier in slo.tiers} & set(slo.windows)) or slo.windows[:1]


def _events(component: Component, slo: Slo, scope: series.Scope) -> list[Panel]:
    rules = series.base(component, slo)
    if rules is None:
        return []
    bad, total = rules
    counted = slo.kind == "counter"
    words = Words(
        "events",
        "All events and bad events" if counted else "Judged and judged bad",
        "Events per second that the SLI counts, and those of them that are bad."
        if counted
        else "1 where a tick could be judged, and 1 where it was judged bad.",
        "no events in this time range",
    )
    queries = [
        Query(selector(total.record, *scope), _name(slo, "all")),
        Query(selector(bad.record, *scope), _name(slo, "bad")),
    ]
    return [time_series(words, queries, Axis("cps" if counted else "none", low=0))]


def _slices(slo: Slo, scope: series.Scope) -> list[Panel]:
    if not slo.slices:
        return []
    words = Words(
        "slices",
        "Slices, worst first",
        f"Each slice has an error budget of its own; objective {_percent(float(slo.objective))}.",
        "no events",
    )
    queries = [
        Query(series.budget_left(scope), "", instant=True, format="table"),
        Query(series.sli_over_period(scope), "", instant=True, format="table"),
        Query(series.burn_rate(scope), "", instant=True, format="table"),
    ]
    columns = [
        Column("slice", "Slice"),
        Column("A", "Budget left", "percentunit", BUDGET_LEFT),
        Column("B", f"Good over {names.window(slo.period)}", "percentunit", _sli_steps(slo)),
        Column("C", "Burn rate", "none", decimals=2),
    ]
    return [table(words, queries, columns, size=(12, 8), sort=("Budget left", "asc"))]


def _pods(component: Component, slo: Slo) -> list[Panel]:
    rules = series.base(component, slo)
    expr = by_pod(rules[0].expr, rules[1].expr) if rules and slo.kind == "counter" else None
    if expr is None:
        return []
    words = Words(
        "pods",
        "Bad events by pod",
        "The ten pods (or instances) with most bad events per second: one bad pod among good ones is an infrastructure "
        "fault, all alike is the model, its data or something upstream.",
        "no bad events",
    )
    query = Query(expr, "{{pod}} {{instance}}")
    return [time_series(words, [query], Axis("cps", low=0))]
