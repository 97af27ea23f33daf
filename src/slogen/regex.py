"""Regular expressions in the dialect of Prometheus and Alertmanager (Go's RE2); changes with how exactly it is read.

Matchers of both servers are anchored at both ends, so callers use `fullmatch`. Prometheus lets a dot match a newline
(`^(?s:…)$`), Alertmanager does not (`^(?:…)$`); say which by `dot_newline`.

google-re2 is the same engine family and takes linear time. It has no wheel for musl; without it patterns are translated
to `re`, and every construct that the two read differently is refused instead of guessed (`translate`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

try:
    import re2
except ImportError:
    re2 = None

_MAX_MEMORY = 64 << 20
_NO_GO_SYNTAX = re.compile(r"(?:^|[^\\])(?:\\\\)*\\C")
_SURROGATE = re.compile("[\ud800-\udfff]")


class RegexError(ValueError):
    """The pattern is no valid RE2 expression, or one that cannot be read the same way here; the message says why."""


class _Match(Protocol):
    def group(self, group: int, /) -> bytes | str | None: ...
    def span(self, group: int, /) -> tuple[int, int]: ...


class _Engine(Protocol):
    @property
    def groups(self) -> int: ...
    @property
    def groupindex(self) -> Mapping[bytes, int]: ...

    def fullmatch(self, text: bytes, /) -> _Match | None: ...
    def search(self, text: bytes, /) -> _Match | None: ...
    def finditer(self, text: bytes, /) -> Iterator[_Match]: ...


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled expression; immutable and safe to share."""

    text: str
    _engine: _Engine

    def fullmatch(self, text: str) -> bool:
        """Whether the whole of `text` matches, as in a label matcher."""
        return self._engine.fullmatch(_encode(text)) is not None

    def search(self, text: str) -> bool:
        """Whether `text` holds a match anywhere, as template functions ask."""
        return self._engine.search(_encode(text)) is not None

    def expand(self, text: str, template: str) -> str | None:
        """The `template` filled from the groups of a whole match, or None: the middle of `label_replace`.

        `$1` and `$name` take the longest run of letters, digits and underscores, `${name}` ends where it says, `$$` is
        a dollar sign. A group that does not exist or did not take part is empty; a malformed `$` stays as it is.
        """
        match = self._engine.fullmatch(_encode(text))
        if match is None:
            return None
        return "".join(self._piece(part, match) for part in _template(template))

    def replace(self, text: str, template: str) -> str:
        """`text` with every match replaced by the filled `template`, from left to right: `reReplaceAll`."""
        data = _encode(text)
        out: list[bytes] = []
        end = 0
        for match in self._engine.finditer(data):
            start, after = match.span(0)
            if start == after and ((start == end and out) or _is_inside_character(data, start)):
                continue  # as in Go, no empty match directly behind another match
            out += [data[end:start], *(self._piece(part, match).encode() for part in _template(template))]
            end = after
        return b"".join([*out, data[end:]]).decode("utf-8", "replace")

    def _piece(self, part: "str | _Reference", match: _Match) -> str:
        if isinstance(part, str):
            return part
        number = self._number(part.name)
        found = None if number is None else match.group(number)
        if found is None:
            return ""
        return found if isinstance(found, str) else found.decode("utf-8", "replace")

    def _number(self, name: str) -> int | None:
        if name.isascii() and name.isdigit() and (name == "0" or name[0] != "0"):
            return int(name) if len(name) <= 8 and int(name) <= self._engine.groups else None
        return self._engine.groupindex.get(name.encode())


def compile(pattern: str, dot_newline: bool = True) -> Pattern:  # noqa: A001 - the name every regex module uses
    """Compile one pattern; raises `RegexError`. The last few thousand results are remembered."""
    return _compile(pattern, dot_newline)


def escape(literal: str) -> str:
    r"""A pattern that matches exactly `literal` in RE2: `fraud.v2` gives `fraud\.v2`."""
    return re.sub(r"[\\.+*?()|\[\]{}^$]", lambda m: "\\" + m[0], literal)


