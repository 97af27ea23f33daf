"""The verb that says what a code means."""

import sys
from typing import Annotated

import typer

from slogen.cli.output import colours
from slogen.cli.status import Status
from slogen.diagnostics.explain import explain as page
from slogen.diagnostics.explain import find
from slogen.diagnostics.model import Code

EXAMPLES = "Examples: `slogen explain SLO801`; by name: `slogen explain stale-output`; all codes: `slogen explain`."

Wanted = Annotated[str | None, typer.Argument(metavar="[CODE]", help="A code or its name, as findings print it.")]


def explain(code: Wanted = None) -> None:
    """Explain a code: what it means, why it matters and the way out; without one, list them all."""
    from slogen.pipeline import CODES

    if code is None:
        typer.echo("\n".join(f"{c.id}  {c.slug}: {c.title}" for c in CODES))
        return
    match find(CODES, code):
        case Code() as known:
            _print(page(known))
        case hint:
            typer.echo(f"slogen: there is no code {code!r}; {hint or '`slogen explain` lists all codes'}", err=True)
            raise typer.Exit(Status.USAGE)


def _print(text: str) -> None:
    if not colours(sys.stdout.isatty()):
        typer.echo(text, nl=False)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(text))
