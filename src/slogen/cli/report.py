"""The verb that makes one page of a fleet's objectives, alerts and proofs, for people who review or own models."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from slogen.cli.output import Format, leave, show
from slogen.cli.progress import working
from slogen.cli.project import Folder, found, today
from slogen.cli.status import Status
from slogen.cli.written import write_whole

EXAMPLES = (
    "Examples: `slogen report`; for one team: `slogen report --team payments-ml -o payments.html`; "
    "at once, without replays: `slogen report --no-proofs`."
)

Output = Annotated[Path, typer.Option("--output", "--out", "-o", metavar="FILE", help="Where the page is written.")]
Teams = Annotated[list[str] | None, typer.Option("--team", metavar="NAME", help="Only models of this team.")]
Models = Annotated[list[str] | None, typer.Option("--model", metavar="NAME", help="Only this model or component.")]
NoProofs = Annotated[bool, typer.Option("--no-proofs", help="Replay nothing: what the fleet promises and costs.")]
Series = Annotated[int, typer.Option(min=1, help="How many copies of each raw series there are, for the cost.")]
Jobs = Annotated[int, typer.Option("-j", min=0, metavar="N", help="Processes to use; 0 takes one a core.")]


def report(  # noqa: PLR0913, PLR0917 -- the options of one verb
    output: Output = Path("report.html"),
    team: Teams = None,
    model: Models = None,
    no_proofs: NoProofs = False,
    series: Series = 20,
    jobs: Jobs = 0,
    project: Folder = None,
) -> None:
    """Write one HTML page: objectives, every alert with its proof, who is told, cost and tests."""
    from slogen.report.gather import Asked, reported
    from slogen.report.page import page

    root = found(project)
    asked = Asked(frozenset(team or ()), frozenset(model or ()), not no_proofs, jobs or os.cpu_count() or 1, series)
    with working("proving alerts"):
        outcome = reported(root, today(), asked)
    for kind, name, known in outcome.unknown:
        _unknown(kind, name, known)
    if outcome.unknown:
        raise typer.Exit(Status.USAGE)
    show(outcome.diagnostics, outcome.texts, Format.TEXT)
    leave(outcome.diagnostics)
    if outcome.contents is not None:
        write_whole(output, page(outcome.contents).encode())
        typer.echo(f"{output}: {outcome.contents.headline}", err=True)
        if outcome.contents.state == "failed":
            raise typer.Exit(Status.FINDINGS)


def _unknown(kind: str, name: str, known: Sequence[str]) -> None:
    from slogen.diagnostics.suggest import did_you_mean

    hint = did_you_mean(name, known) or f"there are {', '.join(known)}"
    typer.echo(f"slogen: no {kind} {name!r}; {hint}", err=True)
