"""How findings reach people and machines: one format each, data on standard output, words on standard error."""

import os
import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from slogen.cli.repository import from_top
from slogen.cli.status import Status
from slogen.diagnostics.gitlab import as_gitlab
from slogen.diagnostics.machine import as_github, as_json, as_sarif
from slogen.diagnostics.model import Diagnostic, has_errors
from slogen.diagnostics.text import as_text, summary
from slogen.source.codes import UNREADABLE


class Format(StrEnum):
    """What findings are printed as."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    GITLAB = "gitlab"


FormatOption = Annotated[Format, typer.Option("--format", help="How to print findings; all but text go to stdout.")]


def colours(terminal: bool) -> bool:
    """Whether to colour: on a terminal, unless the user said no (https://no-color.org)."""
    return terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def show(findings: Sequence[Diagnostic], texts: Mapping[str, str], form: Format, root: Path | None = None) -> None:
    """Prints findings in their one order; text goes to standard error, machine formats to standard output.

    Formats that a code host reads name files from the top of the repository in which the project's folder `root` lies.
    """
    hosted = findings if root is None else from_top(findings, root)
    match form:
        case Format.TEXT if findings:
            typer.echo(as_text(findings, texts, colour=colours(sys.stderr.isatty())), err=True)
            typer.echo(summary(findings), err=True)
        case Format.TEXT:
            pass
        case Format.JSON:
            typer.echo(as_json(findings), nl=False)
        case Format.SARIF:
            typer.echo(as_sarif(hosted), nl=False)
        case Format.GITHUB:
            typer.echo(as_github(hosted), nl=False)
        case Format.GITLAB:
            typer.echo(as_gitlab(hosted), nl=False)
            show(findings, texts, Format.TEXT)  # the report goes to a file, the words to the job's log


def leave(findings: Sequence[Diagnostic]) -> None:
    """Ends the run with the status that the findings ask for; returns where all is well."""
    if any(finding.code == UNREADABLE for finding in findings):
        raise typer.Exit(Status.COULD_NOT)
    if has_errors(findings):
        raise typer.Exit(Status.FINDINGS)
