"""Which samples a range holds at each step; changes when ranges are bounded differently.

A range is open on its left and closed on its right: a sample belongs to it if `at - width < t <= at`.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from slogen.evaluator.times import Bools, Floats, Ints, Times


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """For every step the samples `first <= index < end` of one timestamp array.

    `first`, `end` and `at` have shape `[time]`; `at` is the right edge in milliseconds and `width` the length.
    """

    times: Times
    first: Ints
    end: Ints
    at: Times
    width: int

    @property
    def counts(self) -> Ints:
        """How many samples each window holds, shape `[time]`."""
        return self.end - self.first

    def longest(self) -> int:
        """The largest number of samples in any window."""
        return int(self.counts.max(initial=0))

    def positions(self) -> Iterator[tuple[Ints, Bools]]:
        """The k-th sample of every window at once, for k from 0: its index, and whether the window is that long.

        Loops as often as the longest window has samples, never once per step.
        """
        for k in range(self.longest()):
            index = self.first + k
            yield np.minimum(index, len(self.times) - 1), index < self.end

    def chosen(self, steps: Ints) -> "Windows":
        """The windows of some steps only."""
        return Windows(self.times, self.first[steps], self.end[steps], self.at[steps], self.width)


def between(times: Times, at: Times, width: int, *, late: bool = False) -> Windows:
    """The windows of `width` milliseconds that end at each of `at`, without a sample at `at` itself where `late`."""
    first = np.searchsorted(times, at - width, side="right")
    end = np.searchsorted(times, at, side="left" if late else "right")
    end = np.maximum(first, end)
    return Windows(times, first, end, at, width)


@dataclass(slots=True)
class WindowCache:
    """Windows by timestamp array, steps and width, so that rules over the same scrapes search only once.

    The key holds the identity of the array; the entry keeps the array alive, so an identity is never reused.
    """

    limit: int = 64
    entries: "OrderedDict[tuple[int, int, int, int, int, bool], Windows]" = field(default_factory=OrderedDict)

    def get(self, times: Times, at: Times, width: int, *, late: bool = False) -> Windows:
        """The windows that end at each of `at`, evenly spaced, from the cache where possible."""
        key = (id(times), int(at[0]), int(at[-1]), len(at), width, late)
        found = self.entries.get(key)
        if found is None:
            found = between(times, at, width, late=late)
            self.entries[key] = found
            if len(self.entries) > self.limit:
                self.entries.popitem(last=False)
        else:
            self.entries.move_to_end(key)
        return found


def take(values: Floats, index: Ints) -> Floats:
    """`values[:, index]` where an index outside the array yields an arbitrary value, shape `[series, time]`."""
    if values.shape[1] == 0:
        return np.zeros((values.shape[0], len(index)))
    return values.take(np.clip(index, 0, values.shape[1] - 1), axis=1)


def extremes(values: Floats, windows: Windows, choose: Callable[..., Floats]) -> Floats:
    """The largest or smallest value of every window, `choose` being the maximum or minimum of two arrays.

    Two overlapping spans of a power of two cover any window, so the work grows with the logarithm of the longest one.
    """
    counts, longest = windows.counts, windows.longest()
    result = take(values, windows.first)
    table, span = values, 1
    while span <= longest:
        steps = np.flatnonzero((counts >= span) & (counts < 2 * span))
        if len(steps):
            result[:, steps] = choose(table[:, windows.first[steps]], table[:, windows.end[steps] - span])
        table = choose(table[:, :-span], table[:, span:])
        span *= 2
    return result
