"""Where a project lies in its repository: what code hosts call a path, and where they look for their own files."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from slogen.diagnostics.model import Diagnostic, Note, Span


def top(folder: Path) -> Path | None:
    """The nearest folder with a `.git` at or above `folder`; None outside of repositories."""
    whole = folder.absolute()
    return next((candidate for candidate in (whole, *whole.parents) if (candidate / ".git").exists()), None)


def inside(folder: Path) -> str:
    """The folder's path in its repository with forward slashes; empty for the top, and outside of repositories."""
    above = top(folder)
    relative = "" if above is None else folder.absolute().relative_to(above).as_posix()
    return "" if relative == "." else relative


def from_top(findings: Sequence[Diagnostic], root: Path) -> list[Diagnostic]:
    """The same findings with paths as the code host knows them, from the top of the repository that `root` is in."""
    prefix = inside(root)
    return [_moved(finding, prefix) for finding in findings] if prefix else list(findings)


def _moved(finding: Diagnostic, prefix: str) -> Diagnostic:
    notes = tuple(Note(note.message, below(note.span, prefix)) for note in finding.notes)
    return replace(finding, span=below(finding.span, prefix), notes=notes)


def below(span: Span | None, prefix: str) -> Span | None:
    """A place in a file of the folder `prefix`, which may be empty."""
    return replace(span, file=f"{prefix}/{span.file}") if span is not None and prefix else span
