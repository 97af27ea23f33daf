"""Findings for people at a terminal, with the line in question and a caret under the place."""

from collections.abc import Iterable, Iterator, Mapping

from slogen.diagnostics.excerpt import Texts, excerpt, visible
from slogen.diagnostics.model import Diagnostic, Severity, Span, ordered
from slogen.diagnostics.secret_text import without_secrets

_COLOURS = {Severity.ERROR: "31;1", Severity.WARNING: "33;1", Severity.INFO: "36;1"}
_DIM = "34;1"


def as_text(diagnostics: Iterable[Diagnostic], texts: Mapping[str, str], *, colour: bool) -> str:
    """All findings in order, a blank line between; `texts` has the files by the names that spans use."""
    lines = Texts(texts)
    return "\n".join(_rendered(d, lines, colour=colour) for d in ordered(diagnostics))


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning`: how many there are of each severity, the worst first; `no findings` for none."""
    severities = [d.severity for d in set(diagnostics)]
    counts = [(severity, severities.count(severity)) for severity in reversed(Severity)]
    words = [f"{n} {_word(severity)}{'s' if n != 1 else ''}" for severity, n in counts if n]
    return ", ".join(words) or "no findings"


def _word(severity: Severity) -> str:
    return {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}[severity]


def _rendered(d: Diagnostic, texts: Texts, *, colour: bool) -> str:
    shade = _COLOURS[d.severity]
    title = _painted(f"{_word(d.severity)}[{d.code.id}]", shade, colour=colour)
    lines = [f"{title} {d.code.slug}: {_safe(d.message)}"]
    gutter = _gutter(d)
    if d.span is not None:
        lines.extend(_shown(d.span, gutter, texts, shade, colour=colour))
    for note in d.notes:
        place = "" if note.span is None else f": {_place(note.span)}"
        lines.append(f"{_edge(gutter, '=', colour=colour)} note: {_safe(note.message)}{place}")
        if note.span is not None:
            lines.extend(_lines_of(note.span, gutter, texts, _DIM, colour=colour))
    if d.hint is not None:
        lines.append(f"{_edge(gutter, '=', colour=colour)} help: {_safe(d.hint)}")
    return "\n".join(lines) + "\n"


def _gutter(d: Diagnostic) -> int:
    spans = [span for span in (d.span, *(note.span for note in d.notes)) if span is not None]
    return max((len(str(span.line)) for span in spans), default=1)


def _shown(span: Span, gutter: int, texts: Texts, shade: str, *, colour: bool) -> Iterator[str]:
    yield f"{' ' * gutter}{_painted('-->', _DIM, colour=colour)} {_place(span)}"
    yield from _lines_of(span, gutter, texts, shade, colour=colour)


def _lines_of(span: Span, gutter: int, texts: Texts, shade: str, *, colour: bool) -> Iterator[str]:
    line = texts.line(span.file, span.line)
    if line is None:
        return
    part = excerpt(line, span)
    carets = _painted("^" * part.carets, shade, colour=colour)
    yield _edge(gutter, "|", colour=colour)
    yield f"{_painted(f'{span.line:>{gutter}} |', _DIM, colour=colour)} {part.text}"
    yield f"{_edge(gutter, '|', colour=colour)} {' ' * part.offset}{carets}"


def _edge(gutter: int, sign: str, *, colour: bool) -> str:
    return _painted(f"{' ' * gutter} {sign}", _DIM, colour=colour)


def _place(span: Span) -> str:
    return f"{visible(span.file)}:{span.line}:{span.column}"


def _safe(text: str) -> str:
    return visible(without_secrets(text))


def _painted(text: str, shade: str, *, colour: bool) -> str:
    return f"\x1b[{shade}m{text}\x1b[0m" if colour else text
