"""The verb that starts: a project that builds and tests green at once, specs proposed from pages, the files for CI."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from slogen.cli.ci import Host, advice, ci_files
from slogen.cli.project import FILE
from slogen.cli.starter import PROJECT_SCHEMA, SPEC_SCHEMA, started
from slogen.cli.status import Status
from slogen.cli.written import create_all

EXAMPLES = (
    "Examples: `slogen init` here; in a new folder: `slogen init monitoring`; with specs for what a saved page shows: "
    "`slogen init monitoring --from metrics.prom`; for GitLab: `slogen init --ci gitlab`."
)
Folder = Annotated[Path, typer.Argument(help="Where the project is, or is to be; made if it is not there.")]
Pages = Annotated[
    list[Path] | None,
    typer.Option("--from", metavar="FILE", help="A saved /metrics page to propose specs from; may be repeated."),
]
Models = Annotated[
    list[str] | None, typer.Option("--model", metavar="NAME", help="Propose only for this model; may be repeated.")
]
Hosts = Annotated[
    list[Host] | None, typer.Option("--ci", help="Whose CI files to write; may be repeated. [default: github]")
]


def init(folder: Folder = Path(), pages: Pages = None, models: Models = None, ci: Hosts = None) -> None:
    """Start a project, or add proposed specs and CI files to one; a file that is there is never touched."""
    if models and not pages:
        _refuse("--model chooses among the models of pages; name one with --from")
    new = not (folder / FILE).exists()
    if not new and not pages and not ci:
        _refuse(f"{folder / FILE} is there already; with --from or --ci something is added to it")
    if new and (folder / "specs").exists():
        _refuse(f"{folder / 'specs'} is there already; `slogen init` starts only new projects")
    texts = _project_files() if new else {}
    if pages:
        from slogen.cli.proposing import proposed

        texts |= proposed(folder, pages, models or [], new=new)
    elif new:
        texts |= started("specs/example-model.yaml", "specs/example-model.test.yaml")
    hosts = ci if ci is not None else [Host.GITHUB] if new else []
    beside = {path: text.encode() for host in hosts for path, text in ci_files(host, folder).items()}
    _write({folder / name: content for name, content in texts.items()}, beside)
    typer.echo("next: `slogen build`, then point Prometheus at generated/production/prometheus/rules/", err=True)


def _refuse(reason: str) -> NoReturn:
    typer.echo(f"slogen: {reason}", err=True)
    raise typer.Exit(Status.USAGE)


def _project_files() -> dict[str, bytes]:
    from slogen.spec.schema import schema_text

    schemas = {SPEC_SCHEMA: schema_text("spec").encode(), PROJECT_SCHEMA: schema_text("project").encode()}
    return started(FILE) | schemas


def _write(own: Mapping[Path, bytes], beside: Mapping[Path, bytes]) -> None:
    """Writes the project's own files, and of those for CI the ones that are not there yet: all or none."""
    taken = [path for path in own if path.exists()]
    if taken:
        _refuse(f"{taken[0]} is there already; nothing was written")
    for path in (path for path in beside if path.exists()):
        typer.echo(advice(path), err=True)
    texts = {**own, **{path: text for path, text in beside.items() if not path.exists()}}
    create_all(texts)
    for path in texts:
        typer.echo(f"wrote {path}", err=True)
