"""Phases of a witness as promtool's expanding notation, one text a series; closed form, nothing is replayed."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from slogen.ir.signals import Beside, EventSignal, GaugeSignal, SeriesId, Signal
from slogen.ir.streams import first_bad, kinds, slices
from slogen.ir.witness import Behaviour, Level, Phase, Silent, Traffic

_HEALTHY = Traffic(0.0, 0.0, None, None)


@dataclass(frozen=True, slots=True)
class Clock:
    """Samples every `step` ms from 0 to `end` ms, both included."""

    step: int
    end: int

    @property
    def count(self) -> int:
        """How many samples there are."""
        return self.end // self.step + 1

    def index(self, moment: int) -> int:
        """The first sample at or after a moment."""
        return -(-moment // self.step)

    def counted(self, moment: int) -> int:
        """The first sample of which most of the stretch before it lies after a moment: where counters show it."""
        return -(-(2 * moment + self.step) // (2 * self.step)) if moment else 0


def series(signals: Sequence[Signal], phases: Sequence[Phase], clock: Clock) -> dict[str, str]:
    """Values by series, both in promtool's notation, sorted by series."""
    told = {
        signal.id: sorted((p for p in phases if p.signal == signal.id), key=lambda p: p.start) for signal in signals
    }
    made: dict[SeriesId, str] = {}
    sources: dict[str, list[EventSignal]] = {}
    for signal in signals:
        if isinstance(signal, EventSignal):
            sources.setdefault(signal.source, []).append(signal)
        else:
            for number, found in enumerate(signal.series):
                made[found] = _gauge(signal, number, told[signal.id], clock)
                for other in signal.beside:
                    made[other.series[number]] = _beside(signal, other, number, told[signal.id], clock)
    for members in sources.values():
        made.update(_counters(members, told, clock))
    return {_name(found): made[found] for found in sorted(made, key=_name)}


def _name(found: SeriesId) -> str:
    pairs = ", ".join(f"{name}={_quoted(value)}" for name, value in found.labels)
    return f"{found.metric}{{{pairs}}}" if pairs else found.metric


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _counters(
    signals: Sequence[EventSignal], told: Mapping[str, Sequence[Phase]], clock: Clock
) -> Iterator[tuple[SeriesId, str]]:
    """Counters rise evenly within each stretch in which no phase changes."""
    cuts = sorted({0, clock.count, *(cut for signal in signals for cut in _cuts(told[signal.id], clock))})
    stretches = [(a, b) for a, b in pairwise(cuts) if a < clock.count]
    slopes: dict[SeriesId, list[float]] = {}
    for number, (start, _) in enumerate(stretches):
        now = {signal.id: _at(told[signal.id], max(0, (2 * start - 1) * clock.step // 2)) for signal in signals}
        for found, slope in _slopes(signals, now).items():
            slopes.setdefault(found, [0.0] * len(stretches))[number] = slope * clock.step / 1000
    silent = [any(isinstance(_at(told[s.id], start * clock.step), Silent) for s in signals) for start, _ in stretches]
    for found, steps in slopes.items():
        yield found, " ".join(_risen(stretches, steps, silent))


def _cuts(phases: Sequence[Phase], clock: Clock) -> Iterator[int]:
    """The samples at which something changes: where series come or go, and where counters begin to rise otherwise."""
    for before, after in pairwise(phases):
        appearing = isinstance(before.behaviour, Silent) or isinstance(after.behaviour, Silent)
        yield clock.index(after.start) if appearing else clock.counted(after.start)


def _at(phases: Sequence[Phase], moment: int) -> Behaviour:
    return next((phase.behaviour for phase in reversed(phases) if phase.start <= moment), _HEALTHY)


def _slopes(signals: Sequence[EventSignal], now: Mapping[str, Behaviour]) -> dict[SeriesId, float]:
    """Events per second of each series."""
    rising: dict[SeriesId, float] = {}
    parts = slices(signals)
    rate = max((b.rate for b in now.values() if isinstance(b, Traffic)), default=0.0) / len(parts)
    for part in parts:
        found = kinds(signals, part)
        for kind in found:
            healthy = 1.0
            for ending in kind:
                share = healthy
                if ending.signal is not None:
                    share = min(healthy, _share(now, signals, ending.signal, ending.outcome, part))
                    healthy -= share
                for name, weight in ending.counted:
                    rising[name] = rising.get(name, 0.0) + rate / len(found) * share * weight
    return rising


def _share(
    now: Mapping[str, Behaviour], signals: Sequence[EventSignal], signal: str, outcome: str | None, part: str | None
) -> float:
    match now[signal]:
        case Traffic(_, ratio, named, limited) if limited in {None, part}:
            usual = first_bad(next(s for s in signals if s.id == signal), part)
            return ratio if (named or usual) == outcome else 0.0
    return 0.0


def _risen(stretches: Sequence[tuple[int, int]], steps: Sequence[float], silent: Sequence[bool]) -> Iterator[str]:
    value = 0.0
    for (start, end), step, absent in zip(stretches, steps, silent, strict=True):
        count = end - start
        if absent:
            yield f"_x{count}"
        else:
            yield _run(value if start == 0 else value + step, step, count)
        value += step * (count - 1 if start == 0 else count)


def _run(first: float, step: float, count: int) -> str:
    sign = "-" if step < 0 else "+"
    return f"{_number(first)}{sign}{_number(abs(step))}x{count - 1}"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _gauge(signal: GaugeSignal, number: int, phases: Sequence[Phase], clock: Clock) -> str:
    cuts = sorted({0, *(clock.index(phase.start) for phase in phases), clock.count})
    parts = []
    for start, end in pairwise(cuts):
        if start >= clock.count or start == end:
            continue
        behaviour = _at(phases, start * clock.step)
        match behaviour:
            case Silent():
                parts.append(f"_x{end - start}")
            case Level(value, only) if only in {None, number}:
                parts.append(_held(signal, value, start, end, clock))
            case _:
                parts += (
                    _alive(signal, start, end, clock) if signal.timestamp else [_run(signal.good, 0.0, end - start)]
                )
    return " ".join(parts)


def _beside(signal: GaugeSignal, other: Beside, number: int, phases: Sequence[Phase], clock: Clock) -> str:
    """What is scraped with a gauge: the same story with the values that belong to the gauge's."""

    def told(behaviour: Behaviour) -> Behaviour:
        match behaviour:
            case Level(value, only):
                return Level(other.still + other.moved * value, only)
        return behaviour

    healthy = replace(signal, good=other.still + other.moved * signal.good)
    return _gauge(healthy, number, [replace(phase, behaviour=told(phase.behaviour)) for phase in phases], clock)


def _held(signal: GaugeSignal, value: float, start: int, end: int, clock: Clock) -> str:
    """A gauge holds its value; a timestamp gauge of a fixed age moves with the clock."""
    if not signal.timestamp:
        return _run(value, 0.0, end - start)
    return _run(start * clock.step / 1000 - value, clock.step / 1000, end - start)


def _alive(signal: GaugeSignal, start: int, end: int, clock: Clock) -> Iterator[str]:
    """The timestamp of a job that runs every cadence: one run of equal values for each."""
    index = start
    while index < end:
        run = index * clock.step // signal.cadence
        until = min(end, math.ceil((run + 1) * signal.cadence / clock.step))
        yield _run(run * signal.cadence / 1000, 0.0, until - index)
        index = until
