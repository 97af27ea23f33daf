"""Which project a verb is about, and on which day: what a run takes from its surroundings."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from slogen.cli.status import Status

FILE = "slogen.yaml"

Folder = Annotated[
    Path | None,
    typer.Option(
        "--project", "-C", metavar="FOLDER", help="The project's folder; else the nearest with a slogen.yaml."
    ),
]


def nearest(folder: Path | None) -> Path | None:
    """The project's folder: the one named, or the nearest above; None where there is none."""
    start = (folder or Path()).absolute()
    candidates = (start,) if folder else (start, *start.parents)
    return next((candidate for candidate in candidates if (candidate / FILE).is_file()), None)


def found(folder: Path | None) -> Path:
    """The project's folder; ends the run as a usage error where there is none."""
    candidate = nearest(folder)
    if candidate is not None:
        return candidate
    where = f"in {folder}" if folder else "here or in a folder above"
    typer.echo(f"slogen: there is no {FILE} {where}; `slogen init` starts a project", err=True)
    raise typer.Exit(Status.USAGE)


def today() -> date:
    """The day on which allowances are judged, in UTC, so that colleagues and CI agree."""
    return datetime.now(UTC).date()
