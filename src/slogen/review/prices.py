"""Estimates what rules read and write, from the emitted files and declared facts: no server is asked.

A rule's cost is the samples that Prometheus reads to evaluate it (query statistics call them queryable samples): one a
series for an instant selector, one a series and sample interval for a range, one a series and step for a subquery.
Expected values are those of a server that has been running for longer than the longest range.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from slogen import names
from slogen.promql.ast import Expr, Range, Selector, Subquery
from slogen.promql.rewrite import metric_names
from slogen.promql.types import children
from slogen.replay.rulefile import Group, RecordingRule
from slogen.review.cost import Cost, Facts, GroupCost
from slogen.review.shapes import SCRAPED, Known, Shape, Shelf, Shelves

MINUTE = 60_000
_OURS = (names.SERIES, "ALERTS")
"""Series that exist because a rule writes them, or not at all; a quiet fleet has no alerts."""

Key = tuple[str, str]


def estimate(groups: Sequence[Group], facts: Facts) -> Cost:
    """The cost of `groups`, which are all that one server evaluates."""
    return Prices(groups, facts).cost()


@dataclass(slots=True)
class _Priced:
    """A group, the labels of what each of its rules records (by position), and its cost once it is known."""

    group: Group
    made: dict[int, tuple[Shape, ...]] = field(default_factory=dict)
    cost: GroupCost | None = None


class Prices:
    """What rules read and write on a server that evaluates `groups`, each worked out once.

    Where `like` prices another server, what it knows of the very same groups is taken over, but for the fleet's, which
    read what all others record.
    """

    def __init__(self, groups: Sequence[Group], facts: Facts, like: "Prices | None" = None) -> None:
        self._facts = facts
        self._shelves: dict[str, Shelf] = {}
        for series in facts.known:
            self._shelves.setdefault(series.metric, Shelf()).add((Known(frozenset(series.labels), SCRAPED),))
        self._series = Shelves(self._shelves)
        alike = like if like is not None and like.rhythm == self.rhythm else None
        self._priced = {_key(group): _known(group, alike) or _Priced(group) for group in groups}
        for group, place, rule in _readers_last(groups):
            made = self._priced[_key(group)].made
            if place not in made:
                shapes = self._series.shapes(rule.expr)
                made[place] = tuple(dict.fromkeys(_with(shape, rule.labels) for shape in shapes))
            shelf = self._shelves.setdefault(rule.record, Shelf())
            shelf.add(Known(shape, group.interval or facts.evaluation) for shape in made[place])

    @property
    def rhythm(self) -> tuple[int, int, int]:
        """The facts by which the same rule reads more or fewer samples."""
        return self._facts.series, self._facts.scrape, self._facts.evaluation

    def cost(self) -> Cost:
        """What all groups cost."""
        return Cost(tuple(map(self._cost, self._priced.values())))

    def known(self, group: Group) -> "_Priced | None":
        """What has been worked out of this very group and holds on another server too."""
        found = self._priced.get(_key(group))
        if found is None or found.group is not group or names.FLEET in group.file:
            return None
        return found

    def _cost(self, priced: _Priced) -> GroupCost:
        if priced.cost is None:
            priced.cost = self._group(priced.group, sum(map(len, priced.made.values())))
        return priced.cost

    def _group(self, group: Group, written: int) -> GroupCost:
        interval = group.interval or self._facts.evaluation
        windows: dict[int, float] = defaultdict(float)
        heaviest = 0.0
        for rule in group.rules:
            reads = list(self.reads(rule.expr))
            heaviest = max(heaviest, sum(samples for _, samples in reads))
            for window, samples in reads:
                windows[window] += samples * MINUTE / interval
        found = tuple(sorted(windows.items()))
        return GroupCost(group.file, group.name, len(group.rules), written, sum(windows.values()), found, heaviest)

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


def _key(group: Group) -> Key:
    return group.file, group.name


def _known(group: Group, like: Prices | None) -> _Priced | None:
    return None if like is None else like.known(group)


def _with(shape: Shape, labels: Sequence[tuple[str, str]]) -> Shape:
    """The labels of a recorded series: those of the rule over those of the result."""
    return frozenset({**dict(shape), **dict(labels)}.items()) if shape else frozenset(labels)


def _readers_last(groups: Sequence[Group]) -> Iterator[tuple[Group, int, RecordingRule]]:
    """Every recording rule after those that record what it reads; rules that read each other in a circle, any way."""
    writers: dict[str, list[tuple[Group, int, RecordingRule]]] = defaultdict(list)
    for group in groups:
        for place, rule in enumerate(group.rules):
            if isinstance(rule, RecordingRule):
                writers[rule.record].append((group, place, rule))
    reads = {name: {m for *_, r in rules for m in metric_names(r.expr)} - {name} for name, rules in writers.items()}
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
