"""Sums as exact as compensated summation, for many windows or groups at once.

Prometheus adds with the Kahan-Babuska-Neumaier scheme. Where values are finite and of comparable magnitude the
same accuracy comes from double-double arithmetic without a loop: two-sum gives the rounding error of every addition
(Knuth, TAOCP 4.2.2), so a prefix sum with its errors beside it determines the sum of every window.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from slogen.evaluator.times import Bools, Floats, Ints
from slogen.evaluator.windows import Windows, extremes

SPREAD = 1e13
"""Largest ratio of prefix sum to smallest addend for which a difference of double-double prefixes is as good as
compensated addition: 2^-104 * 1e13 * 1e6 samples is below 1e-12."""

ROUNDING = 2.0**-104 * 1e12
"""The same for one window: its largest value must be this much of the largest running sum times the sample count."""

CHEAP = 20_000_000
"""Samples in all windows of a series together up to which adding them one by one takes well under a second."""


def two_sum(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """The rounded sum and its exact rounding error, which has no meaning where the sum overflows."""
    total = a + b
    virtual = total - a
    return total, (a - (total - virtual)) + (b - virtual)


def neumaier(total: Floats, compensation: Floats, addend: Floats) -> tuple[Floats, Floats]:
    """One step of Kahan-Babuska-Neumaier summation, with the reset of the compensation on overflow."""
    new = total + addend
    larger = np.abs(total) >= np.abs(addend)
    error = np.where(larger, (total - new) + addend, (addend - new) + total)
    return new, np.where(np.isinf(new), 0.0, compensation + error)


def compensated(addends: Iterable[float]) -> float:
    """The sum of a few numbers by the same scheme."""
    total = compensation = np.array(0.0)
    for addend in addends:
        total, compensation = neumaier(total, compensation, np.array(addend))
    return float(total + compensation)


@dataclass(frozen=True, slots=True, eq=False)
class Prefix:
    """Running sums along time of one block, each of shape `[series, samples + 1]`.

    `total` plus `error` is the sum of the finite values; the other three count what is not finite and are None when
    there is nothing to count. `spread` says for which series prefix differences are exact enough, shape `[series]`.
    """

    total: Floats
    error: Floats
    nans: Floats | None
    rises: Floats | None
    falls: Floats | None
    exact: Bools


def _counted(flags: Bools) -> Floats | None:
    return _leading_zero(np.cumsum(flags, axis=1, dtype=np.float64)) if flags.any() else None


def _leading_zero(values: Floats) -> Floats:
    return np.concatenate((np.zeros((values.shape[0], 1)), values), axis=1)


def prefix(values: Floats) -> Prefix:
    """The running sums of `[series, samples]`."""
    finite = np.isfinite(values)
    clean = finite.all()
    addends = values if clean else np.where(finite, values, 0.0)
    total = _leading_zero(np.cumsum(addends, axis=1))
    before, after = total[:, :-1], total[:, 1:]
    virtual = after - before
    errors = (before - (after - virtual)) + (addends - virtual)
    sizes = np.abs(addends)
    smallest = np.min(sizes, axis=1, initial=np.inf, where=sizes > 0)
    largest = np.max(np.abs(total), axis=1)
    exact = np.isfinite(largest) & (np.where(np.isinf(smallest), 0.0, largest / smallest) < SPREAD)
    if clean:
        return Prefix(total, _leading_zero(np.cumsum(errors, axis=1)), None, None, None, exact)
    return Prefix(
        total,
        _leading_zero(np.cumsum(errors, axis=1)),
        _counted(np.isnan(values)),
        _counted(np.isposinf(values)),
        _counted(np.isneginf(values)),
        exact,
    )


def _difference(running: Floats, windows: Windows) -> Floats:
    return running.take(windows.end, axis=1) - running.take(windows.first, axis=1)


def window_sums(values: Floats, running: Prefix, windows: Windows) -> Floats:
    """The sum of every window, shape `[series, time]`; what an empty window yields has no meaning."""
    return corrected(plain_sums(running, windows), sequential_sums, (values, running, windows))


def plain_sums(running: Prefix, windows: Windows) -> Floats:
    """The sum of every window from the running sums alone."""
    ends, starts = running.total.take(windows.end, axis=1), running.total.take(windows.first, axis=1)
    total, error = two_sum(ends, -starts)
    return _with_special(total + (error + _difference(running.error, windows)), running, windows)


Sequential = Callable[[Floats, Windows], Floats]
"""Something calculated sample by sample from values `[series, samples]` and their windows."""


def corrected(result: Floats, one_by_one: Sequential, data: tuple[Floats, Prefix, Windows]) -> Floats:
    """`result` with the windows done sample by sample for which running sums are not exact enough."""
    values, running, windows = data
    for row in np.flatnonzero(~running.exact):
        own = values[[row]]
        steps = _fragile(own, running.total[row], windows)
        if len(steps):
            result[row, steps] = one_by_one(own, windows.chosen(steps))[0]
    return result


def _fragile(values: Floats, total: Floats, windows: Windows) -> Ints:
    """The steps at which one series must be added sample by sample.

    All of them where that is cheap or a running sum overflows; else those whose largest value drowns in the rounding
    error of the running sums.
    """
    steps = len(windows.at)
    largest = np.max(np.abs(total))
    if windows.longest() * steps <= CHEAP or not np.isfinite(largest):
        return np.arange(steps)
    sizes = extremes(np.abs(np.where(np.isfinite(values), values, 0.0)), windows, np.maximum)[0]
    return np.flatnonzero((sizes > 0) & (sizes < largest * len(total) * ROUNDING))


def _with_special(total: Floats, running: Prefix, windows: Windows) -> Floats:
    up = _difference(running.rises, windows) > 0 if running.rises is not None else None
    down = _difference(running.falls, windows) > 0 if running.falls is not None else None
    if up is not None:
        total = np.where(up, np.inf, total)
    if down is not None:
        total = np.where(down, -np.inf, total)
    if up is not None and down is not None:
        total = np.where(up & down, np.nan, total)
    if running.nans is not None:
        total = np.where(_difference(running.nans, windows) > 0, np.nan, total)
    return total


def sequential_sums(values: Floats, windows: Windows) -> Floats:
    """Every window added sample by sample as Prometheus does it, for all windows and series together."""
    shape = (len(values), len(windows.first))
    total, compensation = np.zeros(shape), np.zeros(shape)
    for index, inside in windows.positions():
        new, error = neumaier(total, compensation, values[:, index])
        total = np.where(inside, new, total)
        compensation = np.where(inside, error, compensation)
    return np.where(np.isinf(total), total, total + compensation)


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Rows sorted by group: `order` lists the rows, `starts` where each group begins, `sizes` how many it has."""

    order: Ints
    starts: Ints
    sizes: Ints

    @classmethod
    def of(cls, members: Ints, count: int) -> "Groups":
        """From the group number of every row; every number below `count` occurs."""
        order = np.argsort(members, kind="stable")
        sizes = np.bincount(members, minlength=count)
        return cls(order, np.cumsum(sizes) - sizes, sizes)

    def rows(self, group: int) -> Ints:
        """The rows of one group in their original order."""
        start = self.starts[group]
        return self.order[start : start + self.sizes[group]]

    def ranks(self) -> list[tuple[Ints, Ints]]:
        """For k from 0: the groups with more than k rows, and their k-th rows."""
        result = []
        for k in range(int(self.sizes.max(initial=0))):
            groups = np.flatnonzero(self.sizes > k)
            result.append((groups, self.order[self.starts[groups] + k]))
        return result


