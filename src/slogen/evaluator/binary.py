"""Binary operators between scalars and vectors; changes with the operators and what becomes of names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from slogen.evaluator import labels as label
from slogen.evaluator import matching as match_rules
from slogen.evaluator.annotations import Annotations
from slogen.evaluator.errors import EvaluationError
from slogen.evaluator.matching import ALL_LABELS, Side
from slogen.evaluator.native_arithmetic import multiplied
from slogen.evaluator.native_binary import Cells, combined
from slogen.evaluator.times import Bools, Floats, Ints
from slogen.evaluator.vector import Scalar, Vector, check_unique, empty, head, kept, merged, pruned, without_name
from slogen.promql.ast import COMPARISON, Binary, Group, Matching

CALCULATIONS: Mapping[str, Callable[[Floats, Floats], Floats]] = MappingProxyType(
    {
        "+": np.add,
        "-": np.subtract,
        "*": np.multiply,
        "/": np.divide,
        "%": np.fmod,
        "^": np.power,
        "atan2": np.arctan2,
    }
)
COMPARISONS: Mapping[str, Callable[[Floats, Floats], Bools]] = MappingProxyType(
    {
        "==": np.equal,
        "!=": np.not_equal,
        ">": np.greater,
        "<": np.less,
        ">=": np.greater_equal,
        "<=": np.less_equal,
    }
)


def calculated(op: str, left: Floats, right: Floats) -> tuple[Floats, Bools | None]:
    """The result of the operator and, for a comparison, where it holds; a comparison leaves the left value."""
    if op in COMPARISON:
        return left, COMPARISONS[op](left, right)
    return CALCULATIONS[op](left, right), None


def between_scalars(op: str, left: Scalar, right: Scalar) -> Scalar:
    """Arithmetic, or a comparison with `bool`, of two numbers a step."""
    values, holds = calculated(op, left.values, right.values)
    return Scalar(values if holds is None else holds.astype(np.float64))


@dataclass(frozen=True, slots=True)
class Rules:
    """What an operation does beside its calculation."""

    op: str
    bool_: bool
    delayed: bool
    notes: Annotations


def with_scalar(rules: Rules, vector: Vector, scalar: Scalar, swapped: bool) -> Vector:
    """A vector and a number a step; `swapped` when the number stands on the left."""
    number = scalar.values[np.newaxis, :]
    left, right = (number, vector.values) if swapped else (vector.values, number)
    values, holds = calculated(rules.op, left, right)
    present = vector.present
    if holds is not None:
        values = holds.astype(np.float64) if rules.bool_ else vector.values
        present = present if rules.bool_ else present & holds
    result = Vector(vector.labels, np.broadcast_to(values, vector.values.shape), present, vector.dropped)
    if vector.histograms is not None:
        floats = np.broadcast_to(number, vector.values.shape)
        own, other = Cells(vector.values, vector.histograms), Cells(floats, None)
        operands = (other, own) if swapped else (own, other)
        result = combined(rules.op, *operands, result, (rules.bool_, rules.notes))
    if holds is not None and not rules.bool_:
        return pruned(result)
    return merged(pruned(without_name(result, rules.delayed)))


def between_vectors(expr: Binary, left: Vector, right: Vector, rules: Rules) -> Vector:
    """Matched arithmetic or comparison of two vectors."""
    matching = expr.matching or ALL_LABELS
    numbers: dict[label.Labels, int] = {}
    sides = [
        Side(vector.labels, vector.holding(), match_rules.numbered(vector.labels, matching, numbers))
        for vector in (left, right)
    ]
    many, one = (sides[1], sides[0]) if matching.group is Group.RIGHT else (sides[0], sides[1])
    clash = match_rules.clash_on_one_side(one, many, matching)
    if clash is not None:
        step, message = clash
        between_vectors(expr, head(left, step), head(right, step), rules)  # what fails at an earlier step comes first
        raise EvaluationError(message)
    many_rows, one_rows = match_rules.pairs(many, one)
    if not len(many_rows):
        return empty(left.steps)
    left_rows, right_rows = (one_rows, many_rows) if matching.group is Group.RIGHT else (many_rows, one_rows)
    labels = _labels(many, one, (many_rows, one_rows), (rules, matching))
    result = _paired(rules, (left, left_rows), (right, right_rows), labels)
    match_rules.check_matches(result.holding(), many.signatures[many_rows], labels, matching.group is not None)
    return merged(pruned(result))


def _labels(many: Side, one: Side, chosen: tuple[Ints, Ints], how: tuple[Rules, Matching]) -> tuple[label.Labels, ...]:
    rules, matching = how
    found = [
        match_rules.result_labels(many.labels[i], one.labels[j], rules.op, matching)
        for i, j in zip(chosen[0].tolist(), chosen[1].tolist(), strict=True)
    ]
    if rules.bool_ and not rules.delayed:
        found = [label.drop_metadata(item) for item in found]
    return tuple(found)


def _paired(
    rules: Rules, left: tuple[Vector, Ints], right: tuple[Vector, Ints], labels: tuple[label.Labels, ...]
) -> Vector:
    a, b = left[0].values[left[1]], right[0].values[right[1]]
    present = left[0].present[left[1]] & right[0].present[right[1]]
    values, holds = calculated(rules.op, a, b)
    if holds is not None:
        values = holds.astype(np.float64) if rules.bool_ else values
        present = present if rules.bool_ else present & holds
    result = Vector(labels, values, present, np.full(len(labels), rules.bool_))
    if left[0].histograms is None and right[0].histograms is None:
        return result
    met = left[0].holding()[left[1]] & right[0].holding()[right[1]]
    cells = [
        Cells(own, kept(vector.histograms[rows], met) if vector.histograms is not None else None)
        for own, (vector, rows) in ((a, left), (b, right))
    ]
    return combined(rules.op, cells[0], cells[1], result, (rules.bool_, rules.notes))


def negated(vector: Vector, delayed: bool) -> Vector:
    """Unary minus."""
    histograms = vector.histograms
    if histograms is not None:
        flip = np.frompyfunc(lambda cell: None if cell is None else multiplied(cell, -1.0), 1, 1)
        histograms = flip(histograms)
    result = without_name(replace(vector, values=-vector.values, histograms=histograms), delayed)
    if not delayed:
        check_unique(result)
    return result
