"""The verbs that evaluate PromQL without a server: test files in Prometheus' own language, and single expressions."""

import json
from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from slogen.cli.status import Status

app = typer.Typer(
    name="promql",
    help="Evaluate PromQL in process, with the answers of Prometheus 3.5.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

TEST_EXAMPLES = "Examples: `slogen promql test rules.test`; for scripts: `slogen promql test --json tests/*.test`."
EVAL_EXAMPLES = (
    "Examples: `slogen promql eval 'sum(rate(http_requests_total[5m]))' --series metrics.prom --at 10m`; as a drawing: "
    "`slogen promql eval up --series metrics.prom --start 0 --end 1h --step 1m --format sparkline`."
)


class Shape(StrEnum):
    """How a result is printed."""

    TABLE = "table"
    JSON = "json"
    SPARKLINE = "sparkline"


Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Test files.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line for every eval.")]


@app.command(epilog=TEST_EXAMPLES)
def test(files: Files, as_json: Json = False) -> None:
    """Run test files in the language of Prometheus' own engine tests; exit 1 where an eval fails."""
    counts = {str(file): _tested(file, as_json) for file in files}
    if not as_json:
        _print_counts(counts)
    if any(counter["fail"] for counter in counts.values()):
        raise typer.Exit(Status.FINDINGS)


def _tested(file: Path, as_json: bool) -> Counter[str]:
    """How often each outcome came up; every outcome is printed as soon as it is known."""
    from slogen.evaluator.test_runner import run

    counter: Counter[str] = Counter()
    try:
        for outcome in run(_text(file)):
            word = outcome.verdict.value
            counter[word] += 1
            if as_json:
                place = {"file": str(file), "line": outcome.line, "expr": outcome.expr}
                typer.echo(json.dumps(place | {"outcome": word, "reason": outcome.reason}, ensure_ascii=False))
            elif word != "pass":
                typer.echo(f"{file}:{outcome.line}: {word}: {outcome.expr}\n    {outcome.reason}")
    except ValueError as error:
        _refuse(f"{file}: {error}")
    return counter


def _print_counts(counts: dict[str, Counter[str]]) -> None:
    width = max(4, *(len(name) for name in counts))
    typer.echo(f"{'file':<{width}}  pass  fail  unsupported")
    for name, counter in counts.items():
        typer.echo(f"{name:<{width}}  {counter['pass']:>4}  {counter['fail']:>4}  {counter['unsupported']:>11}")


Expression = Annotated[str, typer.Argument(metavar="EXPR", help="A PromQL expression.")]
Source = Annotated[
    Path,
    typer.Option("--series", metavar="FILE", help="OpenMetrics text with timestamps, or `load` blocks of a test file."),
]
At = Annotated[
    str | None, typer.Option(help="Time of an instant query; default: the last sample. A duration, or Unix seconds.")
]
Start = Annotated[str | None, typer.Option(help="First step of a range query.")]
End = Annotated[str | None, typer.Option(help="Last step of a range query; default: the last sample.")]
Step = Annotated[str, typer.Option(help="Distance between the steps of a range query.")]
ShapeOption = Annotated[Shape, typer.Option("--format", help="How to print the result.")]


@app.command("eval", epilog=EVAL_EXAMPLES)
def evaluate(  # noqa: PLR0913, PLR0917 -- the options of one verb
    expr: Expression,
    series: Source,
    at: At = None,
    start: Start = None,
    end: End = None,
    step: Step = "1m",
    form: ShapeOption = Shape.TABLE,
) -> None:
    """Evaluate one expression over the series of a file, at one time or over a range of times."""
    from slogen.evaluator import query, render
    from slogen.evaluator.errors import EvaluationError, Unsupported
    from slogen.evaluator.evaluate import evaluate as answer
    from slogen.promql.lex import PromQLError
    from slogen.promql.parse import parse

    try:
        storage = query.read_series(_text(series))
        grid = query.grid(at, start, end, step, storage.last_time())
        result = answer(parse(expr), storage, grid)
    except PromQLError as error:
        _refuse(f"{error.message}\n  {expr}\n  {' ' * error.start}{'^' * max(1, error.end - error.start)}")
    except (EvaluationError, Unsupported) as error:
        _refuse(str(error), Status.FINDINGS)
    except ValueError as error:
        _refuse(str(error))
    for note in (*result.warnings, *result.infos):
        typer.echo(note, err=True)
    shown = {Shape.TABLE: render.table, Shape.JSON: render.api_json, Shape.SPARKLINE: render.sparklines}[form]
    typer.echo(shown(result, grid))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        _refuse(f"{file} is not UTF-8")


def _refuse(message: str, status: Status = Status.USAGE) -> NoReturn:
    typer.echo(f"slogen: {message}", err=True)
    raise typer.Exit(status)
