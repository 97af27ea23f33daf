"""Range functions of series that hold native histograms; changes when what they mean for histograms does.

Such series are few and their samples are objects, so every window is looked at by itself. Sources: `histogramRate`,
`instantValue` and the functions of a range in promql/functions.go of Prometheus 3.5.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

import numpy as np

from slogen.evaluator import annotations
from slogen.evaluator.annotations import Annotations
from slogen.evaluator.native import Hint, Histogram
from slogen.evaluator.native_arithmetic import (
    IncompatibleBounds,
    IncompatibleSchema,
    added,
    at_schema,
    detects_reset,
    divided,
    multiplied,
    subtracted,
)
from slogen.evaluator.rates import KINDS, THRESHOLD, Rate
from slogen.evaluator.times import Times


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """One window of one series: histograms, their times, and the times and values of the floats beside them."""

    histograms: tuple[Histogram, ...]
    times: Times
    float_times: Times
    floats: "np.typing.NDArray[np.float64]"
    start: int
    end: int
    metric: str

    @property
    def is_mixed(self) -> bool:
        """Whether there are samples of both kinds."""
        return bool(self.histograms) and len(self.float_times) > 0


Outcome = Histogram | float | None
"""A sample, or None where the function gives none."""


def incompatible(error: Exception, metric: str) -> str:
    """The annotation for histograms that cannot be combined."""
    if isinstance(error, IncompatibleSchema):
        return annotations.mixed_exponential_custom(metric)
    return annotations.incompatible_custom_buckets(metric)


def extrapolated(samples: Samples, kind: Rate, notes: Annotations) -> Outcome:
    """`rate`, `increase` or `delta` of a window of at least two histograms."""
    if samples.is_mixed:
        notes.add(annotations.mixed_floats_histograms(samples.metric))
        return None
    count = len(samples.histograms)
    if count < 2:
        return None
    change = _change(samples.histograms, kind.counter, samples.metric, notes)
    if change is None:
        return None
    sampled = int(samples.times[-1] - samples.times[0]) / 1000
    average = sampled / (count - 1)
    before, after = int(samples.times[0] - samples.start) / 1000, int(samples.end - samples.times[-1]) / 1000
    before = average / 2 if before >= average * THRESHOLD else before
    after = average / 2 if after >= average * THRESHOLD else after
    factor = (sampled + before + after) / sampled
    return multiplied(change, factor / ((samples.end - samples.start) / 1000) if kind.per_second else factor)


def _change(points: tuple[Histogram, ...], counter: bool, metric: str, notes: Annotations) -> Histogram | None:
    first = points[0]
    if counter and detects_reset(points[1], first):
        first = Histogram(schema=points[1].schema, custom=points[1].custom)
    if points[-1].is_custom != first.is_custom or (counter and any(p.is_custom != first.is_custom for p in points[1:])):
        notes.add(annotations.mixed_exponential_custom(metric))
        return None
    considered = (first, *points[1:]) if counter else (first, points[-1])
    try:
        total = subtracted(at_schema(points[-1], min(point.schema for point in considered)), first)
        if counter:
            total = _with_resets(total, (first, *points[1:]))
    except (IncompatibleSchema, IncompatibleBounds) as error:
        notes.add(incompatible(error, metric))
        return None
    _check_kind(points, counter, metric, notes)
    return total.with_hint(Hint.GAUGE).compact()


def _with_resets(total: Histogram, points: tuple[Histogram, ...]) -> Histogram:
    for previous, current in pairwise(points):
        if detects_reset(current, previous):
            total = added(total, previous)
    return total


def _check_kind(points: tuple[Histogram, ...], counter: bool, metric: str, notes: Annotations) -> None:
    if counter and any(point.hint is Hint.GAUGE for point in points):
        notes.add(annotations.not_a_counter_histogram(metric))
    if not counter and (points[0].hint is not Hint.GAUGE or points[-1].hint is not Hint.GAUGE):
        notes.add(annotations.not_a_gauge_histogram(metric))


def instantaneous(samples: Samples, counter: bool, notes: Annotations) -> Outcome:
    """`irate` or `idelta` from the last two samples of a window."""
    points: list[tuple[int, Histogram | float]] = [*zip(samples.times.tolist(), samples.histograms, strict=True)]
    points += zip(samples.float_times.tolist(), samples.floats.tolist(), strict=True)
    points.sort(key=lambda point: point[0])
    if len(points) < 2 or points[-1][0] == points[-2][0]:
        return None
    (earlier, older), (later, newer) = points[-2:]
    seconds = (later - earlier) / 1000
    if isinstance(newer, float) and isinstance(older, float):
        change = newer if counter and newer < older else newer - older
        return change / seconds if counter else change
    if isinstance(newer, float) or isinstance(older, float):
        notes.add(annotations.mixed_floats_histograms(samples.metric))
        return None
    difference = _difference(older, newer, counter, (samples.metric, notes))
    return divided(difference, seconds) if difference is not None and counter else difference


def _difference(older: Histogram, newer: Histogram, counter: bool, where: tuple[str, Annotations]) -> Histogram | None:
    metric, notes = where
    _check_kind((older, newer), counter, metric, notes)
    if counter and detects_reset(newer, older):
        return newer.with_hint(Hint.GAUGE).compact()
    try:
        return subtracted(newer, older).with_hint(Hint.GAUGE).compact()
    except (IncompatibleSchema, IncompatibleBounds) as error:
        notes.add(incompatible(error, metric))
        return None


def _sum(samples: Samples, _notes: Annotations) -> Outcome:
    total = samples.histograms[0]
    for histogram in samples.histograms[1:]:
        total = added(total, histogram)
    return total


def _average(samples: Samples, _notes: Annotations) -> Outcome:
    mean = samples.histograms[0]
    for number, histogram in enumerate(samples.histograms[1:], start=2):
        mean = added(mean, subtracted(divided(histogram, number), divided(mean, number)))
    return mean


def _aggregated(combine: Callable[[Samples, Annotations], Outcome]) -> Callable[[Samples, Annotations], Outcome]:
    def over_time(samples: Samples, notes: Annotations) -> Outcome:
        if samples.is_mixed:
            notes.add(annotations.mixed_floats_histograms(samples.metric))
            return None
        try:
            return combine(samples, notes)
        except (IncompatibleSchema, IncompatibleBounds) as error:
            notes.add(incompatible(error, samples.metric))
            return None

    return over_time


def _last(samples: Samples, _notes: Annotations) -> Outcome:
    if len(samples.float_times) and (not samples.histograms or samples.times[-1] < samples.float_times[-1]):
        return float(samples.floats[-1])
    return samples.histograms[-1]


def _count(samples: Samples, _notes: Annotations) -> Outcome:
    return float(len(samples.histograms) + len(samples.floats))


def _events(
    happened: Callable[[Histogram | float, Histogram | float], bool],
) -> Callable[[Samples, Annotations], Outcome]:
    def count(samples: Samples, _notes: Annotations) -> Outcome:
        points: list[tuple[int, Histogram | float]] = [*zip(samples.times.tolist(), samples.histograms, strict=True)]
        points += zip(samples.float_times.tolist(), samples.floats.tolist(), strict=True)
        points.sort(key=lambda point: point[0])
        return float(sum(happened(before, after) for (_, before), (_, after) in pairwise(points)))

    return count


def _changed(before: Histogram | float, after: Histogram | float) -> bool:
    if isinstance(before, Histogram) and isinstance(after, Histogram):
        return not after.same(before)
    if isinstance(before, Histogram) or isinstance(after, Histogram):
        return True
    return before != after and not (np.isnan(before) and np.isnan(after))


def _reset(before: Histogram | float, after: Histogram | float) -> bool:
    if isinstance(before, Histogram) and isinstance(after, Histogram):
        return detects_reset(after, before)
    if isinstance(before, Histogram) or isinstance(after, Histogram):
        return True
    return after < before


def _rate(name: str) -> Callable[[Samples, Annotations], Outcome]:
    return lambda samples, notes: extrapolated(samples, KINDS[name], notes)


FUNCTIONS: Mapping[str, Callable[[Samples, Annotations], Outcome]] = MappingProxyType(
    {
        **{name: _rate(name) for name in KINDS},
        "irate": lambda samples, notes: instantaneous(samples, True, notes),
        "idelta": lambda samples, notes: instantaneous(samples, False, notes),
        "sum_over_time": _aggregated(_sum),
        "avg_over_time": _aggregated(_average),
        "last_over_time": _last,
        "count_over_time": _count,
        "present_over_time": lambda samples, notes: 1.0,  # noqa: ARG005 -- the signature of the table
        "changes": _events(_changed),
        "resets": _events(_reset),
    }
)
"""What these functions make of a window that holds at least one histogram."""
