"""Native histograms as they come back from Prometheus' storage; changes when its chunks keep other hints.

A chunk of counter histograms has no reset after its first sample, and of the first one nothing is known. Source:
`counterResetHint` and the appender in tsdb/chunkenc of Prometheus 3.5. Chunks that are cut for their size are not
told apart: there the hint would be unknown, which leads to the same results. Nor does a sample gain the empty buckets
that a chunk adds to it when a later sample has more of them.
"""

from collections.abc import Sequence

import numpy as np

from slogen.evaluator.native import Hint, Histogram
from slogen.evaluator.native_arithmetic import detects_reset
from slogen.evaluator.times import Times


def read_back(times: Times, histograms: Sequence[Histogram], float_times: Times) -> tuple[Histogram, ...]:
    """The histograms of one series with the hints that the storage gives them; floats between them end a chunk."""
    floats_before = np.searchsorted(float_times, times)
    result: list[Histogram] = []
    for place, histogram in enumerate(histograms):
        if histogram.hint is Hint.GAUGE:
            result.append(histogram)
            continue
        follows = place > 0 and floats_before[place] == floats_before[place - 1]
        joined = follows and _continues(histogram, histograms[place - 1])
        result.append(histogram.with_hint(Hint.NOT_RESET if joined else Hint.UNKNOWN))
    return tuple(result)


def _continues(histogram: Histogram, previous: Histogram) -> bool:
    """Whether a sample goes into the chunk of the one before it."""
    layout = (histogram.schema, histogram.zero_threshold, histogram.custom)
    if layout != (previous.schema, previous.zero_threshold, previous.custom):
        return False
    if previous.hint is Hint.GAUGE or histogram.hint is Hint.RESET:
        return False
    return not detects_reset(histogram.with_hint(Hint.UNKNOWN), previous)
