"""Quantiles, fractions and moments of one native histogram; changes when their interpolation does.

Within exponential buckets observations are taken to be spread evenly on a logarithmic scale, within the zero bucket and
custom buckets evenly. Source: `HistogramQuantile` and `HistogramFraction` in promql/quantile.go of Prometheus 3.5.
"""

import math
from itertools import accumulate

from slogen.evaluator import annotations
from slogen.evaluator.annotations import Annotations
from slogen.evaluator.native import Bucket, Histogram, buckets
from slogen.evaluator.numbers import exp2, log2, quotient
from slogen.evaluator.summation import compensated


def quantile(q: float, histogram: Histogram, metric: str, notes: Annotations) -> float:
    """The value below which the share `q` of the observations lies."""
    if q < 0 or q > 1:
        return math.copysign(math.inf, q)
    if histogram.count == 0 or math.isnan(q):
        return math.nan
    has_nan = math.isnan(histogram.sum)
    upwards = has_nan or q < 0.5
    ordered = buckets(histogram) if upwards else buckets(histogram)[::-1]
    rank = (q if upwards else 1 - q) * histogram.count
    place, reached = _reaching(ordered, rank)
    bucket = ordered[place] if ordered else Bucket(0.0, 0.0, 0.0)
    bucket = bucket if histogram.is_custom else _bounded(bucket, histogram)
    edge = _outer_edge(bucket, histogram)
    if edge is not None:
        return edge
    reached = min(reached, histogram.count)
    if reached < rank:
        if has_nan:
            notes.add(annotations.quantile_nan_result(metric))
            return math.nan
        return bucket.upper
    inside = rank - (reached - bucket.count) if upwards else reached - rank
    rest = ordered[place + 1 :]
    if has_nan and reached + sum(other.count for other in rest) < histogram.count:
        notes.add(annotations.quantile_nan_skew(metric))
    # Prometheus 3.5 counts the remaining buckets in the variable of the found one and goes on with the last of them.
    bucket = rest[-1] if has_nan and rest else bucket
    return _point(bucket, quotient(inside, bucket.count), histogram.is_custom)


def _reaching(ordered: list[Bucket], rank: float) -> tuple[int, float]:
    """The first populated bucket at which the running count reaches `rank` (else the last one), and that count."""
    reached = 0.0
    for place, bucket in enumerate(ordered):
        reached += bucket.count
        if bucket.count != 0 and reached >= rank:
            return place, reached
    return len(ordered) - 1, reached


def _bounded(bucket: Bucket, histogram: Histogram) -> Bucket:
    """A bucket that holds zero, cut there if the histogram has buckets on one side only."""
    if not bucket.lower <= 0 <= bucket.upper:
        return bucket
    if histogram.positive and not histogram.negative:
        return Bucket(0.0, bucket.upper, bucket.count)
    if histogram.negative and not histogram.positive:
        return Bucket(bucket.lower, 0.0, bucket.count)
    return bucket


def _outer_edge(bucket: Bucket, histogram: Histogram) -> float | None:
    """Custom buckets that end in infinity have only one usable bound; a first one above zero starts at zero."""
    if not histogram.is_custom:
        return None
    if bucket.lower == -math.inf:
        return bucket.upper if bucket.upper <= 0 else None
    return bucket.lower if bucket.upper == math.inf else None


def _point(bucket: Bucket, share: float, linear: bool) -> float:
    lower, upper = bucket.lower, bucket.upper
    if linear or lower <= 0 <= upper:
        lower = 0.0 if lower == -math.inf else lower
        return lower + (upper - lower) * share
    low, high = log2(abs(lower)), log2(abs(upper))
    if lower > 0:
        return exp2(low + (high - low) * share)
    return -exp2(high + (low - high) * (1 - share))


def fraction(low: float, high: float, histogram: Histogram, metric: str, notes: Annotations) -> float:
    """The share of observations between two bounds."""
    if histogram.count == 0 or math.isnan(low) or math.isnan(high):
        return math.nan
    if low >= high:
        return 0.0
    ordered = [_bounded(bucket, histogram) for bucket in buckets(histogram)]
    total = sum(bucket.count for bucket in ordered)
    if math.isnan(histogram.sum):
        if total < histogram.count:
            notes.add(annotations.fraction_nans(metric))
    else:
        total = histogram.count
    ranks = [_rank(bound, ordered, histogram.is_custom, total) for bound in (low, high)]
    return quotient(ranks[1] - ranks[0], histogram.count)


def _rank(bound: float, ordered: list[Bucket], linear: bool, total: float) -> float:
    before = accumulate((bucket.count for bucket in ordered), initial=0.0)
    for bucket, rank in zip(ordered, before, strict=False):
        if bucket.lower >= bound:
            return min(rank, total)
        if bucket.upper > bound:
            found = rank + bucket.count * _share(bound, bucket, linear)
            return found if math.isnan(found) else min(found, total)
    return total


def _share(bound: float, bucket: Bucket, linear: bool) -> float:
    """How much of a bucket lies below a bound inside it."""
    lower, upper = bucket.lower, bucket.upper
    if linear or lower <= 0 <= upper:
        return quotient(bound - lower, upper - lower)
    low, high, value = (log2(abs(number)) for number in (lower, upper, bound))
    if bound > 0:
        return quotient(value - low, high - low)
    return 1 - quotient(value - high, low - high)


def variance(histogram: Histogram) -> float:
    """The variance, every observation taken to be at the middle of its bucket (geometric for exponential ones)."""
    center = mean(histogram)
    total = compensated(
        bucket.count * (_middle(bucket, histogram.is_custom) - center) ** 2
        for bucket in buckets(histogram)
        if bucket.count != 0
    )
    return quotient(total, histogram.count)


def _middle(bucket: Bucket, linear: bool) -> float:
    if linear:
        return (bucket.upper + bucket.lower) / 2
    if bucket.lower <= 0 <= bucket.upper:
        return 0.0
    return math.copysign(math.sqrt(bucket.upper * bucket.lower), bucket.upper)


def mean(histogram: Histogram) -> float:
    """Sum divided by count, NaN for nothing."""
    return quotient(histogram.sum, histogram.count)
