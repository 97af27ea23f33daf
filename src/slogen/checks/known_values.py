"""Labels whose value an expression alone decides: two sides that were given different ones never meet."""

from collections.abc import Iterable

from slogen.promql.ast import (
    SET_OPERATORS,
    Aggregate,
    Binary,
    Call,
    Expr,
    Group,
    Matching,
    MatchOp,
    Negate,
    Range,
    Selector,
    Subquery,
    Text,
)
from slogen.promql.signatures import ValueKind
from slogen.promql.types import kind

Values = dict[str, str]

_SERIES = frozenset({ValueKind.VECTOR, ValueKind.MATRIX})
_SELECT = frozenset({"topk", "bottomk", "limitk", "limit_ratio"})


def contradiction(node: Binary) -> str | None:
    """A label on which the sides would have to agree and cannot; None where nothing is certain."""
    matching = node.matching or Matching()
    left, right = known_values(node.left), known_values(node.right)
    differing = (label for label in sorted(left.keys() & right.keys()) if left[label] != right[label])
    return next((label for label in differing if (label in matching.labels) == matching.on), None)


def known_values(expr: Expr) -> Values:
    """The labels that every series of the result carries with a value that is known."""
    match expr:
        case Selector(_, matchers):
            named = [matcher.label for matcher in matchers]
            equal = (matcher for matcher in matchers if matcher.op is MatchOp.EQ and matcher.value)
            return {matcher.label: matcher.value for matcher in equal if named.count(matcher.label) == 1}
        case Range(inner) | Subquery(inner) | Negate(inner):
            return known_values(inner)
        case Aggregate():
            return _of_aggregate(expr)
        case Call():
            return _of_call(expr)
        case Binary(op) if op != "or":
            return _of_binary(expr)
    return {}


def _of_aggregate(node: Aggregate) -> Values:
    inner = known_values(node.expr)
    if node.op in _SELECT:
        return inner
    kept = _without(inner, node.grouping) if node.without else _only(inner, node.grouping)
    return _without(kept, [node.param.value]) if isinstance(node.param, Text) else kept


def _of_call(node: Call) -> Values:
    """A function keeps the labels of the series it is given; some write one anew, and some give no series."""
    match node:
        case Call("label_replace" | "label_join", (inner, Text(target), *_)):
            return _without(known_values(inner), [target])
        case Call("histogram_quantile" | "histogram_fraction", (*_, inner)):
            return _without(known_values(inner), ["le"])
        case Call("info" | "scalar"):
            return {}
    return next((known_values(one) for one in node.args if kind(one) in _SERIES), {})


def _of_binary(node: Binary) -> Values:
    """What is known of the side whose labels the result has."""
    matching = node.matching or Matching()
    if kind(node.left) is ValueKind.SCALAR:
        return known_values(node.right)
    if kind(node.right) is ValueKind.SCALAR or node.op in SET_OPERATORS:
        return known_values(node.left)
    if matching.group is not None:
        many = node.left if matching.group is Group.LEFT else node.right
        return _without(known_values(many), matching.include)
    kept = known_values(node.left)
    return _only(kept, matching.labels) if matching.on else _without(kept, matching.labels)


def _without(values: Values, labels: Iterable[str]) -> Values:
    dropped = set(labels)
    return {label: value for label, value in values.items() if label not in dropped}


def _only(values: Values, labels: Iterable[str]) -> Values:
    kept = set(labels)
    return {label: value for label, value in values.items() if label in kept}
