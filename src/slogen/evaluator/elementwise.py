"""Functions of one sample: mathematics, rounding, clamping; changes with that family of functions."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from slogen.evaluator.times import Floats
from slogen.evaluator.vector import Vector, merged, pruned, without_name

LARGE = 21
"""Beyond this Go takes `sinh` and `cosh` to be half an exponential, which overflows a little earlier than they do."""


def _sinh(values: Floats) -> Floats:
    sizes = np.abs(values)
    return np.where(sizes > LARGE, np.copysign(np.exp(sizes) * 0.5, values), np.sinh(values))


def _cosh(values: Floats) -> Floats:
    sizes = np.abs(values)
    return np.where(sizes > LARGE, np.exp(sizes) * 0.5, np.cosh(values))


FUNCTIONS: Mapping[str, Callable[[Floats], Floats]] = MappingProxyType(
    {
        "abs": np.abs,
        "ceil": np.ceil,
        "floor": np.floor,
        "exp": np.exp,
        "sqrt": np.sqrt,
        "ln": np.log,
        "log2": np.log2,
        "log10": np.log10,
        "sin": np.sin,
        "cos": np.cos,
        "tan": np.tan,
        "asin": np.arcsin,
        "acos": np.arccos,
        "atan": np.arctan,
        "sinh": _sinh,
        "cosh": _cosh,
        "tanh": np.tanh,
        "asinh": np.arcsinh,
        "acosh": np.arccosh,
        "atanh": np.arctanh,
        "rad": lambda values: values * np.pi / 180,
        "deg": lambda values: values * 180 / np.pi,
        "sgn": np.sign,
    }
)
"""By name; each takes and gives an array of any shape."""


def applied(vector: Vector, function: Callable[[Floats], Floats], delayed: bool) -> Vector:
    """The function of every float sample; histograms are left out and the name is dropped."""
    values = function(vector.values)
    floats = replace(vector, values=values, histograms=None)
    return merged(without_name(pruned(floats), delayed))


def rounded(values: Floats, nearest: Floats) -> Floats:
    """To the nearest multiple, ties upwards; calculated with the inverse as Prometheus does."""
    inverse = 1 / nearest
    result: Floats = np.floor(values * inverse + 0.5) / inverse
    return result


def clamped(vector: Vector, low: Floats, high: Floats, delayed: bool) -> Vector:
    """Every sample moved into `[low, high]`, both `[time]`; steps where `high` is below `low` give nothing."""
    possible = replace(vector, present=vector.present & ~(high < low))
    return applied(possible, lambda values: _maximum(low, _minimum(high, values)), delayed)


def _maximum(left: Floats, right: Floats) -> Floats:
    """Go's `math.Max`: infinity wins over NaN, NaN over numbers."""
    return np.where(np.isposinf(left) | np.isposinf(right), np.inf, np.maximum(left, right))


def _minimum(left: Floats, right: Floats) -> Floats:
    """Go's `math.Min`: minus infinity wins over NaN, NaN over numbers."""
    return np.where(np.isneginf(left) | np.isneginf(right), -np.inf, np.minimum(left, right))
