"""Results of tests of every kind in one shape, so that each way of showing them is written once."""

from dataclasses import dataclass
from typing import Literal

from slogen.diagnostics.model import Span

Kind = Literal["proof", "scenario", "promtool", "unproven"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One test: `suite` groups it (`production/fraud-detector`), `name` tells what it claims, `seconds` it took.

    `problem` is empty where it passed; `expected` and `seen` are lines of a diff, `picture` draws the alert's life.
    """

    kind: Kind
    suite: str
    name: str
    problem: str
    expected: tuple[str, ...]
    seen: tuple[str, ...]
    picture: tuple[str, ...]
    note: str
    seconds: float
    span: Span | None

    @property
    def passed(self) -> bool:
        """Whether the claim holds."""
        return not self.problem

    @property
    def id(self) -> str:
        """What `-k` and `--last-failed` know the test by."""
        return f"{self.suite}::{self.name}"
