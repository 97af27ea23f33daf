"""How a preview gets its data: one function that answers a query, whoever computes the answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from slogen.evaluator.evaluate import evaluate
from slogen.evaluator.series import Storage
from slogen.evaluator.times import Grid
from slogen.evaluator.vector import Scalar, Vector
from slogen.promql.parse import parse


@dataclass(frozen=True, slots=True)
class When:
    """The times of a query in Unix ms: from `start` to `end` every `step`; an instant query has `step` None."""

    start: int
    end: int
    step: int | None

    @classmethod
    def instant(cls, at: int) -> "When":
        """Once, at a time."""
        return cls(at, at, None)


@dataclass(frozen=True, slots=True)
class Frame:
    """One series of an answer: values at `times` (Unix ms), None where it has no sample."""

    labels: tuple[tuple[str, str], ...]
    times: tuple[int, ...]
    values: tuple[float | None, ...]


Ask = Callable[[str, When], Sequence[Frame]]
"""Answers a PromQL expression without variables; raises what its source raises where the query is refused."""


def from_storage(storage: Storage) -> Ask:
    """Answers computed in process over replayed series."""

    def ask(expr: str, when: When) -> Sequence[Frame]:
        grid = Grid.instant(when.end) if when.step is None else Grid(when.start, when.end, when.step)
        times = tuple(grid.times().tolist())
        match evaluate(parse(expr), storage, grid).value:
            case Vector() as vector:
                rows = zip(vector.labels, vector.values.tolist(), vector.present.tolist(), strict=True)
                return [
                    Frame(labels, times, tuple(v if p else None for v, p in zip(values, present, strict=True)))
                    for labels, values, present in rows
                    if any(present)
                ]
            case Scalar(values):
                return [Frame((), times, tuple(values.tolist()))]
            case other:
                raise ValueError(f"a panel cannot draw a {type(other).__name__}")

    return ask
