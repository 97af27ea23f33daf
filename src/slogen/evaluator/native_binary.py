"""Binary operators where native histograms take part; changes with what they mean for histograms."""

from dataclasses import dataclass, replace

import numpy as np

from slogen.evaluator import annotations
from slogen.evaluator.annotations import Annotations
from slogen.evaluator.native import Histogram
from slogen.evaluator.native_arithmetic import (
    IncompatibleBounds,
    IncompatibleSchema,
    added,
    divided,
    multiplied,
    subtracted,
)
from slogen.evaluator.times import Bools, Floats
from slogen.evaluator.vector import Objects, Vector, filled, no_objects


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """One operand cell by cell: floats, and histograms where it has any, both `[series, time]`."""

    values: Floats
    histograms: Objects | None

    def histogram(self, row: int, step: int) -> Histogram | None:
        """The histogram of a cell, None for a float."""
        found: Histogram | None = None if self.histograms is None else self.histograms[row, step]
        return found


def combined(op: str, left: Cells, right: Cells, floats: Vector, how: tuple[bool, Annotations]) -> Vector:
    """`floats`, the result among floats, completed by the cells in which at least one side is a histogram.

    Prometheus reports only the last thing it could not combine at each step; so does this.
    """
    returns_bool, notes = how
    values, present, cells = floats.values.copy(), floats.present.copy(), no_objects(floats.values.shape)
    problems: dict[int, str] = {}
    rows, steps = np.nonzero(_native(left, floats) | _native(right, floats))
    for row, step in zip(rows.tolist(), steps.tolist(), strict=True):
        operands = [side.histogram(row, step) or float(side.values[row, step]) for side in (left, right)]
        outcome = _cell(op, operands[0], operands[1])
        present[row, step] = False
        if isinstance(outcome, str):
            problems[step] = outcome
            continue
        if returns_bool:
            values[row, step], present[row, step] = float(outcome is not None), True
        else:
            cells[row, step] = outcome
    for text in problems.values():
        notes.add(text)
    return replace(floats, values=values, present=present, histograms=cells)


def _native(side: Cells, like: Vector) -> Bools:
    if side.histograms is None:
        return np.zeros(like.values.shape, dtype=np.bool_)
    return filled(side.histograms)


def _cell(op: str, left: Histogram | float, right: Histogram | float) -> Histogram | str | None:
    """A histogram; None where a comparison does not hold; or the text of the annotation when it cannot be done."""
    try:
        match op, left, right:
            case "*", float(), Histogram():
                return multiplied(right, left).compact()
            case "*", Histogram(), float():
                return multiplied(left, right).compact()
            case "/", Histogram(), float():
                return divided(left, right).compact()
            case "+", Histogram(), Histogram():
                return added(left, right).compact()
            case "-", Histogram(), Histogram():
                return subtracted(left, right).compact()
            case "==" | "!=", Histogram(), Histogram():
                return left if left.same(right) == (op == "==") else None
    except (IncompatibleSchema, IncompatibleBounds):
        return annotations.incompatible_layout(op)
    return annotations.incompatible_types(_kind(left), op, _kind(right))


def _kind(operand: Histogram | float) -> str:
    return "histogram" if isinstance(operand, Histogram) else "float"
