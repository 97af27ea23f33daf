"""What rules cost a server, in numbers that add up: by group, by window, for a fleet."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from slogen import names
from slogen.ir.program import Program
from slogen.ir.signals import EventSignal, GaugeSignal, SeriesId, Signal


@dataclass(frozen=True, slots=True)
class Facts:
    """What is declared of the servers; intervals in ms.

    `series` is how many copies there are of each raw series in `known` (one a pod, say), and how many series a selector
    of any other raw metric finds.
    """

    series: int
    scrape: int
    evaluation: int
    known: tuple[SeriesId, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupCost:
    """One group: rules in it, series it records, samples it reads a minute, and by window (ms; 0 is instant).

    `heaviest` is how many samples one evaluation of its dearest rule reads.
    """

    file: str
    name: str
    rules: int
    recorded: int
    samples: float
    windows: tuple[tuple[int, float], ...]
    heaviest: float


@dataclass(frozen=True, slots=True)
class Cost:
    """All groups of an environment."""

    groups: tuple[GroupCost, ...]

    @property
    def rules(self) -> int:
        """How many rules there are."""
        return sum(group.rules for group in self.groups)

    @property
    def recorded(self) -> int:
        """How many series the rules record."""
        return sum(group.recorded for group in self.groups)

    @property
    def samples(self) -> float:
        """Samples read a minute."""
        return sum(group.samples for group in self.groups)

    @property
    def largest(self) -> int:
        """Rules in the largest group."""
        return max((group.rules for group in self.groups), default=0)

    def dearest(self) -> list[GroupCost]:
        """The groups, of objectives, alerts and the fleet, by what they read, the most first."""
        return sorted(self.groups, key=lambda group: (-group.samples, group.name))

    def by_window(self) -> dict[int, float]:
        """Samples read a minute, by range in ms."""
        total: dict[int, float] = defaultdict(float)
        for group in self.groups:
            for window, samples in group.windows:
                total[window] += samples
        return dict(sorted(total.items()))


def facts(program: Program, series: int) -> Facts:
    """The declared facts of a program's servers and the raw series that its signals name; `series` copies of each."""
    target = program.target
    signals = [s for e in program.environments for c in e.components for s in (*c.signals, *e.signals)]
    named = (series_id for signal in signals for series_id in _raw(signal))
    known = dict.fromkeys(one for one in named if not one.metric.startswith(names.SERIES))
    return Facts(series, target.scrape_interval, target.evaluation_interval, tuple(known))


def _raw(signal: Signal) -> Iterator[SeriesId]:
    match signal:
        case GaugeSignal():
            yield from (*signal.series, *(one for other in signal.beside for one in other.series))
        case EventSignal():
            for outcome in (*signal.outcomes, *(o for _, sliced in signal.slices for o in sliced)):
                yield from outcome.increments
                yield from (series for series, _ in outcome.sums)
