"""The verb that says what a code means."""

import difflib
import sys
from typing import Annotated

import typer

from slogen.cli.output import colours
from slogen.cli.status import Status
from slogen.diagnostics.model import Code

EXAMPLES = "Examples: `slogen explain SLO801`; by name: `slogen explain stale-output`; all codes: `slogen explain`."

Wanted = Annotated[str | None, typer.Argument(metavar="[CODE]", help="A code or its name, as findings print it.")]


def explain(code: Wanted = None) -> None:
    """Explain a code: what it means, why it matters and the way out; without one, list them all."""
    from slogen.codes import CODES

    if code is None:
        typer.echo("\n".join(f"{c.id}  {c.slug}: {c.title}" for c in CODES))
        return
    known = {name: c for c in CODES for name in (c.id, c.slug)}
    match = known.get(code) or known.get(code.upper()) or known.get(code.lower())
    if match is None:
        close = difflib.get_close_matches(code, known, n=1)
        hint = f"; did you mean {close[0]}?" if close else "; `slogen explain` lists all codes"
        typer.echo(f"slogen: there is no code {code!r}{hint}", err=True)
        raise typer.Exit(Status.USAGE)
    _print(match)


def _print(code: Code) -> None:
    text = f"# {code.id} {code.slug}\n\n{code.title} ({code.severity.name.lower()}).\n\n{code.explanation}\n"
    if not colours(sys.stdout.isatty()):
        typer.echo(text, nl=False)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(text))
