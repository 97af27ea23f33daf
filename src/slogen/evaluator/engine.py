"""Evaluation of an expression over a grid: which node is computed by what; changes when the language does."""

from dataclasses import replace

import numpy as np

from slogen.evaluator import (
    aggregate,
    binary,
    dates,
    functions,
    label_functions,
    native_aggregate,
    range_functions,
    ranking,
    selectors,
    sets,
)
from slogen.evaluator.aggregate import REDUCTIONS, Grouping
from slogen.evaluator.context import Context
from slogen.evaluator.errors import Unsupported
from slogen.evaluator.functions import Piece
from slogen.evaluator.selectors import RangeVector
from slogen.evaluator.times import Floats, Grid
from slogen.evaluator.vector import Scalar, String, Vector, merged, pruned, stacked, without_name
from slogen.promql.ast import (
    SET_OPERATORS,
    Aggregate,
    Binary,
    Call,
    Expr,
    Negate,
    Number,
    Range,
    Selector,
    Subquery,
    Text,
)

EXPERIMENTAL = "experimental in Prometheus 3.5 and not supported"
UNKNOWN = "not a function of Prometheus 3.5"
EXPERIMENTAL_FUNCTIONS = frozenset(
    {
        *("double_exponential_smoothing", "info", "mad_over_time", "sort_by_label", "sort_by_label_desc"),
        *("ts_of_last_over_time", "ts_of_max_over_time", "ts_of_min_over_time"),
    }
)


def evaluated(context: Context, expr: Expr) -> Piece:
    """The value of `expr` at every step of the context's grid.

    Raises EvaluationError where Prometheus fails on the data, Unsupported for constructs this engine does not have.
    """
    if len(context.grid) > 1 and not isinstance(expr, Number | Text) and is_invariant(expr):
        return _repeated(evaluated(context.on(Grid.instant(context.grid.start)), expr), len(context.grid))
    match expr:
        case Number(value):
            return Scalar(np.full(len(context.grid), value))
        case Text(text):
            return String(text)
        case Selector():
            return selectors.instant(context, expr)
        case Negate(inner):
            operand = evaluated(context, inner)
            if isinstance(operand, Scalar):
                return Scalar(-operand.values)
            return binary.negated(functions.vector(operand), context.options.delayed_name_removal)
        case Binary():
            return _binary(context, expr)
        case Aggregate():
            return _aggregate(context, expr)
        case Call():
            return _call(context, expr)
        case Range() | Subquery():
            raise TypeError("a range vector has no value at a step")


def is_invariant(expr: Expr) -> bool:
    """Whether every selector inside is pinned by `@` and nothing depends on the time of the step."""
    match expr:
        case Number() | Text():
            return True
        case Selector():
            return expr.at is not None
        case Range(selector=selector):
            return selector.at is not None
        case Subquery():
            return expr.at is not None
        case Negate(inner):
            return is_invariant(inner)
        case Binary(left=left, right=right):
            return is_invariant(left) and is_invariant(right)
        case Aggregate():
            return is_invariant(expr.expr)  # whatever the parameter is: Prometheus 3.5 does not look at it
        case Call(function, args):
            return function not in STEP_FUNCTIONS and all(is_invariant(arg) for arg in args)


STEP_FUNCTIONS = dates.NAMES | {"time", "timestamp", "predict_linear"}
"""Functions whose result depends on the time of the step even where their arguments do not."""


def _repeated(value: Piece, steps: int) -> Piece:
    match value:
        case Scalar(values):
            return Scalar(np.repeat(values, steps))
        case Vector():
            shape = (len(value), steps)
            return replace(
                value,
                values=np.broadcast_to(value.values, shape),
                present=np.broadcast_to(value.present, shape),
                histograms=None if value.histograms is None else np.broadcast_to(value.histograms, shape),
            )
        case String():
            return value


def vector_of(context: Context, expr: Expr) -> Vector:
    """The value of an expression that the parser has checked to be an instant vector."""
    return functions.vector(evaluated(context, expr))


def numbers_of(context: Context, expr: Expr) -> Floats:
    """The value of an expression that the parser has checked to be a scalar, shape `[time]`."""
    return functions.numbers(evaluated(context, expr))


