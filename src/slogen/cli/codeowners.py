"""The verb that suggests who reviews which spec: lines for a CODEOWNERS file, from the team that each spec names."""

import re
from typing import Annotated

import typer

from slogen.cli.output import Format, leave, show
from slogen.cli.project import FILE, Folder, found
from slogen.cli.repository import inside

EXAMPLES = "Example: `slogen codeowners --org example > .github/CODEOWNERS`."

Org = Annotated[
    str, typer.Option(metavar="NAME", help="The organisation (GitHub) or group (GitLab) whose teams are meant.")
]


def codeowners(org: Org = "your-org", project: Folder = None) -> None:
    """Print CODEOWNERS lines: every spec belongs to its team; output needs no owner, as it cannot differ from specs."""
    from slogen.spec.load import load

    root = found(project)
    loaded = load(root)
    show(loaded.diagnostics, loaded.texts, Format.TEXT)
    leave(loaded.diagnostics)
    prefix = f"/{inside(root)}".rstrip("/")
    default = loaded.project.model.defaults.team if loaded.project else None
    if default is not None:
        typer.echo(_line(f"{prefix}/{FILE}", org, default))
    for spec in loaded.specs:
        team = spec.model.team or default
        if team is not None:
            typer.echo(_line(f"{prefix}/{spec.file}", org, team))
            typer.echo(_line(f"{prefix}/{_tests(spec.file)}", org, team))


def _tests(spec: str) -> str:
    """The file in which the stories of a spec are told."""
    return re.sub(r"[.]ya?ml$", ".test.yaml", spec)


def _line(path: str, org: str, team: str) -> str:
    """A pattern that matches just this path: what patterns would read otherwise is escaped."""
    escaped = re.sub(r"([\\ #*?!\[\]])", r"\\\1", path)
    return f"{escaped} @{org}/{team}"
