"""In which order rules can be computed over a whole time range so that each sees what it would see tick by tick.

A rule sees this tick's value of a rule evaluated before it and the previous tick's value of a rule evaluated after it.
So a rule may be computed for all ticks at once as soon as everything it reads is known for all ticks; only rules that
read each other in a circle have to be stepped.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from slogen.evaluator.series import matcher_test
from slogen.promql.ast import MatchOp, Selector
from slogen.promql.rewrite import selectors
from slogen.replay.rulefile import AlertingRule, Group, RecordingRule, Rule

ALERT_SERIES = ("ALERTS", "ALERTS_FOR_STATE")


@dataclass(frozen=True, slots=True)
class Step:
    """Rules to compute next, by their index: one alone, or several (or one that reads itself) tick by tick."""

    rules: tuple[int, ...]
    stepped: bool
    late: tuple[frozenset[int], ...]
    """For each of `rules`, the rules outside this step that it reads and that are evaluated after it."""


@dataclass(slots=True)
class _Index:
    """Who writes which series: by metric name, then by each fixed label and its value."""

    by_name: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    by_label: dict[tuple[str, str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    without: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    labels: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def plan(rules: Sequence[Rule]) -> list[Step]:
    """The steps, in an order in which each finds all it reads; `rules` are in the order of evaluation."""
    reads = _rule_reads(rules)
    return [_step(component, reads) for component in _components(reads)]


def arrange(groups: Sequence[Group]) -> list[Group]:
    """Groups so that each comes after those whose series it reads, as far as they do not read each other.

    A server runs groups side by side at offsets of its own, so no order between groups is promised; this one gives
    every rule what is newest. Groups that read each other keep the order in which they were given.
    """
    order = _components([sorted(found) for found in group_reads(groups)])
    return [groups[number] for component in order for number in sorted(component)]


def only_what(groups: Sequence[Group], wanted: Callable[[Rule], bool]) -> list[Group]:
    """The groups reduced to the rules that are `wanted` and to those whose series they read, directly or not.

    No other rule can change what the wanted ones give, so leaving them out saves time and nothing else.
    """
    rules = [rule for group in groups for rule in group.rules]
    reads = _rule_reads(rules)
    kept = {number for number, rule in enumerate(rules) if wanted(rule)}
    open_ends = list(kept)
    while open_ends:
        fresh = set(reads[open_ends.pop()]) - kept
        kept |= fresh
        open_ends += fresh
    ids = {id(rules[number]) for number in kept}
    reduced = (replace(group, rules=tuple(rule for rule in group.rules if id(rule) in ids)) for group in groups)
    return [group for group in reduced if group.rules]


def _rule_reads(rules: Sequence[Rule]) -> list[list[int]]:
    """For each rule the indexes of the rules that may write what it reads, in order."""
    fixed = [_fixed_labels(rule) for rule in rules]
    index = _index(rules, fixed)
    return [sorted(set(_writers(rule, index, fixed))) for rule in rules]


def group_reads(groups: Sequence[Group]) -> list[set[int]]:
    """For each group the indexes of the groups whose series its rules read, itself included where it does."""
    rules = [rule for group in groups for rule in group.rules]
    owner = [number for number, group in enumerate(groups) for _ in group.rules]
    reads: list[set[int]] = [set() for _ in groups]
    for number, writers in enumerate(_rule_reads(rules)):
        reads[owner[number]] |= {owner[writer] for writer in writers}
    return reads


def _step(component: list[int], reads: Sequence[Sequence[int]]) -> Step:
    members = tuple(sorted(component))
    late = tuple(frozenset(w for w in reads[reader] if w > reader and w not in component) for reader in members)
    return Step(members, stepped=len(members) > 1 or members[0] in reads[members[0]], late=late)


def _written(rule: Rule) -> tuple[str, ...]:
    return (rule.record,) if isinstance(rule, RecordingRule) else ALERT_SERIES


def _fixed_labels(rule: Rule) -> dict[str, str]:
    """Labels that every series of the rule carries with a value known beforehand."""
    fixed = {name: value for name, value in rule.labels if "{{" not in value}
    if isinstance(rule, AlertingRule):
        fixed["alertname"] = rule.alert
    return fixed


def _index(rules: Sequence[Rule], fixed: Sequence[dict[str, str]]) -> _Index:
    index = _Index()
    for number, rule in enumerate(rules):
        for name in _written(rule):
            index.by_name[name].append(number)
            index.labels[name].update(fixed[number])
    for name, numbers in index.by_name.items():
        for number in numbers:
            for label in index.labels[name]:
                value = fixed[number].get(label)
                if value is None:
                    index.without[name, label].append(number)
                else:
                    index.by_label[name, label, value].append(number)
    return index


def _writers(rule: Rule, index: _Index, fixed: Sequence[dict[str, str]]) -> Iterator[int]:
    for selector in selectors(rule.expr):
        for name in _names(selector, index.by_name):
            for writer in _candidates(selector, name, index):
                if _may_match(selector, fixed[writer]):
                    yield writer


def _names(selector: Selector, known: Iterable[str]) -> list[str]:
    if selector.name is not None:
        return [selector.name]
    tests = [matcher_test(matcher) for matcher in selector.matchers if matcher.label == "__name__"]
    return [name for name in known if all(test(name) for test in tests)]


def _candidates(selector: Selector, name: str, index: _Index) -> Iterable[int]:
    for matcher in selector.matchers:
        if matcher.op is MatchOp.EQ and matcher.label in index.labels.get(name, ()):
            exact = index.by_label.get((name, matcher.label, matcher.value), [])
            return [*exact, *index.without.get((name, matcher.label), [])]
    return index.by_name.get(name, ())


def _may_match(selector: Selector, fixed: dict[str, str]) -> bool:
    return all(matcher_test(m)(fixed[m.label]) for m in selector.matchers if m.label in fixed)


def _components(reads: Sequence[Sequence[int]]) -> list[list[int]]:
    """Strongly connected components, what is read before who reads it (Tarjan's algorithm, without recursion)."""
    search = _Search(reads, [0] * len(reads), [0] * len(reads), [False] * len(reads))
    for root in range(len(reads)):
        if not search.number[root]:
            search.visit(root)
    return search.found


@dataclass(slots=True)
class _Search:
    """Depth-first search: `number` is the order of discovery, `low` the earliest open node reachable."""

    reads: Sequence[Sequence[int]]
    number: list[int]
    low: list[int]
    is_open: list[bool]
    stack: list[int] = field(default_factory=list)
    found: list[list[int]] = field(default_factory=list)
    count: int = 0

    def visit(self, root: int) -> None:
        work = [(root, self.enter(root))]
        while work:
            node, targets = work[-1]
            target = next((t for t in targets if self.unseen(node, t)), None)
            if target is not None:
                work.append((target, self.enter(target)))
                continue
            work.pop()
            if self.low[node] == self.number[node]:
                self.found.append(self.close(node))
            if work:
                self.low[work[-1][0]] = min(self.low[work[-1][0]], self.low[node])

    def enter(self, node: int) -> Iterator[int]:
        self.count += 1
        self.number[node] = self.low[node] = self.count
        self.stack.append(node)
        self.is_open[node] = True
        return iter(self.reads[node])

    def unseen(self, node: int, target: int) -> bool:
        if not self.number[target]:
            return True
        if self.is_open[target]:
            self.low[node] = min(self.low[node], self.number[target])
        return False

    def close(self, root: int) -> list[int]:
        component: list[int] = []
        while not component or component[-1] != root:
            node = self.stack.pop()
            self.is_open[node] = False
            component.append(node)
        return component
