"""Classic histograms: quantiles and fractions from `le` buckets; changes when their interpolation does.

Source: `BucketQuantile` and `BucketFraction` in promql/quantile.go of Prometheus 3.5.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from slogen.evaluator import annotations
from slogen.evaluator import labels as label
from slogen.evaluator.annotations import Annotations
from slogen.evaluator.labels import Labels
from slogen.evaluator.numbers import parse_number
from slogen.evaluator.over_time import beyond
from slogen.evaluator.times import Bools, Floats, Ints
from slogen.evaluator.vector import Vector

TOLERANCE = 1e-12
"""Relative difference of neighbouring buckets that counts as rounding error."""
SIZES = (2.2250738585072014e-308, 1.7976931348623157e308)
"""The smallest and the largest size to which a difference is related: the normal floats."""


@dataclass(frozen=True, slots=True, eq=False)
class Buckets:
    """Histograms with the same bounds: `bounds` is `[bucket]`, `counts` `[histogram, bucket, step]`.

    Bounds are rising and distinct, counts cumulative; only steps at which all those buckets exist.
    """

    bounds: Floats
    counts: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """One histogram: its labels without `le`, the rows of its buckets sorted by bound, and the bounds."""

    labels: Labels
    rows: Ints
    bounds: Floats


def members(vector: Vector, notes: Annotations) -> list[Member]:
    """The classic histograms of a vector; a series whose `le` is no number is left out with a warning."""
    found: dict[Labels, list[tuple[float, int]]] = {}
    for row, labels in enumerate(vector.labels):
        if not vector.present[row].any():
            continue
        text = label.get(labels, label.BUCKET)
        bound = parse_number(text)
        if bound is None:
            notes.add(annotations.bad_bucket_label(label.get(labels, label.NAME), text))
            continue
        found.setdefault(label.drop(labels, (label.BUCKET,)), []).append((bound, row))
    result = []
    for labels, buckets in found.items():
        buckets.sort(key=lambda bucket: bucket[0])
        rows = np.array([row for _, row in buckets], dtype=np.intp)
        result.append(Member(labels, rows, np.array([bound for bound, _ in buckets])))
    return result


Calculation = Callable[[Buckets, Ints], tuple[Floats, Bools]]
"""From buckets and the steps they are of to values and marks, both `[histogram, step]`."""


def evaluated(vector: Vector, found: list[Member], calculate: Calculation) -> tuple[Floats, Bools, Bools]:
    """Values, presence and marks of every histogram, all `[histogram, time]`; absent ones have no meaning.

    Histograms with the same bounds whose buckets come and go together are calculated as one array; the rest one by one
    and for each combination of buckets that occurs.
    """
    shape = (len(found), vector.steps)
    values, marks = np.zeros(shape), np.zeros(shape, dtype=np.bool_)
    present = np.array([vector.present[member.rows].any(axis=0) for member in found], dtype=np.bool_).reshape(shape)
    for places, steps, chosen in _layouts(vector, found):
        bounds = found[places[0]].bounds[chosen]
        rows = np.stack([found[place].rows[chosen] for place in places])
        buckets = _coalesced(bounds, vector.values[rows[:, :, np.newaxis], steps])
        target = np.ix_(places, steps)
        values[target], marks[target] = calculate(buckets, steps)
    return values, present, marks


def _layouts(vector: Vector, found: list[Member]) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Histograms, steps and buckets that can be calculated together."""
    together: dict[bytes, list[int]] = {}
    every = np.arange(vector.steps)
    for place, member in enumerate(found):
        present = vector.present[member.rows]
        if (present.any(axis=0) == present.all(axis=0)).all():
            together.setdefault(member.bounds.tobytes(), []).append(place)
            continue
        patterns, which = np.unique(present, axis=1, return_inverse=True)
        for number in range(patterns.shape[1]):
            chosen = np.flatnonzero(patterns[:, number])
            if len(chosen):
                yield np.array([place]), np.flatnonzero(which.ravel() == number), chosen
    for places in together.values():
        yield np.array(places), every, np.arange(len(found[places[0]].bounds))


def _coalesced(bounds: Floats, counts: Floats) -> Buckets:
    starts = np.flatnonzero(np.concatenate(([True], bounds[1:] != bounds[:-1])))
    if len(starts) == len(bounds):
        return Buckets(bounds, counts)
    return Buckets(bounds[starts], np.add.reduceat(counts, starts, axis=1))


