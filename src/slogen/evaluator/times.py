"""The steps at which a query is evaluated; changes when queries get another kind of time axis."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Times = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Grid:
    """Steps from `start` to at most `end`, both included, `step` apart; all in milliseconds since 1970."""

    start: int
    end: int
    step: int

    def __post_init__(self) -> None:
        if self.step <= 0:
            raise ValueError("the step of a grid must be positive")

    @classmethod
    def instant(cls, at: int) -> "Grid":
        """The single step of an instant query."""
        return cls(at, at, 1)

    def __len__(self) -> int:
        return max(0, (self.end - self.start) // self.step + 1)

    @property
    def is_instant(self) -> bool:
        """Whether there is just one step: then the order of a result has a meaning."""
        return self.start == self.end

    def times(self) -> Times:
        """All steps, shape `[time]`."""
        return np.arange(len(self), dtype=np.int64) * self.step + self.start

    def shifted(self, offset: int) -> "Grid":
        """The same steps, `offset` milliseconds earlier."""
        return Grid(self.start - offset, self.end - offset, self.step)

    def chunks(self, steps: int) -> list["Grid"]:
        """Consecutive pieces of at most `steps` steps."""
        if len(self) <= steps:
            return [self]
        span = steps * self.step
        return [
            Grid(at, min(at + span - self.step, self.end), self.step) for at in range(self.start, self.end + 1, span)
        ]
