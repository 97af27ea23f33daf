"""Aggregations over series that give one sample per group; changes with that family of operators."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from slogen.evaluator import annotations
from slogen.evaluator.annotations import Annotations
from slogen.evaluator.extremes import has_minus_zero, larger, smaller
from slogen.evaluator.grouping import groups_of
from slogen.evaluator.labels import Labels
from slogen.evaluator.over_time import interpolated
from slogen.evaluator.summation import Groups, group_sums, neumaier
from slogen.evaluator.times import Bools, Floats, Ints
from slogen.evaluator.vector import Vector, empty, pruned

Reduction = Callable[[Floats, Bools, Groups], Floats]


def _counts(present: Bools, groups: Groups) -> Ints:
    return np.add.reduceat(present[groups.order], groups.starts, axis=0, dtype=np.intp)


def _sum(values: Floats, present: Bools, groups: Groups) -> Floats:
    total, overflow = group_sums(values, present, groups)
    if overflow.any():
        return np.where(overflow, _sequential(values, present, groups)[0], total)
    return total


def _average(values: Floats, present: Bools, groups: Groups) -> Floats:
    total, overflow = group_sums(values, present, groups)
    mean = total / np.maximum(_counts(present, groups), 1)
    return np.where(overflow, _sequential(values, present, groups)[1], mean) if overflow.any() else mean


def _sequential(values: Floats, present: Bools, groups: Groups) -> tuple[Floats, Floats]:
    """Sum and mean row by row, where a running sum overflows; the mean turns incremental there as in Prometheus."""
    shape = (len(groups.sizes), values.shape[1])
    total, error, mean, mean_error = (np.zeros(shape) for _ in range(4))
    count = np.zeros(shape)
    incremental = np.zeros(shape, dtype=np.bool_)
    for places, members in groups.ranks():
        here, value = present[members], values[members]
        seen = count[places]
        new, lost = neumaier(total[places], error[places], value)
        turns = np.isinf(new) & ~incremental[places] & here & (seen > 0)
        base = np.where(turns, total[places] / seen, mean[places])
        base_error = np.where(turns, error[places] / seen, mean_error[places])
        incremental[places] |= turns
        share = seen / (seen + 1)
        new_mean, lost_mean = neumaier(share * base, share * base_error, value / (seen + 1))
        mean[places] = np.where(here, new_mean, mean[places])
        mean_error[places] = np.where(here, lost_mean, mean_error[places])
        total[places] = np.where(here, new, total[places])
        error[places] = np.where(here, lost, error[places])
        count[places] = seen + here
    direct = total / count + error / count
    sums = np.where(np.isinf(total), total, total + error)
    return sums, np.where(incremental, mean + mean_error, direct)


def _extreme(choose: np.ufunc, exactly: Callable[[Floats, Floats], Floats]) -> Reduction:
    """`choose` for all rows of a group at once; `exactly`, row by row, where the sign of zero depends on the order."""

    def reduction(values: Floats, present: Bools, groups: Groups) -> Floats:
        known = np.where(present, values, np.nan)
        if not has_minus_zero(known):
            result: Floats = choose.reduceat(known[groups.order], groups.starts, axis=0)
            return result
        chosen = np.full((len(groups.sizes), values.shape[1]), np.nan)
        for places, members in groups.ranks():
            chosen[places] = exactly(chosen[places], known[members])
        return chosen

    return reduction


def _count(_values: Floats, present: Bools, groups: Groups) -> Floats:
    return _counts(present, groups).astype(np.float64)


def _group(values: Floats, _present: Bools, groups: Groups) -> Floats:
    return np.ones((len(groups.sizes), values.shape[1]))


def _variance(values: Floats, present: Bools, groups: Groups) -> Floats:
    shape = (len(groups.sizes), values.shape[1])
    count, mean, squares = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for places, members in groups.ranks():
        here, value = present[members], values[members]
        number = count[places] + here
        delta = np.where(here, value - mean[places], 0.0)
        new_mean = mean[places] + np.where(here, delta / number, 0.0)
        squares[places] += np.where(here, delta * (value - new_mean), 0.0)
        mean[places], count[places] = new_mean, number
    broken = np.add.reduceat((present & ~np.isfinite(values))[groups.order], groups.starts, axis=0) > 0
    return np.where(broken, np.nan, squares / count)


def _deviation(values: Floats, present: Bools, groups: Groups) -> Floats:
    return np.sqrt(_variance(values, present, groups))


REDUCTIONS: Mapping[str, Reduction] = MappingProxyType(
    {
        "sum": _sum,
        "avg": _average,
        "min": _extreme(np.fmin, smaller),
        "max": _extreme(np.fmax, larger),
        "count": _count,
        "group": _group,
        "stdvar": _variance,
        "stddev": _deviation,
    }
)
"""Aggregations without a parameter."""

BLIND = frozenset({"min", "max", "stdvar", "stddev", "quantile", "topk", "bottomk"})
"""Aggregations that leave histograms out and say so."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """`by` or `without` with their labels."""

    names: tuple[str, ...]
    without: bool


def reduced(op: str, vector: Vector, grouping: Grouping, notes: Annotations) -> Vector:
    """One series per group; native histograms only where the operator takes them (`count`, `group`)."""
    note_ignored(op, vector, notes)
    counted = vector.holding() if op in ("count", "group") else vector.present
    if not len(vector):
        return empty(vector.steps)
    labels, groups = groups_of(vector.labels, grouping.names, grouping.without)
    values = REDUCTIONS[op](vector.values, counted, groups)
    return finished(labels, values, _counts(counted, groups) > 0, vector)


def finished(labels: tuple[Labels, ...], values: Floats, present: Bools, vector: Vector) -> Vector:
    """The result of an aggregation.

    Prometheus 3.5 takes the mark for the removal of the name from the series with the number of the group.
    """
    return pruned(Vector(labels, values, present, vector.dropped[: len(labels)]))


def note_ignored(op: str, vector: Vector, notes: Annotations) -> None:
    """Say that the operator left histograms out, if there are any."""
    if op in BLIND and vector.histograms is not None and vector.histogram_mask().any():
        notes.add(annotations.histogram_ignored_aggregation(op))


def quantile(vector: Vector, grouping: Grouping, quantiles: Floats, notes: Annotations) -> Vector:
    """The quantile of each group; `quantiles` has shape `[time]`."""
    for extreme in _invalid(quantiles):
        notes.add(annotations.invalid_quantile(extreme))
    note_ignored("quantile", vector, notes)
    if not len(vector):
        return empty(vector.steps)
    labels, groups = groups_of(vector.labels, grouping.names, grouping.without)
    values = np.zeros((len(labels), vector.steps))
    for place in range(len(labels)):
        members = groups.rows(place)
        values[place] = _quantiles(vector.values[members].T, vector.present[members].T, quantiles)
    return finished(labels, values, _counts(vector.present, groups) > 0, vector)


def _quantiles(values: Floats, present: Bools, quantiles: Floats) -> Floats:
    nans = np.isnan(values) & present
    known = np.where(nans, -np.inf, np.where(present, values, np.inf))
    ordered = np.sort(known, axis=1)
    ordered = np.where(np.arange(values.shape[1]) < nans.sum(axis=1)[:, np.newaxis], np.nan, ordered)
    counts = np.maximum(present.sum(axis=1), 1)
    return interpolated(ordered, counts, quantiles)


def _invalid(quantiles: Floats) -> list[float]:
    """What Prometheus reports: NaN alone, else the largest above 1 and the smallest below 0."""
    if np.isnan(quantiles).any():
        return [float("nan")]
    largest, smallest = float(quantiles.max()), float(quantiles.min())
    return ([largest] if largest > 1 else []) + ([smallest] if smallest < 0 else [])
