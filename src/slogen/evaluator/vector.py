"""What an expression yields over a grid; changes when results get another shape.

A vector holds `values` and `present` of shape `[series, time]`: a sample that is absent is not a sample that is NaN,
and the value beside a missing sample has no meaning. Arrays are shared between vectors and never written to.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from slogen.evaluator import labels as label
from slogen.evaluator.errors import EvaluationError
from slogen.evaluator.labels import Labels
from slogen.evaluator.native import Histogram
from slogen.evaluator.times import Bools, Floats, Ints, Times

Objects = npt.NDArray[np.object_]

DUPLICATES = "vector cannot contain metrics with the same labelset"


@dataclass(frozen=True, slots=True, eq=False)
class Vector:
    """Series over the steps of a grid.

    `present` marks float samples only. `histograms` is None unless there are native histograms; then it has the same
    shape and holds a Histogram where there is one, else None. `dropped` says for which series the name is to be removed
    at the end of the query (delayed name removal), shape `[series]`.
    """

    labels: tuple[Labels, ...]
    values: Floats
    present: Bools
    dropped: Bools
    histograms: Objects | None = None

    @property
    def steps(self) -> int:
        """How many steps the grid has."""
        return int(self.values.shape[1])

    def __len__(self) -> int:
        return len(self.labels)

    def holding(self) -> Bools:
        """Where there is a sample of either kind, shape `[series, time]`."""
        return self.present if self.histograms is None else self.present | self.histogram_mask()

    def histogram_mask(self) -> Bools:
        """Where there is a native histogram."""
        if self.histograms is None:
            return np.zeros(self.values.shape, dtype=np.bool_)
        return filled(self.histograms)


@dataclass(frozen=True, slots=True, eq=False)
class Scalar:
    """A number for every step, shape `[time]`."""

    values: Floats


@dataclass(frozen=True, slots=True)
class String:
    """The value of a string literal."""

    text: str


@dataclass(frozen=True, slots=True, eq=False)
class MatrixRow:
    """One series of a range vector: float samples, and histograms with their times."""

    labels: Labels
    times: Times
    values: Floats
    histograms: tuple[tuple[int, Histogram], ...] = ()


@dataclass(frozen=True, slots=True)
class Matrix:
    """A range vector, the result of an instant query that ends in `[…]`."""

    rows: tuple[MatrixRow, ...]


Value = Vector | Scalar | String | Matrix


def empty(steps: int) -> Vector:
    """No series at all."""
    none = np.zeros((0, steps))
    return Vector((), none, none.astype(np.bool_), np.zeros(0, dtype=np.bool_))


def single(values: Floats, present: Bools, labels: Labels = label.EMPTY) -> Vector:
    """One series; arrays of shape `[time]`."""
    return Vector((labels,), values[np.newaxis, :], present[np.newaxis, :], np.zeros(1, dtype=np.bool_))


def rows(vector: Vector, chosen: Ints) -> Vector:
    """Only the rows `chosen`, in that order."""
    return Vector(
        tuple(vector.labels[row] for row in chosen),
        vector.values[chosen],
        vector.present[chosen],
        vector.dropped[chosen],
        vector.histograms[chosen] if vector.histograms is not None else None,
    )


def head(vector: Vector, steps: int) -> Vector:
    """Only the first `steps` steps, and the series that have a sample there."""
    return pruned(
        Vector(
            vector.labels,
            vector.values[:, :steps],
            vector.present[:, :steps],
            vector.dropped,
            vector.histograms[:, :steps] if vector.histograms is not None else None,
        )
    )


def pruned(vector: Vector) -> Vector:
    """Without the series that have no sample at all, which Prometheus never returns."""
    alive = vector.holding().any(axis=1)
    return vector if alive.all() else rows(vector, np.flatnonzero(alive))


def stacked(parts: Sequence[Vector], steps: int) -> Vector:
    """The series of all parts, one under the other."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return empty(steps)
    histograms = None
    if any(part.histograms is not None for part in parts):
        histograms = np.concatenate([objects_of(part) for part in parts])
    return Vector(
        tuple(labels for part in parts for labels in part.labels),
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.present for part in parts]),
        np.concatenate([part.dropped for part in parts]),
        histograms,
    )


def objects_of(vector: Vector) -> Objects:
    """The histogram cells, all None where there are no histograms."""
    return no_objects(vector.values.shape) if vector.histograms is None else vector.histograms


def no_objects(shape: tuple[int, ...]) -> Objects:
    """An array of None."""
    return np.full(shape, None, dtype=np.object_)


def filled(cells: Objects) -> Bools:
    """Where the cells hold a histogram."""
    present: Bools = (cells != np.array(None)).astype(np.bool_)
    return present


def kept(cells: Objects | None, keep: Bools) -> Objects | None:
    """The cells where `keep` is set, None elsewhere."""
    if cells is None:
        return None
    result = cells.copy()
    result[~keep] = None
    return result


def relabelled(vector: Vector, change: Callable[[Labels], Labels]) -> Vector:
    """The same samples under changed labels."""
    return replace(vector, labels=tuple(change(labels) for labels in vector.labels))


def without_name(vector: Vector, delayed: bool) -> Vector:
    """The name dropped now, or only marked for removal at the end of the query."""
    marked = replace(vector, dropped=np.ones(len(vector), dtype=np.bool_))
    return marked if delayed else relabelled(marked, label.drop_metadata)


def check_unique(vector: Vector) -> None:
    """Raise EvaluationError if two series have the same labels."""
    if len(set(vector.labels)) < len(vector.labels):
        raise EvaluationError(DUPLICATES)


def merged(vector: Vector) -> Vector:
    """Series with the same labels made one; an error if two of them have a sample at the same step."""
    if len(set(vector.labels)) == len(vector.labels):
        return vector
    places: dict[Labels, list[int]] = {}
    for row, labels in enumerate(vector.labels):
        places.setdefault(labels, []).append(row)
    holding = vector.holding()
    for members in places.values():
        if len(members) > 1 and (holding[members].sum(axis=0) > 1).any():
            raise EvaluationError(DUPLICATES)
    return _overlaid(vector, list(places.values()))


def _overlaid(vector: Vector, groups: Sequence[Sequence[int]]) -> Vector:
    first = rows(vector, np.array([members[0] for members in groups], dtype=np.intp))
    values, present = first.values.copy(), first.present.copy()
    histograms = first.histograms.copy() if first.histograms is not None else None
    for place, members in enumerate(groups):
        for row in members[1:]:
            values[place] = np.where(vector.present[row], vector.values[row], values[place])
            present[place] |= vector.present[row]
            if histograms is not None and vector.histograms is not None:
                mask = filled(vector.histograms[row])
                histograms[place, mask] = vector.histograms[row, mask]
    return Vector(first.labels, values, present, first.dropped, histograms)
