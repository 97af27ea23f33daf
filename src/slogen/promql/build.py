"""The typed way to make an expression; changes when lowering needs a construct that has no short name yet.

Every function checks what it makes, so an expression that Prometheus would refuse cannot be built: what mypy cannot
see raises `PromQLTypeError`, which is a bug of the caller. Numbers stand for themselves, windows are milliseconds or
`WINDOW`.

    requests = selector("http_requests_total", model="fraud-detector")
    failed = selector("http_requests_total", one_of("code", ("500", "503")), model="fraud-detector")
    ratio = div(sum_by(rate(over(failed, WINDOW)), "model"), sum_by(rate(over(requests, WINDOW)), "model"))
    page = and_(gt(fill_hole(ratio, HOUR), 0.0144), gt(fill_hole(ratio, 5 * MINUTE), 0.0144))
    show(page)
"""

from collections.abc import Callable, Iterable
from functools import reduce
from typing import Protocol, TypeVar

from slogen import regex
from slogen.promql.ast import (
    Aggregate,
    At,
    Binary,
    Call,
    Expr,
    Group,
    Hole,
    Matcher,
    Matching,
    MatchOp,
    Millis,
    Negate,
    Number,
    Range,
    Selector,
    Subquery,
    Text,
    Window,
)
from slogen.promql.types import PromQLTypeError, check_node

SECOND: Millis = 1000
MINUTE: Millis = 60 * SECOND
HOUR: Millis = 60 * MINUTE
DAY: Millis = 24 * HOUR
WINDOW = Hole()
"""The window still to be filled; see `rewrite.fill_hole`."""

Labels = tuple[str, ...]
Matrix = Range | Subquery
Vector = Selector | Call | Aggregate | Binary | Negate
Scalar = float | Number | Call | Binary | Negate
"""A number, or an expression whose type is scalar (`time()`, `scalar(x)`, arithmetic on those)."""


def selector(name: str, *matchers: Matcher, **equal: str) -> Selector:
    """`name{label="value", …}`; keyword arguments are equality matchers, `matchers` are all others, and come first."""
    return _checked(Selector(name, (*matchers, *(Matcher(k, MatchOp.EQ, v) for k, v in equal.items()))))


def matcher(label: str, op: MatchOp, value: str) -> Matcher:
    """One matcher, for labels that are no Python name and operators other than equality."""
    return Matcher(label, op, value)


def one_of(label: str, values: Iterable[str]) -> Matcher:
    """A matcher for exactly these values, which are text and not patterns; one value gives an equality matcher."""
    alternatives = list(dict.fromkeys(values))
    if len(alternatives) == 1:
        return Matcher(label, MatchOp.EQ, alternatives[0])
    return Matcher(label, MatchOp.RE, "|".join(regex.escape(v) for v in alternatives))


def over(series: Selector, window: Window) -> Range:
    """`series[window]`."""
    return _checked(Range(series, window))


def subquery(expr: Vector, window: Window, step: Millis | None = None) -> Subquery:
    """`expr[window:step]`; without a step the engine's evaluation interval."""
    return _checked(Subquery(expr, window, step))


def shifted(series: Selector, offset: Millis, at: At | None = None) -> Selector:
    """The series as they were `offset` milliseconds ago, or at a fixed time."""
    return _checked(Selector(series.name, series.matchers, offset, at))


def call(function: str, *args: Expr | float | str) -> Call:
    """Any function by its name; strings become string literals, numbers scalars."""
    return _checked(Call(function, tuple(_expr(a) for a in args)))


def negate(expr: Vector) -> Negate:
    """`-expr`."""
    return _checked(Negate(expr))


def _of_matrix(function: str) -> Callable[[Matrix], Call]:
    return lambda matrix: call(function, matrix)


def _of_vector(function: str) -> Callable[[Vector], Call]:
    return lambda vector_: call(function, vector_)


rate = _of_matrix("rate")
increase = _of_matrix("increase")
delta = _of_matrix("delta")
deriv = _of_matrix("deriv")
changes = _of_matrix("changes")
resets = _of_matrix("resets")
avg_over_time = _of_matrix("avg_over_time")
sum_over_time = _of_matrix("sum_over_time")
min_over_time = _of_matrix("min_over_time")
max_over_time = _of_matrix("max_over_time")
count_over_time = _of_matrix("count_over_time")
last_over_time = _of_matrix("last_over_time")
stddev_over_time = _of_matrix("stddev_over_time")
present_over_time = _of_matrix("present_over_time")
absent_over_time = _of_matrix("absent_over_time")

