"""What a parser's complaint really means: the trap behind it, named, at the place where it can be mended."""

import re

import yaml

from slogen.diagnostics.model import Code, Diagnostic, Span
from slogen.source import codes
from slogen.source.compose import DEEPEST, TooDeepError, TooManyError, last_quoted

_BREAK = re.compile(r"\r\n|\r|\n")
_NOT_YAML = re.compile(r"[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""What YAML 1.2 forbids (section 5.1), and the line separators that YAML 1.1 and 1.2 read differently."""

_HINTS = (
    ("mapping values are not allowed", "put the text in quotes if the colon belongs to it; else mend the indentation"),
    ("undefined alias", "put the text in quotes if it begins with *"),
    ("while scanning an alias", "put the text in quotes if it begins with *"),
    ("while scanning an anchor", "put the text in quotes if it begins with &"),
    ("while scanning a tag", "put the text in quotes if it begins with !"),
    ("while scanning a directive", "put the text in quotes if it begins with %"),
    ("duplicate anchor", "give each anchor a name of its own"),
    ("cannot start any token", "put the text in quotes"),
    ("block scalar", "after | or > only an indentation digit, + or - and a line break may follow"),
    ("escape", "in double quotes a backslash begins an escape: write \\\\ or use single quotes"),
    ("flow sequence", "a list in brackets needs commas between its items and ] at its end"),
    ("flow mapping", "a mapping in braces needs commas between its fields and } at its end"),
    ("block collection", "align the list's hyphens with each other"),
    ("block mapping", "align the key with its neighbours, and write a space after its colon"),
    ("expected ':'", "write a colon and a space after the key"),
)


def forbidden_characters(file: str, text: str) -> list[Diagnostic]:
    """A finding for each character (the first ten) that may not stand in a YAML file."""
    found: list[Diagnostic] = []
    for match in _NOT_YAML.finditer(text):
        code_point = ord(match[0])
        shown = f"\\x{code_point:02x}" if code_point < 0x100 else f"\\u{code_point:04x}"
        message = f"the character U+{code_point:04X} may not stand in a YAML file"
        hint = f'write "{shown}" in double quotes if the text needs it'
        found.append(Diagnostic(codes.CONTROL_CHARACTER, message, span_at(file, text, match.start(), 1), hint))
        if len(found) == 10:
            break
    return found


def span_at(file: str, text: str, offset: int, length: int) -> Span:
    """The span of `length` characters from a character offset on, within one line."""
    line, start = 1, 0
    for match in _BREAK.finditer(text, 0, offset):
        line, start = line + 1, match.end()
    column = offset - start + 1
    return Span(file, line, column, line, column + length)


def explained(file: str, text: str, error: yaml.YAMLError) -> Diagnostic:
    """The finding for a parser's error."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if not isinstance(error, yaml.MarkedYAMLError) or mark is None:
        return Diagnostic(codes.SYNTAX, "this is not YAML", Span(file, 1, 1, 1, 1), "check the file's encoding")
    complaint = f"{error.context or ''} {error.problem or ''}"
    lines = _BREAK.split(text)
    line = lines[mark.line] if mark.line < len(lines) else ""
    return (
        _unclosed(file, text, error, complaint)
        or _tab(file, line, mark, complaint)
        or _plain(file, error, complaint, mark)
    )


def _unclosed(file: str, text: str, error: yaml.MarkedYAMLError, complaint: str) -> Diagnostic | None:
    message, hint = "this quote is never closed", "close the quote at the end of the text"
    start = error.context_mark
    if "quoted scalar" in complaint and "escape" not in complaint and start is not None:
        return Diagnostic(codes.UNCLOSED_QUOTE, message, _one(file, start), hint)
    quoted = last_quoted(text)
    if quoted is None or error.problem_mark is None or abs(error.problem_mark.line - quoted[1].line) > 1:
        return None
    message = f"this quote is closed only on line {quoted[1].line + 1}"
    return Diagnostic(codes.UNCLOSED_QUOTE, message, _one(file, quoted[0]), hint)


def _tab(file: str, line: str, mark: yaml.Mark, complaint: str) -> Diagnostic | None:
    indentation = line[: len(line) - len(line.lstrip(" \t"))]
    column = line.find("\t", mark.column, mark.column + 1) if "cannot start any token" in complaint else -1
    if column < 0:
        column = indentation.find("\t")
    if column < 0:
        return None
    span = Span(file, mark.line + 1, column + 1, mark.line + 1, column + 2)
    return Diagnostic(codes.TAB, "a tab stands where YAML allows only spaces", span, "replace it by spaces")


def _plain(file: str, error: yaml.MarkedYAMLError, complaint: str, mark: yaml.Mark) -> Diagnostic:
    hint = next((hint for words, hint in _HINTS if words in complaint), "check quotes, brackets and indentation here")
    opening = error.context_mark
    if "while parsing a flow" in complaint and "did not find expected ','" in complaint and opening is not None:
        return Diagnostic(
            codes.SYNTAX, "this bracket is never closed, or a comma is missing", _one(file, opening), hint
        )
    if "while scanning an a" in complaint and opening is not None:
        mark = opening
    problem = (error.problem or error.context or "not YAML").replace("\t", "\\t")
    return Diagnostic(codes.SYNTAX, problem, _one(file, mark), hint)


def _one(file: str, mark: yaml.Mark) -> Span:
    return Span(file, mark.line + 1, mark.column + 1, mark.line + 1, mark.column + 2)


def over_limit(file: str, error: TooDeepError | TooManyError) -> Diagnostic:
    """The finding for a limit that was passed while parsing."""
    if isinstance(error, TooDeepError):
        code: Code = codes.TOO_DEEP
        message, hint = f"values nest more than {DEEPEST} deep", "look for brackets that are never closed"
    else:
        code, message, hint = codes.TOO_MANY_VALUES, "the file holds too many values", "write one file per model"
    return Diagnostic(code, message, _one(file, error.mark), hint)
