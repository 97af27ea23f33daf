"""Storing and finding series: joining, order, caches that forget in time, shared timestamps."""

import numpy as np
import pytest

from slogen.evaluator import labels as label
from slogen.evaluator import series as room
from slogen.evaluator.evaluate import renamed
from slogen.evaluator.native import Histogram
from slogen.evaluator.numbers import STALE
from slogen.evaluator.series import Storage
from slogen.evaluator.vector import Vector
from slogen.promql.ast import Matcher, MatchOp, Selector
from tests.evaluator.asking import ask, samples, stored


def test_a_series_added_later_is_seen() -> None:
    """A cached selection is forgotten when a matching series arrives, and only then."""
    storage = stored('a{x="1"} 1x5')
    assert samples(storage, "a", 1) == {'a{x="1"}': [1.0]}
    first = storage.select(Selector("a"))
    storage.add(label.make({"__name__": "b"}), [0], [2])
    assert storage.select(Selector("a")) is first
    storage.add(label.make({"__name__": "a", "x": "2"}), [0, 60_000], [5, 6])
    assert samples(storage, "a", 1) == {'a{x="1"}': [1.0], 'a{x="2"}': [6.0]}
    assert samples(storage, '{x="2"}', 1) == {'a{x="2"}': [6.0]}
    assert len(storage) == 3
    assert [label.get(item.labels, "__name__") for item in storage] == ["a", "b", "a"]


def test_samples_may_be_appended() -> None:
    """A second batch continues a series."""
    storage = stored("a 1 2")
    storage.add(label.make({"__name__": "a"}), [120_000], [3], [(180_000, Histogram(count=4))])
    assert samples(storage, "sum_over_time(a[10m])", 2) == {"{}": [6.0]}
    assert storage.last_time() == 180_000
    assert Storage().last_time() == 0


@pytest.mark.parametrize("times", [[0, 0], [60_000, 0]])
def test_timestamps_must_rise(times: list[int]) -> None:
    """Equal or falling timestamps are refused, also across batches."""
    with pytest.raises(ValueError, match="increasing"):
        Storage().add(label.make({"__name__": "a"}), times, [1, 2])
    with pytest.raises(ValueError, match="increasing"):
        stored("a 1 2").add(label.make({"__name__": "a"}), [60_000], [3])


def test_times_and_values_must_match() -> None:
    """A value without a time is refused."""
    with pytest.raises(ValueError, match="1 times and 2 values"):
        Storage().add(label.make({"__name__": "a"}), [0], [1, 2])


def test_series_with_the_same_times_share_a_block() -> None:
    """Series scraped together are read as one array; those that are not stay apart."""
    storage = stored('a{i="1"} 1x9', 'a{i="2"} 2x9', 'a{i="3"} _ 3x8')
    blocks = storage.select(Selector("a")).blocks
    assert sorted(block.values.shape for block in blocks) == [(1, 9), (2, 10)]


def test_big_selections_are_cut_into_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """No block holds more samples than it may."""
    monkeypatch.setattr(room, "BLOCK_CELLS", 20)
    storage = stored(*[f'a{{i="{i}"}} {i}x9' for i in range(5)])
    assert [block.values.shape for block in storage.select(Selector("a")).blocks] == [(2, 10), (2, 10), (1, 10)]
    assert samples(storage, "sum(a)", 3) == {"{}": [10.0]}


def test_the_cache_of_selections_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Old selections are dropped when all of them hold too many samples."""
    monkeypatch.setattr(room, "CACHE_CELLS", 25)
    storage = stored("a 1x9", "b 1x9", "c 1x9")
    first = storage.select(Selector("a"))
    assert storage.select(Selector("a")) is first
    storage.select(Selector("b"))
    storage.select(Selector("c"))
    assert storage.select(Selector("a")) is not first


def test_the_cache_of_windows_is_bounded() -> None:
    """Windows of many ranges do not pile up."""
    storage = stored("a 1x9")
    storage.windows.limit = 3
    for width in range(1, 9):
        ask(storage, f"sum_over_time(a[{width}m])", 5)
    assert len(storage.windows.entries) == 3


def test_stale_markers_end_a_series_but_are_no_samples() -> None:
    """An instant vector lacks a stale series at once, a range skips the marker."""
    storage = Storage()
    storage.add(label.make({"__name__": "a"}), [0, 60_000, 120_000], [1, STALE, 3])
    assert samples(storage, "a", 1) == {}
    assert samples(storage, "count_over_time(a[5m])", 2) == {"{}": [2.0]}
    nan = Storage()
    nan.add(label.make({"__name__": "a"}), [0, 60_000], [1, np.nan])
    assert list(samples(nan, "a", 1)) == ["a"]


@pytest.mark.parametrize(
    ("op", "value", "found"),
    [
        (MatchOp.EQ, "ab", {"ab"}),
        (MatchOp.NE, "ab", {"", "a\nb"}),
        (MatchOp.RE, "a.b", {"a\nb"}),
        (MatchOp.NRE, "a.*", {""}),
        (MatchOp.EQ, "", {""}),
        (MatchOp.RE, "|ab", {"", "ab"}),
    ],
)
def test_matchers(op: MatchOp, value: str, found: set[str]) -> None:
    """Matchers are anchored, a dot matches a newline, and a missing label is empty."""
    storage = stored('m{l="ab"} 1', 'm{l="a\\nb"} 1', "m 1")
    selection = storage.select(Selector("m", (Matcher("l", op, value),)))
    assert {label.get(item.labels, "l") for item in selection.series} == found


def test_renamed() -> None:
    """A recorded series keeps its samples under another name."""
    value = ask(stored("a 1"), "a", 0).value
    assert isinstance(value, Vector)
    assert renamed(value, "b").labels == ((("__name__", "b"),),)