absent = _of_vector("absent")
abs_ = _of_vector("abs")
ceil = _of_vector("ceil")
floor = _of_vector("floor")
exp = _of_vector("exp")
ln = _of_vector("ln")
sqrt = _of_vector("sqrt")
timestamp = _of_vector("timestamp")
scalar = _of_vector("scalar")
histogram_count = _of_vector("histogram_count")
histogram_sum = _of_vector("histogram_sum")


def quantile_over_time(q: Scalar, matrix: Matrix) -> Call:
    """The `q` quantile (0 to 1) of each series over its window."""
    return call("quantile_over_time", q, matrix)


def predict_linear(matrix: Matrix, seconds: Scalar) -> Call:
    """Where each series will be in so many seconds if it goes on as in its window."""
    return call("predict_linear", matrix, seconds)


def histogram_quantile(q: Scalar, buckets: Vector) -> Call:
    """The `q` quantile (0 to 1) of classic buckets (label `le`) or native histograms."""
    return call("histogram_quantile", q, buckets)


def histogram_fraction(lower: Scalar, upper: Scalar, histograms: Vector) -> Call:
    """The share (0 to 1) of observations between the bounds."""
    return call("histogram_fraction", lower, upper, histograms)


def clamp_min(expr: Vector, least: Scalar) -> Call:
    """Values below `least` become `least`."""
    return call("clamp_min", expr, least)


def clamp_max(expr: Vector, most: Scalar) -> Call:
    """Values above `most` become `most`."""
    return call("clamp_max", expr, most)


def vector(value: Scalar) -> Call:
    """A scalar as a vector of one element without labels."""
    return call("vector", value)


def time() -> Call:
    """The evaluation time in seconds."""
    return call("time")


def label_replace(expr: Vector, target: str, replacement: str, source: str, pattern: str) -> Call:
    """Sets `target` to `replacement` where the whole of `source` matches `pattern`."""
    try:
        regex.compile(pattern)
    except regex.RegexError as e:
        raise PromQLTypeError(f"invalid regular expression: {e}", "label_replace") from None
    return call("label_replace", expr, target, replacement, source, pattern)


def label_join(expr: Vector, target: str, separator: str, *sources: str) -> Call:
    """Sets `target` to the values of `sources` with `separator` between them."""
    return call("label_join", expr, target, separator, *sources)


def with_label(expr: Vector, label: str, value: str) -> Call:
    """Gives every series of `expr` the label `label` with exactly this value."""
    return label_replace(expr, label, value.replace("$", "$$"), "", "")


def aggregate(
    op: str, expr: Vector, *, by: Labels = (), without: Labels | None = None, param: Scalar | str | None = None
) -> Aggregate:
    """Any aggregation; `without=()` drops nothing but the metric name, no clause at all drops every label."""
    if by and without is not None:
        raise PromQLTypeError("an aggregation takes by or without, not both", op)
    first = None if param is None else _expr(param)
    return _checked(Aggregate(op, expr, by if without is None else without, without is not None, first))


def sum_by(expr: Vector, *labels: str) -> Aggregate:
    """`sum by (labels) (expr)`; without labels one series."""
    return aggregate("sum", expr, by=labels)


def avg_by(expr: Vector, *labels: str) -> Aggregate:
    """`avg by (labels) (expr)`."""
    return aggregate("avg", expr, by=labels)


def min_by(expr: Vector, *labels: str) -> Aggregate:
    """`min by (labels) (expr)`."""
    return aggregate("min", expr, by=labels)


def max_by(expr: Vector, *labels: str) -> Aggregate:
    """`max by (labels) (expr)`."""
    return aggregate("max", expr, by=labels)


def count_by(expr: Vector, *labels: str) -> Aggregate:
    """`count by (labels) (expr)`."""
    return aggregate("count", expr, by=labels)