def group_sums(values: Floats, present: Bools, groups: Groups) -> tuple[Floats, Bools]:
    """Sums over the rows of each group, shape `[group, time]`, and where finite addends overflowed on the way.

    Rows are added as a balanced tree of two-sums, so the number of passes grows with the logarithm of the largest
    group. Absent samples count as zero.
    """
    here = present[groups.order]
    ordered = np.where(here, values[groups.order], 0.0)
    finite = np.isfinite(ordered)
    if finite.all():
        return _tree(ordered, groups)
    sums, overflow = _tree(np.where(finite, ordered, 0.0), groups)
    up = np.add.reduceat(np.isposinf(ordered), groups.starts, axis=0) > 0
    down = np.add.reduceat(np.isneginf(ordered), groups.starts, axis=0) > 0
    broken = np.add.reduceat(np.isnan(ordered), groups.starts, axis=0) > 0
    sums = np.where(up, np.inf, np.where(down, -np.inf, sums))
    return np.where(broken | (up & down), np.nan, sums), overflow & ~(broken | up | down)


def _tree(rows: Floats, groups: Groups) -> tuple[Floats, Bools]:
    error = np.zeros_like(rows)
    sizes = groups.sizes
    while len(rows) > len(sizes):
        within = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        left = np.flatnonzero(within % 2 == 0)
        paired = np.flatnonzero((within % 2 == 0) & (within + 1 < np.repeat(sizes, sizes)))
        totals, errors = rows[left], error[left]
        places = np.searchsorted(left, paired)
        new, lost = two_sum(rows[paired], rows[paired + 1])
        totals[places] = new
        errors[places] = error[paired] + error[paired + 1] + lost
        rows, error, sizes = totals, errors, (sizes + 1) // 2
    overflow = ~np.isfinite(rows)
    return np.where(overflow, rows, rows + error), overflow
