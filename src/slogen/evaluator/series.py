"""The series an evaluation reads; changes when samples are stored or found in another way.

A series has float samples and, rarely, native histograms beside them. Series that share their timestamps are read
as one block `[series, samples]`; blocks and what is computed from them are cached until a matching series is added.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from slogen import regex
from slogen.evaluator import labels as label
from slogen.evaluator.labels import Labels
from slogen.evaluator.native import Histogram
from slogen.evaluator.native_storage import read_back
from slogen.evaluator.numbers import STALE_BITS
from slogen.evaluator.summation import Prefix, prefix
from slogen.evaluator.times import Bools, Floats, Times
from slogen.evaluator.windows import WindowCache
from slogen.promql.ast import Matcher, MatchOp, Selector

BLOCK_CELLS = 4_000_000
"""Samples in one block: 32 MB, so that a few intermediate arrays of a block stay far below a gigabyte."""

CACHE_CELLS = 32_000_000
"""Samples in all cached blocks together; older ones are forgotten and built again when needed."""


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One stored series: labels, float samples in time order (stale markers included), and native histograms."""

    labels: Labels
    times: Times
    values: Floats
    histogram_times: Times
    histograms: tuple[Histogram, ...] = ()


@dataclass(slots=True, eq=False)
class Block:
    """Float samples of series that share their timestamps: `values` has shape `[series, samples]`."""

    labels: tuple[Labels, ...]
    times: Times
    values: Floats
    _prefix: Prefix | None = None
    _resets: Prefix | None = None

    @property
    def is_summed(self) -> bool:
        """Whether running sums are at hand already."""
        return self._prefix is not None or self._resets is not None

    def sums(self) -> Prefix:
        """Running sums of the values."""
        if self._prefix is None:
            self._prefix = prefix(self.values)
        return self._prefix

    def drops(self) -> Floats:
        """What counter resets take away: the value before each sample that is smaller, else 0."""
        lost = np.zeros_like(self.values)
        before, after = self.values[:, :-1], self.values[:, 1:]
        lost[:, 1:] = np.where(after < before, before, 0.0)
        return lost

    @property
    def has_resets(self) -> bool:
        """Whether any counter reset took something away."""
        running = self.resets()
        return running.rises is not None or bool(running.total.any())

    def resets(self) -> Prefix:
        """Running sums of `drops`."""
        if self._resets is None:
            self._resets = prefix(self.drops())
        return self._resets


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """All series a selector finds: those with histograms one by one, float samples in blocks.

    `raw` keeps stale markers (for instant vectors), `blocks` has none (for ranges).
    """

    series: tuple[Series, ...]
    raw: tuple[Block, ...]
    blocks: tuple[Block, ...]

    @property
    def mixed(self) -> tuple[Series, ...]:
        """The series that hold native histograms."""
        return tuple(item for item in self.series if item.histograms)

    @property
    def cells(self) -> int:
        """How many float samples the blocks hold."""
        return sum(block.values.size for block in self.blocks)


@dataclass(slots=True)
class SelectionCache:
    """What selectors have found, until a series that they match is added or memory is wanted for others.

    Every selector is filed under one pair of label and value that its series must have (None where it names none), so
    that a new series is compared with few of them.
    """

    found: "OrderedDict[Selector, Selection]" = field(default_factory=OrderedDict)
    filed: dict[tuple[str, str] | None, set[Selector]] = field(default_factory=dict)
    cells: int = 0

    def get(self, selector: Selector) -> Selection | None:
        """What is remembered of a selector."""
        selection = self.found.get(selector)
        if selection is not None:
            self.found.move_to_end(selector)
        return selection

    def put(self, selector: Selector, selection: Selection) -> None:
        """Remember what a selector has found, and forget the longest unused where that is too much."""
        self.found[selector] = selection
        self.filed.setdefault(next(iter(required(selector)), None), set()).add(selector)
        self.cells += selection.cells
        while self.cells > CACHE_CELLS and len(self.found) > 1:
            self._drop(next(iter(self.found)))

    def forget(self, labels: Labels) -> None:
        """Drop what can no longer be true once a series with these labels has new samples."""
        for pair in (*labels, None):
            for selector in [key for key in self.filed.get(pair, ()) if matches(key, labels)]:
                self._drop(selector)

    def _drop(self, selector: Selector) -> None:
        self.cells -= self.found.pop(selector).cells
        self.filed[next(iter(required(selector)), None)].discard(selector)


