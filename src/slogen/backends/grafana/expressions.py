"""The few turns of PromQL that boards are made of, as trees; changes when a panel needs another one."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import reduce

from slogen.promql.ast import At, Hole, Matcher, MatchOp, Selector, Window
from slogen.promql.build import Vector, aggregate, binary, call, on, over, subquery, vector

SLOW_LOOKBACK = 600_000
"""How far back a series of a 5-minute cadence is read: its cadence equals Prometheus' lookback, and flaps without."""

RATE_INTERVAL = Hole("__rate_interval")
RANGE = Hole("__range")


def selector(name: str, *matchers: Matcher) -> Selector:
    """A selector by metric name."""
    return Selector(name, matchers)


def at_end(expr: Selector) -> Selector:
    """The series as they are at the end of the time range, whatever the step."""
    return replace(expr, at=At("end"))


def equal(label: str, value: str) -> Matcher:
    """`label="value"`."""
    return Matcher(label, MatchOp.EQ, value)


def latest(series: Selector, window: Window = SLOW_LOOKBACK) -> Vector:
    """The newest sample of the window."""
    return over_time("last", series, window)


def over_time(operation: str, series: Selector, window: Window) -> Vector:
    """`<operation>_over_time(series[window])`."""
    return call(f"{operation}_over_time", over(series, window))


def every(operation: str, expr: Vector, window: Window, step: int) -> Vector:
    """`<operation>_over_time((expr)[window:step])`, step in ms."""
    return call(f"{operation}_over_time", subquery(expr, window, step))


def by(op: str, expr: Vector, *labels: str) -> Vector:
    """`op by (labels) (expr)`."""
    return aggregate(op, expr, by=labels)


def top(count: int, expr: Vector) -> Vector:
    """The `count` greatest."""
    return aggregate("topk", expr, param=float(count))


def bottom(count: int, expr: Vector) -> Vector:
    """The `count` least."""
    return aggregate("bottomk", expr, param=float(count))


def of(left: Vector | float, op: str, right: Vector | float, by_labels: Sequence[str] | None = None) -> Vector:
    """A binary operation; matched by `by_labels` where given, else by all labels."""
    return binary(op, left, right, None if by_labels is None else on(*by_labels))


def many_to_one(left: Vector, op: str, right: Vector, labels: Sequence[str], keep: Sequence[str] = ()) -> Vector:
    """A binary operation of many series on the left with one on the right, whose labels `keep` are copied."""
    return binary(op, left, right, on(*labels, group_left=tuple(keep)))


def whether(left: Vector, op: str, right: float) -> Vector:
    """1 where the comparison holds, 0 where it does not."""
    return binary(op, left, right, bool_=True)


def one_minus(expr: Vector) -> Vector:
    """The complement of a ratio."""
    return of(1, "-", expr)


def either(alternatives: Iterable[Vector]) -> Vector:
    """The alternatives joined by `or`; at least one is needed."""
    return reduce(lambda left, right: of(left, "or", right), alternatives)


def or_zero(expr: Vector) -> Vector:
    """Zero where there is nothing; only for counts, where nothing means none."""
    return of(expr, "or", vector(0))


def scalar(expr: Vector) -> Vector:
    """The value of a single series without labels."""
    return call("scalar", expr)
