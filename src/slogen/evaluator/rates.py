"""Rates of change over a range; changes when extrapolation does.

Extrapolation is that of Prometheus 3 (`extrapolatedRate` in promql/functions.go): towards an edge of the range that is
nearer than 1.1 average sample distances all the way, otherwise by half a distance, and for counters never below zero.
"""

from dataclasses import dataclass, replace

import numpy as np

from slogen.evaluator.selectors import RangeBlock
from slogen.evaluator.summation import corrected, plain_sums
from slogen.evaluator.times import Bools, Floats
from slogen.evaluator.windows import Windows, take

THRESHOLD = 1.1


@dataclass(frozen=True, slots=True)
class Rate:
    """`counter` handles resets and the zero point, `per_second` divides by the length of the range in seconds."""

    counter: bool
    per_second: bool


KINDS = {
    "rate": Rate(counter=True, per_second=True),
    "increase": Rate(counter=True, per_second=False),
    "delta": Rate(counter=False, per_second=False),
}


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Durations in seconds of every window, shape `[time]`: sampled, and what lies before and after the samples."""

    sampled: Floats
    before: Floats
    after: Floats
    average: Floats


def edges(windows: Windows) -> Edges:
    """The durations that extrapolation depends on; of no meaning where a window has fewer than two samples."""
    last = windows.end - 1
    first = np.minimum(windows.first, last)
    start, end = windows.times.take(first), windows.times.take(last)
    sampled = (end - start) / 1000
    average = sampled / np.maximum(windows.counts - 1, 1)
    before = (start - (windows.at - windows.width)) / 1000
    after = (windows.at - end) / 1000
    threshold = average * THRESHOLD
    half = average / 2
    return Edges(
        sampled, np.where(before >= threshold, half, before), np.where(after >= threshold, half, after), average
    )


def extrapolated(part: RangeBlock, kind: Rate) -> tuple[Floats, Bools]:
    """`rate`, `increase` or `delta` of every window with at least two samples: values and presence `[series, time]`."""
    windows, block = part.windows, part.block
    present = windows.counts >= 2
    if not present.any():
        return np.zeros((len(block.labels), len(present))), present
    distances = edges(windows)
    first = take(block.values, windows.first)
    change = take(block.values, windows.end - 1) - first
    before = distances.before
    if kind.counter:
        if block.has_resets:
            change = _with_resets(part, change)
        to_zero = distances.sampled * (first / change)
        before = np.where((change > 0) & (first >= 0), np.minimum(to_zero, before), before)
    factor = (distances.sampled + before + distances.after) / distances.sampled
    if kind.per_second:
        factor = factor / (windows.width / 1000)
    return change * factor, present


def _with_resets(part: RangeBlock, change: Floats) -> Floats:
    """The change plus what was lost in counter resets after the first sample of each window."""
    windows, lost = part.windows, part.block.resets()
    later = replace(windows, first=np.minimum(windows.first + 1, windows.end))
    return corrected(change + plain_sums(lost, later), _change_one_by_one, (part.block.values, lost, windows))


def _change_one_by_one(values: Floats, windows: Windows) -> Floats:
    """The same with resets added in their order, which decides what remains of very different magnitudes."""
    total = take(values, windows.end - 1) - take(values, windows.first)
    for index, inside in windows.positions():
        before = values[:, np.maximum(index - 1, 0)]
        lost = inside & (index > windows.first) & (values[:, index] < before)
        total = np.where(lost, total + before, total)
    return total


def instantaneous(part: RangeBlock, counter: bool) -> tuple[Floats, Bools]:
    """`irate` (counter) or `idelta` from the last two samples of every window."""
    windows, block = part.windows, part.block
    present = windows.counts >= 2
    newer = take(block.values, windows.end - 1)
    older = take(block.values, windows.end - 2)
    change = newer - older
    if not counter:
        return change, present
    last = np.maximum(windows.end - 1, 1)
    seconds = (windows.times.take(last, mode="clip") - windows.times.take(last - 1)) / 1000
    return np.where(newer < older, newer, change) / seconds, present
