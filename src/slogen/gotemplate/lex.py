"""Cuts a template into text and the tokens of its actions, as text/template's lexer does."""

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass

from slogen.gotemplate.nodes import Pos, TemplateError

KEYWORDS = frozenset({"if", "else", "end", "range", "with", "define", "template", "block", "break", "continue", "nil"})

_TOKEN = re.compile(
    r"""
      (?P<space>[ \t\r\n]+)
    | (?P<string>"(?:[^"\\\n]|\\.)*")
    | (?P<raw>`[^`]*`)
    | (?P<char>'(?:[^'\\\n]|\\.[^'\n]*)+')
    | (?P<number>[+-]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+
                |(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)i?)
    | (?P<field>\.[^\W\d]\w*)
    | (?P<variable>\$\w*)
    | (?P<word>[^\W\d]\w*)
    | (?P<declare>:=)
    | (?P<punctuation>[.|(),=])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is `text`, `open`, `close`, `eof` or a lexical class; `spaced` says that white space precedes it."""

    kind: str
    text: str
    pos: Pos
    spaced: bool


class _Cursor:
    """A place in the text that knows its line and column."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.offset = 0
        self.line = 1
        self.line_start = 0

    def pos(self) -> Pos:
        return Pos(self.line, self.offset - self.line_start + 1)

    def advance(self, to: int) -> str:
        piece = self.text[self.offset : to]
        newlines = piece.count("\n")
        if newlines:
            self.line += newlines
            self.line_start = self.offset + piece.rindex("\n") + 1
        self.offset = to
        return piece


def tokens(text: str) -> Iterator[Token]:
    """All tokens of `text`, ending in one `eof`; raises TemplateError for what Go's lexer refuses."""
    cursor = _Cursor(text)
    trim_next = False
    while True:
        start = cursor.pos()
        opening = text.find("{{", cursor.offset)
        piece = cursor.advance(len(text) if opening < 0 else opening)
        if trim_next:
            piece = piece.lstrip(" \t\r\n")
        if opening < 0:
            yield Token("text", piece, start, spaced=False)
            yield Token("eof", "", cursor.pos(), spaced=False)
            return
        trims = text.startswith("{{- ", opening) or text.startswith(("{{-\t", "{{-\n", "{{-\r"), opening)
        yield Token("text", piece.rstrip(" \t\r\n") if trims else piece, start, spaced=False)
        at = cursor.pos()
        cursor.advance(opening + (3 if trims else 2))
        comment = _comment_end(cursor)
        if comment is not None:
            trim_next = comment
            continue
        yield Token("open", "{{", at, spaced=False)
        trim_next = yield from _action(cursor)


def _comment_end(cursor: _Cursor) -> bool | None:
    """Skips `/* … */}}`; gives whether it trims the text after it, or None where there is no comment."""
    text = cursor.text
    start = cursor.offset
    while text[start : start + 1] in {" ", "\t", "\r", "\n"} and text[cursor.offset - 1] == "-":
        start += 1
    if not text.startswith("/*", start):
        return None
    end = text.find("*/", start)
    if end < 0:
        raise _error("unclosed comment", cursor.pos())
    for suffix, trims in (("}}", False), (" -}}", True)):
        if text.startswith(suffix, end + 2):
            cursor.advance(end + 2 + len(suffix))
            return trims
    raise _error("comment ends before closing delimiter", cursor.pos())


def _action(cursor: _Cursor) -> Generator[Token, None, bool]:
    """Tokens up to and including the closing delimiter; returns whether it trims the text that follows."""
    text = cursor.text
    depth = 0
    spaced = False
    while True:
        at = cursor.pos()
        if text.startswith("}}", cursor.offset) or (spaced and text.startswith("-}}", cursor.offset)):
            if depth:
                raise _error("unclosed left paren", at)
            trims = text[cursor.offset] == "-"
            cursor.advance(cursor.offset + (3 if trims else 2))
            yield Token("close", "}}", at, spaced)
            return trims
        match = _TOKEN.match(text, cursor.offset)
        if match is None:
            raise _error(_reason(text, cursor.offset), at)
        kind = match.lastgroup or ""
        piece = cursor.advance(match.end())
        if kind == "space":
            spaced = True
            continue
        depth += {"(": 1, ")": -1}.get(piece, 0)
        if depth < 0:
            raise _error("unexpected right paren", at)
        yield Token(kind, piece, at, spaced)
        spaced = False


def _reason(text: str, offset: int) -> str:
    if offset >= len(text):
        return "unclosed action"
    known = {
        '"': "unterminated quoted string",
        "`": "unterminated raw quoted string",
        "'": "unterminated character constant",
    }
    return known.get(text[offset], f"unexpected {text[offset]!r} in command")


def _error(message: str, pos: Pos) -> TemplateError:
    return TemplateError(message, pos.line, pos.column)
