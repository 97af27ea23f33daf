"""What rules cost a server, estimated from the emitted files and declared facts: no server is asked.

A rule's cost is the samples that Prometheus reads to evaluate it (query statistics call them queryable samples): one a
series for an instant selector, one a series and sample interval for a range, one a series and step for a subquery.
Expected values are those of a server that has been running for longer than the longest range.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from slogen import names
from slogen.ir.program import Program
from slogen.ir.signals import EventSignal, GaugeSignal, SeriesId, Signal
from slogen.promql.ast import Expr, Range, Selector, Subquery
from slogen.promql.rewrite import metric_names
from slogen.promql.types import children
from slogen.replay.rulefile import Group, RecordingRule
from slogen.review.shapes import SCRAPED, Known, Shape, Shelf, Shelves

MINUTE = 60_000
_OURS = (names.SERIES, "ALERTS")
"""Series that exist because a rule writes them, or not at all; a quiet fleet has no alerts."""


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
    """One group: rules in it, series it records, samples it reads a minute, and by window (ms; 0 is instant)."""

    file: str
    name: str
    rules: int
    recorded: int
    samples: float
    windows: tuple[tuple[int, float], ...]


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
    known = dict.fromkeys(series_id for signal in signals for series_id in _raw(signal))
    return Facts(series, target.scrape_interval, target.evaluation_interval, tuple(known))


def _raw(signal: Signal) -> Iterator[SeriesId]:
    match signal:
        case GaugeSignal():
            yield from signal.series
        case EventSignal():
            for outcome in (*signal.outcomes, *(o for _, sliced in signal.slices for o in sliced)):
                yield from outcome.increments
                yield from (series for series, _ in outcome.sums)


def estimate(groups: Sequence[Group], facts: Facts) -> Cost:
    """The cost of `groups`, which are all that one server evaluates."""
    prices = Prices(groups, facts)
    return Cost(tuple(prices.group(group) for group in groups))


class Prices:
    """What rules read and write on a server that evaluates `groups`, each worked out once."""

    def __init__(self, groups: Sequence[Group], facts: Facts) -> None:
        self._facts = facts
        self._shelves: dict[str, Shelf] = {}
        for series in facts.known:
            self._shelves.setdefault(series.metric, Shelf()).add((Known(frozenset(series.labels), SCRAPED),))
        self._series = Shelves(self._shelves)
        self._written: Counter[tuple[str, str]] = Counter()
        for group, rule in _readers_last(groups):
            shapes = self._series.shapes(rule.expr)
            made = dict.fromkeys(_with(shape, rule.labels) for shape in shapes)
            self._written[group.file, group.name] += len(made)
            shelf = self._shelves.setdefault(rule.record, Shelf())
            shelf.add(Known(shape, group.interval or facts.evaluation) for shape in made)

    def group(self, group: Group) -> GroupCost:
        """What one group costs."""
        interval = group.interval or self._facts.evaluation
        windows: dict[int, float] = defaultdict(float)
        for rule in group.rules:
            for window, samples in self.reads(rule.expr):
                windows[window] += samples * MINUTE / interval
        written = self._written[group.file, group.name]
        found = tuple(sorted(windows.items()))
        return GroupCost(group.file, group.name, len(group.rules), written, sum(windows.values()), found)

    def reads(self, expr: Expr) -> Iterator[tuple[int, float]]:
        """Window (ms, 0 for an instant) and samples of everything that one evaluation of `expr` reads.

        The samples of a subquery are those of its result: the server's statistics leave its inner query out.
        """
        for node in _readers(expr):
            match node:
                case Selector():
                    yield 0, self._samples(node, 0)
                case Range(selector, int() as window):
                    yield window, self._samples(selector, window)
                case Subquery(inner, int() as window, step):
                    yield window, len(self._series.shapes(inner)) * window / (step or self._facts.evaluation)

    def _samples(self, selector: Selector, window: int) -> float:
        found = self._series.found(selector)
        if found is None:
            if selector.name is not None and selector.name.startswith(_OURS):
                return 0.0
            return self._facts.series * (window / self._facts.scrape if window else 1)
        return sum(self._one(series, window) for series in found)

    def _one(self, series: Known, window: int) -> float:
        if series.interval == SCRAPED:
            return self._facts.series * (window / self._facts.scrape if window else 1)
        return window / series.interval if window else 1


def _with(shape: Shape, labels: Sequence[tuple[str, str]]) -> Shape:
    """The labels of a recorded series: those of the rule over those of the result."""
    return frozenset(pair for pair in {**dict(shape), **dict(labels)}.items() if pair[1])


def _readers_last(groups: Sequence[Group]) -> Iterator[tuple[Group, RecordingRule]]:
    """Every recording rule after those that record what it reads; rules that read each other in a circle, any way."""
    writers: dict[str, list[tuple[Group, RecordingRule]]] = defaultdict(list)
    for group in groups:
        for rule in group.rules:
            if isinstance(rule, RecordingRule):
                writers[rule.record].append((group, rule))
    reads = {name: {m for _, r in rules for m in metric_names(r.expr)} - {name} for name, rules in writers.items()}
    done: set[str] = set()
    while len(done) < len(writers):
        left = [name for name in writers if name not in done]
        ready = [name for name in left if not reads[name] & writers.keys() - done] or left[:1]
        done.update(ready)
        for name in ready:
            yield from writers[name]


def _readers(expr: Expr) -> Iterator[Selector | Range | Subquery]:
    """The nodes that read samples; what a subquery or range holds inside is not counted again."""
    match expr:
        case Selector() | Range() | Subquery():
            yield expr
        case _:
            for child in children(expr):
                yield from _readers(child)
