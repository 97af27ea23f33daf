"""From text to tree; changes when the parser library does, which is used nowhere else."""

from dataclasses import dataclass
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
from slogen.promql.lex import Kind, PromQLError, Token, tokens
from slogen.promql.literals import Literals, take_out
from slogen.promql.rewrite import walk
from slogen.promql.signatures import AGGREGATORS, FUNCTIONS
from slogen.promql.syntax import calls, fault, locate

MAX_DEPTH = 250
"""Levels a tree may have: beyond it neither the library nor Python's stack is safe, and no reader is."""


def parse(text: str, *, allow_hole: bool = False) -> Expr:
    """The tree of `text`, type-checked; raises `PromQLError` with offsets and nothing else.

    Everything that Prometheus 3.5 parses with experimental functions enabled is accepted, apart from arithmetic in
    durations and durations below a millisecond; `experimental` lists what a server would have to enable. `[$window]`
    is a hole where `allow_hole` says so. `{"x"}` and `{__name__="x"}` give the same tree as `x`.
    """
    found = tokens(text)
    if not found:
        raise PromQLError("no expression found", 0, len(text))
    _check_depth(found)
    prepared, literals = take_out(found, allow_hole)
    try:
        tree = promql_parser.parse(prepared)
    except ValueError as e:
        raise fault(found, len(text)) or _refused(str(e), literals, found, len(text)) from None
    expr = _Conversion(found, literals, len(text)).expr(tree)
    try:
        types.check(expr)
    except types.PromQLTypeError as e:
        raise locate(e.message, found, len(text), e.about) from None
    return expr


def experimental(expr: Expr, text: str) -> list[tuple[str, int]]:
    """The experimental functions and aggregations in `text` with their offsets; `expr` is what `parse` made of it."""
    names = {_name(node) for node in walk(expr) if isinstance(node, Call | Aggregate)}
    wanted = {n for n in names if (known := FUNCTIONS.get(n) or AGGREGATORS.get(n)) and known.experimental}
    return [(t.text.lower(), t.start) for t in calls(tokens(text)) if t.text.lower() in wanted] if wanted else []


def _name(node: Call | Aggregate) -> str:
    return node.function if isinstance(node, Call) else node.op


def _check_depth(found: list[Token]) -> None:
    """Refuse what could become a deeper tree than `MAX_DEPTH`.

    All operators between two commas may nest in each other, and a group nests in what is around it. The bound is far
    from any rule: it exists because the library overflows the stack of the process a few thousand levels down.
    """
    if len(found) <= MAX_DEPTH:
        return  # no token can add more than one level
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
        elif not in_braces and (t.kind in _NESTING or t.text.lower() in _WORD_OPERATORS):
            groups[-1][0] += 1
        if len(groups) > MAX_DEPTH or _depth(groups[-1]) > MAX_DEPTH:
            raise PromQLError(f"nested deeper than {MAX_DEPTH} levels", t.start, t.end)


_NESTING = frozenset({Kind.OPERATOR, Kind.BRACKET})
_WORD_OPERATORS = SET_OPERATORS | {"atan2"}


def _depth(group: list[int]) -> int:
    operators, operators_of_earlier_arguments, inner = group
    return 1 + max(operators, operators_of_earlier_arguments) + inner


@dataclass(frozen=True, slots=True)
class _Conversion:
    """From the nodes of the library to ours, with literals put back."""

    found: list[Token]
    literals: Literals
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
                return Range(self.selector(node.vector_selector), self.literals.brackets[_index(node.range)].window)
            case promql_parser.BinaryExpr():
                return self.binary(node)
            case promql_parser.AggregateExpr():
                return self.aggregate(node)
            case promql_parser.NumberLiteral():
                return Number(self.literals.scalar(int(node.val)))
            case promql_parser.StringLiteral():
                return Text(self.literals.string(node.val))
            case promql_parser.UnaryExpr():
                return Negate(self.expr(node.expr))
            case promql_parser.SubqueryExpr():
                b = self.literals.brackets[_index(node.range)]
                return Subquery(self.expr(node.expr), b.window, b.step, self.offset(node.offset), self.at(node.at))
        raise PromQLError(f"{type(node).__name__} is not supported", 0, self.length)

    def selector(self, node: Any) -> Selector:
        if node.matchers.or_matchers:
            raise locate("`or` between matchers is not PromQL", self.found, self.length, "or")
        matchers = [
            Matcher(self.literals.string(m.name), _MATCH[str(m.op)], self.literals.string(m.value))
            for m in node.matchers.matchers
        ]
        name = node.name
        if name is None:
            name, matchers = _named(matchers)
        return Selector(name, tuple(matchers), self.offset(node.offset), self.at(node.at))

    def names(self, written: list[str]) -> tuple[str, ...]:
        return tuple([self.literals.string(n) for n in written])

    def offset(self, value: Any) -> Millis:
        return 0 if value is None else self.literals.offset(_index(value))

    def at(self, value: Any) -> At | None:
        match None if value is None else str(value.type):
            case None:
                return None
            case "AtModifierType.Start":
                return At("start")
            case "AtModifierType.End":
                return At("end")
            case _:
                return At(self.literals.timestamp(int(float(str(value).removeprefix("@")))))

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
            raise locate("fill modifiers came after Prometheus 3.5", self.found, self.length, "fill")
        return Binary(str(node.op), left, right, modifier.return_bool, self.matching(modifier))

    def matching(self, modifier: Any) -> Matching | None:
        if modifier.matching is None:
            return None
        on = str(modifier.matching.type) == "LabelModifierType.Include"
        group = _GROUP.get(str(modifier.card))
        return Matching(self.names(modifier.matching.labels), on, group, self.names(modifier.group_labels or []))


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


def _named(matchers: list[Matcher]) -> tuple[str | None, list[Matcher]]:
    """The metric name among the matchers: only where it is the one matcher on the name, so that no other is lost."""
    about_name = [m for m in matchers if m.label == "__name__"]
    if len(about_name) == 1 and about_name[0].op is MatchOp.EQ and about_name[0].value:
        return about_name[0].value, [m for m in matchers if m.label != "__name__"]
    return None, matchers


def _refused(message: str, literals: Literals, found: list[Token], length: int) -> PromQLError:
    """The library's refusal in terms of the text."""
    if message == "invalid promql query":
        message = "this is no valid PromQL"
    return locate(literals.restored(message), found, length)
