"""Functions of a range vector, applied to every series and step; changes when what is done around them does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType

import numpy as np

from slogen.evaluator import annotations, native_range, over_time, rates, regression
from slogen.evaluator import labels as label
from slogen.evaluator.annotations import Annotations
from slogen.evaluator.context import Context
from slogen.evaluator.selectors import RangeBlock, RangeSeries, RangeVector, ordered
from slogen.evaluator.series import Block
from slogen.evaluator.times import Bools, Floats
from slogen.evaluator.vector import Vector, check_unique, no_objects, pruned, stacked, without_name

FloatFunction = Callable[[RangeBlock], tuple[Floats, Bools]]

COUNTER_SUFFIXES = ("_total", "_sum", "_count", "_bucket")


@dataclass(frozen=True, slots=True)
class RangeFunction:
    """A named function and what it makes of a block of float series."""

    name: str
    floats: FloatFunction


PLAIN: Mapping[str, FloatFunction] = MappingProxyType(
    {
        **{name: partial(rates.extrapolated, kind=kind) for name, kind in rates.KINDS.items()},
        "irate": partial(rates.instantaneous, counter=True),
        "idelta": partial(rates.instantaneous, counter=False),
        "deriv": regression.deriv,
        **over_time.SIMPLE,
    }
)
"""Functions of a range alone."""

NAMES = frozenset({*PLAIN, "predict_linear", "quantile_over_time"})


def function(name: str, argument: RangeVector, numbers: Floats | None) -> RangeFunction:
    """The function by name; `numbers` (`[time]`) is its scalar argument where it has one."""
    if numbers is None:
        return RangeFunction(name, PLAIN[name])
    if name == "predict_linear":
        return RangeFunction(name, lambda part: regression.predict(part, argument.steps, numbers))
    return RangeFunction(name, lambda part: over_time.quantile_over_time(part, numbers))


def applied(context: Context, chosen: RangeFunction, argument: RangeVector) -> Vector:
    """The function of every series at every step; the name is dropped except by `last_over_time`."""
    steps = len(argument.steps)
    parts = [_floats(chosen, part) for part in argument.blocks]
    parts += [_mixed(chosen, series, argument, context.notes) for series in argument.mixed]
    result = pruned(ordered(stacked(parts, steps), argument.order))
    if chosen.name in ("rate", "increase"):
        _note_non_counters(result, context.notes)
    if chosen.name != "last_over_time":
        result = without_name(result, context.options.delayed_name_removal)
    if not context.options.delayed_name_removal:
        check_unique(result)
    return result


def _floats(chosen: RangeFunction, part: RangeBlock) -> Vector:
    labels = part.block.labels
    shape, unmarked = (len(labels), len(part.windows.at)), np.zeros(len(labels), dtype=np.bool_)
    if not len(part.block.times):
        return Vector(labels, np.zeros(shape), np.zeros(shape, dtype=np.bool_), unmarked)
    values, present = chosen.floats(part)
    return Vector(labels, np.broadcast_to(values, shape), np.broadcast_to(present, shape), unmarked)


def _note_non_counters(result: Vector, notes: Annotations) -> None:
    for row in np.flatnonzero(result.present.any(axis=1)):
        name = label.get(result.labels[row], label.NAME)
        if name and not name.endswith(COUNTER_SUFFIXES):
            notes.add(annotations.possible_non_counter(name))


def _mixed(chosen: RangeFunction, series: RangeSeries, argument: RangeVector, notes: Annotations) -> Vector:
    block = Block((series.labels,), series.floats.times, series.values[np.newaxis, :])
    floats = _floats(chosen, RangeBlock(block, series.floats))
    native = series.native.counts > 0
    if chosen.name not in native_range.FUNCTIONS:
        if (native & (series.floats.counts > 0)).any():
            notes.add(annotations.histogram_ignored_range(label.get(series.labels, label.NAME)))
        return floats
    cells = no_objects(floats.values.shape)
    values, present = floats.values.copy(), floats.present & ~native
    for step in np.flatnonzero(native):
        outcome = native_range.FUNCTIONS[chosen.name](_samples(series, int(step), argument.width), notes)
        if isinstance(outcome, float):
            values[0, step], present[0, step] = outcome, True
        else:
            cells[0, step] = outcome
    return replace(floats, values=values, present=present, histograms=cells)


def _samples(series: RangeSeries, step: int, width: int) -> native_range.Samples:
    floats = slice(int(series.floats.first[step]), int(series.floats.end[step]))
    native = slice(int(series.native.first[step]), int(series.native.end[step]))
    end = int(series.native.at[step])
    return native_range.Samples(
        series.histograms[native],
        series.native.times[native],
        series.floats.times[floats],
        series.values[floats],
        end - width,
        end,
        label.get(series.labels, label.NAME),
    )


def covered(argument: RangeVector) -> Bools:
    """Where any series has a sample in its range, shape `[time]`, for `absent_over_time`."""
    windows = [part.windows for part in argument.blocks]
    windows += [either for series in argument.mixed for either in (series.native, series.floats)]
    result = np.zeros(len(argument.steps), dtype=np.bool_)
    for one in windows:
        result |= one.counts > 0
    return result
