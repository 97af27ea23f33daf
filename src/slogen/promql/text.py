"""The one printer of PromQL; changes when the language gains a construct or its layout is to read better."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from slogen.promql.ast import (
    Aggregate,
    At,
    Binary,
    Call,
    Expr,
    Hole,
    Matcher,
    Matching,
    MatchOp,
    Millis,
    Negate,
    Number,
    Range,
    Selector,
    Subquery,
    Text,
)
from slogen.promql.atoms import duration, number, quote, seconds
from slogen.promql.literals import NO_LABELS_IN_LISTS
from slogen.promql.signatures import AGGREGATORS

PRECEDENCE = {
    "or": 1,
    **dict.fromkeys(("and", "unless"), 2),
    **dict.fromkeys(("==", "!=", ">", "<", ">=", "<="), 3),
    **dict.fromkeys(("+", "-"), 4),
    **dict.fromkeys(("*", "/", "%", "atan2"), 5),
    "^": 6,
}
"""How tightly an operator binds; `^` groups to the right, all others to the left."""

_UNARY = PRECEDENCE["*"]
_ATOM = 7
_METRIC = re.compile(r"[A-Za-z_:][A-Za-z0-9_:]*")
_LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RESERVED = frozenset(AGGREGATORS) | frozenset(
    [
        "and",
        "or",
        "unless",
        "atan2",
        "bool",
        "by",
        "without",
        "on",
        "ignoring",
        "group_left",
        "group_right",
        "offset",
        "start",
        "end",
        "inf",
        "nan",
        "anchored",
        "smoothed",
    ]
)
"""Words with a meaning of their own, in any case: as metric names they are legal but some versions misread them."""


def show(expr: Expr) -> str:
    """The expression on one line, with no parenthesis more than the grammar needs; parsing it gives an equal tree."""
    return _line(_Tree(expr)).of(expr)


class _Tree:
    """An expression that counts as itself alone: comparing two by value costs as much as printing them."""

    __slots__ = ("expr",)

    def __init__(self, expr: Expr) -> None:
        self.expr = expr

    def __hash__(self) -> int:
        return id(self.expr)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Tree) and other.expr is self.expr


@lru_cache(maxsize=16)
def _line(_: _Tree) -> "_Line":
    """What is known of a tree that was just printed: the same one is often printed again in another form."""
    return _Line({})


@dataclass(frozen=True, slots=True)
class _Line:
    """Expressions on one line; what was printed once is `known` by the node's id, for as long as its tree lives."""

    known: dict[int, str]

    def of(self, expr: Expr) -> str:
        """The expression, printed at most once."""
        text = self.known.get(id(expr))
        if text is None:
            text = self.known[id(expr)] = self._printed(expr)
        return text

    def _printed(self, expr: Expr) -> str:
        match expr:
            case Number(value):
                return number(value)
            case Text(value):
                return quote(value)
            case Selector():
                return _series(expr) + _modifiers(expr.offset, expr.at)
            case Range(inner):
                return _series(inner) + _suffix(expr)
            case Subquery(inner):
                return self._part(expr, inner) + _suffix(expr)
            case Call(function, args):
                return f"{function}({', '.join([self.of(a) for a in args])})"
            case Aggregate(op, inner, _, _, param):
                first = "" if param is None else f"{self.of(param)}, "
                return f"{op}{_grouping(expr)}({first}{self.of(inner)})"
            case Negate(inner):
                return f"-{self._part(expr, inner)}"
            case Binary(_, left, right):
                return f"{self._part(expr, left)} {_operator(expr)} {self._part(expr, right, is_right=True)}"

    def _part(self, parent: Expr, part: Expr, *, is_right: bool = False) -> str:
        return f"({self.of(part)})" if _needs_parentheses(parent, part, is_right=is_right) else self.of(part)


def _needs_parentheses(parent: Expr, part: Expr, *, is_right: bool = False) -> bool:
    match parent:
        case Binary() if is_right and isinstance(part, Negate | Number):
            return False
        case Binary(op):
            return _binds(part) < PRECEDENCE[op] + (is_right != (op == "^"))
        case Negate():
            # A minus before a literal belongs to the literal, so a negated literal keeps its parentheses.
            return isinstance(part, Number) or (_binds(part) <= _UNARY and not isinstance(part, Negate))
        case Subquery():
            return _binds(part) < _ATOM or (isinstance(part, Selector) and (part.offset != 0 or part.at is not None))
        case _:
            return False


def _binds(expr: Expr) -> int:
    match expr:
        case Binary(op):
            return PRECEDENCE[op]
        case Negate():
            return _UNARY
        case Number(value):
            return _UNARY if math.copysign(1, value) < 0 and not math.isnan(value) else _ATOM
        case _:
            return _ATOM


def _operator(expr: Binary) -> str:
    """The operator with its modifiers: `> bool on (model) group_left (team)`."""
    words = [expr.op]
    if expr.bool_:
        words.append("bool")
    if expr.matching is not None:
        words += _matching(expr.matching)
    return " ".join(words)


def _matching(m: Matching) -> Iterable[str]:
    yield f"{'on' if m.on else 'ignoring'} ({_labels(m.labels)})"
    if m.group is not None:
        yield f"{m.group.value} ({_labels(m.include)})"


def _grouping(expr: Aggregate) -> str:
    """The clause between the operator and its parenthesis: ` by (model) `, or nothing."""
    if not expr.grouping and not expr.without:
        return ""
    return f" {'without' if expr.without else 'by'} ({_labels(expr.grouping)}) "


