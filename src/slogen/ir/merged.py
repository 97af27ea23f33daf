"""Signals that several objectives and alerts of a component read, each once, so that one story suits all of them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from slogen.ir.signals import Beside, EventSignal, GaugeSignal, SeriesId, Signal


def merged(signals: Iterable[Signal]) -> tuple[Signal, ...]:
    """The signals by id, each with the slices and series of everybody, and a level with which all are content."""
    named: dict[str, list[Signal]] = {}
    for signal in signals:
        named.setdefault(signal.id, []).append(signal)
    return tuple(_merged(named[id_]) for id_ in sorted(named))


def _merged(found: Sequence[Signal]) -> Signal:
    counted = [signal for signal in found if isinstance(signal, EventSignal)]
    stated = [signal for signal in found if isinstance(signal, GaugeSignal)]
    if len(found) == 1 or (counted and stated):
        return found[-1]
    return _counted(counted) if counted else _stated(stated)


def _counted(found: Sequence[EventSignal]) -> EventSignal:
    slices = {name: outcomes for signal in found for name, outcomes in signal.slices}
    outcomes = next(iter(slices.values()), found[-1].outcomes)
    enough, before = max(signal.enough for signal in found), max(signal.before for signal in found)
    return replace(found[-1], outcomes=outcomes, slices=tuple(slices.items()), enough=enough, before=before)


def _stated(found: Sequence[GaugeSignal]) -> GaugeSignal:
    columns: dict[SeriesId, tuple[SeriesId, ...]] = {}
    for signal in found:
        for number, series in enumerate(signal.series):
            columns.setdefault(series, tuple(other.series[number] for other in signal.beside))
    beside = tuple(
        Beside(tuple(column[place] for column in columns.values()), other.still, other.moved)
        for place, other in enumerate(found[-1].beside)
    )
    good = _good_for_all(found)
    bad = max((signal.bad for signal in found), key=lambda level: abs(level - good))
    return replace(found[-1], series=tuple(columns), good=good, bad=bad, beside=beside)


def _good_for_all(found: Sequence[GaugeSignal]) -> float:
    """A level on the good side of every bound; the last one's where bounds contradict each other."""
    bounds = sorted((signal.good + signal.bad) / 2 for signal in found)
    between = (sum(pair) / 2 for pair in pairwise(bounds))
    levels = (*(signal.good for signal in reversed(found)), *between)
    return next((level for level in levels if all(_is_good(level, signal) for signal in found)), found[-1].good)


def _is_good(level: float, signal: GaugeSignal) -> bool:
    """Whether a level is on the good side of the signal's bound, which lies between its own two."""
    return (level - (signal.good + signal.bad) / 2) * (signal.bad - signal.good) < 0
