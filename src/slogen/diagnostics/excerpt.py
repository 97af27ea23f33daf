"""A line of a user's file made fit for a terminal: cut to width, every odd character visible, carets aligned."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from slogen.diagnostics.model import Span
from slogen.diagnostics.secret_text import without_secrets

_BREAK = re.compile(r"\r\n|\r|\n")
_BEFORE, _AFTER = 60, 50
"""Characters shown before and after the place that is meant."""
_MARGIN = 200
"""Characters beyond those that are looked at to recognise a secret that the cut would split."""
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Texts:
    """The files that excerpts come from, split into lines once each."""

    by_file: Mapping[str, str]
    lines: dict[str, list[str]] = field(default_factory=dict)

    def line(self, file: str, number: int) -> str | None:
        """Line `number` (from 1) of a file; None where there is no such text."""
        if file not in self.lines:
            text = self.by_file.get(file)
            self.lines[file] = [] if text is None else _BREAK.split(text)
        known = self.lines[file]
        return known[number - 1] if 1 <= number <= len(known) else None


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A printable line and the terminal columns (from 0) where carets begin, and how many there are."""

    text: str
    offset: int
    carets: int


def excerpt(line: str, span: Span) -> Excerpt:
    """The part of a line around a span's beginning."""
    start = min(span.column - 1, len(line))
    end = span.end_column - 1 if span.end_line == span.line else len(line.rstrip())
    end = max(start, min(end, len(line)))
    left, right = max(0, start - _BEFORE), min(len(line), max(start + 1, min(end, start + _AFTER)) + _AFTER)
    low = max(0, left - _MARGIN)
    masked = without_secrets(line[low : right + _MARGIN])
    head, body, tail = (
        masked[left - low : start - low],
        masked[start - low : end - low],
        masked[end - low : right - low],
    )
    body = body[: max(0, right - start)]
    before = ("…" if left else "") + visible(head)
    text = before + visible(body) + visible(tail) + ("…" if right < len(line) else "")
    return Excerpt(text, width(before), max(1, width(visible(body))))


def visible(text: str) -> str:
    """`text` with tabs as arrows, and what has no picture or changes the order of others by its number."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if character == "\t":
        return "→"
    if unicodedata.category(character) in _INVISIBLE:
        return f"‹U+{ord(character):04X}›"
    return character


def width(text: str) -> int:
    """Terminal columns that a visible text takes: two for East Asian wide characters, none for combining marks."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
