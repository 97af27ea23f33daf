"""What people have agreed to do: the error-budget policy of an objective, and the prepared answers of a model."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True)
class BudgetPolicy:
    """What is done at which share (0-1) of the budget left; None where a step is not taken."""

    review: Decimal | None
    freeze: Decimal | None
    exhausted: Literal["rollback", "fallback", "none"]


@dataclass(frozen=True, slots=True)
class Answers:
    """What may be done at once, in the words of the people who own the model; empty where nothing was prepared."""

    rollback: str = ""
    fallback: str = ""
    shift_traffic: str = ""
    contacts: tuple[str, ...] = ()
    stakeholders: tuple[str, ...] = ()


UNPREPARED = Answers()
"""Nothing was prepared."""
