"""Literals taken out of an expression and put back; changes when the language gains a literal.

The parser library never sees a literal or a label name: each is replaced by its index in a table. So a string
cannot change the shape of a tree, a number is read by Prometheus' rules and not the library's, a label may be called
`without`, and a hole needs no special text that a user could forge.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from slogen.promql.ast import Hole, Millis, Window
from slogen.promql.lex import Kind, PromQLError, Token, duration, in_range, number, shortened, unquote


@dataclass(frozen=True, slots=True)
class Bracket:
    """What stands in `[…]`: a range, or window and step of a subquery."""

    window: Window
    step: Millis | None
    is_subquery: bool


@dataclass(slots=True)
class Literals:
    """What the indices in the text for the library stand for; index 0 is never used, so every one can carry a sign."""

    strings: list[str]
    numbers: list[Token]
    brackets: list[Bracket]

    def string(self, written: str) -> str:
        """The string or label name behind `=7`; a name that was not taken out, which has no equals sign, stays."""
        return self.strings[int(written[1:])] if written.startswith("=") else written

    def restored(self, message: str) -> str:
        """A message of the library with the strings instead of their indices."""
        return re.sub(r"=[0-9]+", lambda m: shortened(self.string(m[0])), message)

    def scalar(self, index: int) -> float:
        """The number literal behind an index, negated with it; a duration counts in seconds."""
        token = self.numbers[abs(index)]
        return math.copysign(1, index) * _scalar(token)

    def offset(self, index: int) -> Millis:
        """The literal as a duration in milliseconds, negated with its index."""
        token = self.numbers[abs(index)]
        millis = _millis(token.text, token.start)
        return -millis if index < 0 else millis

    def timestamp(self, index: int) -> Millis:
        """The literal as a time in milliseconds; its sign, if any, is part of the token."""
        signed = self.numbers[index]
        token = Token(signed.kind, signed.text.lstrip("+-"), signed.start)
        seconds = _scalar(token)
        # Seconds are floats: beyond 2^50 ms (the year 37648) they no longer tell milliseconds apart with certainty,
        # so that the printed moment could be read as its neighbour.
        if not math.isfinite(seconds) or seconds * 1000 >= 2**50:
            raise PromQLError("timestamp out of bounds for the @ modifier", token.start, token.end)
        # Go rounds halves away from zero where Python takes the even neighbour.
        return math.floor(seconds * 1000 + 0.5) * (-1 if signed.text.startswith("-") else 1)


def take_out(found: list[Token], allow_hole: bool) -> tuple[str, Literals]:
    """The text for the library and the table of its literals; raises `PromQLError` for a literal that is none."""
    literals = Literals([""], [Token(Kind.NUMBER, "", 0)], [Bracket(0, None, is_subquery=False)])
    pieces: list[str] = []
    for t, is_label in _with_labels(_with_signed_timestamps(found)):
        match t.kind:
            case Kind.STRING:
                pieces.append(f'"={len(literals.strings)}"')
                literals.strings.append(unquote(t))
            case Kind.BRACKET:
                bracket = _bracket(t, allow_hole)
                pieces.append(f"[{len(literals.brackets)}s{':' if bracket.is_subquery else ''}]")
                literals.brackets.append(bracket)
            case Kind.NAME if is_label:
                pieces.append(f'"={len(literals.strings)}"')
                literals.strings.append(t.text)
            case _ if t.kind is Kind.NUMBER or (t.kind is Kind.NAME and t.text.lower() in _NUMBER_WORDS):
                pieces.append(str(len(literals.numbers)))
                literals.numbers.append(t)
            case _:
                pieces.append(t.text)
    return " ".join(pieces), literals


def _with_labels(found: list[Token]) -> Iterator[tuple[Token, bool]]:
    """Each token, and whether it is a label name: the library takes some label names for keywords."""
    in_braces = in_clause = False
    before = ""
    for t, after in zip(found, [*found[1:], found[-1]], strict=True):
        if t.kind is Kind.OPEN:
            in_braces = t.text == "{"
            in_clause = t.text == "(" and before.lower() in _CLAUSES
        elif t.kind is Kind.CLOSE:
            in_braces = in_clause = False
        may_be = t.kind is Kind.NAME and ":" not in t.text
        if in_braces:
            yield t, may_be and after.text in _MATCH_SIGNS
        else:
            yield t, may_be and in_clause and t.text.lower() not in NO_LABELS_IN_LISTS
        before = t.text


NO_LABELS_IN_LISTS = frozenset({"without", "inf", "nan"})
"""Words that Prometheus takes for a label in a list, in any case, only when they are in quotes."""

_CLAUSES = frozenset({"by", "without", "on", "ignoring", "group_left", "group_right"})
_MATCH_SIGNS = frozenset({"=", "!=", "=~", "!~"})


def _with_signed_timestamps(found: list[Token]) -> list[Token]:
    """The tokens with the sign behind `@` made part of its number, because the library loses negative times."""
    if not any(t.text == "@" for t in found):
        return found
    merged: list[Token] = []
    for t in found:
        is_number = t.kind is Kind.NUMBER or t.text.lower() in _NUMBER_WORDS
        if is_number and len(merged) > 1 and merged[-1].text in {"+", "-"} and merged[-2].text == "@":
            sign = merged.pop()
            merged.append(Token(Kind.NUMBER, sign.text + t.text, t.start))
        else:
            merged.append(t)
    return merged


_NUMBER_WORDS = {"inf": math.inf, "nan": math.nan}
_COMMENT = re.compile(r"#[^\n\r]*")
_BRACKET = re.compile(r"\[\s*([^\s:]+)\s*(?:(:)\s*([^\s:]+)?\s*)?\]")


def _bracket(t: Token, allow_hole: bool) -> Bracket:
    m = _BRACKET.fullmatch(_COMMENT.sub(lambda c: " " * len(c[0]), t.text))
    if m is None:
        raise PromQLError(_no_duration(t.text[1:-1]), t.start, t.end)
    if allow_hole and m[1] == f"${Hole().name}":
        window: Window = Hole()
    else:
        window = _positive(m[1], t.start + m.start(1))
    step = None if m[3] is None else _positive(m[3], t.start + m.start(3))
    return Bracket(window, step, is_subquery=m[2] is not None)


def _positive(text: str, start: int) -> Millis:
    millis = _millis(text, start)
    if millis <= 0:
        raise PromQLError("a range must be longer than zero", start, start + len(text))
    return millis


def _millis(text: str, start: int) -> Millis:
    end = start + len(text)
    millis = duration(text)
    if millis is None:
        value = _NUMBER_WORDS.get(text.lower(), number(text))
        if value is None:
            raise PromQLError(_no_duration(text), start, end)
        if not math.isfinite(value) or abs(value) > 2**63:
            raise PromQLError("duration out of range", start, end)
        exact = Fraction(repr(value)) * 1000
        if exact.denominator != 1:
            raise PromQLError(f"{text} seconds is no whole number of milliseconds", start, end)
        millis = int(exact)
    if not in_range(millis):
        raise PromQLError("duration out of range", start, end)
    return millis


def _no_duration(text: str) -> str:
    if text.startswith("$"):
        return f"a window to be filled in ({shortened(text)}) has no place here"
    if re.search(r"[-+*/%^()]", text):
        return f"arithmetic in durations is experimental and not supported: {shortened(text)}"
    return f"not a valid duration: {shortened(text)}"


def _scalar(token: Token) -> float:
    value = _NUMBER_WORDS.get(token.text.lower(), number(token.text))
    if value is not None:
        return value
    millis = duration(token.text)
    if millis is None or not in_range(millis):
        problem = "not a valid number or duration" if millis is None else "duration out of range"
        raise PromQLError(f"{problem}: {shortened(token.text)}", token.start, token.end)
    return millis / 1000
