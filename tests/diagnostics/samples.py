"""Findings to render in tests."""

from slogen.diagnostics.model import Code, Diagnostic, Note, Severity, Span

ERROR = Code("SLO901", "broken-thing", Severity.ERROR, "A thing is broken", "It is broken. Mend it.")
WARNING = Code("SLO902", "odd-thing", Severity.WARNING, "A thing is odd", "It is odd. Look at it.")
INFO = Code("SLO903", "plain-thing", Severity.INFO, "A thing is plain", "It is plain. Nothing to do.")


def at(line: int, column: int, end: int, file: str = "specs/x.yaml") -> Span:
    """A span within one line."""
    return Span(file, line, column, line, end)


def error(span: Span | None, message: str = "it is broken", hint: str | None = None, *notes: Note) -> Diagnostic:
    """An error at a place."""
    return Diagnostic(ERROR, message, span, hint, notes)
