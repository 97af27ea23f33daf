"""The order of equal samples against that of Go's own `sort.Sort`, recorded from Go 1.26."""

import math
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogen.evaluator.pdqsort import descending
from slogen.evaluator.times import Floats, Grid
from tests.evaluator.asking import MINUTE, samples, stored


def quadratic(shape: tuple[int, int, int, int, int]) -> Floats:
    """`(a i² + b i) mod m` for i below n, with NaN in the place of one of the remainders."""
    n, a, b, m, broken = shape
    remainders = [(a * i * i + b * i) % m for i in range(n)]
    return np.array([math.nan if number == broken else float(number) for number in remainders])


@pytest.mark.parametrize(
    ("shape", "order"),
    [
        ((13, 1, 1, 3, -1), [4, 1, 10, 7, 6, 5, 0, 3, 8, 9, 2, 11, 12]),
        ((20, 0, 1, 2, -1), [15, 1, 19, 3, 17, 5, 13, 7, 9, 11, 12, 8, 10, 6, 14, 0, 16, 4, 18, 2]),
        ((20, 1, 3, 11, 1), [6, 17, 2, 13, 10, 9, 5, 16, 14, 3, 4, 15, 12, 7, 1, 18, 11, 0, 8, 19]),
        ((20, 0, 0, 2, 0), [6, 0, 4, 16, 12, 3, 17, 1, 9, 15, 14, 7, 5, 13, 8, 18, 2, 11, 19, 10]),
    ],
    ids=str,
)
def test_equal_samples_are_moved_as_go_moves_them(shape: tuple[int, int, int, int, int], order: list[int]) -> None:
    """Thirteen samples and more change places, NaN among them too."""
    assert descending(quadratic(shape)) == order


@pytest.mark.parametrize(
    ("shape", "checksum"),
    [
        ((49, 0, 3, 2, 1), 4179759699),
        ((60, 0, 1, 59, -1), 2356708126),
        ((60, 0, 58, 59, -1), 2878454661),
        ((130, 5, 3, 50, 1), 1494430293),
        ((400, 4, 5, 5, 1), 3181271292),
        ((400, 1, 3, 397, 7), 4215763050),
        ((1000, 2, 3, 11, 0), 166171242),
    ],
    ids=str,
)
def test_long_ranges_are_sorted_as_go_sorts_them(shape: tuple[int, int, int, int, int], checksum: int) -> None:
    """Medians of medians, repairs, scattered patterns and the heap: the CRC-32 of the places that Go gives."""
    assert zlib.crc32(str(descending(quadratic(shape))).encode()) == checksum


@pytest.mark.parametrize("pairs", [[(10, 11)], [(10, 14)], [(0, 1)], [(20, 21), (50, 52)], [(3, 20), (33, 34)]])
def test_a_few_samples_out_of_place_do_not_move_the_others(pairs: list[tuple[int, int]]) -> None:
    """A long range that is nearly sorted is repaired in place: equal neighbours stay as they are."""
    values, order = np.arange(60.0, 0.0, -1.0), list(range(60))
    values[41] = values[40]
    for one, other in pairs:
        values[[one, other]] = values[[other, one]]
        order[one], order[other] = other, one
    assert descending(values) == order


@given(st.lists(st.sampled_from((1.0, 2.0, 3.0, 0.0, -0.0, math.inf, -math.inf)), max_size=80))
def test_the_largest_come_first(values: list[float]) -> None:
    """Every place is named once and no value is followed by a larger one."""
    order = descending(np.array(values))
    assert sorted(order) == list(range(len(values)))
    assert [values[place] for place in order] == sorted(values, reverse=True)


def test_equal_samples_of_a_few_stay_as_they_are() -> None:
    """Up to twelve samples keep their order where they are equal, but for NaN, whose order is turned round."""
    storage = stored(*(f'a{{i="{i}"}} {value}' for i, value in enumerate((2, "NaN", 1, 2, "NaN", 1, 0, "-0"))))
    now = Grid.instant(0)
    assert "".join(name[5] for name in samples(storage, "sort(a)", now)) == "67250341"
    assert "".join(name[5] for name in samples(storage, "sort_desc(a)", now)) == "03256741"
    assert "".join(name[5] for name in samples(storage, "topk(7, a)", now)) == "3052761"
    assert "".join(name[5] for name in samples(storage, "bottomk(2.9, a)", now)) == "76"


def test_what_topk_keeps_depends_on_the_order_of_a_sort() -> None:
    """Of twenty samples with equal values others are kept after a sort than before it."""
    storage = stored(*(f'a{{i="{i:02}"}} {value:g}' for i, value in enumerate(quadratic((20, 0, 1, 2, -1)))))
    shown = {expr: [name[5:7] for name in samples(storage, expr, 0)] for expr in ("topk(1.5, a)", "topk(2, sort(a))")}
    assert shown == {"topk(1.5, a)": ["01"], "topk(2, sort(a))": ["11", "05"]}
    assert [name[5:7] for name in samples(storage, "topk(1.5, sort_desc(a))", 0)] == ["15"]
    assert list(samples(storage, "sort(a)", Grid(0, MINUTE, MINUTE))) == [f'a{{i="{i:02}"}}' for i in range(20)]
