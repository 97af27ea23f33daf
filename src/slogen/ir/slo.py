"""A service level objective with its windows and tiers worked out, ready for any backend to speak of."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from slogen.ir.impact import Impact
from slogen.ir.response import BudgetPolicy
from slogen.ir.rules import Severity
from slogen.ir.where import Where

SliKind = Literal["counter", "sampled"]


@dataclass(frozen=True, slots=True)
class Tier:
    """One burn-rate tier. `threshold` = factor x (1 - objective) is the error ratio at which it fires.

    `fraction` is the share of the period's budget spent when a constant burn at `factor` is detected.
    Times in ms; formula: SRE Workbook ch. 5, "Alerting on SLOs", section 6.
    """

    burn: str
    severity: Severity
    long: int
    short: int
    factor: Fraction
    fraction: Fraction
    threshold: Fraction
    alert: str
    """Name of the alert that this tier became."""


@dataclass(frozen=True, slots=True)
class Slo:
    """An SLO of one component in one environment. `sli` names its shape (`availability`, `latency`, ...)."""

    name: str
    title: str
    description: str
    sli: str
    kind: SliKind
    objective: Decimal
    period: int
    cadence: int
    """How often a new sample of the SLI appears, ms; no window is shorter than four of it."""
    windows: tuple[int, ...]
    tiers: tuple[Tier, ...]
    slices: tuple[str, ...]
    signals: tuple[str, ...]
    """Ids of the signals it reads."""
    min_events: int
    min_bad: int
    no_traffic: Literal["omit", "good", "bad"]
    inhibits_dependents: bool
    cost_per_bad: Decimal | None
    """Money lost per bad event, in the project's currency."""
    where: Where
    policy: BudgetPolicy | None = None
    collapse: int | None = None
    """The window of the page on a total collapse, ms; None where there is no such page."""
    impact: Impact | None = None
    """What its bad events put at risk, where its traffic and their cost are known."""

    @property
    def budget(self) -> Fraction:
        """The error budget, a ratio: 1 - objective, exact."""
        return 1 - Fraction(self.objective)
