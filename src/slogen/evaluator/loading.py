"""Sample sequences put into a storage, with classic histograms converted to native ones where asked.

Changes when `load` or `load_with_nhcb` of the test language do.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from slogen.evaluator import labels as label
from slogen.evaluator.labels import Labels
from slogen.evaluator.native import CUSTOM, Histogram
from slogen.evaluator.notation import Description, Sample
from slogen.evaluator.numbers import is_stale, parse_number
from slogen.evaluator.series import Storage


def load(storage: Storage, descriptions: Iterable[Description], interval: int, start: int = 0) -> None:
    """Add every series, its first sample at `start` and the next ones `interval` milliseconds apart.

    Of two descriptions of the same series the later one counts. Raises ValueError if a series that is already stored
    has samples at or after `start`.
    """
    for labels, samples in _last_of_each(descriptions).items():
        places = [place for place, sample in enumerate(samples) if isinstance(sample, float)]
        floats = [sample for sample in samples if isinstance(sample, float)]
        histograms = [
            (start + place * interval, sample) for place, sample in enumerate(samples) if isinstance(sample, Histogram)
        ]
        storage.add(labels, np.array(places, dtype=np.int64) * interval + start, floats, histograms)


def _last_of_each(descriptions: Iterable[Description]) -> Mapping[Labels, tuple[Sample, ...]]:
    return {description.labels: description.samples for description in descriptions}


@dataclass(slots=True)
class _Collected:
    """What is known of one classic histogram at one time."""

    buckets: dict[float, float] = field(default_factory=dict)
    count: float | None = None
    sum: float = 0.0


def load_with_custom_buckets(storage: Storage, descriptions: Iterable[Description], interval: int) -> None:
    """`load`, and for every classic histogram in it a native one with custom buckets, named without the suffix."""
    described = [Description(labels, samples) for labels, samples in _last_of_each(descriptions).items()]
    load(storage, described, interval)
    collected: dict[Labels, dict[int, _Collected]] = {}
    for description in described:
        _collect(description, interval, collected)
    for labels, by_time in collected.items():
        pairs = [(at, _converted(found)) for at, found in sorted(by_time.items())]
        storage.add(labels, [], [], pairs)


def _collect(description: Description, interval: int, into: dict[Labels, dict[int, _Collected]]) -> None:
    name = label.get(description.labels, label.NAME)
    suffix = next((end for end in ("_bucket", "_count", "_sum") if name.endswith(end)), None)
    if suffix is None:
        return
    bound = parse_number(label.get(description.labels, label.BUCKET))
    if suffix == "_bucket" and (bound is None or math.isnan(bound)):
        return
    plain = label.drop(description.labels, (label.NAME, label.BUCKET))
    by_time = into.setdefault(label.replace(plain, label.NAME, name.removesuffix(suffix)), {})
    for place, sample in enumerate(description.samples):
        if isinstance(sample, float) and not is_stale(sample):
            found = by_time.setdefault(place * interval, _Collected())
            match suffix:
                case "_count":
                    found.count = sample
                case "_sum":
                    found.sum = sample
                case _:
                    found.buckets.setdefault(bound if bound is not None else math.inf, sample)


def _converted(found: _Collected) -> Histogram:
    cumulative = sorted(found.buckets.items())
    total = found.count if found.count is not None else (cumulative[-1][1] if cumulative else 0.0)
    if not cumulative or cumulative[-1][0] != math.inf:
        cumulative.append((math.inf, total))
    counts = [count for _, count in cumulative]
    if counts[-1] != total or any(after < before for before, after in pairwise(counts)):
        raise ValueError("a classic histogram cannot be converted: its buckets are not cumulative up to its count")
    differences = {place: count - before for place, (before, count) in enumerate(pairwise([0.0, *counts]))}
    bounds = tuple(bound for bound, _ in cumulative if bound != math.inf)
    return Histogram(schema=CUSTOM, count=total, sum=found.sum, custom=bounds, positive=differences).compact()
