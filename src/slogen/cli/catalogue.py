"""The verbs that show what is known of model servers: which there are, and what each can and cannot measure."""

from difflib import get_close_matches
from typing import Annotated

import typer

from slogen.cli.status import Status

app = typer.Typer(
    name="catalogue",
    help="Show what slogen knows of model servers and other sources of metrics.",
    epilog="Examples: `slogen catalogue list`; `slogen catalogue show vllm`.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command(name="list", epilog="Example: `slogen catalogue list`.")
def list_entries() -> None:
    """List every template that a source may name."""
    from slogen.catalogue.load import entry, entry_names

    width = max(len(name) for name in entry_names())
    for name in entry_names():
        found = entry(name)
        typer.echo(f"{name:<{width}}  {found.category:<13} {found.title}")


@app.command(epilog="Example: `slogen catalogue show istio`.")
def show(name: Annotated[str, typer.Argument(help="A template's name.")]) -> None:
    """Show what a template measures, what it cannot, and what to beware of."""
    from slogen.catalogue.load import entry_names
    from slogen.catalogue.page import page

    if name not in entry_names():
        near = get_close_matches(name, entry_names(), n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else "`slogen catalogue list` shows all"
        typer.echo(f"slogen: the catalogue has no template {name!r}; {hint}", err=True)
        raise typer.Exit(Status.USAGE)
    typer.echo(page(name))