@lru_cache(maxsize=4096)
def _compile(pattern: str, dot_newline: bool) -> Pattern:
    if _SURROGATE.search(pattern):
        msg = "the pattern is not valid UTF-8"
        raise RegexError(msg)
    if _NO_GO_SYNTAX.search(pattern):
        msg = r"invalid escape sequence: `\C`"
        raise RegexError(msg)
    if re2 is None:
        return Pattern(pattern, _Fallback(translate(pattern, dot_newline)))
    options = re2.Options()
    options.dot_nl = dot_newline
    options.log_errors = False
    options.max_mem = _MAX_MEMORY
    try:
        return Pattern(pattern, re2.compile(pattern.encode(), options))
    except re2.error as e:
        raise RegexError(_message(e)) from None


def _message(error: Exception) -> str:
    detail = error.args[0] if error.args else "invalid pattern"
    return detail.decode("utf-8", "replace") if isinstance(detail, bytes) else str(detail)


def _encode(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text).encode()


def _is_inside_character(data: bytes, offset: int) -> bool:
    return offset < len(data) and data[offset] & 0xC0 == 0x80


@dataclass(frozen=True, slots=True)
class _Reference:
    name: str


_TEMPLATE = re.compile(r"\$(?:\$|\{(\w+)\}|(\w+))")


@lru_cache(maxsize=1024)
def _template(template: str) -> Sequence[str | _Reference]:
    parts: list[str | _Reference] = []
    end = 0
    for m in _TEMPLATE.finditer(template):
        parts.append(template[end : m.start()])
        name = m[1] or m[2]
        parts.append("$" if name is None else _Reference(name))
        end = m.end()
    parts.append(template[end:])
    return tuple(parts)


@dataclass(frozen=True, slots=True)
class _Fallback:
    """Python's `re` behind the interface of google-re2."""

    engine: re.Pattern[str]

    @property
    def groups(self) -> int:
        return self.engine.groups

    @property
    def groupindex(self) -> Mapping[bytes, int]:
        return {name.encode(): number for name, number in self.engine.groupindex.items()}

    def fullmatch(self, text: bytes, /) -> _Match | None:
        match = self.engine.fullmatch(text.decode())
        return None if match is None else _FallbackMatch(match)

    def search(self, text: bytes, /) -> _Match | None:
        match = self.engine.search(text.decode())
        return None if match is None else _FallbackMatch(match)

    def finditer(self, text: bytes, /) -> Iterator[_Match]:
        return map(_FallbackMatch, self.engine.finditer(text.decode()))


@dataclass(frozen=True, slots=True)
class _FallbackMatch:
    """A match whose offsets count bytes, as those of google-re2 do."""

    match: re.Match[str]

    def group(self, group: int, /) -> str | None:
        return self.match.group(group)

    def span(self, group: int, /) -> tuple[int, int]:
        start, end = self.match.span(group)
        text = self.match.string
        return len(text[:start].encode()), len(text[:end].encode())


_PIECE = re.compile(
    r"""(?P<escape> \\(?: x[0-9a-fA-F]{2} | x\{[0-9a-fA-F]+\} | . ) )
    | (?P<group> \((?: \?:  | \?P<[A-Za-z_][A-Za-z0-9_]*> | \?<[A-Za-z_][A-Za-z0-9_]*> )? (?!\?) )
    | (?P<repeat> (?: [*+?] | \{[0-9]+(?:,[0-9]*)?\} ) \?? )
    | (?P<class> \[\^?\]?(?: \\. | [^\]\\\[] )*\] )
    | (?P<bar> [|)] ) | (?P<anchor> [\^$.] ) | (?P<literal> [^\\\[(*+?] )""",
    re.VERBOSE | re.DOTALL,
)
_CLASSES = {"d": "0-9", "w": "0-9A-Za-z_", "s": r"\t\n\f\r "}
_CONTROLS = frozenset("aftnrv")


