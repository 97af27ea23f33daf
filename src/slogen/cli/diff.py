"""The verb for reviewers: what a change of the specs means, most dangerous first."""

from enum import StrEnum
from typing import Annotated

import typer

from slogen.cli.output import Format, leave, show
from slogen.cli.progress import working
from slogen.cli.project import Folder, found, today
from slogen.cli.status import Status

EXAMPLES = (
    "Examples: `slogen diff` (against the last commit); `slogen diff --against git:main --format markdown`; "
    "`slogen diff --against ../other-checkout`."
)


class Shape(StrEnum):
    """What a comparison is printed as."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"
    GITHUB = "github"


Against = Annotated[
    str, typer.Option(metavar="git:REF|FOLDER", help="The other side: a commit, or another project's folder.")
]
ShapeOption = Annotated[Shape, typer.Option("--format", help="How to print the changes.")]
Diffs = Annotated[bool, typer.Option("--diffs", help="Show the text diff of the output as well.")]
Series = Annotated[int, typer.Option(min=1, help="How many copies of each raw series there are, for the cost.")]
Exit = Annotated[bool, typer.Option("--exit-code", help="End with status 1 where cover is lost.")]


def diff(
    against: Against = "git:HEAD",
    form: ShapeOption = Shape.TEXT,
    diffs: Diffs = False,
    series: Series = 20,
    exit_code: Exit = False,
    project: Folder = None,
) -> None:
    """Show what changed in meaning: cover lost, behaviour, state that servers lose, cost, and who is told."""
    from slogen import comparing
    from slogen.review import render
    from slogen.review.changes import Danger

    root = found(project)
    with working("comparing"):
        outcome = comparing.compared(root, against, today(), series)
    if outcome.comparison is None:
        annotated = form is Shape.GITHUB and outcome.ours  # lines of the other side are not those of the host's files
        show(outcome.diagnostics, outcome.texts, Format.GITHUB if annotated else Format.TEXT, root)
        typer.echo(f"slogen: {outcome.problem}", err=True)
        if outcome.ours:
            leave(outcome.diagnostics)
        raise typer.Exit(Status.COULD_NOT)
    comparison = outcome.comparison
    match form:
        case Shape.TEXT:
            typer.echo(render.as_text(comparison, diffs=diffs))
        case Shape.MARKDOWN:
            typer.echo(render.as_markdown(comparison), nl=False)
        case Shape.JSON:
            typer.echo(render.as_json(comparison), nl=False)
        case Shape.GITHUB:
            typer.echo(render.as_github(comparison), nl=False)
    if exit_code and any(change.danger is Danger.COVER for change in comparison.changes):
        raise typer.Exit(Status.FINDINGS)
