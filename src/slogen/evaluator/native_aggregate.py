"""Sums and averages over series that hold native histograms; changes when their aggregation does."""

import numpy as np

from slogen.evaluator import annotations
from slogen.evaluator import labels as label
from slogen.evaluator.aggregate import Grouping
from slogen.evaluator.annotations import Annotations
from slogen.evaluator.grouping import groups_of
from slogen.evaluator.native import Histogram
from slogen.evaluator.native_arithmetic import IncompatibleBounds, IncompatibleSchema, added, divided, subtracted
from slogen.evaluator.native_range import incompatible
from slogen.evaluator.summation import Groups
from slogen.evaluator.times import Bools
from slogen.evaluator.vector import Objects, Vector, no_objects, pruned


def completed(op: str, vector: Vector, floats: Vector, grouping: Grouping, notes: Annotations) -> Vector:
    """`floats`, the `sum` or `avg` of the float samples, completed by the groups that hold histograms.

    A group with samples of both kinds gives nothing and a warning.
    """
    labels, groups = groups_of(vector.labels, grouping.names, grouping.without)
    shape = (len(labels), vector.steps)
    values, present, cells = np.zeros(shape), np.zeros(shape, dtype=np.bool_), no_objects(shape)
    places = {item: place for place, item in enumerate(labels)}
    for row, item in enumerate(floats.labels):
        values[places[item]], present[places[item]] = floats.values[row], floats.present[row]
    mask = vector.histogram_mask()
    native = _any(mask, groups)
    if (native & present).any():
        notes.add(annotations.mixed_floats_histograms_aggregation())
    for place, step in zip(*(index.tolist() for index in np.nonzero(native)), strict=True):
        rows = groups.rows(place)
        first = rows[np.flatnonzero(mask[rows, step] | vector.present[rows, step])[0]]
        if mask[first, step]:  # after a float the histograms are not even looked at
            found = _total(op, vector, rows[mask[rows, step]].tolist(), step, notes)
            cells[place, step] = None if present[place, step] else found
    result = Vector(labels, values, present & ~native, vector.dropped[: len(labels)], cells)
    return pruned(result)


def _any(mask: Bools, groups: Groups) -> Bools:
    result: Bools = np.logical_or.reduceat(mask[groups.order], groups.starts, axis=0)
    return result


def _total(op: str, vector: Vector, rows: list[int], step: int, notes: Annotations) -> Histogram | None:
    cells: Objects = vector.histograms if vector.histograms is not None else no_objects(vector.values.shape)
    total: Histogram = cells[rows[0], step]
    for number, row in enumerate(rows[1:], start=2):
        other: Histogram = cells[row, step]
        try:
            if op == "sum":
                total = added(total, other)
            else:
                total = added(total, subtracted(divided(other, number), divided(total, number)))
        except (IncompatibleSchema, IncompatibleBounds) as error:
            notes.add(incompatible(error, label.get(vector.labels[row], label.NAME)))
            return None
    return total.compact()