def translate(pattern: str, dot_newline: bool = True) -> re.Pattern[str]:
    r"""The same language for Python's `re`; raises `RegexError` for what the two read differently or only one reads.

    Accepted are literals, classes without named ones inside, groups, alternatives, repetitions up to 1000, `^`, `$`,
    `.`, `\d \w \s \b` and their negations as ASCII, and `(?i)` or `(?s)` at the start of a pattern. Matching can take
    exponential time, as always in `re`.
    """
    ignore_case, dot_all, rest = _leading_flags(pattern, dot_newline)
    if ignore_case and not pattern.isascii():
        raise RegexError("case folding beyond ASCII needs google-re2")
    pieces: list[str] = []
    position, repeatable = 0, False
    while position < len(rest):
        m = _PIECE.match(rest, position)
        if m is None or m.lastgroup is None:
            raise _refused(rest[position : position + 8])
        if m.lastgroup == "repeat" and not repeatable:
            raise RegexError(f"missing argument to repetition operator: {m[0]}")
        pieces.append(_translated(m.lastgroup, m[0], dot_all))
        repeatable = m.lastgroup not in {"repeat", "group"} and m[0] != "|"
        position = m.end()
    try:
        return re.compile("".join(pieces), re.IGNORECASE if ignore_case else 0)
    except (re.error, OverflowError, RecursionError) as e:
        raise RegexError(str(e)) from None


def _leading_flags(pattern: str, dot_newline: bool) -> tuple[bool, bool, str]:
    m = re.match(r"\(\?([is]+)\)", pattern)
    if m is None:
        return False, dot_newline, pattern
    return "i" in m[1], dot_newline or "s" in m[1], pattern[m.end() :]


def _translated(kind: str, piece: str, dot_all: bool) -> str:
    match kind:
        case "escape":
            return _escape_sequence(piece)
        case "class":
            return _class(piece)
        case "group":
            return piece.replace("(?<", "(?P<")
        case "repeat":
            if any(int(n) > 1000 for n in re.findall(r"[0-9]+", piece)):
                raise RegexError(f"invalid repeat count: {piece}")
            return piece
        case "anchor":
            return {"^": r"\A", "$": r"\Z", ".": "(?s:.)" if dot_all else r"[^\n]"}[piece]
        case "bar":
            return piece
        case _:
            return re.escape(piece)


def _escape_sequence(piece: str) -> str:
    char = piece[1]
    if char == "x":
        return re.escape(_point(piece[2:]))
    if char.lower() in _CLASSES:
        return f"[{'^' if char.isupper() else ''}{_CLASSES[char.lower()]}]"
    if char in "bB":
        return rf"(?a:\{char})"
    if char in "Az":
        return r"\A" if char == "A" else r"\Z"
    if char in _CONTROLS:
        return piece
    if char.isascii() and not char.isalnum() and char != "_":
        return re.escape(char)
    raise _refused(piece)


def _point(digits: str) -> str:
    point = int(digits.strip("{}"), 16)
    if point > 0x10FFFF or 0xD800 <= point < 0xE000:
        raise RegexError(f"invalid escape sequence: \\x{digits}")
    return chr(point)


def _class(piece: str) -> str:
    negated = piece.startswith("[^")
    body = piece[2:-1] if negated else piece[1:-1]
    parts = [_class_member(m[0]) for m in re.finditer(r"\\.|[^\\]", body, re.DOTALL)]
    return f"[{'^' if negated else ''}{''.join(parts)}]"


def _class_member(member: str) -> str:
    if member == "-":
        return "-"
    if not member.startswith("\\"):
        return re.escape(member)
    char = member[1]
    if char in _CLASSES:
        return _CLASSES[char]
    if char in _CONTROLS:
        return member
    if char.isascii() and not char.isalnum() and char != "_":
        return re.escape(char)
    raise _refused(member)


def _refused(piece: str) -> RegexError:
    return RegexError(f"without google-re2 this cannot be read as Prometheus reads it: {piece}")
