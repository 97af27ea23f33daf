"""Findings about output files: stale, edited by hand, foreign or in the way."""

from slogen.diagnostics.model import Code, Diagnostic, Severity, Span
from slogen.emit.folder import Obstacle

STALE = Code(
    "SLO801",
    "stale-output",
    Severity.ERROR,
    "A generated file is not what the specs say",
    "The file differs from what `slogen build` would write: a spec changed without a build, or the file was edited,"
    " truncated or merged. Prometheus loads most truncated rule files without a word, so alerts may be missing.\n\n"
    "Run `slogen build` and commit what it writes.",
)
MISSING = Code(
    "SLO802",
    "missing-output",
    Severity.ERROR,
    "A file that the specs ask for has not been written",
    "`slogen build` would write this file and it is not there. Run `slogen build` and commit what it writes.",
)
FOREIGN = Code(
    "SLO803",
    "foreign-output",
    Severity.ERROR,
    "A file in an output folder was not written by slogen",
    "Servers load whole folders, so a file that nobody generates would be loaded beside the generated ones. It may also"
    " be the output of a spec that is gone and that was edited since.\n\n"
    "Move the file out of the output folder, or delete it.",
)
LEFTOVER = Code(
    "SLO804",
    "interrupted-build",
    Severity.ERROR,
    "A build was interrupted and left its traces",
    "A build that is killed leaves each file old or new and whole, but perhaps a mixture of both, and its temporary"
    " files. The next `slogen build` completes the set and removes the traces.",
)
EDITED = Code(
    "SLO805",
    "edited-output",
    Severity.ERROR,
    "A file in the way was edited by hand or written by somebody else",
    "slogen overwrites and deletes only what it wrote itself, unchanged since. This file differs from what the manifest"
    " records, or is not recorded at all. Nothing was written.\n\n"
    "Carry the edit over to the spec and delete the file, or run `slogen build --force` to overwrite it.",
)
OBSTRUCTED = Code(
    "SLO806",
    "output-obstructed",
    Severity.ERROR,
    "A symbolic link or folder is where a file must go",
    "slogen writes through no symbolic link, because it may lead out of the project, and replaces no folder."
    " Nothing was written.\n\nRemove what is in the way, or choose another output folder in `slogen.yaml`.",
)
OUTSIDE = Code(
    "SLO807",
    "output-outside-project",
    Severity.ERROR,
    "An output folder is not inside the project",
    "Output folders are named relative to the project folder, stay below it and are not the project folder itself:"
    " slogen deletes files of removed specs there, so it must not share a folder with anything else.",
)
STRAY = Code(
    "SLO808",
    "foreign-file-beside-output",
    Severity.WARNING,
    "A file in an output folder was not written by slogen",
    "The build left the file alone. Servers load whole folders, so it will be loaded beside the generated ones;"
    " `slogen build --check` reports it as `foreign-output`.",
)
CODES = (STALE, MISSING, FOREIGN, LEFTOVER, EDITED, OBSTRUCTED, OUTSIDE, STRAY)

_REBUILD = "run `slogen build` and commit what it writes"


def _at(path: str, line: int = 1) -> Span:
    return Span(path, line, 1, line, 1)


def stale(path: str, line: int, *, ours: bool) -> Diagnostic:
    """The file at `path` first differs from the expected text in `line`; `ours` if it is as a build left it."""
    if ours:
        return Diagnostic(STALE, "differs from what the specs say", _at(path, line), _REBUILD)
    message = "was edited or truncated, and differs from what the specs say"
    hint = "carry an edit over to the specs, then run `slogen build --force`"
    return Diagnostic(STALE, message, _at(path, line), hint)


def missing(path: str) -> Diagnostic:
    """Nothing is at `path` where a file should be."""
    return Diagnostic(MISSING, "the specs ask for this file and it is not there", _at(path), _REBUILD)


def foreign(path: str) -> Diagnostic:
    """The file at `path` is one that no spec asks for."""
    return Diagnostic(FOREIGN, "no spec asks for this file", _at(path), "move it elsewhere, or run `slogen build`")


def stray(path: str) -> Diagnostic:
    """The build found, and left, a file that is not its own."""
    return Diagnostic(STRAY, "slogen did not write this file and leaves it", _at(path), "move it elsewhere")


def leftover(path: str) -> Diagnostic:
    """The trace of a killed build."""
    return Diagnostic(LEFTOVER, "a build was interrupted here", _at(path), "run `slogen build`")


def edited(path: str, *, doomed: bool) -> Diagnostic:
    """The file to overwrite (or to delete, where `doomed`) is not as slogen wrote it."""
    verb = "delete" if doomed else "overwrite"
    message = f"will not {verb} this file: it is not as slogen wrote it"
    return Diagnostic(EDITED, message, _at(path), f"move it away, or run `slogen build --force` to {verb} it")


def obstructed(found: Obstacle) -> Diagnostic:
    """A link, folder or special file where a plain file or folder must be."""
    return Diagnostic(OBSTRUCTED, f"a {found.kind} is in the way", _at(found.path), "remove it")


def outside(folder: str) -> Diagnostic:
    """An output folder that may not be one."""
    message = f"output folder {folder!r} is not a folder below the project"
    return Diagnostic(OUTSIDE, message, None, "name a folder such as `generated`")
