"""Regular expressions in the dialect of Prometheus and Alertmanager (Go's RE2); changes when that dialect is read more exactly.

Matchers of both servers are anchored at both ends, so callers use `fullmatch`. Prometheus lets a dot match a newline
(`^(?s:…)$`), Alertmanager does not (`^(?:…)$`); say which by `dot_newline`.

google-re2 is the same engine family and takes linear time. It has no wheel for musl; without it patterns are translated
to `re`, and every construct that the two read differently is refused instead of guessed (`translate`).
"""

import re
from collections.abc import Iterator, Sequence
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
    groupindex: dict[str, int]
    groups: int

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

        `$1` and `$name` take the longest run of letters, digits and underscores, `${name}` ends where it says, `$$` is a
        dollar sign. A group that does not exist or did not take part is empty; a malformed `$` stays as it is.
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
            if start == after == end and out:
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
        return self._engine.groupindex.get(name)


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
        msg = "google-re2 is not installed"
        raise RegexError(msg)
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
