"""The verb that keeps the promise: every alert replayed, every test run, before anything ships."""

import os
import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from slogen.cli.output import Format, colours, leave, show
from slogen.cli.progress import working
from slogen.cli.project import Folder, found, today
from slogen.cli.repository import below, inside
from slogen.cli.status import Status

EXAMPLES = (
    "Examples: `slogen test`; one model: `slogen test -k fraud-detector`; promtool's own test files: "
    "`slogen test rules.test.yaml`; for CI: `slogen test --junit report.xml --format github`."
)


class Shape(StrEnum):
    """What results are printed as."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"


Files = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[FILE]...", help="Test files in promtool's format, instead of a project."),
]
ProofsOnly = Annotated[bool, typer.Option("--proofs-only", help="Replay what every alert claims, and no tests.")]
NoProofs = Annotated[bool, typer.Option("--no-proofs", help="Run the tests, and no proofs.")]
Only = Annotated[str, typer.Option("-k", metavar="TEXT", help="Only tests whose name holds TEXT.")]
First = Annotated[bool, typer.Option("-x", help="Stop at the first failure.")]
Coverage = Annotated[bool, typer.Option("--coverage", help="List what no test exercised.")]
Durations = Annotated[int, typer.Option("--durations", min=0, metavar="N", help="List the N slowest tests.")]
Jobs = Annotated[int, typer.Option("-j", min=0, metavar="N", help="Processes to use; 0 takes one a core.")]
LastFailed = Annotated[
    bool, typer.Option("--last-failed", help="Only tests that failed the last time; all where none did.")
]
Junit = Annotated[Path | None, typer.Option("--junit", metavar="FILE", help="Also write JUnit XML.")]
ShapeOption = Annotated[Shape, typer.Option("--format", help="How to print results.")]


def test(  # noqa: PLR0913, PLR0917 -- the options of one verb
    files: Files = None,
    proofs_only: ProofsOnly = False,
    no_proofs: NoProofs = False,
    only: Only = "",
    first: First = False,
    jobs: Jobs = 0,
    last_failed: LastFailed = False,
    junit: Junit = None,
    form: ShapeOption = Shape.TEXT,
    coverage: Coverage = False,
    durations: Durations = 0,
    project: Folder = None,
) -> None:
    """Prove every alert by replaying it against the rules that would ship, and run the tests of the specs."""
    from slogen import pipeline
    from slogen.cli import results

    if proofs_only and no_proofs:
        typer.echo("slogen: --proofs-only and --no-proofs leave nothing to do", err=True)
        raise typer.Exit(Status.USAGE)
    asked = pipeline.Asked(
        only, jobs or os.cpu_count() or 1, not no_proofs, not proofs_only, last_failed=last_failed, first=first
    )
    root = None if files else found(project)
    with working("proving alerts"):
        outcome = pipeline.tested_files(files or [], asked) if root is None else pipeline.tested(root, today(), asked)
    outcomes, findings = outcome.outcomes, outcome.diagnostics
    show(findings, outcome.texts, Format.GITHUB if form is Shape.GITHUB else Format.TEXT, root)
    if junit is not None:
        results.write_junit(outcomes, junit)
    match form:
        case Shape.JSON:
            typer.echo(results.as_json(outcomes, outcome.coverage), nl=False)
        case Shape.GITHUB:
            prefix = "" if root is None else inside(root)
            placed = [replace(outcome, span=below(outcome.span, prefix)) for outcome in outcomes]
            typer.echo(results.as_github(placed) + results.totals(outcomes))
        case Shape.TEXT:
            shown = results.Shown(colours(sys.stdout.isatty()), coverage, durations, first)
            typer.echo(results.as_text(outcomes, outcome.coverage, shown))
    leave(findings)
    if only and not outcomes:
        typer.echo(f"slogen: no test's name holds {only!r}", err=True)
        raise typer.Exit(Status.USAGE)
    if any(not outcome.passed for outcome in outcomes):
        raise typer.Exit(Status.FINDINGS)
