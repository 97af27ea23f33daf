"""Native histograms as values: what they hold, their buckets and bounds, when they are the same.

Bucket `i` of an exponential schema `s` holds observations in `(2^((i-1)/2^s), 2^(i/2^s)]`; schema -53 has custom
upper bounds. Only buckets that are written down exist, so an explicit empty bucket differs from a missing one.
Source of the layout: the native histogram specification of Prometheus.
"""

import math
import struct
from collections.abc import Mapping
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
