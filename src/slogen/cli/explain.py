"""The verb that says what something means: a code, an objective, an alert, a line of a file, a query."""

import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from slogen.cli.output import Format, colours, leave, show
from slogen.cli.project import Folder, found, nearest, today
from slogen.cli.status import Status
from slogen.diagnostics.explain import explain as page
from slogen.diagnostics.explain import find
from slogen.diagnostics.model import Code, Diagnostic
from slogen.diagnostics.suggest import did_you_mean
from slogen.promql.ast import Expr, Selector

EXAMPLES = (
    "Examples: `slogen explain SLO801`; by name: `slogen explain stale-output`; all codes: `slogen explain`; "
    "an objective or alert: `slogen explain fraud-detector/availability`; an alert by name: `slogen explain Watchdog`; "
    "of a whole environment: `slogen explain production/EnvironmentOutage`; a line of a file: "
    "`slogen explain specs/churn.yaml:9`; a query: `slogen explain 'rate(requests_total[5m]) > 1'`."
)

Wanted = Annotated[
    str | None,
    typer.Argument(
        metavar="[CODE|MODEL/SLO|ALERT|FILE:LINE|QUERY]", help="A code or its name, what a spec declares, or PromQL."
    ),
]


_NAME = re.compile(r"[\w.-]+(?:/[\w.-]+)*")
"""What can be a code or the name of something: `a/b` is a subject here, `a / b` a query."""


def explain(wanted: Wanted = None, project: Folder = None) -> None:
    """Explain a code, an objective, an alert, a line of a spec or of generated rules, or a query in quotes."""
    from slogen.codes import CODES
    from slogen.explaining import explained_query, place_of

    if wanted is None:
        typer.echo("\n".join(f"{c.id}  {c.slug}: {c.title}" for c in CODES))
        return
    known, place = find(CODES, wanted), place_of(wanted)
    if isinstance(known, Code):
        _print(page(known))
    elif place is not None:
        _place(*place, project)
    else:
        query = _query(wanted)
        if query is None or _NAME.fullmatch(wanted) or isinstance(query, Selector):
            _subject(wanted, known, query, project)
        else:
            typer.echo(explained_query(nearest(project), today(), query).text)


def _query(wanted: str) -> Expr | None:
    """The query that a text is; ends the run where it is one with a mistake in it."""
    from slogen.promql.lex import PromQLError
    from slogen.promql.parse import parse

    try:
        return parse(wanted)
    except PromQLError as error:
        if not set(wanted) & set("(){}[]<>=*+\"'"):
            return None
        typer.echo(f"slogen: this is no PromQL: {error}", err=True)
        raise typer.Exit(Status.USAGE) from None


def _place(file: str, line: int, project: Folder) -> None:
    from slogen.explaining import explained_place

    root = found(project)
    candidates = [path for path in (Path(file), root / file) if path.is_file()]
    if not candidates:
        typer.echo(f"slogen: there is no file {file}", err=True)
        raise typer.Exit(Status.USAGE)
    outcome = explained_place(root, today(), candidates[0], line)
    _stop_at(outcome.diagnostics, outcome.texts)
    _finish(outcome.text, f"line {line} of {file} is nothing that slogen made or reads", None)


def _subject(wanted: str, code_hint: str | None, query: Expr | None, project: Folder) -> None:
    from slogen.explaining import explained, explained_query

    if nearest(project) is None and isinstance(query, Selector) and code_hint is None:
        typer.echo(explained_query(None, today(), query).text)
        return
    if wanted.upper().startswith("SLO") and wanted[3:].isdigit():
        typer.echo(f"slogen: there is no code {wanted!r}; {code_hint or '`slogen explain` lists all codes'}", err=True)
        raise typer.Exit(Status.USAGE)
    outcome = explained(found(project), today(), wanted)
    _stop_at(outcome.diagnostics, outcome.texts)
    hint = did_you_mean(wanted, outcome.subjects) or code_hint
    if not outcome.text and hint is None and isinstance(query, Selector):
        outcome = explained_query(nearest(project), today(), query)
    _finish(outcome.text, f"nothing is called {wanted!r}", hint or _some(outcome.subjects))


def _some(subjects: Sequence[str]) -> str:
    return f"there are {', '.join(subjects[:5])}, …" if subjects else "`slogen explain` lists all codes"


def _stop_at(findings: Sequence[Diagnostic], texts: Mapping[str, str]) -> None:
    """Ends the run where the project does not compile."""
    if findings:
        show(findings, texts, Format.TEXT)
        leave(findings)


def _finish(text: str, problem: str, hint: str | None) -> None:
    """Prints what was found, or says what is wrong and ends the run."""
    if not text:
        typer.echo(f"slogen: {problem}{f'; {hint}' if hint else ''}", err=True)
        raise typer.Exit(Status.USAGE)
    typer.echo(text)


def _print(text: str) -> None:
    if not colours(sys.stdout.isatty()):
        typer.echo(text, nl=False)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(text))
