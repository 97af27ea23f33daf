"""Tokens of PromQL with their offsets; changes when the language gains a way to write something.

The parser library tells no positions and reads literals its own way (no `1_000`, and a byte in a string becomes a
character), so literals are read here, by the rules of Prometheus 3. Offsets count code points.
"""

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

from slogen.promql.ast import Millis


class PromQLError(ValueError):
    """The text is no PromQL that Prometheus 3.5 would take; `[start, end)` are offsets into the text."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end


class Kind(Enum):
    """What a token is; white space and comments are no tokens."""

    STRING = auto()
    NUMBER = auto()
    NAME = auto()
    BRACKET = auto()
    OPERATOR = auto()
    OPEN = auto()
    CLOSE = auto()
    COMMA = auto()


class Token(NamedTuple):
    """A token as written; a whole `[5m:1m]` is one token, because inside it a colon is no part of a name."""

    kind: Kind
    text: str
    start: int

    @property
    def end(self) -> int:
        """Offset behind the last code point."""
        return self.start + len(self.text)


_TOKEN = re.compile(
    r"""[ \t\r\n]+ | \#[^\n\r]*
    | (?P<STRING> "[^"\\\n]*(?:\\.[^"\\\n]*)*" | '[^'\\\n]*(?:\\.[^'\\\n]*)*' | `[^`]*` )
    | (?P<NUMBER> 0[xX][0-9a-zA-Z_]* | (?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[0-9A-Za-z_.]* )
    | (?P<NAME> [A-Za-z_:][A-Za-z0-9_:]* )
    | (?P<BRACKET> \[[^\[\]]*\] )
    | (?P<OPERATOR> =~ | !~ | == | != | >= | <= | [-+*/%^<>=@] )
    | (?P<OPEN> [({] ) | (?P<CLOSE> [)}] ) | (?P<COMMA> , )""",
    re.VERBOSE,
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_KINDS = {kind.name: kind for kind in Kind}
_UNTERMINATED = {
    '"': "unterminated string",
    "'": "unterminated string",
    "`": "unterminated raw string",
    "[": "`[` is never closed",
}


def tokens(text: str) -> list[Token]:
    """All tokens in order; raises `PromQLError` at the first thing that is none."""
    return list(_scan(text))


def _scan(text: str) -> Iterator[Token]:
    if surrogate := _SURROGATE.search(text):
        raise PromQLError("a lone surrogate is no text", surrogate.start(), surrogate.end())
    position = 0
    for m in _TOKEN.finditer(text):
        if m.start() != position:
            break
        position = m.end()
        if m.lastgroup is not None:
            yield Token(_KINDS[m.lastgroup], m[0], m.start())
    if position < len(text):
        found = text[position]
        raise PromQLError(_UNTERMINATED.get(found, f"unexpected character {found!a}"), position, position + 1)


UNITS: tuple[tuple[str, Millis], ...] = (
    ("y", 365 * 86_400_000),
    ("w", 7 * 86_400_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1000),
    ("ms", 1),
)
_DURATION = re.compile("".join(f"(?:([0-9]+){unit})?" for unit, _ in UNITS[:-2]) + "(?:([0-9]+)s)?(?:([0-9]+)ms)?")
_LONGEST: Millis = (2**63 - 1) // 1_000_000


def duration(text: str) -> Millis | None:
    """Milliseconds of `1h30m` (units largest first, each once), or None where the text is no duration."""
    m = _DURATION.fullmatch(text)
    if m is None or not text:
        return None
    return sum(int(n) * size for n, (_, size) in zip(m.groups("0"), UNITS, strict=True))


def in_range(millis: Millis) -> bool:
    """Whether Prometheus can hold the duration: 64 bits of nanoseconds, about 292 years."""
    return abs(millis) <= _LONGEST


_HEX = re.compile(r"0[xX]_?[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*")
_DECIMAL = re.compile(
    r"(?:[0-9]+(?:_[0-9]+)*\.?(?:[0-9]+(?:_[0-9]+)*)?|\.[0-9]+(?:_[0-9]+)*)(?:[eE][+-]?[0-9]+(?:_[0-9]+)*)?"
)
_OCTAL = re.compile(r"0[0-7]+")


def number(text: str) -> float | None:
    """The value of a number literal as Prometheus reads it, or None: `1_000` is a thousand, `010` is eight.

    A literal that overflows is None too, because Prometheus refuses it instead of reading infinity.
    """
    digits = text.replace("_", "")
    if _HEX.fullmatch(text):
        value = int(digits, 16)
        return float(value) if value < 2**63 else None
    if not _DECIMAL.fullmatch(text):
        return None
    if _OCTAL.fullmatch(digits) and (octal := int(digits, 8)) < 2**63:
        return float(octal)
    parsed = float(digits)
    return None if parsed == float("inf") else parsed


_ESCAPE = re.compile(
    r"\\(?:([abfnrtv\\'\"])|([0-7]{3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.|\Z))", re.DOTALL
)
_SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}


def unquote(token: Token) -> str:
    """The value of a string token by Go's rules; bytes that are no UTF-8 come out as surrogate escapes."""
    quote, body = token.text[0], token.text[1:-1]
    if quote == "`" or "\\" not in body:
        return body.replace("\r", "") if quote == "`" else body
    pieces: list[bytes] = []
    end = 0
    for m in _ESCAPE.finditer(body):
        pieces += [body[end : m.start()].encode(), _unescape(m, quote, token.start + 1)]
        end = m.end()
    pieces.append(body[end:].encode())
    return b"".join(pieces).decode("utf-8", "surrogateescape")


def _unescape(m: re.Match[str], quote: str, base: int) -> bytes:
    simple, octal, byte, short, long, _ = m.groups()
    if simple and (simple in _SIMPLE or simple == quote):
        return _SIMPLE.get(simple, simple).encode()
    if octal and int(octal, 8) < 256:
        return bytes([int(octal, 8)])
    if byte:
        return bytes([int(byte, 16)])
    if short or long:
        point = int(short or long, 16)
        if point < 0x110000 and not 0xD800 <= point < 0xE000:
            return chr(point).encode()
    raise PromQLError(f"unknown escape sequence {m[0]!a} in a string", base + m.start(), base + m.end())


def shortened(text: str) -> str:
    """A piece of the text for a message: printable ASCII, at most 40 characters of it."""
    return ascii(text)[1:-1] if len(text) <= 40 else ascii(text[:40])[1:-1] + "…"
