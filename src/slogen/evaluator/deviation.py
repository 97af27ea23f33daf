"""The variance of windows, sample by sample or, where that would take long, from running sums."""

import numpy as np

from slogen.evaluator import summation
from slogen.evaluator.summation import ROUNDING, neumaier, plain_sums, prefix
from slogen.evaluator.times import Bools, Floats
from slogen.evaluator.windows import Windows

FAR = 1e4
"""Running sums serve where the squared distance of a window from the series' mean is at most this many variances:
the difference of squares then loses four of sixteen digits."""


def variance(values: Floats, windows: Windows) -> Floats:
    """The population variance of every window, shape `[series, time]`."""
    if windows.longest() * len(windows.at) * len(values) <= summation.CHEAP:
        return sequential_variance(values, windows)
    finite = np.isfinite(values)
    center = np.sum(np.where(finite, values, 0.0), axis=1) / np.maximum(finite.sum(axis=1), 1)
    distance = np.where(finite, values - center[:, np.newaxis], 0.0)
    squares = prefix(distance * distance)
    counts = np.maximum(windows.counts, 1)
    total = plain_sums(squares, windows)
    mean = plain_sums(prefix(distance), windows) / counts
    result = total / counts - mean * mean
    broken, constant = _holding(~finite, windows, 0), ~_holding(_changes(values), windows, 1)
    largest = np.max(squares.total, axis=1)[:, np.newaxis] * squares.total.shape[1]
    doubtful = ~(mean * mean <= FAR * result) | ~(total > largest * ROUNDING)
    for row in range(len(values)):
        steps = np.flatnonzero(doubtful[row] & ~broken[row] & ~constant[row])
        if len(steps):
            result[row, steps] = sequential_variance(values[row : row + 1], windows.chosen(steps))[0]
    return np.where(broken, np.nan, np.where(constant, 0.0, result))


def _changes(values: Floats) -> Bools:
    changed = np.zeros(values.shape, dtype=np.bool_)
    changed[:, 1:] = values[:, 1:] != values[:, :-1]
    return changed


def _holding(flags: Bools, windows: Windows, skipped: int) -> Bools:
    """Whether any flag is set within each window, its first `skipped` samples aside."""
    running = np.zeros((flags.shape[0], flags.shape[1] + 1), dtype=np.intp)
    np.cumsum(flags, axis=1, out=running[:, 1:])
    start = np.minimum(windows.first + skipped, windows.end)
    found: Bools = running.take(windows.end, axis=1) > running.take(start, axis=1)
    return found


def sequential_variance(values: Floats, windows: Windows) -> Floats:
    """Welford's algorithm with compensated sums, in the order of operations of Prometheus."""
    shape = (values.shape[0], len(windows.first))
    mean, mean_error = np.zeros(shape), np.zeros(shape)
    squares, squares_error = np.zeros(shape), np.zeros(shape)
    for k, (index, inside) in enumerate(windows.positions()):
        value = values[:, index]
        delta = value - (mean + mean_error)
        new_mean, new_error = neumaier(mean, mean_error, delta / (k + 1))
        step = delta * (value - (new_mean + new_error))
        new_squares, new_squares_error = neumaier(squares, squares_error, step)
        mean, mean_error = np.where(inside, new_mean, mean), np.where(inside, new_error, mean_error)
        squares = np.where(inside, new_squares, squares)
        squares_error = np.where(inside, new_squares_error, squares_error)
    return (squares + squares_error) / np.maximum(windows.counts, 1)
