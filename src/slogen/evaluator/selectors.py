"""Selectors and subqueries turned into samples; changes when lookback, offsets or `@` do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from slogen.evaluator.context import Context
from slogen.evaluator.labels import Labels
from slogen.evaluator.native import Hint, Histogram
from slogen.evaluator.series import Block, Selection, Series, stale_mask
from slogen.evaluator.times import Bools, Floats, Grid, Ints, Times
from slogen.evaluator.vector import Matrix, MatrixRow, Vector, filled, no_objects, objects_of, pruned, rows, stacked
from slogen.evaluator.windows import Windows, take
from slogen.promql.ast import At, Hole, Millis, Range, Selector, Subquery, Window

NARROW = 4
"""A block is cut where its windows hold less than this fraction of its samples."""


@dataclass(frozen=True, slots=True, eq=False)
class RangeSeries:
    """One series with native histograms inside a range: floats and histograms with their windows."""

    labels: Labels
    values: Floats
    floats: Windows
    histograms: tuple[Histogram, ...]
    native: Windows


@dataclass(frozen=True, slots=True, eq=False)
class RangeBlock:
    """Float series that share timestamps, and the windows of the range over them."""

    block: Block
    windows: Windows


@dataclass(frozen=True, slots=True, eq=False)
class RangeVector:
    """The argument of a range function: pure float series in blocks, series with histograms one by one.

    `width` is the length of the range in milliseconds, `steps` the times the function is evaluated at, `[time]`;
    `order` puts the series, those of the blocks first, into the order in which they were found.
    """

    blocks: tuple[RangeBlock, ...]
    mixed: tuple[RangeSeries, ...]
    width: int
    steps: Times
    order: Ints | None = None


def reference_times(context: Context, at: At | None, offset: Millis) -> Times:
    """The times a selector looks at, one for every step: shifted by the offset, or all the same under `@`."""
    if at is None:
        return context.grid.times() - offset
    match at.when:
        case "start":
            fixed = context.start
        case "end":
            fixed = context.end
        case moment:
            fixed = moment
    return np.full(len(context.grid), fixed - offset, dtype=np.int64)


def window_length(window: Window) -> Millis:
    """The length of a range, which no expression that is evaluated may leave open."""
    if isinstance(window, Hole):
        message = f"the range ${window.name} has not been filled in"
        raise ValueError(message)  # noqa: TRY004 -- the tree is of the right type, but unfinished
    return window


def instant(context: Context, selector: Selector) -> Vector:
    """The newest sample of every matching series that is younger than the lookback and not a stale marker."""
    found, order = sample_times(context, selector)
    return pruned(ordered(stacked([vector for vector, _ in found], len(context.grid)), order))


def sample_times(context: Context, selector: Selector) -> tuple[list[tuple[Vector, Times]], Ints | None]:
    """The same in parts, each with the timestamps of its samples: `[time]` or `[series, time]`, milliseconds.

    Beside them what puts their rows into the order of the storage.
    """
    at = reference_times(context, selector.at, selector.offset)
    selection = context.storage.select(selector)
    mixed = {id(series.labels) for series in selection.mixed}
    parts = [_newest(context, part, at) for block in selection.raw for part in _parts(context, block, mixed)]
    parts += [_newest_mixed(context, series, at) for series in selection.mixed]
    return parts, _order(selection, [vector.labels for vector, _ in parts])


def _order(selection: Selection, parts: Sequence[tuple[Labels, ...]]) -> Ints | None:
    """The rows of all parts in the order of the selection; None where they are in order already.

    The order decides which of equal samples `topk` keeps.
    """
    if len(parts) < 2:
        return None
    places = {id(series.labels): place for place, series in enumerate(selection.series)}
    return _sorted([places[id(labels)] for part in parts for labels in part])


def _sorted(places: list[int]) -> Ints | None:
    order: Ints = np.argsort(places, kind="stable")
    return None if (np.diff(order) > 0).all() else order


def ordered(vector: Vector, order: Ints | None) -> Vector:
    """The rows in another order, if there is one."""
    return vector if order is None else rows(vector, order)


def _parts(context: Context, block: Block, mixed: set[int]) -> list[Block]:
    """The block without series that hold histograms, and apart those that are written after this evaluation."""
    late = context.options.late
    if not mixed and not late:
        return [block]
    kept = [row for row, labels in enumerate(block.labels) if id(labels) not in mixed]
    behind = [row for row in kept if block.labels[row] in late]
    return [_rows_of(block, rows) for rows in (sorted(set(kept) - set(behind)), behind) if rows]


def _rows_of(block: Block, chosen: list[int]) -> Block:
    if len(chosen) == len(block.labels):
        return block
    return Block(tuple(block.labels[row] for row in chosen), block.times, block.values[chosen])


def _windows(context: Context, labels: Labels, times: Times, at: Times, width: int) -> Windows:
    return context.storage.windows.get(times, at, width, late=labels in context.options.late)


def _newest(context: Context, block: Block, at: Times) -> tuple[Vector, Times]:
    windows = _windows(context, block.labels[0], block.times, at, context.options.lookback)
    index = windows.end - 1
    values = take(block.values, index)
    present = np.broadcast_to(windows.counts > 0, values.shape)
    stale = stale_mask(values)
    if stale.any():
        present = present & ~stale
    vector = Vector(block.labels, values, present, np.zeros(len(block.labels), dtype=np.bool_))
    return vector, block.times.take(np.maximum(index, 0)) if len(block.times) else at


def _newest_mixed(context: Context, series: Series, at: Times) -> tuple[Vector, Times]:
    windows = _windows(context, series.labels, series.times, at, context.options.lookback)
    native = _windows(context, series.labels, series.histogram_times, at, context.options.lookback)
    float_times = _times_at(series.times, windows)
    native_times = _times_at(series.histogram_times, native)
    newer = (native.counts > 0) & ((windows.counts == 0) | (native_times > float_times))
    values = take(series.values[np.newaxis, :], windows.end - 1)
    present = ((windows.counts > 0) & ~newer)[np.newaxis, :] & ~stale_mask(values)
    cells = no_objects((1, len(at)))
    for step in np.flatnonzero(newer):
        cells[0, step] = series.histograms[native.end[step] - 1]
    vector = Vector((series.labels,), values, present, np.zeros(1, dtype=np.bool_), cells)
    return vector, np.where(newer, native_times, float_times)


def _times_at(times: Times, windows: Windows) -> Times:
    if len(times) == 0:
        return np.zeros(len(windows.end), dtype=np.int64)
    return times.take(np.maximum(windows.end - 1, 0))


def ranged(context: Context, argument: Range) -> RangeVector:
    """The samples of every matching series within the range before each step; stale markers are no samples."""
    selector = argument.selector
    at = reference_times(context, selector.at, selector.offset)
    width = window_length(argument.window)
    selection = context.storage.select(selector)
    return _range_vector(context, selection, at, width)


def _range_vector(context: Context, selection: Selection, at: Times, width: int) -> RangeVector:
    mixed = {id(series.labels) for series in selection.mixed}
    blocks = [
        _narrowed(part, _windows(context, part.labels[0], part.times, at, width))
        for block in selection.blocks
        for part in _parts(context, block, mixed)
    ]
    series = []
    for item in selection.mixed:
        live = ~stale_mask(item.values)
        floats = _windows(context, item.labels, item.times[live], at, width)
        native = _windows(context, item.labels, item.histogram_times, at, width)
        series.append(RangeSeries(item.labels, item.values[live], floats, item.histograms, native))
    found = [part.block.labels for part in blocks] + [(item.labels,) for item in series]
    return RangeVector(tuple(blocks), tuple(series), width, context.grid.times(), _order(selection, found))


def _narrowed(block: Block, windows: Windows) -> RangeBlock:
    """The block cut to the samples that any window holds, where these are few: an instant query needs no running sums
    of a month.
    """
    start, stop = int(windows.first.min(initial=len(block.times))), int(windows.end.max(initial=0))
    if block.is_summed or (stop - start) * NARROW > len(block.times):
        return RangeBlock(block, windows)
    part = Block(block.labels, block.times[start:stop], block.values[:, start:stop])
    return RangeBlock(part, replace(windows, times=part.times, first=windows.first - start, end=windows.end - start))


def subquery_grid(context: Context, subquery: Subquery) -> tuple[Times, Grid]:
    """The right edges of a subquery, one for every step, and the steps of its inner expression.

    Inner steps are the multiples of the resolution within `(earliest edge - range, latest edge]`. As in Prometheus the
    latest edge is that of the end of the query, even where no step falls on it.
    """
    at = reference_times(context, subquery.at, subquery.offset)
    step = subquery.step or context.options.subquery_step
    bound = int(at[0]) - window_length(subquery.window)
    length = context.grid.end - context.grid.start
    return at, Grid((bound // step + 1) * step, int(at[0]) + length, step)


def from_vector(context: Context, inner: Vector, grid: Grid, at: Times, width: int) -> RangeVector:
    """The results of a subquery's inner expression as samples of a range vector."""
    times = grid.times()
    blocks = []
    windows = context.storage.windows
    places: list[int] = []
    for mask, members in _by_presence(inner):
        places += members
        own = times if mask.all() else times[mask]
        values = inner.values[members] if mask.all() else inner.values[members][:, mask]
        block = Block(tuple(inner.labels[row] for row in members), own, values)
        blocks.append(RangeBlock(block, windows.get(own, at, width)))
    native = np.flatnonzero(inner.histogram_mask().any(axis=1)).tolist()
    mixed = [_mixed_row(context, inner, row, times, (at, width)) for row in native]
    return RangeVector(tuple(blocks), tuple(mixed), width, context.grid.times(), _sorted(places + native))


