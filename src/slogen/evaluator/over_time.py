"""Aggregations of one series over a range; changes with the family of `*_over_time` functions.

Each takes a block with its windows and gives values and presence, `[series, time]` or a presence `[time]` that holds
for all series. Windows without samples are absent.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from slogen.evaluator.deviation import variance
from slogen.evaluator.extremes import larger, smaller
from slogen.evaluator.selectors import RangeBlock
from slogen.evaluator.summation import corrected, neumaier, plain_sums, window_sums
from slogen.evaluator.times import Bools, Floats, Ints
from slogen.evaluator.windows import Windows, extremes, take

WINDOW_CELLS = 8_000_000
"""Numbers gathered at once where a function needs whole windows side by side."""

Result = tuple[Floats, Bools]


def _sum(part: RangeBlock) -> Result:
    return window_sums(part.block.values, part.block.sums(), part.windows), part.windows.counts > 0


def _average(part: RangeBlock) -> Result:
    windows, values, running = part.windows, part.block.values, part.block.sums()
    mean = plain_sums(running, windows) / np.maximum(windows.counts, 1)
    return corrected(mean, sequential_mean, (values, running, windows)), windows.counts > 0


def sequential_mean(values: Floats, windows: Windows) -> Floats:
    """The mean sample by sample, incremental from where the sum overflows: the order of operations of Prometheus."""
    shape = (len(values), len(windows.first))
    total, error = np.zeros(shape), np.zeros(shape)
    incremental = np.zeros(shape, dtype=np.bool_)
    for k, (index, inside) in enumerate(windows.positions()):
        value = values[:, index]
        direct, direct_error = neumaier(total, error, value)
        if k == 0:
            direct, direct_error = value, np.zeros(shape)
        overflows = np.isinf(direct) & ~incremental & inside
        before = max(k, 1)
        total = np.where(overflows, total / before, total)
        error = np.where(overflows, error / before, error)
        incremental = incremental | overflows
        share = k / (k + 1)
        mean, mean_error = neumaier(share * total, share * error, value / (k + 1))
        total = np.where(inside, np.where(incremental, mean, direct), total)
        error = np.where(inside, np.where(incremental, mean_error, direct_error), error)
    counts = np.maximum(windows.counts, 1)
    return np.where(incremental, total + error, total / counts + error / counts)


def _count(part: RangeBlock) -> Result:
    counts = part.windows.counts
    values = np.broadcast_to(counts.astype(np.float64), (len(part.block.labels), len(counts)))
    return values, counts > 0


def _present(part: RangeBlock) -> Result:
    shape = (len(part.block.labels), len(part.windows.at))
    return np.ones(shape), part.windows.counts > 0


def _last(part: RangeBlock) -> Result:
    return take(part.block.values, part.windows.end - 1), part.windows.counts > 0


def _extreme(choose: Callable[[Floats, Floats], Floats]) -> Callable[[RangeBlock], Result]:
    return lambda part: (extremes(part.block.values, part.windows, choose), part.windows.counts > 0)


def _changes(part: RangeBlock) -> Result:
    before, after = part.block.values[:, :-1], part.block.values[:, 1:]
    return _events(part, (before != after) & ~(np.isnan(before) & np.isnan(after)))


def _resets(part: RangeBlock) -> Result:
    return _events(part, part.block.values[:, 1:] < part.block.values[:, :-1])


def _events(part: RangeBlock, happened: Bools) -> Result:
    windows = part.windows
    running = np.zeros((happened.shape[0], happened.shape[1] + 2))
    running[:, 2:] = np.cumsum(happened, axis=1)
    start = np.minimum(windows.first + 1, windows.end)
    return running.take(windows.end, axis=1) - running.take(start, axis=1), windows.counts > 0


def _variance(part: RangeBlock) -> Result:
    return variance(part.block.values, part.windows), part.windows.counts > 0


def _deviation(part: RangeBlock) -> Result:
    squared, present = _variance(part)
    return np.sqrt(squared), present


SIMPLE: Mapping[str, Callable[[RangeBlock], Result]] = MappingProxyType(
    {
        "sum_over_time": _sum,
        "avg_over_time": _average,
        "count_over_time": _count,
        "present_over_time": _present,
        "last_over_time": _last,
        "min_over_time": _extreme(smaller),
        "max_over_time": _extreme(larger),
        "changes": _changes,
        "resets": _resets,
        "stdvar_over_time": _variance,
        "stddev_over_time": _deviation,
    }
)
"""Range functions of one range and nothing else."""


def quantile_over_time(part: RangeBlock, quantiles: Floats) -> Result:
    """The quantile of every window; `quantiles` has shape `[time]`."""
    windows, values = part.windows, part.block.values
    counts = windows.counts
    result = np.zeros((values.shape[0], len(counts)))
    for length in np.unique(counts[counts > 0]):
        steps = np.flatnonzero(counts == length)
        batch = max(1, WINDOW_CELLS // int(length * max(1, values.shape[0])))
        for at in range(0, len(steps), batch):
            chosen = steps[at : at + batch]
            index = windows.first[chosen][:, np.newaxis] + np.arange(length)
            ordered = sorted_nan_first(values[:, index])
            result[:, chosen] = interpolated(ordered, np.full(ordered.shape[:2], length), quantiles[chosen])
    return result, counts > 0


def sorted_nan_first(values: Floats) -> Floats:
    """Sorted along the last axis with NaN before everything, which is the order of quantiles in PromQL."""
    nans = np.isnan(values)
    if not nans.any():
        return np.sort(values, axis=-1)
    ordered = np.sort(np.where(nans, -np.inf, values), axis=-1)
    count = nans.sum(axis=-1)[..., np.newaxis]
    return np.where(np.arange(values.shape[-1]) < count, np.nan, ordered)


def interpolated(ordered: Floats, counts: Ints, quantiles: Floats) -> Floats:
    """Quantiles of sorted samples: `ordered` is `[…, samples]`, `counts` `[…]` says how many of them there are."""
    q = np.broadcast_to(quantiles, counts.shape)
    usable = (q >= 0) & (q <= 1)
    rank = np.where(usable, q, 0.0) * (counts - 1)
    low = np.maximum(np.floor(rank), 0).astype(np.intp)
    high = np.minimum(counts - 1, low + 1)
    weight = rank - np.floor(rank)
    lower = np.take_along_axis(ordered, low[..., np.newaxis], axis=-1)[..., 0]
    upper = np.take_along_axis(ordered, high[..., np.newaxis], axis=-1)[..., 0]
    value = lower * (1 - weight) + upper * weight
    return np.where(usable, value, beyond(q))


def beyond(quantiles: Floats) -> Floats:
    """What a quantile is that is not between 0 and 1: minus infinity below, infinity above, NaN of NaN."""
    return np.where(quantiles < 0, -np.inf, quantiles + np.inf)
