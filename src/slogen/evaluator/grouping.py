"""Which series an aggregation puts together; changes when `by` and `without` do."""

import numpy as np

from slogen.evaluator import labels as label
from slogen.evaluator.labels import Labels
from slogen.evaluator.summation import Groups


def group_labels(labels: Labels, names: frozenset[str], without: bool) -> Labels:
    """The labels of the group that a series belongs to."""
    return label.drop(labels, names | {label.NAME}) if without else label.keep(labels, names)


def groups_of(labels: tuple[Labels, ...], names: tuple[str, ...], without: bool) -> tuple[tuple[Labels, ...], Groups]:
    """The label set of every group, in order of first appearance, and the rows in each.

    With `without`, series that differ only in the metric name fall into one group, as they do in Prometheus.
    """
    wanted = frozenset(names)
    numbers: dict[Labels, int] = {}
    keys = {labels: group_labels(labels, wanted, without) for labels in set(labels)}
    members = np.array([numbers.setdefault(keys[item], len(numbers)) for item in labels], dtype=np.intp)
    return tuple(numbers), Groups.of(members, len(numbers))
