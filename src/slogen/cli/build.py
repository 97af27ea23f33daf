"""The verb that writes the output files, or with `--check` says how they differ."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from slogen.cli.output import Format, FormatOption, leave, show
from slogen.cli.progress import working
from slogen.cli.project import Folder, found, today

EXAMPLES = "Examples: `slogen build`; in CI, where output is committed: `slogen build --check`."

_MOST_LINES = 1000

Check = Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 and show a diff where output is stale.")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite files that were edited or written by somebody else.")]


def build(project: Folder = None, check: Check = False, force: Force = False, form: FormatOption = Format.TEXT) -> None:
    """Write rules, routing and dashboards from the specs: all of them, or none where a spec is wrong."""
    root = found(project)
    if check:
        _check(root, form)
    else:
        _build(root, force, form)


def _build(root: Path, force: bool, form: Format) -> None:
    from slogen import building

    with working("building"):
        outcome = building.build(root, today(), force=force)
    show(outcome.diagnostics, outcome.texts, form, root)
    leave(outcome.diagnostics)
    if form is Format.TEXT:
        counts = (len(outcome.written), len(outcome.removed), outcome.unchanged)
        typer.echo("{} files written, {} removed, {} unchanged".format(*counts), err=True)


def _check(root: Path, form: Format) -> None:
    from slogen import building

    with working("comparing"):
        outcome = building.check(root, today())
    show(outcome.diagnostics, outcome.texts, form, root)
    if form is Format.TEXT:
        _print_diffs(outcome.diffs)
    leave(outcome.diagnostics)
    if form is Format.TEXT:
        typer.echo(f"{outcome.unchanged} files are as the specs say", err=True)


def _print_diffs(diffs: Sequence[str]) -> None:
    """Diffs are data: standard output; what nobody would read is left to `git diff` after a build."""
    lines = [line for diff in diffs for line in diff.splitlines()]
    for line in lines[:_MOST_LINES]:
        typer.echo(line)
    if len(lines) > _MOST_LINES:
        typer.echo(f"and {len(lines) - _MOST_LINES} more lines of differences", err=True)
