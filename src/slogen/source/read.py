"""A file or bytes to a document with places: the entrance that everything a user writes goes through."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

import yaml

from slogen.diagnostics.model import Code, Diagnostic, Span
from slogen.source import codes
from slogen.source.compose import PLAIN, Composed, TooDeepError, TooManyError, compose
from slogen.source.convert import Converter, Data, weigh
from slogen.source.places import Places
from slogen.source.syntax import explained, forbidden_characters, over_limit, span_at

LARGEST = 1024 * 1024
"""Bytes of a file."""


@dataclass(frozen=True, slots=True)
class Document:
    """The data of a file, where each value stands, and the text itself for excerpts and comments."""

    file: str
    data: Data
    places: Places
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a file: a document unless it could not be read at all, and everything found on the way."""

    document: Document | None
    diagnostics: tuple[Diagnostic, ...]
    text: str | None
    """The file's text without a byte order mark, for excerpts; None where it is no text."""


def read(path: Path, name: str) -> Reading:
    """Read a file of at most 1 MiB; `name` is how diagnostics call it (relative to the project, forward slashes)."""
    content = contents(path, name, LARGEST)
    return Reading(None, (content,), None) if isinstance(content, Diagnostic) else parse(content, name)


def contents(path: Path, name: str, largest: int) -> bytes | Diagnostic:
    """The bytes of a regular file, or why there are none."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return _about(codes.UNREADABLE, name, "this is not a regular file", "check the path")
        with path.open("rb") as file:
            content = file.read(largest + 1)
    except (OSError, ValueError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "not a possible path"
        return _about(codes.UNREADABLE, name, f"cannot be read: {reason}", "check the path and its permissions")
    if len(content) > largest:
        return _about(codes.TOO_LARGE, name, f"the file is larger than {largest:,} bytes", "write one file per model")
    return content


def parse(content: bytes, name: str) -> Reading:
    """Read the bytes of a YAML file."""
    if len(content) > LARGEST:
        finding = _about(
            codes.TOO_LARGE, name, f"the file is larger than {LARGEST:,} bytes", "write one file per model"
        )
        return Reading(None, (finding,), None)
    text = decoded(content, name)
    if isinstance(text, Diagnostic):
        return Reading(None, (text,), None)
    findings: list[Diagnostic] = []
    if text.startswith("\ufeff"):
        text = text[1:]
        findings.append(
            _about(codes.BYTE_ORDER_MARK, name, "the file begins with a byte order mark", "save without it")
        )
    document = _document(text, name, findings)
    return Reading(document, tuple(findings), text)


def _document(text: str, name: str, findings: list[Diagnostic]) -> Document | None:
    refused = forbidden_characters(name, text)
    if refused:
        findings.extend(refused)
        return None
    composed = composed_or_finding(text, name)
    if isinstance(composed, Diagnostic):
        findings.append(composed)
        return None
    root = composed.root
    if root is None or (isinstance(root, yaml.ScalarNode) and root.tag == PLAIN and not root.value):
        findings.append(_about(codes.EMPTY, name, "there is nothing in this file", "write a spec, or remove the file"))
        return None
    if composed.second is not None:
        line, column = composed.second
        span = Span(name, line + 1, column + 1, line + 1, column + 4)
        message, hint = "another document begins here", "put it into a file of its own"
        findings.append(Diagnostic(codes.SEVERAL_DOCUMENTS, message, span, hint))
    heavy = weigh(name, root) if "&" in text else None
    if heavy is not None:
        findings.append(heavy)
        return None
    converter = Converter(name)
    data = converter.data(root)
    findings.extend(converter.findings)
    return Document(name, data, Places(name, root), text)


def composed_or_finding(text: str, name: str, most: int | None = None) -> Composed | Diagnostic:
    """The nodes of the first document, or why there are none."""
    try:
        return compose(text) if most is None else compose(text, most)
    except yaml.YAMLError as error:
        return explained(name, text, error)
    except (TooDeepError, TooManyError) as error:
        return over_limit(name, error)


def decoded(content: bytes, name: str) -> str | Diagnostic:
    """The text of a file, which must be UTF-8."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        span = span_at(name, before + "?", len(before), 1)
        utf16 = content[:2] in {b"\xff\xfe", b"\xfe\xff"}
        message = f"byte {error.start + 1} (0x{content[error.start]:02x}) is not UTF-8"
        hint = "the file is UTF-16: save it as UTF-8" if utf16 else "save the file as UTF-8"
        return Diagnostic(codes.NOT_UTF8, message, span, hint)


def _about(code: Code, name: str, message: str, hint: str) -> Diagnostic:
    return Diagnostic(code, message, Span(name, 1, 1, 1, 1), hint)
