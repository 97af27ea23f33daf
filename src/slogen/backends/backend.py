"""What a backend is; changes only if every backend must."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from slogen.diagnostics.model import Diagnostic
from slogen.emit.artifact import Artifact
from slogen.ir.program import Program

Emit = Callable[[Program], Iterable[Artifact | Diagnostic]]


@dataclass(frozen=True, slots=True)
class Backend:
    """A named way to print the Program; a Diagnostic says what the target cannot express instead of dropping it."""

    name: str
    emit: Emit
