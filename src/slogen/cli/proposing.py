"""What `slogen init --from` adds to a project: specs for what saved pages show, fitting what is there already."""

from pathlib import Path

import typer

from slogen.cli.output import Format, leave, show
from slogen.cli.progress import working
from slogen.cli.project import FILE
from slogen.cli.starter import SPEC_SCHEMA, TEAM, started
from slogen.cli.status import Status
from slogen.importers.propose import Surroundings, propose
from slogen.spec.load import load


def proposed(folder: Path, pages: list[Path], models: list[str], *, new: bool) -> dict[str, bytes]:
    """Specs and samples by their path in the project; ends the run where there is nothing to propose."""
    around, taken = _beginning() if new else _surroundings(folder)
    with working("reading the pages"):
        proposal = propose(pages, tuple(models), around)
    show(proposal.diagnostics, {}, Format.TEXT)
    leave(proposal.diagnostics)
    for line in proposal.summary:
        typer.echo(line, err=True)
    both = sorted(taken & {Path(path).stem for path in proposal.files if path.endswith(".yaml")})
    if both:
        typer.echo(f"slogen: {both[0]} has a spec already; choose other models with --model", err=True)
        raise typer.Exit(Status.USAGE)
    return proposal.files


def _beginning() -> tuple[Surroundings, frozenset[str]]:
    return Surroundings(started(FILE)[FILE].decode(), "specs", TEAM, f"../{SPEC_SCHEMA}"), frozenset()


def _surroundings(folder: Path) -> tuple[Surroundings, frozenset[str]]:
    """What a proposal must fit in an existing project, and the names that have specs there."""
    loaded = load(folder)
    if loaded.project is None:
        show(loaded.diagnostics, loaded.texts, Format.TEXT)
        raise typer.Exit(Status.FINDINGS)
    project = loaded.project.model
    team = None if project.defaults.team else min(project.teams, default=None)
    schema = "../" * len(Path(project.specs).parts) + SPEC_SCHEMA if (folder / SPEC_SCHEMA).is_file() else ""
    around = Surroundings((folder / FILE).read_text(encoding="utf-8"), project.specs, team, schema)
    return around, frozenset(spec.model.name for spec in loaded.specs)