def _labels(names: Iterable[str]) -> str:
    """A list of label names, those outside the old character set in quotes."""
    return ", ".join([quote(name) if name.lower() in NO_LABELS_IN_LISTS else _label(name) for name in names])


@lru_cache(maxsize=4096)
def _label(name: str) -> str:
    return name if _LABEL.fullmatch(name) else quote(name)


def _suffix(expr: Range | Subquery) -> str:
    """What follows the series: `[5m]`, `[1h:1m] offset 1d`."""
    written = f"${expr.window.name}" if isinstance(expr.window, Hole) else duration(expr.window)
    if isinstance(expr, Range):
        return f"[{written}]{_modifiers(expr.selector.offset, expr.selector.at)}"
    step = "" if expr.step is None else duration(expr.step)
    return f"[{written}:{step}]{_modifiers(expr.offset, expr.at)}"


def _series(s: Selector) -> str:
    name, matchers = _series_parts(s)
    return f"{name}{{{','.join(matchers)}}}" if matchers else name


def _series_parts(s: Selector) -> tuple[str, list[str]]:
    """The name that stands before the braces, if it may, and what stands in them."""
    matchers = [_matcher(m) for m in s.matchers]
    if s.name is None:
        return "", matchers
    if not _METRIC.fullmatch(s.name):
        return "", [quote(s.name), *matchers]
    if s.name.lower() in _RESERVED:
        return "", [_matcher(Matcher("__name__", MatchOp.EQ, s.name)), *matchers]
    return s.name, matchers


def _matcher(m: Matcher) -> str:
    return f"{_label(m.label)}{m.op.value}{quote(m.value)}"


def _modifiers(offset: Millis, at: At | None) -> str:
    text = ""
    if at is not None:
        text = f" @ {at.when}()" if isinstance(at.when, str) else f" @ {seconds(at.when)}"
    if offset:
        text += f" offset {'-' if offset < 0 else ''}{duration(abs(offset))}"
    return text


_INDENT = "  "


def pretty(expr: Expr, width: int = 100) -> str:
    """The expression on lines of at most `width` characters wherever it can be broken, without a final newline.

    Short expressions stay on one line. Operators stand at the start of a line; an operand that is itself an operation
    of another precedence gets parentheses of its own. No line ends in white space and the first starts with none, so
    the text fits a YAML block scalar; parsing it gives an equal tree.
    """
    return printed(expr, width)[1]


def printed(expr: Expr, width: int = 100) -> tuple[str, str]:
    """The expression as `show` and as `pretty` print it, which share their work."""
    line = _line(_Tree(expr))
    return line.of(expr), "\n".join(_Lines(line).of(expr, width))


@dataclass(frozen=True, slots=True)
class _Lines:
    """Expressions on several lines, with the ones on one line that decide where to break."""

    line: _Line

    def of(self, expr: Expr, width: int) -> list[str]:
        """The expression on lines of at most `width` characters wherever it can be broken."""
        line = self.line.of(expr)
        if len(line) <= width:
            return [line]
        match expr:
            case Selector() | Range():
                return _selector_lines(expr, line)
            case Subquery(inner):
                lines = self._part(expr, inner, width)
                return [*lines[:-1], lines[-1] + _suffix(expr)]
            case Call(function, args) if args:
                return self._list(f"{function}(", args, width)
            case Aggregate(op, inner, _, _, param):
                return self._list(f"{op}{_grouping(expr)}(", (inner,) if param is None else (param, inner), width)
            case Negate(inner):
                first, *rest = self._part(expr, inner, width)
                return [f"-{first}", *rest]
            case Binary():
                return self._binary(expr, width)
            case _:
                return [line]

    def _part(self, parent: Expr, part: Expr, width: int, *, is_right: bool = False) -> list[str]:
        if _needs_parentheses(parent, part, is_right=is_right) or self._reads_better_enclosed(parent, part, width):
            return ["(", *self._indented(part, width), ")"]
        return self.of(part, width)

    def _reads_better_enclosed(self, parent: Expr, part: Expr, width: int) -> bool:
        operations = isinstance(parent, Binary) and isinstance(part, Binary)
        return operations and _binds(parent) != _binds(part) and len(self.line.of(part)) > width

    def _indented(self, expr: Expr, width: int) -> list[str]:
        return [_INDENT + line for line in self.of(expr, width - len(_INDENT))]

    def _list(self, opening: str, args: tuple[Expr, ...], width: int) -> list[str]:
        lines = [opening]
        for i, arg in enumerate(args):
            block = self._indented(arg, width - 1)
            lines += block if i == len(args) - 1 else [*block[:-1], block[-1] + ","]
        return [*lines, ")"]

    def _binary(self, expr: Binary, width: int) -> list[str]:
        left = self._part(expr, expr.left, width)
        right = self._part(expr, expr.right, width, is_right=True)
        sign = _operator(expr)
        if len(right) == 1 and len(sign) + 1 + len(right[0]) <= width:
            return [*left, f"{sign} {right[0]}"]
        return [*left, sign, *right]


def _selector_lines(expr: Selector | Range, line: str) -> list[str]:
    inner = expr if isinstance(expr, Selector) else expr.selector
    name, matchers = _series_parts(inner)
    if not matchers:
        return [line]
    end = _modifiers(inner.offset, inner.at) if isinstance(expr, Selector) else _suffix(expr)
    return [f"{name}{{", *[f"{_INDENT}{m}," for m in matchers[:-1]], f"{_INDENT}{matchers[-1]}", f"}}{end}"]
