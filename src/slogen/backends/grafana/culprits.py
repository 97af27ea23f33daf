"""From what an SLI counts as bad to who caused it: the same expression, kept apart by pod."""

from dataclasses import replace

from slogen.backends.grafana.expressions import RANGE, RATE_INTERVAL, by, of, top
from slogen.backends.grafana.variables import literal_matcher
from slogen.promql.ast import Aggregate, Binary, Call, Expr, Hole, Number, Range, Selector
from slogen.promql.build import Vector

POD_LABELS = ("instance", "pod")
SHOWN = 10


def by_pod(bad: Expr, total: Expr) -> Vector | None:
    """The ten pods with most bad events, zero where a pod has none; None where base rules cannot be told apart by pod.

    `sum(rate(requests_total{code=~"5.."}[5m]))` becomes `sum by (instance, pod) (rate(…[$__rate_interval]))`. Rates
    are of whatever Prometheus scraped, so `pod` is there where its relabelling sets it and `instance` always.
    """
    of_bad, of_total = _regrouped(bad, RATE_INTERVAL), _regrouped(total, RATE_INTERVAL)
    if of_bad is None or of_total is None:
        return None
    return top(SHOWN, of(of_bad, "or", of(of_total, "*", 0)))


def over_range(bad: Expr) -> Vector | None:
    """Bad events per second of every pod over the whole time range; None where they cannot be told apart by pod."""
    return _regrouped(bad, RANGE)


def _regrouped(expr: Expr, window: Hole) -> Vector | None:
    match expr:
        case Aggregate("sum", inner, _, False, None) if (rate := _rate(inner, window)) is not None:
            return by("sum", rate, *POD_LABELS)
        case Binary("+" | "-", left, right, False):
            sides = _regrouped(left, window), _regrouped(right, window)
            return None if sides[0] is None or sides[1] is None else of(sides[0], expr.op, sides[1])
        case Binary("or", left, Binary("*", Number(0), _) | Binary("*", _, Number(0)) | Call("vector", (Number(0),))):
            return _regrouped(left, window)
        case Call("clamp_min", (inner, Number(0))):
            return _regrouped(inner, window)
        case _:
            return None


def _rate(expr: Expr, window: Hole) -> Vector | None:
    match expr:
        case Call("rate" | "increase", (Range(Selector() as series, _),)):
            kept = replace(series, matchers=tuple(map(literal_matcher, series.matchers)))
            return Call("rate", (Range(kept, window),))
        case _:
            return None