def _binary(context: Context, expr: Binary) -> Piece:
    left, right = evaluated(context, expr.left), evaluated(context, expr.right)
    rules = binary.Rules(expr.op, expr.bool_, context.options.delayed_name_removal, context.notes)
    match left, right:
        case Scalar(), Scalar():
            return binary.between_scalars(expr.op, left, right)
        case Vector(), Scalar():
            return binary.with_scalar(rules, left, right, swapped=False)
        case Scalar(), Vector():
            return binary.with_scalar(rules, right, left, swapped=True)
    if expr.op in SET_OPERATORS:
        return sets.combine(expr.op, functions.vector(left), functions.vector(right), expr.matching)
    return binary.between_vectors(expr, functions.vector(left), functions.vector(right), rules)


def _aggregate(context: Context, expr: Aggregate) -> Vector:
    grouping, notes = Grouping(expr.grouping, expr.without), context.notes
    if expr.op in ("limitk", "limit_ratio"):
        raise Unsupported(expr.op, EXPERIMENTAL)
    if expr.op == "count_values" and expr.param is not None:
        return ranking.count_values(
            vector_of(context, expr.expr), grouping, functions.text(evaluated(context, expr.param))
        )
    parameter = numbers_of(context, expr.param) if expr.param is not None else np.zeros(len(context.grid))
    vector = vector_of(context, expr.expr)
    match expr.op:
        case "topk" | "bottomk":
            return ranking.ranked(expr.op, vector, grouping, parameter, notes)
        case "quantile":
            return aggregate.quantile(vector, grouping, parameter, notes)
        case op if op in REDUCTIONS:
            result = aggregate.reduced(op, vector, grouping, notes)
            if op in ("sum", "avg") and vector.histograms is not None:
                return native_aggregate.completed(op, vector, result, grouping, notes)
            return result
        case op:
            raise Unsupported(op, "not an aggregation of Prometheus 3.5")


def _call(context: Context, call: Call) -> Piece:
    name = call.function
    if name in range_functions.NAMES:
        return _over_range(context, call)
    if name == "absent_over_time":
        return label_functions.absent(call.args[0], range_functions.covered(range_of(context, call.args[0])))
    if name == "timestamp" and isinstance(call.args[0], Selector):
        return _timestamps(context, call.args[0])
    if name not in functions.CALLS:
        raise Unsupported(name, EXPERIMENTAL if name in EXPERIMENTAL_FUNCTIONS else UNKNOWN)
    return functions.CALLS[name](context, call, tuple(evaluated(context, arg) for arg in call.args))


def _over_range(context: Context, call: Call) -> Vector:
    numbers = [numbers_of(context, arg) for arg in call.args if not isinstance(arg, Range | Subquery)]
    argument = next(arg for arg in call.args if isinstance(arg, Range | Subquery))
    samples = range_of(context, argument)
    chosen = range_functions.function(call.function, samples, numbers[0] if numbers else None)
    result = range_functions.applied(context, chosen, samples)
    if call.function == "quantile_over_time":
        functions.note_quantiles(numbers[0][result.present.any(axis=0)], context.notes)
    return result


def range_of(context: Context, argument: Expr) -> RangeVector:
    """The samples of a range selector or a subquery before every step."""
    match argument:
        case Range():
            return selectors.ranged(context, argument)
        case Subquery():
            at, grid = selectors.subquery_grid(context, argument)
            width = selectors.window_length(argument.window)
            if not len(grid):
                return RangeVector((), (), width, context.grid.times())
            inner = vector_of(context.on(grid), argument.expr)
            return selectors.from_vector(context, inner, grid, at, width)
        case _:
            raise TypeError("expected a range vector")


def _timestamps(context: Context, selector: Selector) -> Vector:
    """`timestamp` of a selector: the time of the sample itself, not of the step."""
    found, order = selectors.sample_times(context, selector)
    parts = [
        replace(
            vector,
            values=np.broadcast_to(times / 1000, vector.values.shape),
            present=vector.holding(),
            histograms=None,
        )
        for vector, times in found
    ]
    result = pruned(selectors.ordered(stacked(parts, len(context.grid)), order))
    return merged(without_name(result, context.options.delayed_name_removal))
