"""How much an objective is worth: the closed formula by which bad events become money at risk per hour."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

Criticality = Literal["critical", "high", "medium", "low"]

WEIGHTS: Final[dict[Criticality, Fraction]] = {
    "critical": Fraction(4),
    "high": Fraction(2),
    "medium": Fraction(1),
    "low": Fraction(1, 2),
}
"""What a unit of direct loss stands for: each step of criticality counts double, `medium` as declared."""


@dataclass(frozen=True, slots=True)
class Impact:
    """`traffic` in events per second, `cost` of one bad event in the project's currency, `criticality` of the model."""

    traffic: Fraction
    cost: Decimal
    criticality: Criticality

    @property
    def weight(self) -> Fraction:
        """How many times the direct loss counts."""
        return WEIGHTS[self.criticality]

    def per_hour(self, bad_ratio: Fraction) -> Fraction:
        """Money at risk per hour while the share `bad_ratio` (0-1) of all events is bad.

        `traffic * 3600 * bad_ratio * cost * weight`, exact.
        """
        return self.traffic * 3600 * bad_ratio * Fraction(self.cost) * self.weight


def rounded(amount: Fraction) -> str:
    """An amount of money as people say it: whole units from ten on, two digits below."""
    return f"{round(amount):,}" if amount >= 10 else f"{float(amount):.2g}"


def shifted(priority: int, per_hour: Fraction, raise_from: Decimal | None, lower_below: Decimal | None) -> int:
    """The rank of an alert, 0 the most urgent of three: its severity's, moved by one step at most."""
    if raise_from is not None and per_hour >= Fraction(raise_from):
        return max(priority - 1, 0)
    if lower_below is not None and per_hour < Fraction(lower_below):
        return min(priority + 1, 2)
    return priority
