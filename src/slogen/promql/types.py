"""The types of PromQL expressions; changes with the typing rules of Prometheus (`checkAST` in its parser)."""

import re

from slogen import regex
from slogen.promql.ast import (
    ARITHMETIC,
    COMPARISON,
    SET_OPERATORS,
    Aggregate,
    Binary,
    Call,
    Expr,
    MatchOp,
    Negate,
    Number,
    Range,
    Selector,
    Subquery,
    Text,
)
from slogen.promql.signatures import AGGREGATORS, FUNCTIONS, ValueKind

_OPERATORS = ARITHMETIC | COMPARISON | SET_OPERATORS
_NUMERIC = frozenset({ValueKind.SCALAR, ValueKind.VECTOR})
_BOTH_VECTORS = (ValueKind.VECTOR, ValueKind.VECTOR)


class PromQLTypeError(TypeError):
    """An expression that Prometheus would refuse; `about` is the name (function, operator, label) the fault is with."""

    def __init__(self, message: str, about: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.about = about


def kind(expr: Expr) -> ValueKind:
    """The type of an expression, by its outermost construct alone; `check` says whether the rest is sound."""
    match expr:
        case Number():
            return ValueKind.SCALAR
        case Text():
            return ValueKind.STRING
        case Selector() | Aggregate():
            return ValueKind.VECTOR
        case Range() | Subquery():
            return ValueKind.MATRIX
        case Call(function):
            known = FUNCTIONS.get(function)
            return ValueKind.VECTOR if known is None else known.returns
        case Negate(inner):
            return kind(inner)
        case Binary(_, left, right):
            # the right side first: long sums lean to the left, and their last term decides
            scalars = kind(right) is ValueKind.SCALAR and kind(left) is ValueKind.SCALAR
            return ValueKind.SCALAR if scalars else ValueKind.VECTOR


def check(expr: Expr) -> None:
    """Raise `PromQLTypeError` for the first construct, innermost first, that Prometheus 3.5 would refuse."""
    for child in children(expr):
        check(child)
    check_node(expr)


def children(expr: Expr) -> tuple[Expr, ...]:
    """The direct parts that are expressions, in the order in which they are written."""
    match expr:
        case Number() | Text() | Selector():
            return ()
        case Range(selector):
            return (selector,)
        case Subquery(inner) | Negate(inner):
            return (inner,)
        case Call(_, args):
            return args
        case Aggregate(_, inner, _, _, param):
            return (inner,) if param is None else (param, inner)
        case Binary(_, left, right):
            return (left, right)


def check_node(expr: Expr) -> None:
    """Check one node, taking its parts for sound."""
    match expr:
        case Selector():
            _check_selector(expr)
        case Range(_, window):
            if isinstance(window, int) and window <= 0:
                raise PromQLTypeError("a range must be longer than zero")
        case Subquery():
            _check_subquery(expr)
        case Call(function, args):
            _check_call(function, args)
        case Aggregate():
            _check_aggregate(expr)
        case Negate(inner):
            if kind(inner) not in _NUMERIC:
                raise PromQLTypeError(f"unary minus takes a scalar or an instant vector, not a {kind(inner)}", "-")
        case Binary():
            _check_binary(expr)
        case Number() | Text():
            pass


def _check_selector(s: Selector) -> None:
    named = False
    for m in s.matchers:
        if not m.label:
            raise PromQLTypeError("a label name cannot be empty")
        named = named or m.label == "__name__"
        if m.op is MatchOp.RE or m.op is MatchOp.NRE:
            try:
                regex.compile(m.value)
            except regex.RegexError as e:
                raise PromQLTypeError(f"invalid regular expression for {m.label}: {e}", m.label) from None
    if s.name == "":
        raise PromQLTypeError("a metric name cannot be empty")
    if s.name is not None:
        if named:
            raise PromQLTypeError(f"the metric name is set twice: {s.name!r} and by a matcher on __name__", "__name__")
    elif all(matches_empty(m.op, m.value) for m in s.matchers):
        raise PromQLTypeError(
            "a selector needs a metric name or at least one matcher that does not match the empty string"
        )


def matches_empty(op: MatchOp, value: str) -> bool:
    """Whether a matcher accepts a series that lacks the label."""
    match op:
        case MatchOp.EQ:
            return value == ""
        case MatchOp.NE:
            return value != ""
        case MatchOp.RE:
            return regex.compile(value).fullmatch("")
        case MatchOp.NRE:
            return not regex.compile(value).fullmatch("")


def _check_labels(names: tuple[str, ...]) -> None:
    for name in names:
        if not name or _SURROGATE.search(name):
            raise PromQLTypeError(f"invalid label name in a list: {name!r}", name)


_SURROGATE = re.compile("[\ud800-\udfff]")


def _check_subquery(s: Subquery) -> None:
    if kind(s.expr) is not ValueKind.VECTOR:
        raise PromQLTypeError(f"a subquery is only allowed on an instant vector, not a {kind(s.expr)}")
    if isinstance(s.window, int) and s.window <= 0:
        raise PromQLTypeError("a range must be longer than zero")
    if s.step is not None and s.step <= 0:
        raise PromQLTypeError("the step of a subquery must be longer than zero")


def _check_call(name: str, args: tuple[Expr, ...]) -> None:
    function = FUNCTIONS.get(name)
    if function is None:
        raise PromQLTypeError(f"unknown function {name!r}", name)
    if len(args) < function.least or (function.most is not None and len(args) > function.most):
        wanted = f"{function.least}" if function.least == function.most else f"{function.least} or more"
        if function.most is not None and function.most != function.least:
            wanted = f"{function.least} to {function.most}"
        raise PromQLTypeError(f"{name} takes {wanted} argument(s), not {len(args)}", name)
    for i, arg in enumerate(args):
        if kind(arg) is not function.arg(i):
            raise PromQLTypeError(f"argument {i + 1} of {name} must be a {function.arg(i)}, not a {kind(arg)}", name)


def _check_aggregate(a: Aggregate) -> None:
    _check_labels(a.grouping)
    known = AGGREGATORS.get(a.op)
    if known is None:
        raise PromQLTypeError(f"unknown aggregation {a.op!r}", a.op)
    if kind(a.expr) is not ValueKind.VECTOR:
        raise PromQLTypeError(f"{a.op} takes an instant vector, not a {kind(a.expr)}", a.op)
    if (a.param is None) != (known.param is None):
        raise PromQLTypeError(f"{a.op} takes {'no' if known.param is None else 'a'} parameter", a.op)
    if a.param is not None and kind(a.param) is not known.param:
        raise PromQLTypeError(f"the parameter of {a.op} must be a {known.param}, not a {kind(a.param)}", a.op)


def _check_binary(b: Binary) -> None:
    kinds = (kind(b.left), kind(b.right))
    if b.op not in _OPERATORS:
        raise PromQLTypeError(f"unknown operator {b.op!r}", b.op)
    if kinds == _BOTH_VECTORS and b.matching is None and not b.bool_:
        return
    scalars = kinds.count(ValueKind.SCALAR)
    if not set(kinds) <= _NUMERIC:
        raise PromQLTypeError(f"{b.op} takes scalars and instant vectors, not {kinds[0]} and {kinds[1]}", b.op)
    if b.bool_ and b.op not in COMPARISON:
        raise PromQLTypeError("bool can only be used with comparisons", "bool")
    if scalars == 2 and b.op in COMPARISON and not b.bool_:
        raise PromQLTypeError("a comparison between scalars needs bool", b.op)
    if scalars and b.op in SET_OPERATORS:
        raise PromQLTypeError(f"{b.op} takes two instant vectors", b.op)
    if b.matching is not None:
        _check_matching(b, scalars)


def _check_matching(b: Binary, scalars: int) -> None:
    m = b.matching
    if m is None:
        return
    _check_labels(m.labels + m.include)
    if scalars and (m.labels or m.group):
        raise PromQLTypeError("matching modifiers are only allowed between vectors", "on" if m.on else "ignoring")
    if m.group is None:
        if m.include:
            raise PromQLTypeError("labels can only be included with group_left or group_right")
        return
    if b.op in SET_OPERATORS:
        raise PromQLTypeError(f"no grouping is allowed for {b.op}", m.group.value)
    if m.on and (both := set(m.labels) & set(m.include)):
        raise PromQLTypeError(f"label {min(both)!r} must not occur in both on and {m.group.value}", m.group.value)
