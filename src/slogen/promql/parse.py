"""From text to tree; changes when the parser library does, which is used nowhere else.

Literals never reach the library: each is replaced by its index in a table, so that a string cannot change the shape of
the tree, a number is read by Prometheus' rules and not the library's, and a hole needs no special text.
"""

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import promql_parser

from slogen.promql import types
from slogen.promql.ast import (
    SET_OPERATORS,
    Aggregate,
    At,
    Binary,
    Call,
    Expr,
    Group,
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
    Window,
)
from slogen.promql.lex import Kind, PromQLError, Token, duration, in_range, number, tokens, unquote
from slogen.promql.signatures import AGGREGATORS, FUNCTIONS

MAX_DEPTH = 250
"""Levels a tree may have: beyond it neither the library nor Python's stack is safe, and no reader is."""


@dataclass(frozen=True, slots=True)
class _Bracket:
    window: Window
    step: Millis | None
    is_subquery: bool


@dataclass(frozen=True, slots=True)
class _Literals:
    """What the indices in the text handed to the library stand for; index 0 is never used."""

    strings: list[str]
    numbers: list[Token]
    brackets: list[_Bracket]


def parse(text: str, *, allow_hole: bool = False) -> Expr:
    """The tree of `text`, type-checked; raises `PromQLError` with offsets and nothing else.

    Everything that Prometheus 3.5 parses with experimental functions enabled is accepted, apart from experimental duration
    arithmetic; `experimental` lists what a server would have to enable. `[$window]` is a hole where `allow_hole` says so.
    """
    found = tokens(text)
    if not found:
        raise PromQLError("no expression found", 0, len(text))
    _check_depth(found)
    prepared, literals = _prepare(found, allow_hole)
    try:
        tree = promql_parser.parse(prepared)
    except ValueError as e:
        raise _located(_explained(str(e), literals), found, len(text)) from None
    expr = _Conversion(found, literals, len(text)).expr(tree)
    try:
        types.check(expr)
    except types.PromQLTypeError as e:
        raise PromQLError(e.message, *_position(e.about, found, len(text))) from None
    return expr


def experimental(expr: Expr, text: str) -> list[tuple[str, int]]:
    """The experimental functions and aggregations in `text` with their offsets; `expr` is what `parse` made of it."""
    names = {name for name in _called(expr) if _is_experimental(name)}
    return [(t.text.lower(), t.start) for t in _calls(tokens(text)) if t.text.lower() in names] if names else []


def _called(expr: Expr) -> list[str]:
    own = [expr.function] if isinstance(expr, Call) else [expr.op] if isinstance(expr, Aggregate) else []
    return own + [name for child in types.children(expr) for name in _called(child)]


def _is_experimental(name: str) -> bool:
    known = FUNCTIONS.get(name) or AGGREGATORS.get(name)
    return known is not None and known.experimental


def _check_depth(found: list[Token]) -> None:
    """Refuse what could become a deeper tree than `MAX_DEPTH`.

    All operators between two commas may nest in each other, and a group nests in what is around it. The bound is generous
    to no valid rule: it exists because the library overflows the stack of the process a few thousand levels down.
    """
    groups = [[0, 0, 0]]
    in_braces = False
    for t in found:
        if t.kind is Kind.OPEN:
            in_braces = t.text == "{"
            groups.append([0, 0, 0])
        elif t.kind is Kind.CLOSE and len(groups) > 1:
            in_braces = False
            inner = _depth(groups.pop())
            groups[-1][2] = max(groups[-1][2], inner)
        elif t.kind is Kind.COMMA:
            groups[-1][:2] = [0, max(groups[-1][:2])]
        elif not in_braces and (t.kind in _NESTING or t.text.lower() in SET_OPERATORS):
            groups[-1][0] += 1
        if len(groups) > MAX_DEPTH or _depth(groups[-1]) > MAX_DEPTH:
            raise PromQLError(f"nested deeper than {MAX_DEPTH} levels", t.start, t.end)


_NESTING = frozenset({Kind.OPERATOR, Kind.BRACKET})


def _depth(group: list[int]) -> int:
    operators, operators_of_earlier_arguments, inner = group
    return 1 + max(operators, operators_of_earlier_arguments) + inner


