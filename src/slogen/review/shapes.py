"""Which series expressions find and give, by labels alone: no value is computed, so a whole fleet takes a moment.

Series of rules are known exactly as far as their rules say; raw series as far as the Program's signals do. Where a
value decides whether a sample exists (a comparison, `> 0`), it is taken to exist.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from slogen import regex
from slogen.evaluator.series import matcher_test
from slogen.promql.ast import (
    COMPARISON,
    Aggregate,
    Binary,
    Call,
    Expr,
    Group,
    Matcher,
    Matching,
    MatchOp,
    Negate,
    Number,
    Range,
    Selector,
    Subquery,
    Text,
)

Shape = frozenset[tuple[str, str]]
"""The labels of one series without its name."""
Shapes = dict[Shape, None]
"""A set of them in the order in which they were found, so that nothing depends on hashes."""
SCRAPED = 0


@dataclass(frozen=True, slots=True)
class Known:
    """One series, and how often a rule writes it, ms; `SCRAPED` for a raw one."""

    labels: Shape
    interval: int


@dataclass(slots=True)
class Shelf:
    """All series of one name, and where those with a label's value stand."""

    series: list[Known] = field(default_factory=list)
    places: dict[str, dict[str, list[int]]] = field(default_factory=dict)

    def add(self, known: Iterable[Known]) -> None:
        """Puts series on the shelf; the index of labels starts anew."""
        self.series.extend(known)
        self.places.clear()

    def matching(self, matchers: Sequence[Matcher]) -> list[Known]:
        """The series that satisfy all matchers, looked for among the fewest that an equality leaves."""
        equal = [m for m in matchers if m.op is MatchOp.EQ and m.value]
        best: Sequence[int] = range(len(self.series))
        for matcher in equal:
            found = self._by(matcher.label).get(matcher.value, [])
            if len(found) < len(best):
                best = found
        wanted = {(matcher.label, matcher.value) for matcher in equal}
        tests = [(m.label, matcher_test(m)) for m in matchers if m not in equal]
        near = (series for place in best if wanted <= (series := self.series[place]).labels)
        return [series for series in near if _satisfied(tests, series.labels)]

    def _by(self, label: str) -> dict[str, list[int]]:
        known = self.places.get(label)
        if known is None:
            known = self.places[label] = {}
            for place, series in enumerate(self.series):
                value = next((v for k, v in series.labels if k == label), "")
                known.setdefault(value, []).append(place)
        return known


def _satisfied(tests: Sequence[tuple[str, Callable[[str], bool]]], labels: Shape) -> bool:
    if not tests:
        return True
    told = dict(labels)
    return all(test(told.get(label, "")) for label, test in tests)


@dataclass(frozen=True, slots=True)
class Shelves:
    """Every known series by name."""

    by_name: Mapping[str, Shelf]

    def found(self, selector: Selector) -> list[Known] | None:
        """The series that a selector finds; None where nothing is known of its metric."""
        shelf = None if selector.name is None else self.by_name.get(selector.name)
        return None if shelf is None else shelf.matching(selector.matchers)

    def shapes(self, expr: Expr) -> Shapes:
        """The labels of every series that the expression gives."""
        match expr:
            case Number() | Text():
                return {frozenset(): None}
            case Selector():
                return self._of_selector(expr)
            case Range(selector):
                return self._of_selector(selector)
            case Subquery(inner) | Negate(inner):
                return self.shapes(inner)
            case Call():
                return self._of_call(expr)
            case Aggregate():
                return self._of_aggregate(expr)
            case Binary():
                return self._of_binary(expr)

    def _of_selector(self, selector: Selector) -> Shapes:
        known = self.found(selector)
        if known is None:
            return {_required(selector): None}
        return dict.fromkeys(one.labels for one in known)

    def _of_call(self, call: Call) -> Shapes:
        match call:
            case Call("label_replace", (inner, Text(target), Text(template), Text(source), Text(pattern))):
                return dict.fromkeys(_replaced(self.shapes(inner), target, template, source, pattern))
            case Call("absent" | "absent_over_time", (Selector() as selector,)):
                return {_required(selector): None}
            case Call("absent" | "absent_over_time", (Range(selector),)):
                return {_required(selector): None}
            case Call("histogram_quantile" | "histogram_fraction", (*_, buckets)):
                return _kept(self.shapes(buckets), ("le",), drop=True)
        vectors = [arg for arg in call.args if not isinstance(arg, Number | Text)]
        return self.shapes(vectors[-1]) if vectors else {frozenset(): None}

    def _of_aggregate(self, node: Aggregate) -> Shapes:
        inner = self.shapes(node.expr)
        if node.op in {"topk", "bottomk", "limitk", "limit_ratio"}:
            return inner
        return _kept(inner, node.grouping, drop=node.without)

    def _of_binary(self, node: Binary) -> Shapes:
        left, right = self.shapes(node.left), self.shapes(node.right)
        if _is_scalar(node.left):
            return right
        if _is_scalar(node.right):
            return left
        key = _signature(node.matching)
        match node.op:
            case "or":
                taken = {key(shape) for shape in left}
                return {**left, **dict.fromkeys(shape for shape in right if key(shape) not in taken)}
            case "unless":
                return left
            case "and":
                there = {key(shape) for shape in right}
                return dict.fromkeys(shape for shape in left if key(shape) in there)
        return _joined(node, left, right, key)


def _joined(node: Binary, left: Shapes, right: Shapes, key: Callable[[Shape], Shape]) -> Shapes:
    """The result of an arithmetic or comparing operator between two vectors."""
    matching = node.matching or Matching()
    many, one = (right, left) if matching.group is Group.RIGHT else (left, right)
    partners = {key(shape): shape for shape in one}
    found: Shapes = {}
    for shape in many:
        partner = partners.get(key(shape))
        if partner is None:
            continue
        if matching.group is not None:
            given = frozenset(pair for pair in partner if pair[0] in matching.include)
            found[frozenset(pair for pair in shape if pair[0] not in matching.include) | given] = None
        elif node.op in COMPARISON and not node.bool_:
            found[shape] = None
        else:
            found[key(shape)] = None
    return found


def _signature(matching: Matching | None) -> Callable[[Shape], Shape]:
    if matching is None:
        return lambda shape: shape
    chosen = frozenset(matching.labels)
    if matching.on:
        return lambda shape: frozenset(pair for pair in shape if pair[0] in chosen)
    return lambda shape: frozenset(pair for pair in shape if pair[0] not in chosen)


def _kept(shapes: Shapes, labels: Sequence[str], *, drop: bool) -> Shapes:
    chosen = frozenset(labels)
    return dict.fromkeys(frozenset(pair for pair in shape if (pair[0] in chosen) is not drop) for shape in shapes)


def _required(selector: Selector) -> Shape:
    return frozenset((m.label, m.value) for m in selector.matchers if m.op is MatchOp.EQ and m.value)


def _replaced(shapes: Shapes, target: str, template: str, source: str, pattern: str) -> Iterator[Shape]:
    compiled = regex.compile(pattern)
    for shape in shapes:
        told = dict(shape)
        value = compiled.expand(told.get(source, ""), template)
        if value is not None:
            told[target] = value
        yield frozenset(pair for pair in told.items() if pair[1])


def _is_scalar(expr: Expr) -> bool:
    match expr:
        case Number() | Call("scalar" | "time" | "pi"):
            return True
        case Negate(inner):
            return _is_scalar(inner)
        case Binary(_, left, right):
            return _is_scalar(left) and _is_scalar(right)
    return False
