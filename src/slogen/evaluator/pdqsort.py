"""Samples from the largest to the smallest, equal ones as Go orders them; changes when the sort of Go does.

Prometheus sorts with `sort.Sort` of Go, which is not stable: of more than twelve samples it moves equal ones about, the
same way every time. What `sort` shows first and what `topk` of a sorted vector keeps depends on it. Source: `pdqsort`
in src/sort of Go 1.24 (pattern-defeating quicksort, O. Peters), which differs from the original in its constants.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from slogen.evaluator.times import Floats

LONGEST_INSERTION = 12
SHORTEST_NINTHER = 50
"""From this length on the pivot is a median of medians, and a nearly sorted range is repaired in place."""
MOST_SWAPS = 12
MOST_REPAIRS = 5
WORD = 2**64 - 1


def descending(values: Floats) -> list[int]:
    """The places of `[sample]` from the largest value to the smallest, then NaN."""
    order = np.argsort(-values, kind="stable")
    ranked = values[order]
    if len(values) <= 1 or not ((ranked[1:] == ranked[:-1]) | np.isnan(ranked[:-1])).any():
        return [int(place) for place in order]
    numbers: list[float] = values.tolist()
    places = list(range(len(numbers)))

    def less(one: int, other: int) -> bool:
        a, b = numbers[places[one]], numbers[places[other]]
        return b != b or b < a  # noqa: PLR0124 -- NaN

    _sort(_Range(places, less), 0, len(places), len(places).bit_length())
    return places


@dataclass(frozen=True, slots=True)
class _Range:
    """What is sorted, and whether what stands at one place belongs before what stands at another."""

    places: list[int]
    less: Callable[[int, int], bool]

    def swap(self, one: int, other: int) -> None:
        self.places[one], self.places[other] = self.places[other], self.places[one]


def _sort(data: _Range, start: int, end: int, trust: int) -> None:
    """`trust` is how many lopsided partitions are borne before the heap takes over."""
    balanced = partitioned = True
    while (length := end - start) > LONGEST_INSERTION:
        if trust == 0:
            _heap_sort(data, start, end)
            return
        if not balanced:
            _scatter(data, start, end)
            trust -= 1
        pivot, swaps = _pivot(data, start, end)
        if swaps == MOST_SWAPS:
            data.places[start:end] = data.places[start:end][::-1]
            pivot, swaps = end - 1 - (pivot - start), 0
        if balanced and partitioned and swaps == 0 and _repaired(data, start, end):
            return
        if start > 0 and not data.less(start - 1, pivot):
            start = _split_equal(data, start, end, pivot)
            continue
        middle, partitioned = _split(data, start, end, pivot)
        left, right = middle - start, end - middle
        balanced = min(left, right) >= length // 8
        if left < right:
            _sort(data, start, middle, trust)
            start = middle + 1
        else:
            _sort(data, middle + 1, end, trust)
            end = middle
    for place in range(start + 1, end):
        _sink(data, place, start)


def _sink(data: _Range, place: int, lowest: int) -> None:
    while place > lowest and data.less(place, place - 1):
        data.swap(place, place - 1)
        place -= 1


def _heap_sort(data: _Range, start: int, end: int) -> None:
    size = end - start
    for root in range((size - 1) // 2, -1, -1):
        _sift(data, start, root, size)
    for last in range(size - 1, -1, -1):
        data.swap(start, start + last)
        _sift(data, start, 0, last)


def _sift(data: _Range, start: int, root: int, size: int) -> None:
    while (child := 2 * root + 1) < size:
        if child + 1 < size and data.less(start + child, start + child + 1):
            child += 1
        if not data.less(start + root, start + child):
            return
        data.swap(start + root, start + child)
        root = child


def _pivot(data: _Range, start: int, end: int) -> tuple[int, int]:
    """A place near the median, and how many of the pairs looked at were the wrong way round."""
    quarter = (end - start) // 4
    candidates = [start + quarter * k for k in (1, 2, 3)]
    swaps = 0
    if end - start >= SHORTEST_NINTHER:
        medians = [_median(data, (place - 1, place, place + 1)) for place in candidates]
        candidates, swaps = [place for place, _ in medians], sum(count for _, count in medians)
    place, last = _median(data, (candidates[0], candidates[1], candidates[2]))
    return place, swaps + last


def _median(data: _Range, places: tuple[int, int, int]) -> tuple[int, int]:
    found, swaps = list(places), 0
    for left in (0, 1, 0):
        if data.less(found[left + 1], found[left]):
            found[left], found[left + 1] = found[left + 1], found[left]
            swaps += 1
    return found[1], swaps


def _repaired(data: _Range, start: int, end: int) -> bool:
    """Whether the range was sorted but for a few neighbours, which now are too."""
    place = start + 1
    for _ in range(MOST_REPAIRS):
        while place < end and not data.less(place, place - 1):
            place += 1
        if place == end:
            return True
        if end - start < SHORTEST_NINTHER:
            return False
        data.swap(place, place - 1)
        if place - start >= 2:
            _sink(data, place - 1, 0)
        rising = place + 1
        while rising < end and data.less(rising, rising - 1):
            data.swap(rising, rising - 1)
            rising += 1
    return False


def _split(data: _Range, start: int, end: int, pivot: int) -> tuple[int, bool]:
    """Smaller ones to the left of the pivot, the rest to its right: its new place, and if that was so already."""
    data.swap(start, pivot)
    low, high = start + 1, end - 1
    swapped = False
    while True:
        while low <= high and data.less(low, start):
            low += 1
        while low <= high and not data.less(high, start):
            high -= 1
        if low > high:
            data.swap(high, start)
            return high, not swapped
        data.swap(low, high)
        low, high, swapped = low + 1, high - 1, True


def _split_equal(data: _Range, start: int, end: int, pivot: int) -> int:
    """Those equal to the pivot to the left, larger ones to the right: where these begin. Nothing here is smaller."""
    data.swap(start, pivot)
    low, high = start + 1, end - 1
    while True:
        while low <= high and not data.less(start, low):
            low += 1
        while low <= high and data.less(start, high):
            high -= 1
        if low > high:
            return low
        data.swap(low, high)
        low, high = low + 1, high - 1


def _scatter(data: _Range, start: int, end: int) -> None:
    """Breaks a pattern that made the last partition lopsided, with numbers that depend on the length alone."""
    length = end - start
    middle = start + length // 4 * 2
    for place, number in zip((middle - 1, middle, middle + 1), _xorshift(length), strict=False):
        other = number & ((1 << length.bit_length()) - 1)
        data.swap(place, start + (other - length if other >= length else other))


def _xorshift(state: int) -> Iterator[int]:
    """Source: G. Marsaglia, "Xorshift RNGs", with the shifts 13, 7 and 17."""
    while True:
        state ^= state << 13 & WORD
        state ^= state >> 7
        state ^= state << 17 & WORD
        yield state
