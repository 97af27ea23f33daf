"""One row for all SLOs of a model that has many, which Grafana repeats for each that the reader has chosen.

What differs from SLO to SLO and is fixed in a row of its own is asked of the info series here: objective and budget.
"""

from slogen import names
from slogen.backends.grafana import series
from slogen.backends.grafana.expressions import by, many_to_one, one_minus, selector
from slogen.backends.grafana.layout import Section
from slogen.backends.grafana.panels import Axis, Panel, Words, time_series
from slogen.backends.grafana.queries import Query
from slogen.backends.grafana.section_slo import shown_windows
from slogen.ir.program import Component

MOST_ROWS = 8
"""A board with a row for each of more SLOs is larger than what Kubernetes' tools store and reviewers read."""
_HOUR = 3_600_000


def repeated_section(component: Component, scope: series.Scope) -> Section:
    """The row; `scope` follows the variable `slo`, which is one SLO in each repetition."""
    panels = (_sli(component, scope), _burn_down(scope), _burn_rates(component, scope), *_events(component, scope))
    return Section("slo", "SLO: $slo", panels, collapsed=True, repeat="slo")


def _sli(component: Component, scope: series.Scope) -> Panel:
    words = Words(
        "sli",
        "SLI against the objective",
        "Share of good events over the SLO's period and over an hour, and the objective, below which it is missed.",
        "no events in this time range",
    )
    queries = [
        Query(series.sli_over_period(scope), "{{slo}} {{slice}} {{period}}"),
        Query(by("max", series.objective(scope), names.SLO), "{{slo}} objective"),
    ]
    if any(_HOUR in slo.windows for slo in component.slos):
        queries.insert(0, Query(series.sli(scope, _HOUR), "{{slo}} {{slice}} 1h"))
    return time_series(words, queries, Axis("percentunit", high=1))


def _burn_down(scope: series.Scope) -> Panel:
    words = Words(
        "burn-down",
        "Error budget left over time",
        "It falls while more goes wrong than the objective allows, and recovers as old errors leave the period. Below "
        "0 the objective is missed.",
        "no events in this time range",
    )
    axis = Axis("percentunit", lines=(("green", None), ("red", 0)), low=0, high=1)
    return time_series(words, [Query(series.budget_left(scope), "{{slo}} {{slice}}")], axis)


def _burn_rates(component: Component, scope: series.Scope) -> Panel:
    words = Words(
        "burn-rates",
        "Burn rates by window",
        "How many times faster than allowed the budget is spent; 1 spends exactly the budget. The factors at which "
        "alerts fire stand in their descriptions.",
        "no events in this time range",
    )
    budget = one_minus(by("max", series.objective(scope), *names.SLO_IDENTITY))
    windows = sorted({window for slo in component.slos for window in shown_windows(slo)})
    queries = [
        Query(
            many_to_one(selector(names.error_ratio(window), *scope), "/", budget, names.SLO_IDENTITY),
            f"{{{{slo}}}} {{{{slice}}}} {names.window(window)}",
        )
        for window in windows
    ]
    return time_series(words, queries, Axis("none", lines=(("green", None), ("orange", 1)), low=0))


def _events(component: Component, scope: series.Scope) -> list[Panel]:
    """Events of counters and ticks of samples, each where some SLO has them."""
    panels: list[Panel] = []
    for kind, unit, title, told in (
        ("counter", "cps", "All events and bad events", "Events per second that SLIs count, and those that are bad."),
        ("sampled", "none", "Judged and judged bad", "1 where a tick could be judged, and 1 where it was judged bad."),
    ):
        rules = [found for slo in component.slos if slo.kind == kind and (found := series.base(component, slo))]
        recorded = {(name, what) for bad, total in rules for name, what in ((total.record, "all"), (bad.record, "bad"))}
        queries = [
            Query(selector(name, *scope), f"{{{{slo}}}} {{{{slice}}}} {what}") for name, what in sorted(recorded)
        ]
        words = Words(f"events-{kind}", title, told, "no events in this time range")
        panels += [time_series(words, queries, Axis(unit, low=0))] if queries else []
    return panels
