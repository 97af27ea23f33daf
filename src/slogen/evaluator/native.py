"""Native histograms as values: buckets, addition, scaling, reset detection.

Bucket `i` of an exponential schema `s` holds observations in `(2^((i-1)/2^s), 2^(i/2^s)]`; schema -53 has custom
upper bounds. Only buckets that are written down exist, so an explicit empty bucket differs from a missing one.
Source of the layout: the native histogram specification of Prometheus.
"""

import math
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import lru_cache

from slogen.evaluator.numbers import show_general

CUSTOM = -53
MAX_FLOAT = 1.7976931348623157e308

Counts = Mapping[int, float]


class Hint(Enum):
    """What is known about a counter reset just before a sample."""

    UNKNOWN = "unknown"
    RESET = "reset"
    NOT_RESET = "not_reset"
    GAUGE = "gauge"


class IncompatibleSchema(Exception):  # noqa: N818 -- becomes an annotation, never an error of the query
    """Exponential and custom buckets cannot be combined."""


class IncompatibleBounds(Exception):  # noqa: N818 -- see IncompatibleSchema
    """Custom buckets with different bounds cannot be combined."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """One bucket with its bounds; the sign of the bounds tells positive from negative ones."""

    lower: float
    upper: float
    count: float


@dataclass(frozen=True, slots=True)
class Histogram:
    """A native histogram; `positive` and `negative` map bucket indexes in rising order to counts."""

    schema: int = 0
    count: float = 0.0
    sum: float = 0.0
    zero_threshold: float = 0.0
    zero_count: float = 0.0
    positive: Counts = field(default_factory=dict)
    negative: Counts = field(default_factory=dict)
    custom: tuple[float, ...] = ()
    hint: Hint = Hint.UNKNOWN

    @property
    def is_custom(self) -> bool:
        """Whether the bounds are custom ones."""
        return self.schema == CUSTOM

    def upper_bound(self, index: int) -> float:
        """The upper bound of a positive bucket."""
        if self.is_custom:
            return self.custom[index] if index < len(self.custom) else math.inf
        return exponential_bound(index, self.schema)

    def lower_bound(self, index: int) -> float:
        """The lower bound of a positive bucket."""
        if self.is_custom:
            return self.custom[index - 1] if index > 0 else -math.inf
        return exponential_bound(index - 1, self.schema)

    def compact(self) -> "Histogram":
        """Without empty buckets."""
        return replace(self, positive=_populated(self.positive), negative=_populated(self.negative))

    def with_hint(self, hint: Hint) -> "Histogram":
        """With another hint."""
        return self if self.hint is hint else replace(self, hint=hint)

    def same(self, other: "Histogram") -> bool:
        """Equal in layout and, bit by bit, in every number; the hint plays no part."""
        return (
            self.schema == other.schema
            and _same_bits((self.count, self.sum, self.zero_count), (other.count, other.sum, other.zero_count))
            and self.zero_threshold == other.zero_threshold
            and self.custom == other.custom
            and _same_counts(self.positive, other.positive)
            and _same_counts(self.negative, other.negative)
        )


def exponential_bound(index: int, schema: int) -> float:
    """The upper bound of bucket `index`; the last finite bucket ends at the largest float, not at infinity."""
    numerator = index << -schema if schema < 0 else index
    whole, part = divmod(numerator, 1 << max(schema, 0))
    if whole == 1024 and part == 0:
        return MAX_FLOAT
    try:
        return math.ldexp(_fractions(max(schema, 0))[part], whole + 1)
    except OverflowError:
        return math.inf


@lru_cache(maxsize=16)
def _fractions(schema: int) -> tuple[float, ...]:
    """Bucket bounds between 0.5 and 1, bit by bit as Prometheus has them.

    Every other bound is one of the resolution below, the others come by multiplication. The factor of schema 1 is one
    unit in the last place below the square root of 2, as Go's `math.Exp2` has it.
    """
    if schema == 0:
        return (0.5,)
    coarse, factor = _fractions(schema - 1), 1.414213562373095 if schema == 1 else 2.0 ** (2.0**-schema)
    return tuple(bound for lower in coarse for bound in (lower, lower * factor))


def _populated(counts: Counts) -> Counts:
    return {index: count for index, count in counts.items() if count != 0}


def _same_bits(left: tuple[float, ...], right: tuple[float, ...]) -> bool:
    return all(struct.pack("<d", a) == struct.pack("<d", b) for a, b in zip(left, right, strict=True))


def _same_counts(left: Counts, right: Counts) -> bool:
    return list(left) == list(right) and all(left[index] == right[index] for index in left)


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
    if divisor == 0:
        bare = replace(histogram, positive={}, negative={})
        return scaled(bare, lambda value: value * math.copysign(math.inf, divisor))
    return scaled(histogram, lambda value: value / divisor)


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


def buckets(histogram: Histogram) -> list[Bucket]:
    """All buckets from the lowest to the highest; those next to zero end where the zero bucket begins."""
    zero = histogram.zero_threshold
    below = [
        Bucket(-histogram.upper_bound(index), min(-histogram.lower_bound(index), -zero), count)
        for index, count in reversed(list(histogram.negative.items()))
    ]
    middle = [Bucket(-zero, zero, histogram.zero_count)] if histogram.zero_count > 0 else []
    above = [
        Bucket(_clipped(histogram, index, zero), histogram.upper_bound(index), count)
        for index, count in histogram.positive.items()
    ]
    return below + middle + above


def _clipped(histogram: Histogram, index: int, zero: float) -> float:
    lower = histogram.lower_bound(index)
    return lower if histogram.is_custom else max(lower, zero)


def show(histogram: Histogram) -> str:
    """The text that `count_values` uses: count, sum and the populated buckets."""
    parts = [f"count:{show_general(histogram.count)}", f"sum:{show_general(histogram.sum)}"]
    for index, count in reversed(list(histogram.negative.items())):
        parts.append(_bucket("[", -histogram.upper_bound(index), -histogram.lower_bound(index), ")", count))
    if histogram.zero_count:
        parts.append(_bucket("[", -histogram.zero_threshold, histogram.zero_threshold, "]", histogram.zero_count))
    for index, count in histogram.positive.items():
        parts.append(_bucket("(", histogram.lower_bound(index), histogram.upper_bound(index), "]", count))
    return "{" + ", ".join(part for part in parts if part) + "}"


def _bucket(opening: str, lower: float, upper: float, closing: str, count: float) -> str:
    if count == 0:
        return ""
    return f"{opening}{show_general(lower)},{show_general(upper)}{closing}:{show_general(count)}"
