"""Aggregations that keep or count single samples: `topk`, `bottomk`, `count_values`."""

import re
from dataclasses import replace

import numpy as np

from slogen.evaluator import labels as label
from slogen.evaluator import pdqsort
from slogen.evaluator.aggregate import Grouping, note_ignored
from slogen.evaluator.annotations import Annotations
from slogen.evaluator.errors import EvaluationError
from slogen.evaluator.grouping import group_labels, groups_of
from slogen.evaluator.heap import largest
from slogen.evaluator.labels import Labels
from slogen.evaluator.native import show as show_histogram
from slogen.evaluator.numbers import show_general, show_plain
from slogen.evaluator.times import Bools, Floats, Ints
from slogen.evaluator.vector import Vector, empty, pruned, rows

INT64_MAX = 2.0**63


def ranked(op: str, vector: Vector, grouping: Grouping, limits: Floats, notes: Annotations) -> Vector:
    """`topk` or `bottomk` at every step; `limits` has shape `[time]`.

    With a single step the rows come in the order of their values, group by group.
    """
    if not vector.holding().any() or limits.max() < 1:
        return empty(vector.steps)
    _check_limits(limits[vector.holding().any(axis=0)])
    note_ignored(op, vector, notes)
    _, groups = groups_of(vector.labels, grouping.names, grouping.without)
    signed = -vector.values if op == "bottomk" else vector.values
    members = [groups.rows(place) for place in range(len(groups.sizes))]
    if vector.steps == 1:
        order = [_in_order(signed[own, 0], vector.present[own, 0], int(limits[0])) for own in members]
        chosen = np.concatenate([own[places] for own, places in zip(members, order, strict=True)])
        return replace(rows(vector, chosen), histograms=None)
    kept = np.zeros_like(vector.present)
    for own in members:
        ranks = _ranks(signed[own], vector.present[own])
        kept[own] = _without_ties(signed[own], vector.present[own], ranks, np.trunc(limits))
    return pruned(Vector(vector.labels, vector.values, kept, vector.dropped))


def _in_order(values: Floats, present: Bools, limit: int) -> Ints:
    """The places of the largest of one step, the largest first."""
    here = np.flatnonzero(present)
    found = here[np.array(largest(values[here].tolist(), limit), dtype=np.intp)]
    return found[pdqsort.descending(values[found])]


def _check_limits(limits: Floats) -> None:
    for limit in limits[~((limits > -INT64_MAX) & (limits < INT64_MAX))]:
        raise EvaluationError(f"Scalar value {show_general(float(limit))} overflows int64")


def _ranks(values: Floats, present: Bools) -> Ints:
    """The place of every sample of a group at its step: the largest first, then NaN, then what is absent."""
    kind = np.where(present, np.isnan(values), 2).astype(np.int8)
    order = np.lexsort((np.where(kind == 0, -values, 0.0), kind), axis=0)
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(len(values))[:, np.newaxis], axis=0)
    return ranks


def _without_ties(values: Floats, present: Bools, ranks: Ints, limits: Floats) -> Bools:
    """The samples below the limit; where the last of them equals the next, those that a heap would keep."""
    kept: Bools = present & (ranks < limits)
    last = np.where(present & (ranks == limits - 1), values, 0.0).sum(axis=0)
    following = np.where(present & (ranks == limits), values, 0.0).sum(axis=0)
    has_next = (present & (ranks == limits)).any(axis=0) & (limits >= 1)
    tied = has_next & ((last == following) | (np.isnan(last) & np.isnan(following)))
    for step in np.flatnonzero(tied):
        here = np.flatnonzero(present[:, step])
        kept[:, step] = False
        kept[here[largest(values[here, step].tolist(), int(limits[step]))], step] = True
    return kept


def count_values(vector: Vector, grouping: Grouping, name: str) -> Vector:
    """How many samples of each group have a value, the value being a label."""
    if not valid_name(name):
        raise EvaluationError(f"invalid label name {label.quote(name)}")
    wanted = frozenset(grouping.names) if grouping.without else frozenset({*grouping.names, name})
    counts: dict[Labels, Ints] = {}
    for row, labels in enumerate(vector.labels):
        for shown, mask in _distinct(vector, row):
            group = group_labels(label.replace(labels, name, shown), wanted, grouping.without)
            counts[group] = counts.get(group, np.zeros(vector.steps, dtype=np.intp)) + mask
    if not counts:
        return empty(vector.steps)
    values = np.stack(list(counts.values())).astype(np.float64)
    return Vector(tuple(counts), values, values > 0, np.zeros(len(counts), dtype=np.bool_))


def _distinct(vector: Vector, row: int) -> list[tuple[str, Bools]]:
    values, present = vector.values[row], vector.present[row]
    bits = values.view(np.int64)  # which tell zero from minus zero
    found = [
        (show_plain(float(one.view(np.float64))), present & (bits == one))
        for one in np.unique(bits[present & ~np.isnan(values)])
    ]
    broken = present & np.isnan(values)
    if broken.any():
        found.append(("NaN", broken))
    if vector.histograms is not None:
        texts = [show_histogram(cell) if cell is not None else "" for cell in vector.histograms[row]]
        found += [(text, np.array([own == text for own in texts])) for text in dict.fromkeys(texts) if text]
    return found


_SURROGATE = re.compile("[\ud800-\udfff]")


def valid_name(name: str) -> bool:
    """Whether Prometheus 3 takes the label name: any UTF-8 that is not empty."""
    return bool(name) and not _SURROGATE.search(name)
