"""Least-squares lines through the samples of a range: `deriv` and `predict_linear`."""

import numpy as np

from slogen.evaluator.selectors import RangeBlock
from slogen.evaluator.summation import neumaier
from slogen.evaluator.times import Bools, Floats, Times
from slogen.evaluator.windows import take


def line(part: RangeBlock, origin: Times) -> tuple[Floats, Floats, Bools]:
    """Slope per second and value at `origin` (milliseconds, `[time]`) for every window of at least two samples.

    Sums are compensated and taken in the order of Prometheus (`linearRegression` in promql/functions.go).
    """
    windows, values = part.windows, part.block.values
    shape = (values.shape[0], len(windows.first))
    sums = [(np.zeros(shape), np.zeros(shape)) for _ in range(4)]
    first = take(values, windows.first)
    constant = np.ones(shape, dtype=np.bool_)
    for index, inside in windows.positions():
        x = (windows.times[index] - origin) / 1000
        y = values[:, index]
        constant &= ~inside | (y == first)
        for place, term in enumerate((np.broadcast_to(x, shape), y, x * y, np.broadcast_to(x * x, shape))):
            new, error = neumaier(*sums[place], term)
            sums[place] = np.where(inside, new, sums[place][0]), np.where(inside, error, sums[place][1])
    n = windows.counts
    sum_x, sum_y, sum_xy, sum_xx = (total + error for total, error in sums)
    slope = (sum_xy - sum_x * sum_y / n) / (sum_xx - sum_x * sum_x / n)
    intercept = sum_y / n - slope * sum_x / n
    flat = np.where(np.isinf(first), np.nan, 0.0)
    slope = np.where(constant, flat, slope)
    intercept = np.where(constant, flat + first, intercept)
    return slope, intercept, windows.counts >= 2


def deriv(part: RangeBlock) -> tuple[Floats, Bools]:
    """The slope of every window, per second."""
    windows = part.windows
    origin = windows.times.take(windows.first, mode="clip")
    slope, _, present = line(part, origin)
    return slope, present


def predict(part: RangeBlock, steps: Times, ahead: Floats) -> tuple[Floats, Bools]:
    """The line's value `ahead` seconds (`[time]`) after each step at which the function is evaluated."""
    slope, intercept, present = line(part, steps)
    return slope * ahead + intercept, present
