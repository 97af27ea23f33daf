"""Writes what rules produce into the storage, with the stale markers Prometheus leaves where a series ends."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from slogen.evaluator import labels as label
from slogen.evaluator.errors import EvaluationError
from slogen.evaluator.labels import Labels
from slogen.evaluator.native import Histogram
from slogen.evaluator.numbers import STALE_BITS
from slogen.evaluator.series import Storage
from slogen.evaluator.times import Bools, Floats, Times
from slogen.evaluator.vector import Vector
from slogen.replay.alerts import AlertLife
from slogen.replay.rulefile import RecordingRule
from slogen.replay.states import FIRING, PENDING

STALE = float(np.array([STALE_BITS], np.uint64).view(np.float64)[0])
SAME_LABELS = "vector contains metrics with the same labelset after applying rule labels"


@dataclass(frozen=True, slots=True, eq=False)
class _Column:
    """One series over the ticks: where it has a value, and where it has just ended; all of shape `[T]`."""

    values: Floats
    written: Bools
    ended: Bools
    histograms: Sequence[tuple[int, Histogram]] = ()


def renamed(vector: Vector, rule: RecordingRule) -> Vector:
    """The result under the rule's name and labels, one row a series.

    Raises EvaluationError where two samples of one tick become the same series.
    """
    fixed = dict(rule.labels)
    named = tuple(label.make({**dict(labels), **fixed, label.NAME: rule.record}) for labels in vector.labels)
    rows: dict[Labels, list[int]] = {}
    for row, labels in enumerate(named):
        rows.setdefault(labels, []).append(row)
    held = vector.holding()
    if any(len(members) > 1 and (held[members].sum(axis=0) > 1).any() for members in rows.values()):
        raise EvaluationError(SAME_LABELS)
    if len(rows) == len(named):
        return replace(vector, labels=named)
    return _overlaid(vector, rows)


def _overlaid(vector: Vector, rows: dict[Labels, list[int]]) -> Vector:
    values = np.zeros((len(rows), vector.steps))
    present = np.zeros(values.shape, np.bool_)
    histograms = None if vector.histograms is None else np.full(values.shape, None, np.object_)
    for place, members in enumerate(rows.values()):
        for row in members:
            values[place] = np.where(vector.present[row], vector.values[row], values[place])
            present[place] |= vector.present[row]
            if histograms is not None and vector.histograms is not None:
                mask = vector.histogram_mask()[row]
                histograms[place] = np.where(mask, vector.histograms[row], histograms[place])
    return Vector(tuple(rows), values, present, np.zeros(len(rows), np.bool_), histograms)


def write(storage: Storage, vector: Vector, times: Times) -> None:
    """Adds every row of `vector` to the storage at `times[T]` (ms)."""
    held = vector.holding()
    for row, labels in enumerate(vector.labels):
        column = _Column(vector.values[row], vector.present[row], _ended(held[row]), _histograms(vector, row, times))
        _append(storage, labels, times, column)


def write_alert(storage: Storage, life: AlertLife) -> frozenset[Labels]:
    """Adds `ALERTS` and `ALERTS_FOR_STATE` of one alert, as a server does while it is active; gives their labels."""
    shared = dict(life.all_labels)
    state = life.states.state
    names: set[Labels] = set()
    for name, wanted in (("pending", PENDING), ("firing", FIRING)):
        present = state == wanted
        labels = label.make({**shared, "alertstate": name, label.NAME: "ALERTS"})
        names.add(labels)
        _append(storage, labels, life.ticks, _Column(np.ones(len(state)), present, _ended(present)))
    present = state > 0
    since = np.floor(life.states.active_at / 1000)
    labels = label.make({**shared, label.NAME: "ALERTS_FOR_STATE"})
    _append(storage, labels, life.ticks, _Column(since, present, _ended(present)))
    return frozenset(names | {labels})


def _ended(present: Bools) -> Bools:
    """The ticks at which a series that was there is gone: Prometheus writes a stale marker there."""
    ended = np.zeros_like(present)
    ended[1:] = present[:-1] & ~present[1:]
    return ended


def _histograms(vector: Vector, row: int, times: npt.NDArray[np.int64]) -> list[tuple[int, Histogram]]:
    if vector.histograms is None:
        return []
    return [(int(times[tick]), vector.histograms[row, tick]) for tick in np.flatnonzero(vector.histogram_mask()[row])]


def _append(storage: Storage, labels: Labels, times: Times, column: _Column) -> None:
    kept = column.written | column.ended
    if not kept.any() and not column.histograms:
        return
    if column.written.all():
        storage.add(labels, times, column.values, column.histograms)
        return
    values = np.where(column.ended, STALE, column.values)
    storage.add(labels, times[kept], values[kept], column.histograms)
