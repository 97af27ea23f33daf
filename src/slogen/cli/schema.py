"""The verb that prints JSON Schemas, for editors that complete and check specs."""

from enum import StrEnum
from typing import Annotated

import typer

EXAMPLES = "Example: `slogen schema spec > docs/spec.schema.json`, named in a spec by its first line's comment."


class Kind(StrEnum):
    """What a schema describes."""

    SPEC = "spec"
    PROJECT = "project"
    TEST = "test"


def schema(
    kind: Annotated[
        Kind, typer.Argument(help="`spec` for specs/*.yaml, `project` for slogen.yaml, `test` for *.test.yaml.")
    ],
) -> None:
    """Print the JSON Schema (draft-07) of a kind of file."""
    from slogen.spec.schema import schema_text

    typer.echo(schema_text(kind.value), nl=False)
