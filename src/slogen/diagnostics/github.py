"""Findings as workflow commands that GitHub shows beside the changed lines; changes with GitHub's limits."""

from collections.abc import Iterable, Iterator

from slogen.diagnostics.model import Diagnostic, Severity, Span, ordered
from slogen.diagnostics.secret_text import without_secrets

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_MOST = 10
"""Annotations of one level that GitHub keeps from one step; it drops the rest without a word."""


def render_github(diagnostics: Iterable[Diagnostic]) -> str:
    """One command a line, errors first, at most ten of a level; the tenth says how many more there are."""
    found = ordered(diagnostics)
    lines = [line for severity in reversed(Severity) for line in _level(severity, found)]
    return "".join(f"{line}\n" for line in lines)


def _level(severity: Severity, found: list[Diagnostic]) -> Iterator[str]:
    own = [d for d in found if d.severity is severity]
    shown = own if len(own) <= _MOST else own[: _MOST - 1]
    yield from (_command(d) for d in shown)
    if len(own) > len(shown):
        more = len(own) - len(shown)
        yield f"::{_LEVELS[severity]} title=slogen::and {more} more of this level; the log of this step has them all"


def _command(d: Diagnostic) -> str:
    properties = [f"title={_property(f'{d.code.id} {d.code.slug}')}"]
    if d.span is not None:
        properties = [f"file={_property(d.span.file)}", f"line={d.span.line}", *_columns(d), *properties]
    text = d.message if d.hint is None else f"{d.message}\nHelp: {d.hint}"
    notes = "".join(f"\nNote: {note.message}{_at(note.span)}" for note in d.notes)
    return f"::{_LEVELS[d.severity]} {','.join(properties)}::{_data(without_secrets(text + notes))}"


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
