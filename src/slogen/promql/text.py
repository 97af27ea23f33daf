"""The one printer of PromQL; changes when the language gains a construct or its layout is to read better."""

import math
import re
from collections.abc import Iterable

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
    Window,
)
from slogen.promql.lex import UNITS
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
    "and or unless atan2 bool by without on ignoring group_left group_right offset start end inf nan anchored smoothed".split()
)
"""Words with a meaning of their own, in any case: as metric names they are legal but some versions misread them."""


_NUMBERS = frozenset({"inf", "nan"})


def show(expr: Expr) -> str:
    """The expression on one line, with no parenthesis more than the grammar needs; parsing it gives an equal tree."""
    match expr:
        case Number(value):
            return number(value)
        case Text(value):
            return quote(value)
        case Selector():
            return selector(expr)
        case Range(inner, window):
            return f"{_series(inner)}[{span(window)}]{_modifiers(inner.offset, inner.at)}"
        case Subquery(inner, window, step, offset, at):
            every = "" if step is None else duration(step)
            return f"{_operand(inner, _ATOM)}[{span(window)}:{every}]{_modifiers(offset, at)}"
        case Call(function, args):
            return f"{function}({', '.join([show(a) for a in args])})"
        case Aggregate(op, inner, _, _, param):
            first = "" if param is None else f"{show(param)}, "
            return f"{op}{grouping(expr)}({first}{show(inner)})"
        case Negate(inner):
            return f"-{_negated(inner)}"
        case Binary(op, left, right):
            return f"{left_operand(op, left)} {operator(expr)} {right_operand(op, right)}"


def left_operand(op: str, expr: Expr) -> str:
    """The left side of `op`, in parentheses where it would bind otherwise."""
    return _operand(expr, PRECEDENCE[op] + (op == "^"))


def right_operand(op: str, expr: Expr) -> str:
    """The right side of `op`; a leading minus needs no parentheses there."""
    if isinstance(expr, Negate | Number):
        return show(expr)
    return _operand(expr, PRECEDENCE[op] + (op != "^"))


def _operand(expr: Expr, least: int) -> str:
    return show(expr) if binds(expr) >= least else f"({show(expr)})"


def binds(expr: Expr) -> int:
    """How tightly the outermost construct binds: an operator's precedence, or more than any for closed constructs."""
    match expr:
        case Binary(op):
            return PRECEDENCE[op]
        case Negate():
            return _UNARY
        case Number(value):
            return _UNARY if math.copysign(1, value) < 0 and not math.isnan(value) else _ATOM
        case _:
            return _ATOM


def _negated(expr: Expr) -> str:
    # A minus before a literal belongs to the literal, so a negated literal keeps its parentheses.
    if isinstance(expr, Number):
        return f"({show(expr)})"
    return show(expr) if isinstance(expr, Negate) or binds(expr) > _UNARY else f"({show(expr)})"


def operator(expr: Binary) -> str:
    """The operator with its modifiers: `> bool on (model) group_left (team)`."""
    words = [expr.op]
    if expr.bool_:
        words.append("bool")
    if expr.matching is not None:
        words += _matching(expr.matching)
    return " ".join(words)


def _matching(m: Matching) -> Iterable[str]:
    yield f"{'on' if m.on else 'ignoring'} ({labels(m.labels)})"
    if m.group is not None:
        yield f"{m.group.value} ({labels(m.include)})"


def grouping(expr: Aggregate) -> str:
    """The clause between the operator and its parenthesis: ` by (model) `, or nothing."""
    if not expr.grouping and not expr.without:
        return ""
    return f" {'without' if expr.without else 'by'} ({labels(expr.grouping)}) "


def labels(names: Iterable[str]) -> str:
    """A list of label names, those outside the old character set in quotes."""
    return ", ".join([quote(name) if name.lower() in _NUMBERS else _label(name) for name in names])


def _label(name: str) -> str:
    return name if _LABEL.fullmatch(name) else quote(name)


def selector(s: Selector) -> str:
    """An instant selector with its modifiers."""
    return _series(s) + _modifiers(s.offset, s.at)


def _series(s: Selector) -> str:
    parts = [_matcher(m) for m in s.matchers]
    if s.name is None:
        return f"{{{','.join(parts)}}}"
    if _METRIC.fullmatch(s.name):
        if s.name.lower() not in _RESERVED:
            return f"{s.name}{{{','.join(parts)}}}" if parts else s.name
        parts.insert(0, _matcher(Matcher("__name__", MatchOp.EQ, s.name)))
    else:
        parts.insert(0, quote(s.name))
    return f"{{{','.join(parts)}}}"


def _matcher(m: Matcher) -> str:
    return f"{_label(m.label)}{m.op.value}{quote(m.value)}"


def _modifiers(offset: Millis, at: At | None) -> str:
    text = ""
    if at is not None:
        text = f" @ {at.when}()" if isinstance(at.when, str) else f" @ {seconds(at.when)}"
    if offset:
        text += f" offset {'-' if offset < 0 else ''}{duration(abs(offset))}"
    return text


def span(window: Window) -> str:
    """What stands in the brackets of a range: a duration or `$window`."""
    return f"${window.name}" if isinstance(window, Hole) else duration(window)


def duration(millis: Millis) -> str:
    """A duration as Prometheus prints it: `1h30m`, `1d`, `1s500ms`; years and weeks only when nothing is left over."""
    if millis < 0:
        msg = f"a duration cannot be negative: {millis} ms"
        raise ValueError(msg)
    if millis == 0:
        return "0s"
    parts: list[str] = []
    rest = millis
    for unit, size in UNITS:
        if unit in {"y", "w"} and rest % size:
            continue
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts)


def seconds(millis: Millis) -> str:
    """A timestamp in seconds with as many decimals as it needs."""
    whole, rest = divmod(abs(millis), 1000)
    fraction = f".{rest:03}".rstrip("0") if rest else ""
    return f"{'-' if millis < 0 else ''}{whole}{fraction}"


def number(value: float) -> str:
    """The shortest literal that gives the same float: `0.999`, `14.4`, `1e+16`, `+Inf`, `NaN`."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return repr(float(value)).removesuffix(".0")


_ESCAPES = {
    "\\": "\\\\",
    '"': '\\"',
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\v": "\\v",
}
_UNSAFE = re.compile(
    '[\\\\"\x00-\x1f\x7f-\xa0\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\uffff]'
)


def quote(value: str) -> str:
    """A string literal that Go and Prometheus read back as `value`.

    Control, invisible and direction-changing characters are escaped, so that what a reviewer sees is what is there.
    Surrogate escapes become the bytes they stand for, other lone surrogates their three bytes.
    """
    return f'"{_UNSAFE.sub(_escape, value)}"'


def _escape(m: re.Match[str]) -> str:
    char = m[0]
    if char in _ESCAPES:
        return _ESCAPES[char]
    point = ord(char)
    if 0xDC80 <= point <= 0xDCFF:
        return f"\\x{point - 0xDC00:02x}"
    if 0xD800 <= point <= 0xDFFF:
        return "".join(f"\\x{b:02x}" for b in char.encode("utf-8", "surrogatepass"))
    return f"\\u{point:04x}"
