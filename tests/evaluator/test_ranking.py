"""Which samples `topk` and `bottomk` keep, ties included."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogen.evaluator.heap import largest
from slogen.evaluator.times import Grid
from tests.evaluator.asking import MINUTE, samples, stored


@pytest.mark.parametrize(
    ("values", "limit", "kept"),
    [
        ((1, 1, 2), 2, {1, 2}),
        ((1, 1, 1), 2, {0, 1}),
        ((3, 1, 1), 2, {0, 1}),
        ((1, 1, 1, 2, 2), 3, {2, 3, 4}),
        ((2, 1, 1, 1, 3, 3), 4, {0, 2, 4, 5}),
        ((math.nan, math.nan, math.nan, 1), 2, {0, 3}),
        ((1, math.nan, 0), 2, {0, 2}),
        ((0.0, -0.0), 1, {0}),
    ],
)
def test_of_equal_values_the_heap_decides(values: tuple[float, ...], limit: int, kept: set[int]) -> None:
    """The smallest in the heap is replaced by a larger one only; equal ones stay where the heap has put them."""
    assert set(largest(values, limit)) == kept


@given(st.lists(st.sampled_from((-1.0, 0.0, 1.0, 2.0, math.nan)), min_size=1, max_size=12), st.integers(1, 12))
def test_a_heap_keeps_the_largest(values: list[float], limit: int) -> None:
    """Whatever the ties, the values kept are the largest, numbers before NaN."""
    kept = largest(values, limit)
    assert len(set(kept)) == min(limit, len(values))
    descending = sorted(values, key=lambda value: -math.inf if math.isnan(value) else value, reverse=True)
    found = sorted((values[place] for place in kept), key=lambda v: -math.inf if math.isnan(v) else v, reverse=True)
    np.testing.assert_equal(found, descending[:limit])


def test_ties_at_the_limit_and_elsewhere() -> None:
    """At steps without a tie at the limit the values alone decide; at the others the heap does."""
    storage = stored('a{i="0"} 1 3 1 _ 3', 'a{i="1"} 1 2 1 NaN 1', 'a{i="2"} 2 1 1 NaN 1')
    grid = Grid(0, 4 * MINUTE, MINUTE)
    assert samples(storage, "count without () (topk(2, a))", grid) == {
        '{i="0"}': [None, 1.0, 1.0, 1.0, 1.0],
        '{i="1"}': [1.0, 1.0, 1.0, 1.0, 1.0],
        '{i="2"}': [1.0, None, None, None, None],
    }
    assert samples(storage, "bottomk(1, a)", grid) == {
        'a{i="0"}': [1.0, None, 1.0, 1.0, None],
        'a{i="1"}': [None, None, None, None, 1.0],
        'a{i="2"}': [None, 1.0, None, None, None],
    }


@pytest.mark.parametrize("expr", ["topk(1, a)", "topk(1, changes(a[5m]))", "topk(1, last_over_time((a > 0)[5m:1m]))"])
def test_of_equal_values_the_first_stored_is_kept(expr: str) -> None:
    """Series are ranked in the order of the storage, whatever timestamps they share."""
    storage = stored('a{i="2"} 1 1 1 1', 'a{i="0"} _ 1 1 1', 'a{i="1"} 1 1 1 1')
    found = samples(storage, f'label_replace({expr}, "kept", "$1", "i", "(.*)")', Grid(3 * MINUTE, 3 * MINUTE, MINUTE))
    assert [series for series in found if 'kept="2"' in series] == list(found)
    assert len(found) == 1
