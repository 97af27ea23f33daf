"""Findings for programs: slogen's own JSON, SARIF 2.1.0 for code scanning, workflow commands for GitHub."""

import json
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from slogen.diagnostics.model import Code, Diagnostic, Note, Severity, Span, ordered
from slogen.diagnostics.secret_text import without_secrets

Json = str | int | None | list["Json"] | dict[str, "Json"]

_WORDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "info"}
_SARIF_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_GITHUB_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_GITHUB_KEEPS = 10
"""Annotations of one level that GitHub keeps from one step; it drops the rest without a word."""
_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """`{"version": 1, "diagnostics": [...]}` in order; columns count code points from 1, ends are exclusive."""
    found: list[Json] = [_json(d) for d in ordered(diagnostics)]
    return _printed({"version": 1, "diagnostics": found})


def _json(d: Diagnostic) -> Json:
    return {
        "code": d.code.id,
        "slug": d.code.slug,
        "severity": _WORDS[d.severity],
        "message": without_secrets(d.message),
        "hint": None if d.hint is None else without_secrets(d.hint),
        **_place(d.span),
        "notes": [{"message": without_secrets(note.message), **_place(note.span)} for note in d.notes],
    }


def _place(span: Span | None) -> dict[str, Json]:
    if span is None:
        return {"file": None, "line": None, "column": None, "end_line": None, "end_column": None}
    return {
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def as_sarif(diagnostics: Iterable[Diagnostic]) -> str:
    """One SARIF run; paths are relative to the project's folder, `%SRCROOT%`."""
    found = ordered(diagnostics)
    codes = sorted({d.code for d in found}, key=lambda code: code.id)
    index = {code.id: position for position, code in enumerate(codes)}
    rules: list[Json] = [_rule(code) for code in codes]
    results: list[Json] = [_result(d, index[d.code.id]) for d in found]
    driver: Json = {"name": "slogen", "rules": rules}
    run: Json = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return _printed({"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(code: Code) -> Json:
    return {
        "id": code.id,
        "name": "".join(word.capitalize() for word in code.slug.split("-")),
        "shortDescription": {"text": code.title},
        "fullDescription": {"text": code.title},
        "help": {"text": code.explanation, "markdown": code.explanation},
        "defaultConfiguration": {"level": _SARIF_LEVELS[code.severity]},
    }


def _result(d: Diagnostic, rule: int) -> Json:
    text = d.message if d.hint is None else f"{d.message}\nHelp: {d.hint}"
    result: dict[str, Json] = {
        "ruleId": d.code.id,
        "ruleIndex": rule,
        "level": _SARIF_LEVELS[d.severity],
        "message": {"text": without_secrets(text)},
    }
    if d.span is not None:
        result["locations"] = [{"physicalLocation": _physical(d.span)}]
    related: list[Json] = [_related(note) for note in d.notes if note.span is not None]
    if related:
        result["relatedLocations"] = related
    return result


def _related(note: Note) -> Json:
    location: dict[str, Json] = {"message": {"text": without_secrets(note.message)}}
    if note.span is not None:
        location["physicalLocation"] = _physical(note.span)
    return location


def _physical(span: Span) -> Json:
    return {
        "artifactLocation": {"uri": quote(span.file.encode("utf-8", "backslashreplace")), "uriBaseId": "%SRCROOT%"},
        "region": {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        },
    }


def _printed(value: Json) -> str:
    return json.dumps(value, indent=2, ensure_ascii=True) + "\n"


def as_github(diagnostics: Iterable[Diagnostic]) -> str:
    """One command a line, errors first, at most ten of a level; the tenth says how many more there are."""
    found = ordered(diagnostics)
    lines = [line for severity in reversed(Severity) for line in _level(severity, found)]
    return "".join(f"{line}\n" for line in lines)


def _level(severity: Severity, found: list[Diagnostic]) -> Iterator[str]:
    own = [d for d in found if d.severity is severity]
    shown = own if len(own) <= _GITHUB_KEEPS else own[: _GITHUB_KEEPS - 1]
    yield from (_command(d) for d in shown)
    if len(own) > len(shown):
        more = len(own) - len(shown)
        yield f"::{_GITHUB_LEVELS[severity]} title=slogen::and {more} more; the log of this step has them all"


def _command(d: Diagnostic) -> str:
    properties = [f"title={_property(f'{d.code.id} {d.code.slug}')}"]
    if d.span is not None:
        properties = [f"file={_property(d.span.file)}", f"line={d.span.line}", *_columns(d), *properties]
    text = d.message if d.hint is None else f"{d.message}\nHelp: {d.hint}"
    notes = "".join(f"\nNote: {note.message}{_at(note.span)}" for note in d.notes)
    return f"::{_GITHUB_LEVELS[d.severity]} {','.join(properties)}::{_data(without_secrets(text + notes))}"


def _columns(d: Diagnostic) -> list[str]:
    if d.span is None or d.span.end_line != d.span.line:
        return [] if d.span is None else [f"col={d.span.column}"]
    last = max(d.span.column, d.span.end_column - 1)
    return [f"col={d.span.column}", f"endColumn={last}"]


def _at(span: Span | None) -> str:
    return "" if span is None else f" ({span.file}:{span.line})"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
