"""What a backend is; changes only if every backend must."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from slogen.diagnostics.model import Diagnostic
from slogen.emit.artifact import Artifact
from slogen.ir.program import Program

Emit = Callable[[Program], Iterable[Artifact | Diagnostic]]
Refuse = Callable[[Program], Iterable[Diagnostic]]


@dataclass(frozen=True, slots=True)
class Backend:
    """A named way to print the Program; a Diagnostic says what the target cannot express instead of dropping it.

    `refuse` gives the same diagnostics without what is printed, for those who only want to know.
    """

    name: str
    emit: Emit
    refuse: Refuse


def by_printing(emit: Emit) -> Refuse:
    """What a backend refuses, found by printing everything: for those that print little, or seldom."""
    return lambda program: (made for made in emit(program) if isinstance(made, Diagnostic))


def nothing(_: Program) -> Iterable[Diagnostic]:
    """The refusals of a backend that can print every Program."""
    return ()
