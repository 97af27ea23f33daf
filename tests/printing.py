"""What a backend prints of a Program that it can express."""

from slogen.backends.backend import Backend
from slogen.emit.artifact import Artifact
from slogen.ir.program import Program


def artifacts(backend: Backend, program: Program) -> list[Artifact]:
    """Every file; a refusal fails the test."""
    made = list(backend.emit(program))
    refused = [one for one in made if not isinstance(one, Artifact)]
    assert not refused
    return [one for one in made if isinstance(one, Artifact)]
