"""Arithmetic of native histograms: scaling, addition at a common resolution, reset detection.

Source: `model/histogram/float_histogram.go` of Prometheus 3.5.
"""

from collections.abc import Callable
from dataclasses import replace

from slogen.evaluator.native import Counts, Hint, Histogram
from slogen.evaluator.numbers import quotient


class IncompatibleSchema(Exception):  # noqa: N818 -- becomes an annotation, never an error of the query
    """Exponential and custom buckets cannot be combined."""


class IncompatibleBounds(Exception):  # noqa: N818 -- see IncompatibleSchema
    """Custom buckets with different bounds cannot be combined."""


def scaled(histogram: Histogram, factor: Callable[[float], float]) -> Histogram:
    """Every count and the sum changed by the same function; bounds and the zero threshold stay."""
    return replace(
        histogram,
        count=factor(histogram.count),
        sum=factor(histogram.sum),
        zero_count=factor(histogram.zero_count),
        positive={index: factor(count) for index, count in histogram.positive.items()},
        negative={index: factor(count) for index, count in histogram.negative.items()},
    )


def multiplied(histogram: Histogram, factor: float) -> Histogram:
    """All counts and the sum times a number."""
    return scaled(histogram, lambda value: value * factor)


def divided(histogram: Histogram, divisor: float) -> Histogram:
    """All counts and the sum divided by a number; division by zero leaves no buckets but the zero bucket."""
    divisible = histogram if divisor != 0 else replace(histogram, positive={}, negative={})
    return scaled(divisible, lambda value: quotient(value, divisor))


def reduced(counts: Counts, schema: int, target: int) -> Counts:
    """Buckets merged into those of a lower resolution."""
    if schema == target:
        return counts
    merged: dict[int, float] = {}
    for index, count in counts.items():
        wide = ((index - 1) >> (schema - target)) + 1
        merged[wide] = merged.get(wide, 0.0) + count
    return merged


def at_schema(histogram: Histogram, target: int) -> Histogram:
    """The histogram in a resolution that is not higher than its own."""
    if histogram.schema == target:
        return histogram
    return replace(
        histogram,
        schema=target,
        positive=reduced(histogram.positive, histogram.schema, target),
        negative=reduced(histogram.negative, histogram.schema, target),
        hint=Hint.UNKNOWN,
    )


def check_compatible(left: Histogram, right: Histogram) -> None:
    """Raise IncompatibleSchema or IncompatibleBounds if the two cannot be added."""
    if left.is_custom != right.is_custom:
        raise IncompatibleSchema
    if left.is_custom and left.custom != right.custom:
        raise IncompatibleBounds


def added(left: Histogram, right: Histogram) -> Histogram:
    """The sum of two histograms in the lower of their resolutions. Raises as `check_compatible` does."""
    total = _combined(left, right, 1.0)
    return total.with_hint(_hint_of_sum(left.hint, right.hint))


def subtracted(left: Histogram, right: Histogram) -> Histogram:
    """The difference of two histograms in the lower of their resolutions. Raises as `check_compatible` does."""
    return _combined(left, right, -1.0)


def _hint_of_sum(left: Hint, right: Hint) -> Hint:
    if left is right:
        return left
    return Hint.GAUGE if Hint.GAUGE in (left, right) else Hint.UNKNOWN


def _combined(left: Histogram, right: Histogram, sign: float) -> Histogram:
    check_compatible(left, right)
    hint = left.hint
    if not left.is_custom:
        left, right = _with_common_zero(left, right)
        schema = min(left.schema, right.schema)
        left, right = at_schema(left, schema), _outside_zero(at_schema(right, schema))
    return replace(
        left,
        count=left.count + sign * right.count,
        sum=left.sum + sign * right.sum,
        zero_count=left.zero_count + sign * right.zero_count,
        positive=_merged(left.positive, right.positive, sign),
        negative=_merged(left.negative, right.negative, sign),
        hint=hint,
    )


def _outside_zero(histogram: Histogram) -> Histogram:
    """Without the buckets that lie within the zero bucket, which Prometheus does not add."""

    def outside(counts: Counts) -> Counts:
        return {i: count for i, count in counts.items() if histogram.upper_bound(i) > histogram.zero_threshold}

    return replace(histogram, positive=outside(histogram.positive), negative=outside(histogram.negative))


def _merged(left: Counts, right: Counts, sign: float) -> Counts:
    return {
        index: left.get(index, 0.0) + sign * right[index] if index in right else left[index]
        for index in sorted({*left, *right})
    }


def _with_common_zero(left: Histogram, right: Histogram) -> tuple[Histogram, Histogram]:
    while left.zero_threshold != right.zero_threshold:
        if left.zero_threshold > right.zero_threshold:
            right = with_zero_threshold(right, left.zero_threshold)
        else:
            left = with_zero_threshold(left, right.zero_threshold)
    return left, right


def with_zero_threshold(histogram: Histogram, threshold: float) -> Histogram:
    """Buckets near zero moved into a zero bucket of at least `threshold`, wider where a populated one straddles it."""
    if threshold <= histogram.zero_threshold:
        return histogram
    while True:
        wider = _straddled(histogram, threshold)
        if wider == threshold:
            break
        threshold = wider
    inside = [
        {index for index in counts if histogram.lower_bound(index) < threshold}
        for counts in (histogram.positive, histogram.negative)
    ]
    moved = sum(histogram.positive[index] for index in sorted(inside[0]))
    moved += sum(histogram.negative[index] for index in sorted(inside[1]))
    return replace(
        histogram,
        zero_threshold=threshold,
        zero_count=histogram.zero_count + moved,
        positive={index: count for index, count in histogram.positive.items() if index not in inside[0]},
        negative={index: count for index, count in histogram.negative.items() if index not in inside[1]},
    )


def _straddled(histogram: Histogram, threshold: float) -> float:
    for counts in (histogram.positive, histogram.negative):
        for index, count in counts.items():
            if count != 0 and histogram.lower_bound(index) < threshold < histogram.upper_bound(index):
                threshold = histogram.upper_bound(index)
    return threshold


def detects_reset(current: Histogram, previous: Histogram) -> bool:
    """Whether a counter reset lies between two consecutive samples."""
    if current.hint in (Hint.RESET, Hint.NOT_RESET):
        return current.hint is Hint.RESET
    if current.count < previous.count:
        return True
    if current.is_custom != previous.is_custom or current.custom != previous.custom:
        return True
    if current.schema > previous.schema or current.zero_threshold < previous.zero_threshold:
        return True
    if not current.is_custom:
        previous = with_zero_threshold(previous, current.zero_threshold)
        if previous.zero_threshold != current.zero_threshold or current.zero_count < previous.zero_count:
            return True
        previous = at_schema(previous, current.schema)
    return _lost(current.positive, previous.positive) or _lost(current.negative, previous.negative)


def _lost(current: Counts, previous: Counts) -> bool:
    return any(count != 0 and current.get(index, 0.0) < count for index, count in previous.items())
