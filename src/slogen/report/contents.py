"""What the page shows, ready to be printed: texts, and drawings by what they show; changes with what the page shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from slogen.report.figures import Figure

State = Literal["proven", "failed", "unproven", "not replayed"]

STATES: tuple[State, ...] = ("failed", "unproven", "not replayed", "proven")
"""The states of a proof, the one that needs attention most first."""


def count_of(shown: Iterable["Objective | AlertCard"]) -> int:
    """How many objectives or alerts there are, each counted once however many environments it is told apart for."""
    return len({one.which for one in shown})


def worst(states: Sequence[State]) -> State:
    """The state of several alerts together."""
    return next((state for state in STATES if state in states), "not replayed")


@dataclass(frozen=True, slots=True)
class Objective:
    """One SLO with the environments in which it is the same; `noticed` says how soon a full outage is told."""

    id: str
    model: str
    name: str
    title: str
    objective: str
    period: str
    budget: str
    noticed: str
    team: str
    criticality: str
    environments: tuple[str, ...]
    state: State
    alerts: int

    @property
    def which(self) -> str:
        """What it is in every environment: those that differ between environments are several rows of one."""
        return f"{self.model}/{self.name}"


@dataclass(frozen=True, slots=True)
class Claim:
    """One story that an alert was replayed on: what was expected of it, and what was seen."""

    fires: bool
    story: str
    expected: str
    seen: str
    problem: str
    figure: Figure | None


@dataclass(frozen=True, slots=True)
class Told:
    """Who hears of an alert of some environments: receivers with their kinds of channel (`pagerduty`)."""

    environments: tuple[str, ...]
    receivers: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class AlertCard:
    """One alert with its proof, for all environments in which both are the same.

    `facts` are pairs of words; `written` and `rules` say where it comes from and in which emitted file it lies.
    """

    id: str
    model: str
    team: str
    environments: tuple[str, ...]
    name: str
    about: str
    severity: str
    shadow: bool
    state: State
    reason: str
    summary: str
    why: str
    detected: str
    facts: tuple[tuple[str, str], ...]
    claims: tuple[Claim, ...]
    told: tuple[Told, ...]
    runbook: str
    runbook_file: str
    written: str
    rules: str
    expression: str

    @property
    def which(self) -> str:
        """What it is in every environment: one that differs between environments has several cards."""
        return f"{self.model}/{self.about}/{self.name}"


@dataclass(frozen=True, slots=True)
class Model:
    """A model or shared component, or the rules that all share, with its alerts."""

    name: str
    title: str
    team: str
    description: str
    state: State
    alerts: tuple[AlertCard, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """The routing tree of one Alertmanager as SVG."""

    title: str
    environments: tuple[str, ...]
    svg: str


@dataclass(frozen=True, slots=True)
class CostRow:
    """What one model costs in one environment; `share` (0-1) of the samples read a minute."""

    model: str
    team: str
    environment: str
    rules: int
    series: int
    samples: float
    share: float


@dataclass(frozen=True, slots=True)
class Expense:
    """What an environment costs; `windows` are range and samples read a minute with it."""

    environment: str
    rules: int
    groups: int
    largest: int
    series: int
    samples: float
    windows: tuple[tuple[str, float], ...]
    rows: tuple[CostRow, ...]


@dataclass(frozen=True, slots=True)
class Covered:
    """How many of one kind of thing a test exercised, and the names of the others."""

    what: str
    total: int
    missing: tuple[str, ...]

    @property
    def exercised(self) -> int:
        """How many some test exercised."""
        return self.total - len(self.missing)


@dataclass(frozen=True, slots=True)
class Trial:
    """A scenario test, or a custom that every component lives through, with its result."""

    model: str
    team: str
    environments: tuple[str, ...]
    name: str
    passed: bool
    words: str


@dataclass(frozen=True, slots=True)
class Team:
    """What a team answers for."""

    name: str
    models: tuple[str, ...]
    objectives: int
    pages: int
    tickets: int
    logs: int
    state: State


@dataclass(frozen=True, slots=True)
class Contents:
    """The whole page."""

    project: str
    headline: str
    state: State
    figures: tuple[tuple[str, str, str], ...]
    """Number, what it counts, and a word more, for each figure of the overview."""
    teams: tuple[Team, ...]
    objectives: tuple[Objective, ...]
    models: tuple[Model, ...]
    pictures: tuple[Picture, ...]
    expenses: tuple[Expense, ...]
    covered: tuple[Covered, ...]
    trials: tuple[Trial, ...]
    environments: tuple[str, ...]
    replayed: bool
