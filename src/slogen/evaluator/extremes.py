"""The larger and the smaller of two samples as Prometheus chooses; changes when it chooses otherwise.

A number is chosen before NaN, and of equal ones the first, which decides the sign of a zero.
"""

import numpy as np

from slogen.evaluator.times import Bools, Floats


def larger(first: Floats, second: Floats) -> Floats:
    """Element by element the larger; arrays of one shape."""
    return np.where((second > first) | np.isnan(first), second, first)


def smaller(first: Floats, second: Floats) -> Floats:
    """Element by element the smaller; arrays of one shape."""
    return np.where((second < first) | np.isnan(first), second, first)


def has_minus_zero(values: Floats) -> bool:
    """Whether a zero with a sign is there, so that the order of samples matters."""
    minus: Bools = (values == 0) & np.signbit(values)
    return bool(minus.any())
