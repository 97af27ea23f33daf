"""Values that are made when somebody first asks for them: most verbs read only a part of what a Program holds."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Later(Generic[T_co]):
    """A value that `make` gives when it is first asked for, and that is kept from then on.

    It counts as its value: equal where the values are, and sent to another process as the value.
    """

    __slots__ = ("_made", "_make")
    _made: T_co

    def __init__(self, make: Callable[[], T_co]) -> None:
        self._make: Callable[[], T_co] | None = make

    def __call__(self) -> T_co:
        """The value. Raises what `make` raises, every time."""
        if self._make is not None:
            self._made = self._make()
            self._make = None  # what it was made from is no longer needed
        return self._made

    def __eq__(self, other: object) -> bool:
        return self() == other() if isinstance(other, Later) else NotImplemented

    def __hash__(self) -> int:
        return hash(self())

    def __repr__(self) -> str:
        return repr(self())

    def __reduce__(self) -> tuple[Callable[[T_co], "Later[T_co]"], tuple[T_co]]:
        return known, (self(),)


def known(value: T) -> Later[T]:
    """A value that is there already."""
    return Later(lambda: value)