def _prepare(found: list[Token], allow_hole: bool) -> tuple[str, _Literals]:
    literals = _Literals([""], [found[0]], [_Bracket(0, None, is_subquery=False)])
    pieces: list[str] = []
    in_braces = False
    for t in found:
        match t.kind:
            case Kind.STRING:
                pieces.append(f'"{len(literals.strings)}"')
                literals.strings.append(unquote(t))
            case Kind.BRACKET:
                bracket = _bracket(t, allow_hole)
                pieces.append(f"[{len(literals.brackets)}s{':' if bracket.is_subquery else ''}]")
                literals.brackets.append(bracket)
            case _ if t.kind is Kind.NUMBER or (not in_braces and t.text.lower() in _NUMBER_WORDS):
                pieces.append(str(len(literals.numbers)))
                literals.numbers.append(t)
            case _:
                if t.kind in {Kind.OPEN, Kind.CLOSE}:
                    in_braces = t.text == "{"
                pieces.append(t.text)
    return " ".join(pieces), literals


_NUMBER_WORDS = {"inf": math.inf, "nan": math.nan}
_BRACKET = re.compile(r"\[\s*([^\s:\]]+)\s*(?:(:)\s*([^\s:\]]+)?\s*)?\]")


def _bracket(t: Token, allow_hole: bool) -> _Bracket:
    m = _BRACKET.fullmatch(t.text)
    if m is None:
        raise PromQLError(f"expected a duration in {t.text}", t.start, t.end)
    if allow_hole and m[1] == f"${Hole().name}":
        window: Window = Hole()
    else:
        window = _positive(m[1], t.start + m.start(1))
    step = None if m[3] is None else _positive(m[3], t.start + m.start(3))
    return _Bracket(window, step, is_subquery=m[2] is not None)


def _positive(text: str, start: int) -> Millis:
    millis = _millis(text, start)
    if millis <= 0:
        raise PromQLError("duration must be greater than 0", start, start + len(text))
    return millis


def _millis(text: str, start: int) -> Millis:
    end = start + len(text)
    millis = duration(text)
    if millis is None:
        value = _NUMBER_WORDS.get(text.lower(), number(text))
        if value is None:
            raise PromQLError(f"not a valid duration: {text}", start, end)
        if not math.isfinite(value):
            raise PromQLError("duration out of range", start, end)
        exact = Fraction(repr(value)) * 1000
        if exact.denominator != 1:
            raise PromQLError(f"{text} seconds is no whole number of milliseconds", start, end)
        millis = int(exact)
    if not in_range(millis):
        raise PromQLError("duration out of range", start, end)
    return millis


