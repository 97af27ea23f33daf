"""Whether a result is the expected one, by the tolerances of Prometheus' own tests; changes when those do."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from slogen.evaluator import labels as label
from slogen.evaluator import native_notation
from slogen.evaluator.labels import Labels
from slogen.evaluator.native import Histogram
from slogen.evaluator.notation import Description, Sample
from slogen.evaluator.numbers import is_stale, show_general
from slogen.evaluator.vector import Matrix, Scalar, String, Value, Vector, rows

EPSILON = 1e-6
SMALLEST_NORMAL = 2.2250738585072014e-308


def nearly_equal(a: float, b: float) -> bool:
    """Equal up to a relative difference of one millionth; NaN equals NaN, a stale marker only itself."""
    if is_stale(a) or is_stale(b):
        return is_stale(a) and is_stale(b)
    if (math.isnan(a) and math.isnan(b)) or a == b:
        return True
    size, distance = abs(a) + abs(b), abs(a - b)
    if a == 0 or b == 0 or size < SMALLEST_NORMAL:
        return distance < EPSILON * SMALLEST_NORMAL
    return distance / min(size, 1.7976931348623157e308) < EPSILON


def same_histogram(a: Histogram, b: Histogram) -> bool:
    """The same populated buckets, with nearly equal numbers."""
    a, b = a.compact(), b.compact()
    numbers = ((a.count, b.count), (a.sum, b.sum), (a.zero_count, b.zero_count))
    return (
        a.schema == b.schema
        and a.custom == b.custom
        and a.zero_threshold == b.zero_threshold
        and all(nearly_equal(x, y) for x, y in numbers)
        and _same_buckets(a.positive, b.positive)
        and _same_buckets(a.negative, b.negative)
    )


def _same_buckets(a: Mapping[int, float], b: Mapping[int, float]) -> bool:
    return list(a) == list(b) and all(nearly_equal(a[index], b[index]) for index in a)


def shown(sample: Sample) -> str:
    """A sample in the notation of the tests."""
    match sample:
        case None:
            return "_"
        case Histogram():
            return native_notation.show(sample)
        case number:
            return "stale" if is_stale(number) else show_general(number)


def difference(value: Value, results: Sequence[Description], ordered: bool) -> str | None:
    """The first way in which a vector differs from what is expected, None if it does not.

    Samples are compared place by place; missing ones at the end need not be written.
    """
    if not isinstance(value, Vector):
        return f"expected series, got {describe(value)}"
    wanted = {result.labels: result.samples for result in results}
    found = {labels: cells(value, row) for row, labels in enumerate(value.labels)}
    for labels, samples in found.items():
        if labels not in wanted:
            return f"unexpected series {label.show(labels)} {_line(samples)}"
        problem = _samples_differ(labels, wanted[labels], samples)
        if problem is not None:
            return problem
    for labels, expected in wanted.items():
        if labels not in found and any(sample is not None for sample in expected):
            return f"missing series {label.show(labels)} {_line(expected)}"
    if ordered and [result.labels for result in results] != list(value.labels):
        return f"expected the series in another order, got {', '.join(label.show(item) for item in value.labels)}"
    return None


def _samples_differ(labels: Labels, wanted: Sequence[Sample], found: Sequence[Sample]) -> str | None:
    if any(sample is not None for sample in wanted[len(found) :]):
        return f"{label.show(labels)} has {len(wanted)} expected samples, but the query has only {len(found)} steps"
    padded = [*wanted, *[None] * (len(found) - len(wanted))]
    for place, (want, got) in enumerate(zip(padded, found, strict=False)):
        if not _same(want, got):
            where = f" at step {place}" if len(found) > 1 else ""
            return f"{label.show(labels)}{where}: expected {shown(want)}, got {shown(got)}"
    return None


def _same(want: Sample, got: Sample) -> bool:
    match want, got:
        case None, None:
            return True
        case Histogram(), Histogram():
            return same_histogram(want, got)
        case float(), float():
            return nearly_equal(want, got)
    return False


def cells(vector: Vector, row: int) -> list[Sample]:
    """The samples of one series at every step."""
    floats: list[Sample] = [
        value if here else None
        for value, here in zip(vector.values[row].tolist(), vector.present[row].tolist(), strict=True)
    ]
    if vector.histograms is None:
        return floats
    return [cell if cell is not None else number for cell, number in zip(vector.histograms[row], floats, strict=True)]


def matrix_difference(value: Value, results: Sequence[Description], start: int, step: int) -> str | None:
    """The first way in which a range vector differs from what is expected; its points lie on `start + i * step`."""
    if not isinstance(value, Matrix):
        return f"expected a range vector, got {describe(value)}"
    wanted = {result.labels: result.samples for result in results}
    for row in value.rows:
        points: dict[int, Sample] = {int(at): float(number) for at, number in zip(row.times, row.values, strict=True)}
        points.update(row.histograms)
        expected = wanted.pop(row.labels, ())
        times = {start + place * step: sample for place, sample in enumerate(expected) if sample is not None}
        if sorted(points) != sorted(times) or not all(_same(times[at], points[at]) for at in times):
            return f"{label.show(row.labels)}: expected {_line(expected)}, got {_line(list(points.values()))}"
    return f"missing series {label.show(next(iter(wanted)))}" if wanted else None


def _line(samples: Sequence[Sample]) -> str:
    return " ".join(shown(sample) for sample in samples[:20]) + (" …" if len(samples) > 20 else "")


def describe(value: Value) -> str:
    """A result in a few words, for messages."""
    match value:
        case Scalar(values):
            return f"scalar {show_general(float(values[0]))}" if len(values) else "scalar"
        case String(text):
            return f"string {label.quote(text)}"
        case Matrix(found):
            return f"range vector of {len(found)} series"
        case Vector():
            return f"vector of {len(value)} series"


def scalar_difference(value: Value, wanted: float) -> str | None:
    """How a result differs from an expected number at every step."""
    if not isinstance(value, Scalar):
        return f"expected scalar {show_general(wanted)}, got {describe(value)}"
    wrong = [number for number in np.asarray(value.values).tolist() if not nearly_equal(wanted, number)]
    return f"expected scalar {show_general(wanted)}, got {show_general(wrong[0])}" if wrong else None


def chosen(vector: Vector, places: list[int]) -> Vector:
    """Only some rows of a vector."""
    return rows(vector, np.array(places, dtype=np.intp))
