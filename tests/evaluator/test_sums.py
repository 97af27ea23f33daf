"""Sums that are as exact as compensated ones: against exact arithmetic, in every path."""

import math
from collections.abc import Sequence
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogen.evaluator import deviation, over_time, summation
from slogen.evaluator.evaluate import evaluate
from slogen.evaluator.numbers import STALE
from slogen.evaluator.over_time import sorted_nan_first
from slogen.evaluator.selectors import RangeBlock
from slogen.evaluator.series import Block, Storage
from slogen.evaluator.summation import (
    Groups,
    compensated,
    corrected,
    group_sums,
    plain_sums,
    prefix,
    sequential_sums,
    window_sums,
)
from slogen.evaluator.times import Floats, Grid
from slogen.evaluator.vector import Vector
from slogen.evaluator.windows import Windows, between, extremes
from slogen.promql.parse import parse

USUAL = st.floats(-1e6, 1e6).map(lambda x: round(x, 6))
ANY = USUAL | st.sampled_from([math.inf, -math.inf, math.nan, 1e300, -1e300, 1e-300, 0.0])


def true_sum(values: Sequence[float]) -> float:
    """The exactly rounded sum with the meaning of infinities and NaN."""
    if any(map(math.isnan, values)) or {math.inf, -math.inf} <= set(values):
        return math.nan
    infinite = [value for value in values if math.isinf(value)]
    return infinite[0] if infinite else math.fsum(values)


def close(found: float, wanted: float, largest: float) -> bool:
    """Equal up to 1e-12 of the largest addend; infinities and NaN only to themselves."""
    if math.isnan(wanted) or math.isinf(wanted):
        return math.isnan(found) if math.isnan(wanted) else found == wanted
    return abs(found - wanted) <= 1e-12 * max(largest, 1e-300)


@given(st.lists(ANY, min_size=1, max_size=40), st.integers(1, 12))
def test_window_sums(values: list[float], width: int) -> None:
    """Every window has the sum of its samples, whatever lies outside of it."""
    times = np.arange(len(values)) * 10
    windows = between(times, times, width * 10)
    row = np.array([values])
    with np.errstate(all="ignore"):
        found = window_sums(row, prefix(row), windows)[0]
    for step, number in enumerate(found):
        inside = values[max(0, step - width + 1) : step + 1]
        largest = max((abs(v) for v in inside if math.isfinite(v)), default=0.0)
        if math.isfinite(sum(abs(v) for v in inside if math.isfinite(v))):
            assert close(float(number), true_sum(inside), largest)


@given(st.lists(st.lists(ANY, min_size=3, max_size=3), min_size=1, max_size=20), st.integers(1, 4))
def test_group_sums(table: list[list[float]], groups: int) -> None:
    """Every group has the sum of its rows at each step."""
    values = np.array(table)
    members = np.arange(len(table)) % min(groups, len(table))
    numbers = Groups.of(members, int(members.max()) + 1)
    with np.errstate(all="ignore"):
        found, overflow = group_sums(values, np.ones_like(values, dtype=np.bool_), numbers)
    for group in range(len(numbers.sizes)):
        for step in range(3):
            column = values[members == group, step].tolist()
            largest = max((abs(v) for v in column if math.isfinite(v)), default=0.0)
            if not overflow[group, step] and math.isfinite(sum(abs(v) for v in column if math.isfinite(v))):
                assert close(float(found[group, step]), true_sum(column), largest)


def _one(values: Sequence[float], expr: str, steps: int) -> list[float]:
    storage = Storage()
    storage.add((("__name__", "x"),), np.arange(len(values)) * 1000, values)
    value = evaluate(parse(expr), storage, Grid(0, (steps - 1) * 1000, 1000)).value
    assert isinstance(value, Vector)
    return [float(number) for number in value.values[0]]