def _by_presence(inner: Vector) -> list[tuple[Bools, list[int]]]:
    groups: dict[bytes, tuple[Bools, list[int]]] = {}
    native = (
        inner.histogram_mask().any(axis=1) if inner.histograms is not None else np.zeros(len(inner), dtype=np.bool_)
    )
    for row in np.flatnonzero(~native):
        mask = inner.present[row]
        groups.setdefault(np.packbits(mask).tobytes(), (mask, []))[1].append(int(row))
    return list(groups.values())


def _mixed_row(context: Context, inner: Vector, row: int, times: Times, edges: tuple[Times, int]) -> RangeSeries:
    present, cells = inner.present[row], objects_of(inner)[row]
    native = filled(cells)
    windows = context.storage.windows
    histograms = tuple(_unhinted(histogram) for histogram in cells[native])
    floats = windows.get(times[present], *edges)
    return RangeSeries(
        inner.labels[row], inner.values[row][present], floats, histograms, windows.get(times[native], *edges)
    )


def _unhinted(histogram: Histogram) -> Histogram:
    """A subquery may skip or repeat the sample a reset hint belongs to, so only the gauge hint survives."""
    return histogram if histogram.hint is Hint.GAUGE else histogram.with_hint(Hint.UNKNOWN)


def matrix(argument: RangeVector) -> Matrix:
    """The samples of an instant query that ends in a range selector or a subquery."""
    found = []
    for part in argument.blocks:
        window = slice(int(part.windows.first[0]), int(part.windows.end[0]))
        for labels, values in zip(part.block.labels, part.block.values, strict=True):
            found.append(MatrixRow(labels, part.block.times[window], values[window]))
    for series in argument.mixed:
        floats = slice(int(series.floats.first[0]), int(series.floats.end[0]))
        native = range(int(series.native.first[0]), int(series.native.end[0]))
        pairs = tuple((int(series.native.times[i]), series.histograms[i]) for i in native)
        found.append(MatrixRow(series.labels, series.floats.times[floats], series.values[floats], pairs))
    return Matrix(tuple(row for row in found if len(row.times) or row.histograms))
