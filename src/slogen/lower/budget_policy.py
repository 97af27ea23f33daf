"""The steps of an error-budget policy before the budget is gone: a review, then a freeze of changes."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from slogen import names
from slogen.ir.response import BudgetPolicy
from slogen.ir.rules import Alert, Severity
from slogen.lower.annotations import subject
from slogen.lower.plan import SloPlan, recent
from slogen.lower.proof import spent_proof
from slogen.lower.voice import Draft, Voice
from slogen.promql.build import ge
from slogen.spec.response import BudgetPolicy as Written


@dataclass(frozen=True, slots=True)
class Step:
    """A step that people take: the alert that calls for it, and what it asks of them."""

    alert: str
    severity: Severity
    why: str
    asks: str


REVIEW: Final = Step(
    names.BUDGET_REVIEW,
    "log",
    "What spends the budget is looked at while there is time to choose.",
    "The policy asks for a review of what spends it",
)
FREEZE: Final = Step(
    names.BUDGET_FREEZE,
    "ticket",
    "Every release spends some of the budget; what is left is kept for what nobody chooses.",
    "The policy stops every release but those that make it more reliable",
)
_LAST: Final = {
    "rollback": "the version before goes back into service",
    "fallback": "the model's answers are replaced by its fallback",
    "none": "reliability comes before changes",
}


def policy_of(written: Written | None) -> BudgetPolicy | None:
    """The policy as the Program holds it; none where no step is taken."""
    if written is None or (written.review is None and written.freeze is None and written.exhausted == "none"):
        return None
    return BudgetPolicy(written.review, written.freeze, written.exhausted)


def last_resort(policy: BudgetPolicy | None) -> str:
    """What is done when nothing is left."""
    return _LAST["none" if policy is None else policy.exhausted]


def step_alert(plan: SloPlan, step: Step, left: Decimal, voice: Voice) -> Alert:
    """Fires while less than `left` (0-1) of a whole period's budget remains, however little of the period was seen."""
    gone = 1 - Fraction(left)
    period = names.window(plan.period)
    return voice.say(
        Draft(
            name=step.alert,
            kind="policy",
            severity=step.severity,
            expr=lambda: ge(recent(plan.series(names.BUDGET_SPENT)), float(gone)),
            proof=lambda: spent_proof(plan, gone),
            why=step.why,
            labels=dict(plan.identity),
            texts=lambda: {
                "summary": f"{subject(plan)} has less than {float(left * 100):g}% of its error budget left",
                "description": (
                    f"{{{{ $value | humanizePercentage }}}} of the budget of {period} is gone. "
                    f"{step.asks} until it recovers."
                ),
            },
        )
    )