def test_a_giant_long_ago_does_not_spoil_later_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a window lies beyond a huge value, its sum is exact again, in the cheap and in the long path."""
    values = [1e30, *[0.1] * 50]
    for cheap in (summation.CHEAP, 0):
        monkeypatch.setattr(summation, "CHEAP", cheap)
        found = _one(values, "sum_over_time(x[10s])", 51)
        assert found[20] == math.fsum([0.1] * 10)
        assert found[5] == 1e30
        assert _one(values, "avg_over_time(x[10s])", 51)[20] == pytest.approx(0.1, rel=1e-15)


def test_the_long_path_leaves_harmless_windows_to_running_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a tiny value makes a series suspicious but no window small, nothing is added one by one."""
    monkeypatch.setattr(summation, "CHEAP", 0)

    def forbidden(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(summation, "sequential_sums", forbidden)
    values = [1e9, 1e-9, *[1e9] * 20]
    assert _one(values, "sum_over_time(x[5s])", 22)[1] == 1e9 + 1e-9


INF, NAN = math.inf, math.nan
SPECIAL = [1e9, *[0.1] * 20, NAN, 0.3, INF, 0.7, 0.2, -INF, 0.1, INF, *[0.7] * 9, 0.0, -1e9, 0.3, *[0.1] * 9]
"""Values of comparable magnitude among which running sums round, with some that are not finite."""


@pytest.mark.parametrize("width", [1, 2, 3, 7, 20, 60])
def test_running_sums_alone_are_exact_enough(width: int) -> None:
    """Where they are said to be exact they need no help, whatever else the series holds."""
    times = np.arange(len(SPECIAL))
    windows, row = between(times, times, width), np.array([SPECIAL, SPECIAL[::-1]])
    running = prefix(row)
    assert running.exact.all()
    with np.errstate(all="ignore"):
        found = plain_sums(running, windows)
    for series, values in enumerate(row.tolist()):
        for step in range(len(values)):
            wanted = true_sum(values[max(0, step - width + 1) : step + 1])
            assert close(float(found[series, step]), wanted, 1e-2)


@pytest.mark.parametrize(
    ("values", "exact"),
    [
        ((0.0, 5.0, 1e9), True),
        ((0.0, 0.0), True),
        ((NAN, INF, 3.0), True),
        ((1e9, 1e-9), False),
        ((1e308, 1e308), False),
        ((1.0, -1e14, 1.0), False),
    ],
)
def test_which_running_sums_are_exact(values: tuple[float, ...], exact: bool) -> None:
    """Overflows and magnitudes far apart are not; zeros and what is not finite do no harm."""
    with np.errstate(all="ignore"):
        assert prefix(np.array([values])).exact.tolist() == [exact]


@pytest.mark.parametrize(
    ("values", "cheap", "steps"),
    [
        ((1e30, 0.1, 0.2, 1e30, 5.0, 1e12), 0, [2]),
        ((1e30, 0.1, 0.0, 0.0, NAN, NAN), 0, [2]),
        ((1e30, 0.1, 0.0, 0.0, NAN, NAN), 12, [0, 1, 2, 3, 4, 5]),
        ((1e30, 0.1, 0.0, 0.0, NAN, NAN), 11, [2]),
        ((1e30, 1e11, 1e11, 1e12, 1e12, 1e12), 0, [2]),
        ((1e308, 1e308, 1e308, 1.0, 1.0, 1.0), 0, [0, 1, 2, 3, 4, 5]),
    ],
)
def test_what_is_added_one_by_one(
    values: tuple[float, ...], cheap: int, steps: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything where that is cheap or a sum overflows, else the windows that drown in what was before them."""
    monkeypatch.setattr(summation, "CHEAP", cheap)
    times, row = np.arange(len(values)), np.array([values])
    windows, asked = between(times, times, 2), np.zeros(0, dtype=np.int64)

    def recorded(own: Floats, chosen: Windows) -> Floats:
        nonlocal asked
        asked = chosen.at
        return sequential_sums(own, chosen)

    with np.errstate(all="ignore"):
        corrected(np.zeros(row.shape), recorded, (row, prefix(row), windows))
    assert asked.tolist() == steps


def test_a_few_numbers_are_added_by_the_same_scheme() -> None:
    """The compensation is part of the sum."""
    assert compensated([1.0, 1e100, 1.0, -1e100]) == 2.0
    assert compensated([]) == 0.0


def test_sums_of_groups_keep_what_each_addition_loses() -> None:
    """Small values survive large ones that cancel, at every height of the tree."""
    column = np.array([[1e16], [1.0], [1.0], [3.0], [-1e16], [1.0], [5.0], [1.0], [0.25], [0.5]])
    for size in range(5, 11):
        found, _ = group_sums(column[:size], np.ones((size, 1), dtype=np.bool_), Groups.of(np.zeros(size, int), 1))
        assert found.tolist() == [[math.fsum(column[:size, 0])]]


def test_only_finite_addends_overflow() -> None:
    """What is not finite decides the sum of its group at once; absent samples are nothing, whatever they hold."""
    values = np.array([[1e308, 1.0, NAN, INF, 2.0], [1e308, INF, 1e308, -INF, 9.0], [1.0, 2.0, 1e308, 5.0, 3.0]])
    present = np.ones((3, 5), dtype=np.bool_)
    present[1, 4] = False
    with np.errstate(all="ignore"):
        found, overflow = group_sums(values, present, Groups.of(np.zeros(3, int), 1))
        alone, clean = group_sums(values[:, 4:], present[:, 4:], Groups.of(np.array([0, 0, 1]), 2))
    np.testing.assert_equal(found[0, 1:], [INF, NAN, NAN, 5.0])
    assert overflow.tolist() == [[True, False, False, False, False]]
    assert alone.tolist() == [[2.0], [3.0]]
    assert not clean.any()


def test_rows_of_groups_by_rank() -> None:
    """The first rows of all groups, then the second ones of those that have them."""
    ranks = Groups.of(np.array([1, 0, 1, 2, 1]), 3).ranks()
    assert [(groups.tolist(), rows.tolist()) for groups, rows in ranks] == [
        ([0, 1, 2], [1, 0, 3]),
        ([1], [2]),
        ([1], [4]),
    ]
    assert Groups.of(np.zeros(0, int), 0).ranks() == []


def test_overflowing_sums_and_means() -> None:
    """A sum beyond the largest float is infinite, the mean of the same values is not."""
    values = [1.6e308, 1.6e308, -1.6e308]
    assert _one(values, "sum_over_time(x[3s])", 3)[1:] == [math.inf, math.inf]
    assert _one(values, "avg_over_time(x[3s])", 3)[1] == 1.6e308


def test_sequential_sums_follow_prometheus() -> None:
    """The reference path is Neumaier's sum in order."""
    times = np.arange(4)
    windows = between(times, np.array([3]), 10)
    assert sequential_sums(np.array([[1.0, 1e100, 1.0, -1e100]]), windows)[0, 0] == 2.0


def test_stale_markers_are_not_summed() -> None:
    """A stale marker is no NaN."""
    assert _one([1.0, STALE, 2.0], "sum_over_time(x[5s])", 3)[2] == 3.0


@given(st.lists(USUAL | st.just(math.nan), min_size=1, max_size=60), st.integers(1, 20))
def test_extremes(values: list[float], width: int) -> None:
    """Sliding maxima and minima ignore NaN unless there is nothing else."""
    times = np.arange(len(values))
    windows = between(times, times, width)
    row = np.array([values])
    for choose, best in ((np.fmax, max), (np.fmin, min)):
        for step, number in enumerate(extremes(row, windows, choose)[0]):
            inside = [v for v in values[max(0, step - width + 1) : step + 1] if not math.isnan(v)]
            assert number == best(inside) if inside else math.isnan(number)


@given(st.lists(USUAL, min_size=1, max_size=30), st.floats(0, 1), st.integers(1, 9))
def test_quantiles(values: list[float], q: float, width: int) -> None:
    """The quantile over time is the linear interpolation of the sorted window."""
    times = np.arange(len(values))
    block = Block(((),), times, np.array([values]))
    part = RangeBlock(block, between(times, times, width))
    found, present = over_time.quantile_over_time(part, np.full(len(values), q))
    assert present.all()
    for step, number in enumerate(found[0]):
        wanted = float(np.quantile(values[max(0, step - width + 1) : step + 1], q))
        assert number == pytest.approx(wanted, rel=1e-9, abs=1e-9)


def test_many_windows_are_gathered_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Quantiles of more samples than fit at once come out the same."""
    values = [float(v % 7) for v in range(50)]
    whole = _one(values, "quantile_over_time(0.3, x[9s])", 50)
    sizes = []

    def watched(gathered: Floats) -> Floats:
        sizes.append(gathered.size)
        return sorted_nan_first(gathered)

    monkeypatch.setattr(over_time, "sorted_nan_first", watched)
    for cells, most in ((20, 18), (5, 9)):
        monkeypatch.setattr(over_time, "WINDOW_CELLS", cells)
        assert _one(values, "quantile_over_time(0.3, x[9s])", 50) == whole
        assert max(sizes) == most
        sizes.clear()


@given(
    st.lists(USUAL | st.sampled_from([5.0, 5.0, 5.0, 1e9, math.nan, math.inf]), min_size=1, max_size=60),
    st.integers(1, 20),
)
def test_variances_from_running_sums(values: list[float], width: int) -> None:
    """The path for long windows gives what adding sample by sample gives, and exactly zero for what is constant."""
    times = np.arange(len(values))
    windows, row = between(times, times, width), np.array([values])
    with np.errstate(all="ignore"):
        wanted = deviation.sequential_variance(row, windows)[0]
        with mock.patch.object(summation, "CHEAP", 0):
            found = deviation.variance(row, windows)[0]
    for step, (a, b) in enumerate(zip(found, wanted, strict=True)):
        inside = set(values[max(0, step - width + 1) : step + 1])
        assert a == 0.0 if len(inside) == 1 and math.isfinite(*inside) else (a == b) or close_to(float(a), float(b))


def close_to(found: float, wanted: float) -> bool:
    """Both NaN, or equal up to nine digits."""
    return (math.isnan(found) and math.isnan(wanted)) or math.isclose(found, wanted, rel_tol=1e-9, abs_tol=1e-30)
