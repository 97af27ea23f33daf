"""Results of tests of every kind in one shape, so that each way of showing them is written once."""

from dataclasses import dataclass
from typing import Literal

from slogen.diagnostics.model import Span

Kind = Literal["proof", "scenario", "promtool", "unproven"]


AlertId = tuple[str, str, frozenset[tuple[str, str]]]
"""Environment, name and the rule's own labels: what tells one alerting rule from all others."""
RuleId = tuple[str, str, str]
"""Environment, group and name of a recording rule."""
RouteId = tuple[str, tuple[int, ...]]
"""An Alertmanager, and the place of a node in its routing tree."""


@dataclass(frozen=True, slots=True)
class Exercised:
    """What a test has shown: alerts that it saw firing, recording rules that it replayed, routes that were taken."""

    alerts: frozenset[AlertId] = frozenset()
    rules: frozenset[RuleId] = frozenset()
    routes: frozenset[RouteId] = frozenset()


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
    exercised: Exercised = Exercised()

    @property
    def passed(self) -> bool:
        """Whether the claim holds."""
        return not self.problem

    @property
    def id(self) -> str:
        """What `-k` and `--last-failed` know the test by."""
        return f"{self.suite}::{self.name}"
