"""Which samples belong to a range, and windows that are searched for once."""

import numpy as np

from slogen.evaluator.times import Grid
from slogen.evaluator.windows import WindowCache, between
from tests.evaluator.asking import MINUTE, samples, stored

TIMES = np.array([0, 10, 20, 30])


def test_a_range_is_open_on_its_left() -> None:
    """A sample at the left edge is outside, one at the right edge inside unless it comes too late."""
    windows = between(TIMES, np.array([-1, 0, 20, 25, 99]), 20)
    assert windows.counts.tolist() == [0, 1, 2, 2, 0]
    assert windows.first.tolist() == [0, 0, 1, 1, 4]
    assert between(TIMES, np.array([0, 20]), 20, late=True).counts.tolist() == [0, 1]


def test_positions_never_lie_outside_the_samples() -> None:
    """A window behind the last sample has a place to read from and does not count it."""
    one = between(np.array([5]), np.array([5, 100]), 10)
    assert [(index.tolist(), inside.tolist()) for index, inside in one.positions()] == [([0, 0], [True, False])]
    assert list(between(np.zeros(0, dtype=np.int64), np.array([5]), 10).positions()) == []
    assert between(TIMES, np.zeros(0, dtype=np.int64), 10).longest() == 0


def test_windows_are_told_apart() -> None:
    """Grids that begin together and have as many steps are not the same, nor are other widths, nor late edges."""
    cache = WindowCache()
    found = [
        cache.get(TIMES, at, width, late=late)
        for at in (np.array([0, 10]), np.array([0, 20]), np.array([10, 20]), np.array([0, 10, 20]))
        for width in (10, 20)
        for late in (False, True)
    ]
    assert len({id(windows) for windows in found}) == 16
    assert cache.get(TIMES, np.array([0, 20]), 20) is found[6]


def test_windows_unused_for_longest_are_forgotten() -> None:
    """Using windows again keeps them."""
    cache, at = WindowCache(limit=2), np.array([0, 10])
    first, second = cache.get(TIMES, at, 10), cache.get(TIMES, at, 20)
    assert cache.get(TIMES, at, 10) is first
    third = cache.get(TIMES, at, 30)
    assert cache.get(TIMES, at, 10) is first
    assert cache.get(TIMES, at, 30) is third
    assert cache.get(TIMES, at, 20) is not second


def test_queries_of_two_steps_do_not_share_windows() -> None:
    """Two ranges of one storage that only differ in their end."""
    storage = stored("a 1 2 3 4 5")
    assert samples(storage, "sum_over_time(a[1m])", Grid(0, MINUTE, MINUTE)) == {"{}": [1.0, 2.0]}
    assert samples(storage, "sum_over_time(a[1m])", Grid(0, 4 * MINUTE, 4 * MINUTE)) == {"{}": [1.0, 5.0]}
