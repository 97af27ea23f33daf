"""The verb that starts a project: files that build and test green at once, and explain themselves."""

from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from slogen.cli.project import FILE
from slogen.cli.status import Status

EXAMPLES = "Examples: `slogen init` here; in a new folder: `slogen init monitoring`."

Folder = Annotated[Path, typer.Argument(help="Where the project is to be; made if it is not there.")]


def init(folder: Folder = Path()) -> None:
    """Start a project: a slogen.yaml and a first spec that build at once; existing files are never touched."""
    from slogen.spec.schema import schema_text

    texts = _starter() | {
        ".slogen/spec.schema.json": schema_text("spec"),
        ".slogen/project.schema.json": schema_text("project"),
    }
    taken = [name for name in (FILE, "specs") if (folder / name).exists()]
    if taken:
        typer.echo(f"slogen: {folder / taken[0]} is there already; `slogen init` starts only new projects", err=True)
        raise typer.Exit(Status.USAGE)
    for name, text in texts.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
        typer.echo(f"wrote {target}", err=True)
    typer.echo("next: `slogen build`, then point Prometheus at generated/production/prometheus/rules/", err=True)


def _starter() -> dict[str, str]:
    """The starter's files by their path in the project."""
    starter = files("slogen.cli") / "starter"
    names = (FILE, "specs/example-model.yaml", "specs/example-model.test.yaml")
    return {name: starter.joinpath(name).read_text(encoding="utf-8") for name in names}
