"""The list of verbs, and what is true of slogen itself."""

from typing import Annotated

import typer

from slogen.cli import (
    build,
    catalogue,
    codeowners,
    cost,
    diff,
    explain,
    init,
    preview,
    promql,
    reference,
    report,
    route,
    schema,
    test,
    validate,
)

app = typer.Typer(
    name="slogen",
    help="Compiles SLO and alert specs into Prometheus rules, Alertmanager routing and Grafana dashboards.",
    epilog="Start with `slogen init`, then `slogen build`. `slogen VERB --help` shows examples.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(epilog=init.EXAMPLES)(init.init)
app.command(epilog=validate.EXAMPLES)(validate.validate)
app.command(epilog=build.EXAMPLES)(build.build)
app.command(epilog=test.EXAMPLES)(test.test)
app.command(epilog=diff.EXAMPLES)(diff.diff)
app.command(epilog=cost.EXAMPLES)(cost.cost)
app.command(epilog=preview.EXAMPLES)(preview.preview)
app.command(epilog=report.EXAMPLES)(report.report)
app.command(epilog=schema.EXAMPLES)(schema.schema)
app.command(epilog=codeowners.EXAMPLES)(codeowners.codeowners)
app.command(epilog=reference.EXAMPLES)(reference.reference)
app.command(epilog=explain.EXAMPLES)(explain.explain)
app.add_typer(catalogue.app)
app.add_typer(promql.app)
app.add_typer(route.app)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"slogen {version('slogen')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Options of slogen itself."""
