"""The verb that only reads: everything wrong with the project, at once."""

import typer

from slogen.cli.output import Format, FormatOption, leave, show
from slogen.cli.progress import working
from slogen.cli.project import Folder, found, today

EXAMPLES = "Examples: `slogen validate`; in a pull request: `slogen validate --format github`."


def validate(project: Folder = None, form: FormatOption = Format.TEXT) -> None:
    """Report every mistake in slogen.yaml and the specs, and write nothing."""
    from slogen.building import validate as validated

    root = found(project)
    with working("validating"):
        outcome = validated(root, today())
    show(outcome.diagnostics, outcome.texts, form, root)
    leave(outcome.diagnostics)
    if form is Format.TEXT:
        typer.echo(f"{outcome.specs} specs are valid", err=True)
