"""What rules cost a server, estimated from the emitted files and declared facts: no server is asked.

A rule's cost is the samples that Prometheus reads to evaluate it (query statistics call them queryable samples): one a
series for an instant selector, one a series and sample interval for a range, and for a subquery its inner query at
every step. Expected values are those of a server that has been running for longer than the longest range.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from slogen import names
from slogen.evaluator.series import matcher_test
from slogen.promql.ast import Aggregate, Binary, Call, Expr, Hole, Negate, Range, Selector, Subquery
from slogen.replay.rulefile import AlertingRule, Group, RecordingRule

MINUTE = 60_000
Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is declared of the servers: raw series that one selector finds, scrape and evaluation interval (ms)."""

    series: int
    scrape: int
    evaluation: int


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


@dataclass(slots=True)
class _Recorded:
    """Which series rules write: their fixed labels and how often, by name."""

    by_name: dict[str, list[tuple[dict[str, str], int, int]]] = field(default_factory=lambda: defaultdict(list))

    def matching(self, selector: Selector) -> list[tuple[int, int]]:
        """Series and interval (ms) of every rule whose series the selector may find."""
        if selector.name is None:
            return []
        tests = [(matcher.label, matcher_test(matcher)) for matcher in selector.matchers]
        return [
            (series, interval)
            for labels, series, interval in self.by_name.get(selector.name, ())
            if all(test(labels[label]) for label, test in tests if label in labels)
        ]


def estimate(groups: Sequence[Group], facts: Facts) -> Cost:
    """The cost of `groups`; rules without fixed identity, as the fleet's, record one series for each that they read."""
    recorded = _Recorded()
    for group in groups:
        for rule in group.rules:
            if isinstance(rule, RecordingRule):
                recorded.by_name[rule.record].append((dict(rule.labels), 0, group.interval or facts.evaluation))
    _settle(groups, recorded)
    return Cost(tuple(_group(group, recorded, facts) for group in groups))


def _settle(groups: Sequence[Group], recorded: _Recorded) -> None:
    """How many series each recording makes: one where its labels name it, else as many as its widest selector finds."""
    for _ in range(6):  # chains of recordings are at most a few rules long
        place: dict[str, int] = defaultdict(int)
        for group in groups:
            for rule in group.rules:
                if isinstance(rule, RecordingRule):
                    labels, _, interval = recorded.by_name[rule.record][place[rule.record]]
                    series = 1 if names.MODEL in labels else _width(rule.expr, recorded)
                    recorded.by_name[rule.record][place[rule.record]] = (labels, series, interval)
                    place[rule.record] += 1


def _width(expr: Expr, recorded: _Recorded) -> int:
    return max((sum(s for s, _ in recorded.matching(selector)) for selector, _, _ in _reads(expr, 1.0)), default=1)


def _group(group: Group, recorded: _Recorded, facts: Facts) -> GroupCost:
    interval = group.interval or facts.evaluation
    windows: dict[int, float] = defaultdict(float)
    for rule in group.rules:
        for selector, window, times in _reads(rule.expr, 1.0):
            windows[window] += _samples(selector, window, recorded, facts) * times * MINUTE / interval
    written = sum(_series_of(rule, recorded) for rule in group.rules)
    return GroupCost(
        group.file, group.name, len(group.rules), written, sum(windows.values()), tuple(sorted(windows.items()))
    )


def _series_of(rule: RecordingRule | AlertingRule, recorded: _Recorded) -> int:
    if isinstance(rule, AlertingRule):
        return 0
    return next((s for labels, s, _ in recorded.by_name[rule.record] if labels == dict(rule.labels)), 1)


def _samples(selector: Selector, window: int, recorded: _Recorded, facts: Facts) -> float:
    known = recorded.matching(selector)
    if known:
        return sum(series * (window / interval if window else 1) for series, interval in known)
    if selector.name is not None and selector.name.startswith("slogen:"):
        return 0.0
    return facts.series * (window / facts.scrape if window else 1)


def _reads(expr: Expr, times: float) -> Iterator[tuple[Selector, int, float]]:
    """Every selector with its range in ms (0 for an instant one) and how often an evaluation asks for it."""
    match expr:
        case Selector():
            yield expr, 0, times
        case Range(selector, window):
            yield selector, 0 if isinstance(window, Hole) else window, times
        case Subquery(inner, window, step):
            steps = 1.0 if isinstance(window, Hole) else window / (step or MINUTE)
            yield from _reads(inner, times * steps)
        case Call(_, args):
            for arg in args:
                yield from _reads(arg, times)
        case Aggregate(_, inner):
            yield from _reads(inner, times)
            if expr.param is not None:
                yield from _reads(expr.param, times)
        case Binary(_, left, right):
            yield from _reads(left, times)
            yield from _reads(right, times)
        case Negate(inner):
            yield from _reads(inner, times)