def group_by(expr: Vector, *labels: str) -> Aggregate:
    """`group by (labels) (expr)`: 1 for every combination of labels that exists."""
    return aggregate("group", expr, by=labels)


def sum_without(expr: Vector, *labels: str) -> Aggregate:
    """`sum without (labels) (expr)`."""
    return aggregate("sum", expr, without=labels)


def quantile_by(q: Scalar, expr: Vector, *labels: str) -> Aggregate:
    """`quantile by (labels) (q, expr)` with `q` from 0 to 1."""
    return aggregate("quantile", expr, by=labels, param=q)


def topk_by(k: Scalar, expr: Vector, *labels: str) -> Aggregate:
    """`topk by (labels) (k, expr)`: the series with the `k` largest values, with all their labels."""
    return aggregate("topk", expr, by=labels, param=k)


def on(*labels: str, group_left: Labels | None = None, group_right: Labels | None = None) -> Matching:
    """Match on these labels alone; `group_left` lets several left series match one right one and copies labels."""
    return _matching(Matching(labels, on=True), group_left, group_right)


def ignoring(*labels: str, group_left: Labels | None = None, group_right: Labels | None = None) -> Matching:
    """Match on all labels but these."""
    return _matching(Matching(labels), group_left, group_right)


def _matching(base: Matching, left: Labels | None, right: Labels | None) -> Matching:
    if left is not None and right is not None:
        raise PromQLTypeError("group_left and group_right exclude each other", Group.LEFT.value)
    if left is not None:
        return Matching(base.labels, base.on, Group.LEFT, left)
    return base if right is None else Matching(base.labels, base.on, Group.RIGHT, right)


Operand = Vector | Scalar


def binary(op: str, left: Operand, right: Operand, matching: Matching | None = None, *, bool_: bool = False) -> Binary:
    """Any binary operator by its sign."""
    return _checked(Binary(op, _expr(left), _expr(right), bool_, matching))


class _Operator(Protocol):
    def __call__(self, left: Operand, right: Operand, matching: Matching | None = None, /) -> Binary: ...


class _Comparison(Protocol):
    def __call__(
        self, left: Operand, right: Operand, matching: Matching | None = None, /, *, bool_: bool = False
    ) -> Binary: ...


def _arithmetic(op: str) -> _Operator:
    return lambda left, right, matching=None: binary(op, left, right, matching)


def _comparison(op: str) -> _Comparison:
    def compare(left: Operand, right: Operand, matching: Matching | None = None, /, *, bool_: bool = False) -> Binary:
        return binary(op, left, right, matching, bool_=bool_)

    return compare


add = _arithmetic("+")
sub = _arithmetic("-")
mul = _arithmetic("*")
div = _arithmetic("/")
mod = _arithmetic("%")
power = _arithmetic("^")
eq = _comparison("==")
ne = _comparison("!=")
gt = _comparison(">")
ge = _comparison(">=")
lt = _comparison("<")
le = _comparison("<=")


def and_(left: Vector, right: Vector, matching: Matching | None = None) -> Binary:
    """The series of `left` that have a partner in `right`."""
    return binary("and", left, right, matching)


def unless(left: Vector, right: Vector, matching: Matching | None = None) -> Binary:
    """The series of `left` that have no partner in `right`."""
    return binary("unless", left, right, matching)


def or_(left: Vector, right: Vector, matching: Matching | None = None) -> Binary:
    """The series of `left`, and those of `right` that have no partner in `left`."""
    return binary("or", left, right, matching)


def all_of(exprs: Iterable[Vector], matching: Matching | None = None) -> Vector:
    """All joined by `and`; at least one is needed."""
    return reduce(lambda left, right: and_(left, right, matching), exprs)


def any_of(exprs: Iterable[Vector], matching: Matching | None = None) -> Vector:
    """All joined by `or`; at least one is needed."""
    return reduce(lambda left, right: or_(left, right, matching), exprs)


_Node = TypeVar("_Node", Selector, Range, Subquery, Call, Aggregate, Binary, Negate)


def _checked(node: _Node) -> _Node:
    check_node(node)
    return node


def _expr(value: Expr | float | str) -> Expr:
    match value:
        case str():
            return Text(value)
        case int() | float():
            return Number(float(value))
        case _:
            return value
