"""The verb that says what something means: a code, an objective, an alert."""

import sys
from typing import Annotated

import typer

from slogen.cli.output import Format, colours, leave, show
from slogen.cli.project import Folder, found, today
from slogen.cli.status import Status
from slogen.diagnostics.explain import explain as page
from slogen.diagnostics.explain import find
from slogen.diagnostics.model import Code
from slogen.diagnostics.suggest import did_you_mean

EXAMPLES = (
    "Examples: `slogen explain SLO801`; by name: `slogen explain stale-output`; all codes: `slogen explain`; "
    "an objective or alert: `slogen explain fraud-detector/availability`; of a whole environment: "
    "`slogen explain production/EnvironmentOutage`."
)

Wanted = Annotated[
    str | None,
    typer.Argument(
        metavar="[CODE|MODEL/SLO|MODEL/ALERT|ENVIRONMENT/ALERT]", help="A code or its name, or what a spec declares."
    ),
]


def explain(wanted: Wanted = None, project: Folder = None) -> None:
    """Explain a code, or what an objective or alert compiles to and why; without an argument, list all codes."""
    from slogen.pipeline import CODES

    if wanted is None:
        typer.echo("\n".join(f"{c.id}  {c.slug}: {c.title}" for c in CODES))
        return
    if "/" in wanted:
        _subject(wanted, project)
        return
    match find(CODES, wanted):
        case Code() as known:
            _print(page(known))
        case hint:
            typer.echo(f"slogen: there is no code {wanted!r}; {hint or '`slogen explain` lists all codes'}", err=True)
            raise typer.Exit(Status.USAGE)


def _subject(wanted: str, project: Folder) -> None:
    from slogen.comparing import explained

    outcome = explained(found(project), today(), wanted)
    show(outcome.diagnostics, outcome.texts, Format.TEXT)
    leave(outcome.diagnostics)
    if not outcome.text:
        hint = did_you_mean(wanted, outcome.subjects) or f"there are {', '.join(outcome.subjects[:5])}, …"
        typer.echo(f"slogen: no spec declares {wanted!r}; {hint}", err=True)
        raise typer.Exit(Status.USAGE)
    typer.echo(outcome.text)


def _print(text: str) -> None:
    if not colours(sys.stdout.isatty()):
        typer.echo(text, nl=False)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(text))
