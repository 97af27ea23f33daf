"""The verb that prints slogen's reference, made from the code that runs."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from slogen.cli.schema import Kind

EXAMPLES = "Examples: `slogen reference spec`; `slogen reference findings > findings.md`."


class Page(StrEnum):
    """What can be looked up."""

    SPEC = "spec"
    PROJECT = "project"
    TEST = "test"
    CATALOGUE = "catalogue"
    FINDINGS = "findings"
    COMMANDS = "commands"


def reference(
    context: typer.Context,
    page: Annotated[
        Page,
        typer.Argument(help="The language of a kind of file, the catalogue, every finding, or the commands."),
    ],
) -> None:
    """Print a page of the reference in Markdown, as it is for this version."""
    typer.echo(_page(page, context), nl=False)


def _page(page: Page, context: typer.Context) -> str:
    match page:
        case Page.COMMANDS:
            return "\n\n".join(["# Commands", *_command("slogen", context.find_root().command)]) + "\n"
        case Page.CATALOGUE:
            from slogen.reference.sources import catalogue_page

            return catalogue_page()
        case Page.FINDINGS:
            from slogen.codes import CODES
            from slogen.reference.findings import findings_page

            return findings_page(CODES)
        case Page.SPEC | Page.PROJECT | Page.TEST:
            from slogen.reference.language import language_page

            return language_page(Kind(page.value).value)


def _command(name: str, command: object) -> Iterator[str]:
    """A verb with its arguments, options and examples; then those below it."""
    if not isinstance(command, TyperCommand | TyperGroup):
        return
    yield f"## {name}"
    yield (command.help or "").strip()
    told = (part for part in command.params if not str(part.name).endswith("_completion"))
    rows = [_row(part) for part in told if isinstance(part, TyperArgument | TyperOption)]
    if rows:
        yield "\n".join(["| given as | default | meaning |", "|---|---|---|", *rows])
    if command.epilog:
        yield command.epilog
    if isinstance(command, TyperGroup):
        for below, part in command.commands.items():
            yield from _command(f"{name} {below}", part)


def _row(part: TyperArgument | TyperOption) -> str:
    named = (
        part.opts + part.secondary_opts if isinstance(part, TyperOption) else [part.metavar or str(part.name).upper()]
    )
    default = f"`{part.default}`" if isinstance(part.default, str | int | float) and part.default else ""
    meaning = (part.help or "").replace("|", "\\|")
    return f"| `{', '.join(named)}` | {default} | {meaning} |"
