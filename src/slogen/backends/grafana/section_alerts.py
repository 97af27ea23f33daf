"""What alerts are doing and what they look at: states over time, and each condition against its own threshold."""

from slogen.backends.grafana.expressions import by, equal, of, selector
from slogen.backends.grafana.layout import Section
from slogen.backends.grafana.panels import Axis, Panel, Words, state_timeline, time_series
from slogen.backends.grafana.queries import Query
from slogen.backends.grafana.series import Scope
from slogen.backends.grafana.variables import literal, verbatim
from slogen.ir.program import Component
from slogen.ir.rules import Alert
from slogen.promql.ast import COMPARISON, Binary, Expr, Number, Selector
from slogen.promql.build import Vector

FIRING = equal("alertstate", "firing")
LIVE = equal("mode", "")
"""Shadow alerts carry a mode; the rest does not."""
STATES = {"1": ("pending", "yellow"), "2": ("ticket", "orange"), "3": ("page", "red")}


def firing_now(scope: Scope) -> Selector:
    """Alerts that fire and reach somebody."""
    return selector("ALERTS", FIRING, LIVE, *scope)


def states(scope: Scope, *labels: str) -> Vector:
    """The worst state by these labels: 1 pending, 2 a ticket (or log) fires, 3 a page fires."""

    def level(weight: int, series: Vector) -> Vector:
        return by("max", of(series, "*", weight), *labels)

    page = level(3, selector("ALERTS", FIRING, LIVE, equal("severity", "page"), *scope))
    other = level(2, firing_now(scope))
    pending = level(1, selector("ALERTS", equal("alertstate", "pending"), LIVE, *scope))
    return Binary("or", Binary("or", page, other), pending)


def alert_timeline(scope: Scope, *labels: str, size: tuple[int, int] = (24, 8)) -> Panel:
    """When which alert was pending or firing."""
    words = Words(
        "alert-states",
        "Alerts over time",
        "Pending (yellow), a ticket or log alert firing (orange), a page firing (red); empty while nothing is wrong.",
        "nothing fired in this time range",
    )
    legend = " ".join(f"{{{{{label}}}}}" for label in labels)
    return state_timeline(words, Query(states(scope, *labels), legend), STATES, size=size)


def conditions_section(component: Component) -> Section:
    """Each declared alert's own expressions with the thresholds that it compares them to."""
    alerts = [
        rule for group in component.rules.groups for rule in group.rules if isinstance(rule, Alert) and rule.declared
    ]
    panels = [panel for alert in alerts for panel in _condition(alert)]
    return Section("conditions", "Alert conditions", tuple(panels), collapsed=True)


def _condition(alert: Alert) -> list[Panel]:
    found = thresholds_of(alert.expr)
    return [_compared(alert, comparison, index, len(found)) for index, comparison in enumerate(found)]


def _compared(alert: Alert, comparison: Binary, index: int, count: int) -> Panel:
    threshold = comparison.right.value if isinstance(comparison.right, Number) else 0.0
    part = f" ({index + 1} of {count})" if count > 1 else ""
    words = Words(
        f"{alert.name}/{index}",
        f"{alert.name}{part}",
        f"{verbatim(alert.why)} What the alert compares; it holds where the line is {comparison.op} {threshold:.10g}.",
        "nothing to compare in this time range",
    )
    color = {"page": "red", "ticket": "orange", "log": "blue"}[alert.severity]
    axis = Axis("none", lines=(("green", None), (color, threshold)))
    return time_series(words, [Query(literal(comparison.left), "")], axis, size=(8, 7))


def thresholds_of(expr: Expr) -> list[Binary]:
    """The comparisons with a number that an alert's expression is composed of, in the order of reading.

    A guard such as `… > 0` inside arithmetic is part of what is compared, not a comparison of the alert's.
    """
    match expr:
        case Binary(op, _, Number()) if op in COMPARISON:
            return [expr]
        case Binary("and" | "or" | "unless", left, right):
            return [*thresholds_of(left), *thresholds_of(right)]
        case _:
            return []