@dataclass(frozen=True, slots=True)
class _Conversion:
    """From the nodes of the library to ours, with literals put back."""

    found: list[Token]
    literals: _Literals
    length: int

    def expr(self, node: Any) -> Expr:
        match node:
            case promql_parser.VectorSelector():
                return self.selector(node)
            case promql_parser.ParenExpr():
                return self.expr(node.expr)
            case promql_parser.Call():
                return Call(node.func.name, tuple([self.expr(a) for a in node.args]))
            case promql_parser.MatrixSelector():
                window = self.literals.brackets[_index(node.range)].window
                return Range(self.selector(node.vector_selector), window)
            case promql_parser.BinaryExpr():
                return self.binary(node)
            case promql_parser.AggregateExpr():
                return self.aggregate(node)
            case promql_parser.NumberLiteral():
                return Number(self.number(node.val))
            case promql_parser.StringLiteral():
                return Text(self.literals.strings[int(node.val)])
            case promql_parser.UnaryExpr():
                return Negate(self.expr(node.expr))
            case promql_parser.SubqueryExpr():
                b = self.literals.brackets[_index(node.range)]
                return Subquery(self.expr(node.expr), b.window, b.step, self.offset(node.offset), self.at(node.at))
        raise PromQLError(f"{type(node).__name__} is not supported", 0, self.length)

    def selector(self, node: Any) -> Selector:
        if node.matchers.or_matchers:
            raise PromQLError("`or` between matchers is not PromQL", *_position("or", self.found, self.length))
        matchers = [
            Matcher(self.name(m.name), _MATCH[str(m.op)], self.literals.strings[int(m.value)])
            for m in node.matchers.matchers
        ]
        name = node.name
        if name is None and [m.label for m in matchers].count("__name__") == 1:
            name, matchers = _named(matchers)
        return Selector(name, tuple(matchers), self.offset(node.offset), self.at(node.at))

    def name(self, written: str) -> str:
        return self.literals.strings[int(written)] if written.isdigit() else written

    def names(self, written: list[str]) -> tuple[str, ...]:
        return tuple([self.name(n) for n in written])

    def offset(self, value: Any) -> Millis:
        if value is None:
            return 0
        index = _index(value)
        token = self.literals.numbers[abs(index)]
        return int(math.copysign(1, index)) * _millis(token.text, token.start)

    def at(self, value: Any) -> At | None:
        match None if value is None else str(value.type):
            case None:
                return None
            case "AtModifierType.Start":
                return At("start")
            case "AtModifierType.End":
                return At("end")
        index = int(float(str(value).removeprefix("@")))
        token = self.literals.numbers[abs(index)]
        seconds = math.copysign(1, index) * self.value(token)
        if not math.isfinite(seconds) or abs(seconds) * 1000 >= 2**63:
            raise PromQLError("timestamp out of bounds for the @ modifier", token.start, token.end)
        return At(_rounded(seconds * 1000))

    def number(self, value: float) -> float:
        return math.copysign(1, value) * self.value(self.literals.numbers[abs(int(value))])

    def value(self, token: Token) -> float:
        """A number literal as a scalar; a duration counts in seconds."""
        value = _NUMBER_WORDS.get(token.text.lower(), number(token.text))
        if value is not None:
            return value
        millis = duration(token.text)
        if millis is None or not in_range(millis):
            problem = "bad number or duration" if millis is None else "duration out of range"
            raise PromQLError(f"{problem}: {token.text}", token.start, token.end)
        return millis / 1000

    def aggregate(self, node: Any) -> Aggregate:
        modifier = node.modifier
        param = None if node.param is None else self.expr(node.param)
        grouping = () if modifier is None else self.names(modifier.labels)
        without = modifier is not None and str(modifier.type) == "AggModifierType.Without"
        return Aggregate(str(node.op), self.expr(node.expr), grouping, without, param)

    def binary(self, node: Any) -> Binary:
        modifier = node.modifier
        left, right = self.expr(node.lhs), self.expr(node.rhs)
        if modifier is None:
            return Binary(str(node.op), left, right)
        fill = modifier.fill_values
        if fill is not None and (fill.lhs is not None or fill.rhs is not None):
            raise PromQLError("fill modifiers came after Prometheus 3.5", *_position("fill", self.found, self.length))
        return Binary(str(node.op), left, right, modifier.return_bool, self.matching(modifier))

    def matching(self, modifier: Any) -> Matching | None:
        if modifier.matching is None:
            return None
        group = _GROUP.get(str(modifier.card))
        include = self.names(modifier.group_labels or [])
        on = str(modifier.matching.type) == "LabelModifierType.Include"
        return Matching(self.names(modifier.matching.labels), on, group, include)


_MATCH = {
    "MatchOp.Equal": MatchOp.EQ,
    "MatchOp.NotEqual": MatchOp.NE,
    "MatchOp.Re": MatchOp.RE,
    "MatchOp.NotRe": MatchOp.NRE,
}
_GROUP = {"VectorMatchCardinality.ManyToOne": Group.LEFT, "VectorMatchCardinality.OneToMany": Group.RIGHT}


def _index(value: Any) -> int:
    """The index that a timedelta of whole seconds stands for."""
    return int(value.total_seconds())


def _rounded(value: float) -> int:
    # Go rounds halves away from zero where Python takes the even neighbour.
    return math.floor(abs(value) + 0.5) * (1 if value > 0 else -1)


def _named(matchers: list[Matcher]) -> tuple[str | None, list[Matcher]]:
    """`{__name__="x"}` and `{"x"}` are the same selector as `x`, so they are the same tree."""
    for i, m in enumerate(matchers):
        if m.label == "__name__" and m.op is MatchOp.EQ and m.value:
            return m.value, matchers[:i] + matchers[i + 1 :]
    return None, matchers


def _explained(message: str, literals: _Literals) -> str:
    return re.sub(r"'([0-9]+)'", lambda m: ascii(literals.strings[int(m[1])]), message)


def _located(message: str, found: list[Token], length: int) -> PromQLError:
    quoted = re.search(r"'([^']+)'", message)
    return PromQLError(message, *_position(quoted[1] if quoted else "", found, length))


def _position(about: str, found: list[Token], length: int) -> tuple[int, int]:
    for t in found:
        if about and t.text == about:
            return t.start, t.end
    return 0, length


def _calls(found: list[Token]) -> list[Token]:
    """The names that are followed by a parenthesis or, for aggregations, by a clause."""
    following = found[1:] + [Token(Kind.COMMA, ",", 0)]
    clause = {"(", "by", "without"}
    return [
        t for t, after in zip(found, following, strict=True) if t.kind is Kind.NAME and after.text.lower() in clause
    ]