@dataclass(slots=True)
class Storage:
    """All series, found by matchers. Series may be added between evaluations, as replay does with recorded ones."""

    windows: WindowCache = field(default_factory=WindowCache)
    _series: dict[Labels, Series] = field(default_factory=dict)
    _postings: dict[tuple[str, str], list[Labels]] = field(default_factory=dict)
    _times: dict[tuple[int, int, int], list[Times]] = field(default_factory=dict)
    _selections: SelectionCache = field(default_factory=SelectionCache)

    def add(
        self,
        labels: Labels,
        times: npt.ArrayLike,
        values: npt.ArrayLike,
        histograms: Sequence[tuple[int, Histogram]] = (),
    ) -> None:
        """Add samples to a series, which is made if it is new.

        `times` are milliseconds; `histograms` are pairs of time and value. Raises ValueError if the timestamps of
        the series would no longer be strictly increasing.
        """
        added = Series(
            labels,
            np.asarray(times, dtype=np.int64),
            np.asarray(values, dtype=np.float64),
            np.array([at for at, _ in histograms], dtype=np.int64),
            tuple(histogram for _, histogram in histograms),
        )
        known = self._series.get(labels)
        if known is not None:
            added = _joined(known, added)
        _check_increasing(added)
        native = read_back(added.histogram_times, added.histograms, added.times)
        own = self._interned(added.times)
        if known is None:
            for pair in labels:
                self._postings.setdefault(pair, []).append(labels)
        self._series[labels] = Series(labels, own, added.values, added.histogram_times, native)
        self._selections.forget(labels)

    def last_time(self) -> int:
        """The time of the newest sample in milliseconds, 0 where there is none."""
        newest = [int(own[-1]) for item in self for own in (item.times, item.histogram_times) if len(own)]
        return max(newest, default=0)

    def __len__(self) -> int:
        return len(self._series)

    def __iter__(self) -> Iterator[Series]:
        return iter(self._series.values())

    def select(self, selector: Selector) -> Selection:
        """Everything that matches the name and matchers; offset and `@` play no part."""
        key = Selector(selector.name, selector.matchers)
        found = self._selections.get(key)
        if found is None:
            found = _selection(tuple(self._matching(key)))
            self._selections.put(key, found)
        return found

    def _matching(self, selector: Selector) -> list[Series]:
        postings = [self._postings.get(pair, []) for pair in required(selector)]
        candidates = min(postings, key=len) if postings else list(self._series)
        tests = [(matcher.label, matcher_test(matcher)) for matcher in selector.matchers]
        return [
            self._series[labels]
            for labels in candidates
            if selector.name in (None, label.get(labels, label.NAME))
            and all(test(label.get(labels, name)) for name, test in tests)
        ]

    def _interned(self, times: Times) -> Times:
        if len(times) == 0:
            return times
        same = self._times.setdefault((len(times), int(times[0]), int(times[-1])), [])
        for known in same:
            if np.array_equal(known, times):
                return known
        same.append(times)
        return times


def required(selector: Selector) -> list[tuple[str, str]]:
    """The pairs of label and value that every series of a selector has, the least common kind first."""
    pairs = [(m.label, m.value) for m in selector.matchers if m.op is MatchOp.EQ and m.value]
    return pairs + ([(label.NAME, selector.name)] if selector.name else [])


def matches(selector: Selector, labels: Labels) -> bool:
    """Whether a selector finds a series with these labels."""
    return selector.name in (None, label.get(labels, label.NAME)) and all(
        matcher_test(matcher)(label.get(labels, matcher.label)) for matcher in selector.matchers
    )


def matcher_test(matcher: Matcher) -> Callable[[str], bool]:
    """A function that says whether a label value (empty where the label is missing) satisfies the matcher."""
    value = matcher.value
    match matcher.op:
        case MatchOp.EQ:
            return lambda text: text == value
        case MatchOp.NE:
            return lambda text: text != value
        case MatchOp.RE:
            return regex.compile(value).fullmatch
        case MatchOp.NRE:
            refused = regex.compile(value).fullmatch
            return lambda text: not refused(text)


def _joined(known: Series, added: Series) -> Series:
    times = np.concatenate((known.times, added.times))
    values = np.concatenate((known.values, added.values))
    histogram_times = np.concatenate((known.histogram_times, added.histogram_times))
    return Series(known.labels, times, values, histogram_times, known.histograms + added.histograms)


def _check_increasing(series: Series) -> None:
    for times in (series.times, series.histogram_times):
        if (np.diff(times) <= 0).any():
            raise ValueError(f"the timestamps of {label.show(series.labels)} are not strictly increasing")
    if len(series.times) != len(series.values):
        raise ValueError(f"{label.show(series.labels)} has {len(series.times)} times and {len(series.values)} values")


def stale_mask(values: Floats) -> Bools:
    """Where the values are stale markers."""
    stale: Bools = values.view(np.uint64) == np.uint64(STALE_BITS)
    return stale


def _selection(series: tuple[Series, ...]) -> Selection:
    floats = [item for item in series if len(item.times)]
    raw = tuple(_blocks(floats))
    if not any(stale_mask(block.values).any() for block in raw):
        return Selection(series, raw, raw)
    return Selection(series, raw, tuple(_blocks([_without_stale(item) for item in floats])))


def _without_stale(series: Series) -> Series:
    stale = stale_mask(series.values)
    if not stale.any():
        return series
    return Series(series.labels, series.times[~stale], series.values[~stale], series.histogram_times)


def _blocks(series: Sequence[Series]) -> Iterator[Block]:
    groups: dict[int, list[Series]] = {}
    for item in series:
        groups.setdefault(id(item.times), []).append(item)
    for members in groups.values():
        times = members[0].times
        rows = max(1, BLOCK_CELLS // max(1, len(times)))
        for start in range(0, len(members), rows):
            part = members[start : start + rows]
            values = np.stack([item.values for item in part]) if len(part) > 1 else part[0].values[np.newaxis, :]
            yield Block(tuple(item.labels for item in part), times, values)
