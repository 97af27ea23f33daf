"""The set operators `and`, `or`, `unless`; changes when their matching does."""

from dataclasses import replace

from slogen.evaluator.labels import Labels
from slogen.evaluator.matching import ALL_LABELS, held, numbered
from slogen.evaluator.times import Bools
from slogen.evaluator.vector import Vector, kept, merged, pruned, stacked
from slogen.promql.ast import Matching


def combine(op: str, left: Vector, right: Vector, matching: Matching | None) -> Vector:
    """Samples of the left side that have (`and`) or lack (`unless`) a partner, or of both sides (`or`)."""
    numbers: dict[Labels, int] = {}
    how = matching or ALL_LABELS
    left_signatures = numbered(left.labels, how, numbers)
    right_signatures = numbered(right.labels, how, numbers)
    if op == "or":
        taken = held(left.holding(), left_signatures, len(numbers))[right_signatures]
        return merged(pruned(stacked([left, masked(right, ~taken)], left.steps)))
    matched = held(right.holding(), right_signatures, len(numbers))[left_signatures]
    return pruned(masked(left, matched if op == "and" else ~matched))


def masked(vector: Vector, keep: Bools) -> Vector:
    """Only the samples where `keep` is set."""
    return replace(vector, present=vector.present & keep, histograms=kept(vector.histograms, keep))
