"""What a backend is; changes only if every backend must."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from slogen.diagnostics.model import Diagnostic
from slogen.emit.artifact import Artifact
from slogen.ir.program import Program

Printed = Iterable[Artifact | Diagnostic]
Emit = Callable[[Program], Printed]
Refuse = Callable[[Program], Iterable[Diagnostic]]


@dataclass(frozen=True, slots=True)
class Part:
    """Files that can be printed without any other, so that several processes may share the work.

    `about` names the component, or what else they tell of: parts about the same read the same of the Program.
    """

    about: str
    emit: Callable[[], Printed]


@dataclass(frozen=True, slots=True)
class Backend:
    """A named way to print the Program; a Diagnostic says what the target cannot express instead of dropping it.

    `refuse` gives the same diagnostics without what is printed, for those who only want to know.
    """

    name: str
    parts: Callable[[Program], Iterable[Part]]
    refuse: Refuse

    def emit(self, program: Program) -> Iterator[Artifact | Diagnostic]:
        """Everything, part by part."""
        return (made for part in self.parts(program) for made in part.emit())


def whole(emit: Emit) -> Callable[[Program], Iterable[Part]]:
    """The one part of a backend that prints little."""
    return lambda program: [Part("", lambda: emit(program))]


def by_printing(emit: Emit) -> Refuse:
    """What a backend refuses, found by printing everything: for those that print little, or seldom."""
    return lambda program: (made for made in emit(program) if isinstance(made, Diagnostic))


def nothing(_: Program) -> Iterable[Diagnostic]:
    """The refusals of a backend that can print every Program."""
    return ()