def quantile(quantiles: Floats) -> Calculation:
    """Linear interpolation within the bucket where the rank falls; marks where counts had to be made monotonic."""

    def calculate(buckets: Buckets, steps: Ints) -> tuple[Floats, Bools]:
        q = quantiles[steps]
        usable = (q >= 0) & (q <= 1)
        outside = beyond(q)
        if len(buckets.bounds) < 2 or not np.isposinf(buckets.bounds[-1]):
            shape = (len(buckets.counts), len(steps))
            return np.broadcast_to(np.where(usable, np.nan, outside), shape), np.zeros(shape, dtype=np.bool_)
        counts, forced = _monotonic(buckets.counts)
        values = _interpolated(buckets.bounds, counts, q)
        return np.where(usable, values, outside), forced & usable & (counts[:, -1] != 0)

    return calculate


def _monotonic(counts: Floats) -> tuple[Floats, Bools]:
    """Counts that never fall from bucket to bucket, and where a real fall was taken out."""
    result = counts.copy()
    previous = counts[:, 0]
    forced = np.zeros(previous.shape, dtype=np.bool_)
    for place in range(1, counts.shape[1]):
        current = counts[:, place]
        same, falls = _nearly_equal(previous, current), current < previous
        forced |= falls & ~same
        previous = np.where(same | falls, previous, current)
        result[:, place] = previous
    return result, forced


def _nearly_equal(a: Floats, b: Floats) -> Bools:
    """Source: `almost.Equal` in util/almost of Prometheus 3.5, but for zeros and NaN, which end the same here."""
    equal: Bools = np.abs(a - b) / np.clip(np.abs(a) + np.abs(b), *SIZES) < TOLERANCE
    return equal


def _interpolated(bounds: Floats, counts: Floats, q: Floats) -> Floats:
    rank = q * counts[:, -1]
    place = _reached(counts, rank)
    edges, below = np.concatenate(([0.0], bounds)), _from_zero(counts)
    start, end = edges[place], edges[place + 1]
    before, after = _at(below, place), _at(below, place + 1)
    value = start + (end - start) * ((rank - before) / (after - before))
    value = np.where((place == 0) & (bounds[0] <= 0), bounds[0], value)
    value = np.where(place == len(bounds) - 1, bounds[-2], value)
    return np.where(counts[:, -1] == 0, np.nan, value)


def _reached(counts: Floats, rank: Floats) -> Ints:
    """The first bucket whose count reaches the rank, else the last; found by halves as in Go, which counts for NaN."""
    last = counts.shape[1] - 1
    low, high = np.zeros(rank.shape, dtype=np.intp), np.full(rank.shape, last)
    while (low < high).any():
        middle = (low + high) // 2
        found = (_at(counts, middle) >= rank) | (middle == last)
        low, high = np.where(found, low, middle + 1), np.where(found, middle, high)
    return high


def _from_zero(counts: Floats) -> Floats:
    """Cumulative counts with nothing before the first bucket: `[histogram, bucket + 1, step]`."""
    return np.concatenate((np.zeros_like(counts[:, :1]), counts), axis=1)


def _at(counts: Floats, place: Ints) -> Floats:
    """The counts of the buckets `place`, which is `[histogram, step]` or `[step]`."""
    histograms, steps = np.ogrid[: counts.shape[0], : counts.shape[2]]
    result: Floats = counts[histograms, place, steps]
    return result


def fraction(lower: Floats, upper: Floats) -> Calculation:
    """The share of observations between two bounds, `[time]` each; nothing is ever marked."""

    def calculate(buckets: Buckets, steps: Ints) -> tuple[Floats, Bools]:
        low, high = lower[steps], upper[steps]
        total = buckets.counts[:, -1]
        unmarked = np.zeros(total.shape, dtype=np.bool_)
        if not np.isposinf(buckets.bounds[-1]):
            return np.full(total.shape, np.nan), unmarked
        share = (_rank(buckets, high) - _rank(buckets, low)) / total
        share = np.where(low >= high, 0.0, share)
        return np.where((total == 0) | np.isnan(low) | np.isnan(high), np.nan, share), unmarked

    return calculate


def _rank(buckets: Buckets, bound: Floats) -> Floats:
    """How many observations lie below `bound`, at most all; of no meaning for NaN."""
    edges, below = np.concatenate(([-np.inf], buckets.bounds)), _from_zero(buckets.counts)
    place = np.minimum(np.searchsorted(edges, bound), len(buckets.bounds))
    start, end = edges[place - 1], edges[place]
    before, after = _at(below, place - 1), _at(below, place)
    inside = before + (after - before) * (bound - start) / (end - start)
    return np.minimum(np.where(bound == end, after, inside), buckets.counts[:, -1])
