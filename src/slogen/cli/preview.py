"""The verb that shows what dashboards will show, as one HTML page that needs neither Grafana nor a network."""

import time
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
    "Examples: `slogen preview fraud-detector`; during a scenario test: `slogen preview --scenario total-outage`; "
    "from a server: `slogen preview overview --prometheus http://localhost:9090 --hours 6`."
)

Boards = Annotated[
    list[str] | None,
    typer.Argument(metavar="[BOARD]...", help="Models or components, `overview`, `alert-tuning`; else all that fit."),
]
Environment = Annotated[str | None, typer.Option("--env", help="The environment; else the first production one.")]
Scenario = Annotated[str | None, typer.Option("--scenario", metavar="NAME", help="Data from this scenario test.")]
Server = Annotated[str | None, typer.Option("--prometheus", metavar="URL", help="Data from a running Prometheus.")]
Header = Annotated[
    list[str] | None, typer.Option("--header", metavar="NAME=VALUE", help="Send this header to the Prometheus.")
]
Hours = Annotated[int, typer.Option("--hours", min=1, max=2160, help="How far back the boards look.")]
Output = Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where the page is written.")]


def preview(  # noqa: PLR0913, PLR0917 -- the options of one verb
    boards: Boards = None,
    env: Environment = None,
    scenario: Scenario = None,
    prometheus: Server = None,
    header: Header = None,
    hours: Hours = 24,
    output: Output = Path("preview.html"),
    project: Folder = None,
) -> None:
    """Draw dashboards as one HTML page: from a replayed incident, a scenario test, or a running Prometheus."""
    from slogen import pipeline
    from slogen.cli import preview_data as data
    from slogen.preview.page import page

    if scenario and prometheus:
        _refuse("--scenario and --prometheus are two sources of data; name one")
    root = found(project)
    with working("replaying"):
        source = pipeline.compiled(root, today())
        show(source.diagnostics, source.texts, Format.TEXT)
        leave(source.diagnostics)
        try:
            if prometheus:
                shown = data.from_server(prometheus, header or [], round(time.time() * 1000), hours)
            elif scenario:
                shown = data.from_scenario(source, root, scenario, hours)
            else:
                shown = data.from_incident(source, env, boards or [], hours)
            drawn = data.chosen(source, env or shown.environment, boards or shown.boards)
            text = page(drawn, shown.ask, shown.range, shown.about)
        except data.NoPreviewError as error:
            _refuse(str(error))
        except data.RefusedError as error:
            typer.echo(f"slogen: {error}", err=True)
            raise typer.Exit(Status.COULD_NOT) from None
    write_whole(output, text.encode())
    typer.echo(f"{output} shows {_names(drawn)}", err=True)


def _names(boards: Sequence[object]) -> str:
    return "1 dashboard" if len(boards) == 1 else f"{len(boards)} dashboards"


def _refuse(message: str) -> None:
    typer.echo(f"slogen: {message}", err=True)
    raise typer.Exit(Status.USAGE)
