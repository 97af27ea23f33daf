"""The entrance: the list of verbs, and the promise that no run ends in a traceback."""

import gc
import os
import sys
import tempfile
import traceback
from typing import Annotated, NoReturn

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
from slogen.cli.status import Status

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


def main() -> NoReturn:
    """Runs a verb and exits with its status; what the system refuses is 3, a bug of ours 70 with a report file."""
    gc.disable()  # a run is short and makes hardly any circles; looking for them takes a fifth of a build
    try:
        app()
    except OSError as error:
        _say(f"slogen: could not finish: {_reason(error)}")
        sys.exit(Status.COULD_NOT)
    except MemoryError:
        _say("slogen: could not finish: out of memory")
        sys.exit(Status.COULD_NOT)
    except Exception as error:  # the one place where a bug ends
        _say(f"slogen: this is a bug of slogen ({type(error).__name__}); please report it with {_report()}")
        sys.exit(Status.BUG)
    sys.exit(Status.OK)


def _reason(error: OSError) -> str:
    reason = error.strerror or str(error) or type(error).__name__
    return f"{error.filename}: {reason}" if error.filename else reason


def _say(line: str) -> None:
    sys.stderr.write(line.encode(errors="backslashreplace").decode() + "\n")


def _report() -> str:
    """Writes the traceback to a file of its own and returns its path; where that fails, the traceback itself."""
    text = f"slogen {' '.join(sys.argv[1:])}\nPython {sys.version}\n\n{traceback.format_exc()}"
    try:
        descriptor, path = tempfile.mkstemp(prefix="slogen-bug-", suffix=".txt")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
    except OSError:
        return f"this:\n{text}"
    return path
