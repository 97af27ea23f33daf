"""Functions whose arguments are instant vectors, scalars and strings; changes when one is added."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from slogen.evaluator import annotations, dates, elementwise, histogram_functions, label_functions, pdqsort
from slogen.evaluator.annotations import Annotations
from slogen.evaluator.context import Context
from slogen.evaluator.times import Bools, Floats
from slogen.evaluator.vector import Scalar, String, Vector, merged, pruned, rows, single, without_name
from slogen.promql.ast import Call

Piece = Vector | Scalar | String
"""What a node yields over the grid of its context."""

Pieces = tuple[Piece, ...]
Function = Callable[[Context, Call, Pieces], Piece]
"""A function with its call (for the few that look at their argument as it is written) and evaluated arguments."""


def vector(value: Piece) -> Vector:
    """The piece as the instant vector that the parser has checked it to be."""
    if not isinstance(value, Vector):
        raise TypeError(f"expected an instant vector, got {type(value).__name__.lower()}")
    return value


def numbers(value: Piece) -> Floats:
    """The piece as the scalar that the parser has checked it to be, shape `[time]`."""
    if not isinstance(value, Scalar):
        raise TypeError(f"expected a scalar, got {type(value).__name__.lower()}")
    return value.values


def text(value: Piece) -> str:
    """The piece as the string that the parser has checked it to be."""
    if not isinstance(value, String):
        raise TypeError(f"expected a string, got {type(value).__name__.lower()}")
    return value.text


def note_quantiles(quantiles: Floats, notes: Annotations) -> None:
    """Warn of every quantile that is not between 0 and 1."""
    for quantile in np.unique(quantiles[~((quantiles >= 0) & (quantiles <= 1))]):
        notes.add(annotations.invalid_quantile(float(quantile)))


def _delayed(context: Context) -> bool:
    return context.options.delayed_name_removal


def _mathematics(function: Callable[[Floats], Floats]) -> Function:
    return lambda context, _call, args: elementwise.applied(vector(args[0]), function, _delayed(context))


def _moment(name: str) -> Function:
    return lambda context, _call, args: histogram_functions.moments(name, vector(args[0]), _delayed(context))


def _date(name: str) -> Function:
    def part(context: Context, _call: Call, args: Pieces) -> Vector:
        if args:
            return elementwise.applied(vector(args[0]), lambda values: dates.part(name, values), _delayed(context))
        seconds = np.trunc(context.grid.times() / 1000)
        return single(dates.part(name, seconds), np.ones(len(seconds), dtype=np.bool_))

    return part


def _absent(_context: Context, call: Call, args: Pieces) -> Vector:
    holding: Bools = np.logical_or.reduce(vector(args[0]).holding(), axis=0)
    return label_functions.absent(call.args[0], holding)


def _clamp(context: Context, _call: Call, args: Pieces) -> Vector:
    return elementwise.clamped(vector(args[0]), numbers(args[1]), numbers(args[2]), _delayed(context))


def _clamp_min(context: Context, _call: Call, args: Pieces) -> Vector:
    low = numbers(args[1])
    return elementwise.clamped(vector(args[0]), low, np.full_like(low, np.inf), _delayed(context))


def _clamp_max(context: Context, _call: Call, args: Pieces) -> Vector:
    high = numbers(args[1])
    return elementwise.clamped(vector(args[0]), np.full_like(high, -np.inf), high, _delayed(context))


def _round(context: Context, _call: Call, args: Pieces) -> Vector:
    nearest = numbers(args[1]) if len(args) > 1 else np.ones(len(context.grid))
    return elementwise.applied(vector(args[0]), lambda v: elementwise.rounded(v, nearest), _delayed(context))


def _histogram_quantile(context: Context, _call: Call, args: Pieces) -> Vector:
    quantiles = numbers(args[0])
    note_quantiles(quantiles, context.notes)
    return histogram_functions.quantile(vector(args[1]), quantiles, _delayed(context), context.notes)


def _histogram_fraction(context: Context, _call: Call, args: Pieces) -> Vector:
    bounds = numbers(args[0]), numbers(args[1])
    return histogram_functions.fraction(vector(args[2]), bounds, _delayed(context), context.notes)


def _label_replace(_context: Context, _call: Call, args: Pieces) -> Vector:
    target, template, source, pattern = (text(arg) for arg in args[1:])
    return label_functions.label_replace(vector(args[0]), target, template, source, pattern)


def _label_join(_context: Context, _call: Call, args: Pieces) -> Vector:
    target, separator, *sources = (text(arg) for arg in args[1:])
    return label_functions.label_join(vector(args[0]), target, separator, tuple(sources))


def _sort(descending: bool) -> Function:
    def ordered(context: Context, _call: Call, args: Pieces) -> Vector:
        floats = pruned(replace(vector(args[0]), histograms=None))
        if not context.grid.is_instant:
            return floats
        values = floats.values[:, 0]
        order = pdqsort.descending(values if descending else -values)
        return rows(floats, np.array(order, dtype=np.intp))

    return ordered


def _time(context: Context, _call: Call, _args: Pieces) -> Scalar:
    return Scalar(context.grid.times() / 1000)


def _timestamp(context: Context, _call: Call, args: Pieces) -> Vector:
    """Of anything but a selector: the time of the step."""
    value = vector(args[0])
    steps = np.broadcast_to(context.grid.times() / 1000, value.values.shape)
    return merged(without_name(Vector(value.labels, steps, value.holding(), value.dropped), _delayed(context)))


def _pi(context: Context, _call: Call, _args: Pieces) -> Scalar:
    return Scalar(np.full(len(context.grid), np.pi))


def _vector(_context: Context, _call: Call, args: Pieces) -> Vector:
    values = numbers(args[0])
    return single(values, np.ones(len(values), dtype=np.bool_))


def _scalar(_context: Context, _call: Call, args: Pieces) -> Scalar:
    value = vector(args[0])
    only = np.where(value.present, value.values, 0.0).sum(axis=0)
    return Scalar(np.where(value.present.sum(axis=0) == 1, only, np.nan))


CALLS: Mapping[str, Function] = MappingProxyType(
    {
        **{name: _mathematics(function) for name, function in elementwise.FUNCTIONS.items()},
        **{name: _moment(name) for name in histogram_functions.MOMENTS},
        **{name: _date(name) for name in dates.NAMES},
        "absent": _absent,
        "clamp": _clamp,
        "clamp_max": _clamp_max,
        "clamp_min": _clamp_min,
        "histogram_fraction": _histogram_fraction,
        "histogram_quantile": _histogram_quantile,
        "label_join": _label_join,
        "label_replace": _label_replace,
        "pi": _pi,
        "round": _round,
        "scalar": _scalar,
        "sort": _sort(descending=False),
        "sort_desc": _sort(descending=True),
        "time": _time,
        "timestamp": _timestamp,
        "vector": _vector,
    }
)
