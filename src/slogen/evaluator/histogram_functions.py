"""Functions whose argument is a vector of histograms, classic or native; changes with that family of functions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from slogen.evaluator import annotations, classic, native_quantiles
from slogen.evaluator import labels as label
from slogen.evaluator.annotations import Annotations
from slogen.evaluator.labels import Labels
from slogen.evaluator.native import Histogram
from slogen.evaluator.times import Bools, Floats
from slogen.evaluator.vector import Vector, kept, merged, objects_of, pruned, rows, stacked, without_name

MOMENTS: Mapping[str, Callable[[Histogram], float]] = MappingProxyType(
    {
        "histogram_count": lambda histogram: histogram.count,
        "histogram_sum": lambda histogram: histogram.sum,
        "histogram_avg": native_quantiles.mean,
        "histogram_stdvar": native_quantiles.variance,
        "histogram_stddev": lambda histogram: float(np.sqrt(native_quantiles.variance(histogram))),
    }
)
"""Functions of native histograms alone; float samples are left out."""


def moments(name: str, vector: Vector, delayed: bool) -> Vector:
    """A number from every native histogram."""
    return _finished(_mapped(vector, lambda histogram, _row, _step: MOMENTS[name](histogram)), delayed)


def _mapped(vector: Vector, function: Callable[[Histogram, int, int], float]) -> Vector:
    values, present, cells = np.zeros(vector.values.shape), vector.histogram_mask(), objects_of(vector)
    for row, step in zip(*(index.tolist() for index in np.nonzero(present)), strict=True):
        values[row, step] = function(cells[row, step], row, step)
    return replace(vector, values=values, present=present, histograms=None)


def _finished(vector: Vector, delayed: bool) -> Vector:
    return merged(without_name(pruned(vector), delayed))


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """What is asked of every histogram: one calculation for classic ones, one for native ones.

    The native one takes the histogram, the step and the metric name.
    """

    classic: classic.Calculation
    native: Callable[[Histogram, int, str], float]


def quantile(vector: Vector, quantiles: Floats, delayed: bool, notes: Annotations) -> Vector:
    """`histogram_quantile`; `quantiles` has shape `[time]`."""

    def native(histogram: Histogram, step: int, metric: str) -> float:
        return native_quantiles.quantile(float(quantiles[step]), histogram, metric, notes)

    return _asked(vector, Query(classic.quantile(quantiles), native), delayed, notes)


def fraction(vector: Vector, bounds: tuple[Floats, Floats], delayed: bool, notes: Annotations) -> Vector:
    """`histogram_fraction` between the lower and the upper of `bounds`, `[time]` each."""
    low, high = bounds

    def native(histogram: Histogram, step: int, metric: str) -> float:
        return native_quantiles.fraction(float(low[step]), float(high[step]), histogram, metric, notes)

    return _asked(vector, Query(classic.fraction(low, high), native), delayed, notes)


def _asked(vector: Vector, query: Query, delayed: bool, notes: Annotations) -> Vector:
    floats = replace(vector, histograms=None)
    found = classic.members(floats, notes)
    values, present, repaired = classic.evaluated(floats, found, query.classic)
    parts = []
    if vector.histograms is not None:
        conflicts = _conflicts(vector, [member.labels for member in found], present, notes)
        present = present & ~conflicts[0]
        native = replace(vector, histograms=kept(vector.histograms, ~conflicts[1]))
        named = [_name(labels, delayed) for labels in vector.labels]
        parts.append(_mapped(native, lambda histogram, row, step: query.native(histogram, step, named[row])))
    _note_repairs(found, repaired & present, present, (delayed, notes))
    parts.append(_classic_rows(vector, found, values, present))
    return _finished(stacked(parts, vector.steps), delayed)


def _note_repairs(found: list[classic.Member], repaired: Bools, present: Bools, how: tuple[bool, Annotations]) -> None:
    """Say where counts were made monotonic.

    Prometheus 3.5 drops the name of a histogram after its first step, so later repairs are reported without it.
    """
    delayed, notes = how
    for place in np.flatnonzero(repaired.any(axis=1)):
        name = label.get(found[place].labels, label.NAME)
        first = int(present[place].argmax())
        if delayed or repaired[place, first]:
            notes.add(annotations.forced_monotonicity(name))
        if not delayed and repaired[place, first + 1 :].any():
            notes.add(annotations.forced_monotonicity(""))


def _name(labels: Labels, delayed: bool) -> str:
    """The metric name for annotations on native histograms, which come after the name is dropped."""
    return label.get(labels, label.NAME) if delayed else ""


def _classic_rows(vector: Vector, found: list[classic.Member], values: Floats, present: Bools) -> Vector:
    firsts = rows(replace(vector, histograms=None), np.array([member.rows[0] for member in found], dtype=np.intp))
    return Vector(tuple(member.labels for member in found), values, present, firsts.dropped)


def _conflicts(vector: Vector, names: list[Labels], present: Bools, notes: Annotations) -> tuple[Bools, Bools]:
    """Where a native and a classic histogram of the same labels meet: then neither is calculated."""
    in_classic, in_native = np.zeros_like(present), np.zeros(vector.values.shape, dtype=np.bool_)
    places = {labels: place for place, labels in enumerate(names)}
    mask = vector.histogram_mask()
    for row, labels in enumerate(vector.labels):
        place = places.get(labels)
        if place is None:
            continue
        both = mask[row] & present[place]
        if both.any():
            notes.add(annotations.mixed_classic_native(label.get(labels, label.NAME)))
        in_classic[place] |= both
        in_native[row] |= both
    return in_classic, in_native
