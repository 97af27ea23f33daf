"""Which series meet in a binary operation between vectors; changes when `on`, `ignoring` or grouping do."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from slogen.evaluator import labels as label
from slogen.evaluator.errors import EvaluationError
from slogen.evaluator.labels import Labels
from slogen.evaluator.times import Bools, Ints
from slogen.promql.ast import ARITHMETIC, Group, Matching

ALL_LABELS = Matching()


def signature(matching: Matching) -> Callable[[Labels], Labels]:
    """A function from a series' labels to those that decide what it meets; the metric name counts only if asked for."""
    names = frozenset(matching.labels)
    if matching.on:
        return lambda labels: label.keep(labels, names)
    ignored = names | {label.NAME}
    return lambda labels: label.drop(labels, ignored)


def numbered(labels: tuple[Labels, ...], matching: Matching, numbers: dict[Labels, int]) -> Ints:
    """The number of each series' signature; new signatures are added to `numbers`."""
    key = signature(matching)
    return np.array([numbers.setdefault(key(item), len(numbers)) for item in labels], dtype=np.intp)


def shown(matching: Matching, labels: Labels) -> str:
    """The match group as error messages show it."""
    return label.show(signature(matching)(labels))


def held(mask: Bools, signatures: Ints, count: int) -> Bools:
    """Whether any of the rows with each signature is set at each step, shape `[signature, time]`."""
    result = np.zeros((count, mask.shape[1]), dtype=np.bool_)
    for row, number in enumerate(signatures.tolist()):
        result[number] |= mask[row]
    return result


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One operand: labels, where it has samples, and the signature number of each series."""

    labels: tuple[Labels, ...]
    holding: Bools
    signatures: Ints


def clash_on_one_side(one: Side, many: Side, matching: Matching) -> tuple[int, str] | None:
    """The first step at which the side that must be unique has two series of one signature, and what is wrong there.

    Steps where the other side is empty do not count: there nothing is matched.
    """
    numbers, sizes = np.unique(one.signatures, return_counts=True)
    busy = many.holding.any(axis=0)
    found: tuple[int, str] | None = None
    for number in numbers[sizes > 1]:
        members = np.flatnonzero(one.signatures == number)
        clash = np.flatnonzero((one.holding[members].sum(axis=0) > 1) & busy)
        if len(clash) and (found is None or clash[0] < found[0]):
            first, second = members[np.flatnonzero(one.holding[members, clash[0]])[:2]]
            found = int(clash[0]), _many_to_many(one.labels[second], one.labels[first], matching)
    return found


def _many_to_many(second: Labels, first: Labels, matching: Matching) -> str:
    side = "left" if matching.group is Group.RIGHT else "right"
    return (
        f"found duplicate series for the match group {shown(matching, second)} on the {side} "
        f"hand-side of the operation: [{label.show(second)}, {label.show(first)}]"
        ";many-to-many matching not allowed: matching labels must be unique on one side"
    )


def pairs(many: Side, one: Side) -> tuple[Ints, Ints]:
    """Rows of both sides that share a signature, ordered by the row of the many side."""
    partners: dict[int, list[int]] = {}
    for row, number in enumerate(one.signatures.tolist()):
        partners.setdefault(number, []).append(row)
    found = [
        (row, partner) for row, number in enumerate(many.signatures.tolist()) for partner in partners.get(number, ())
    ]
    table = np.array(found, dtype=np.intp).reshape(len(found), 2)
    return table[:, 0], table[:, 1]


def result_labels(many: Labels, one: Labels, op: str, matching: Matching) -> Labels:
    """The labels of a pair: those of the many side, without the name after arithmetic, plus the included ones."""
    labels = label.drop_metadata(many) if op in ARITHMETIC else many
    if matching.group is None:
        names = frozenset(matching.labels)
        labels = label.keep(labels, names) if matching.on else label.drop(labels, names)
    for name in matching.include:
        labels = label.replace(labels, name, label.get(one, name))
    return labels


def check_matches(kept: Bools, signatures: Ints, labels: tuple[Labels, ...], grouped: bool) -> None:
    """Raise EvaluationError if one step has two results that must not both exist.

    `kept`, `signatures` and `labels` describe matched pairs. One to one, a signature may give one result; with
    grouping, a signature may not give the same labels twice.
    """
    seen: dict[object, list[int]] = {}
    for row, number in enumerate(signatures.tolist()):
        seen.setdefault((number, labels[row]) if grouped else number, []).append(row)
    for members in seen.values():
        if len(members) > 1 and (kept[members].sum(axis=0) > 1).any():
            if grouped:
                raise EvaluationError("multiple matches for labels: grouping labels must ensure unique matches")
            raise EvaluationError(
                "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)"
            )
