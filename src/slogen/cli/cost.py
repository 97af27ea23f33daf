"""The verb that says what the rules cost a server, without asking one."""

import json
from typing import Annotated

import typer

from slogen.cli.output import Format, leave, show
from slogen.cli.project import Folder, found, today
from slogen.cli.status import Status

EXAMPLES = "Examples: `slogen cost`; with 120 pods a model: `slogen cost --series 120 --target mimir`."

Series = Annotated[int, typer.Option(min=1, help="How many copies of each raw series there are: pods, say.")]
Target = Annotated[
    str, typer.Option(metavar="NAME", help="Whose limits: prometheus, mimir, thanos, vmalert or operator.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


Top = Annotated[int, typer.Option(min=0, metavar="N", help="Also list the N groups that read most: SLOs and alerts.")]


def cost(
    series: Series = 20,
    target: Target = "prometheus",
    top: Top = 5,
    as_json: Json = False,
    project: Folder = None,
) -> None:
    """Estimate rules, series and samples read a minute, by window and SLO or alert, and check a target's limits."""
    from slogen import comparing, names
    from slogen.review import limits

    profile = limits.named(target)
    if profile is None:
        typer.echo(f"slogen: no target {target!r}; there are {', '.join(limits.known())}", err=True)
        raise typer.Exit(Status.USAGE)
    outcome = comparing.costed(found(project), today(), series, profile)
    show(outcome.diagnostics, outcome.texts, Format.TEXT)
    leave(outcome.diagnostics)
    if as_json:
        typer.echo(json.dumps(outcome.table(), indent=2))
    else:
        for environment, found_cost in outcome.costs.items():
            size = f"{found_cost.rules} rules in {len(found_cost.groups)} groups (largest {found_cost.largest})"
            reads = f"{found_cost.recorded} recorded series, {found_cost.samples:,.0f} samples read a minute"
            typer.echo(f"{environment}: {size}, {reads}")
            for window, samples in found_cost.by_window().items():
                typer.echo(f"  {names.window(window) if window else 'now':>5} {samples:>14,.0f}")
            for group in found_cost.dearest()[:top]:
                typer.echo(f"  {group.samples:>20,.0f} {group.samples / found_cost.samples:>5.1%} {group.name}")
        for problem in outcome.exceeded:
            typer.echo(f"{problem.profile}: {problem.what}; {problem.advice}")
    if outcome.exceeded:
        raise typer.Exit(Status.FINDINGS)
