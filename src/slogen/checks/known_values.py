"""Labels whose value an expression alone decides: two sides that were given different ones never meet."""

from slogen.promql.ast import (
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
from slogen.promql.labels import result_labels
from slogen.promql.signatures import ValueKind
from slogen.promql.types import kind

Values = dict[str, str]


def contradiction(node: Binary) -> str | None:
    """A label on which the sides would have to agree and cannot; None where nothing is certain."""
    matching = node.matching or Matching()
    left, right = known_values(node.left), known_values(node.right)
    differing = (label for label in sorted(left.keys() & right.keys()) if left[label] != right[label])
    return next((label for label in differing if (label in matching.labels) == matching.on), None)


def known_values(expr: Expr) -> Values:
    """The labels that every series of the result carries with a value that is known."""
    return {label: value for label, value in _given(expr).items() if result_labels(expr).must_have(label)}


def _given(expr: Expr) -> Values:
    match expr:
        case Selector(_, matchers):
            return {matcher.label: matcher.value for matcher in matchers if matcher.op is MatchOp.EQ}
        case Range(inner) | Subquery(inner) | Negate(inner):
            return known_values(inner)
        case Aggregate(_, inner, param=param):
            return _without(known_values(inner), param)
        case Call("label_replace" | "label_join", (inner, target, *_)):
            return _without(known_values(inner), target)
        case Call("info"):
            return {}
        case Call(_, arguments):
            return next((known_values(one) for one in arguments if kind(one) in _SERIES), {})
        case Binary(op, matching=matching) if op != "or":
            taken = () if matching is None else matching.include
            return {name: value for name, value in known_values(_kept_side(expr)).items() if name not in taken}
    return {}


_SERIES = frozenset({ValueKind.VECTOR, ValueKind.MATRIX})


def _without(values: Values, label: Expr | None) -> Values:
    """The values but that of a label which the function writes anew."""
    return {name: value for name, value in values.items() if not (isinstance(label, Text) and label.value == name)}


def _kept_side(node: Binary) -> Expr:
    """The side whose labels the result has."""
    many = node.matching is not None and node.matching.group is Group.RIGHT
    return node.right if many or kind(node.left) is ValueKind.SCALAR else node.left
