"""Alerts on what is no longer measured, and on a budget that is gone: quiet by default, but never unnoticed."""

from typing import Final, Literal

from slogen import burn, names
from slogen.ir.response import BudgetPolicy
from slogen.ir.rules import Alert, Severity
from slogen.lower.annotations import subject
from slogen.lower.budget_policy import last_resort
from slogen.lower.plan import SloPlan, instant, recent
from slogen.lower.proof import exhausted_proof, no_data_proof
from slogen.lower.voice import Draft, Voice
from slogen.promql.build import Vector, absent, ge

NO_DATA_HOLD: Final = 30 * burn.MINUTE
"""Longer than a deployment takes, so that a restart is not news."""


def no_data_alert(plan: SloPlan, voice: Voice, severity: Literal["page", "ticket", "log"]) -> Alert:
    """Fires where the numbers behind an SLO are missing altogether; counters that stand still are not missing."""
    return voice.say(
        Draft(
            name=names.NO_DATA,
            kind="no-data",
            severity=severity,
            expr=lambda: absent(_measured(plan)),
            proof=lambda: no_data_proof(plan, NO_DATA_HOLD),
            why="A metric that was renamed, or a target that is gone, would otherwise look like perfect service.",
            labels=dict(plan.identity),
            texts=lambda: {
                "summary": f"{plan.model}/{plan.slo} is no longer measured",
                "description": (
                    f"No series has matched the SLI for {names.window(NO_DATA_HOLD)}, so none of its alerts can fire. "
                    "The metric may have been renamed, its target may be down, or a selector may be wrong. "
                    "A model without traffic still has its series and does not cause this."
                ),
            },
            hold=NO_DATA_HOLD,
        )
    )


def exhausted_alert(plan: SloPlan, voice: Voice, severity: Severity, policy: BudgetPolicy | None = None) -> Alert:
    """Fires when more of the budget is gone than a whole period allows, however little of the period was seen yet."""
    period = names.window(plan.period)
    return voice.say(
        Draft(
            name=names.BUDGET_EXHAUSTED,
            kind="budget",
            severity=severity,
            expr=lambda: ge(recent(plan.series(names.BUDGET_SPENT)), 1),
            proof=lambda: exhausted_proof(plan),
            why="What the error-budget policy says about a spent budget begins here.",
            labels=dict(plan.identity),
            usual={} if policy is None or policy.exhausted == "none" else {names.REMEDIATION: policy.exhausted},
            texts=lambda: {
                "summary": f"{subject(plan)} has spent its error budget",
                "description": (
                    f"{{{{ $value | humanizePercentage }}}} of the budget of {period} is gone. Until it recovers, the "
                    f"error-budget policy applies: {last_resort(policy)}."
                ),
            },
        )
    )


def _measured(plan: SloPlan) -> Vector:
    """What exists as long as the SLI is measured; where silence counts as good or bad, its total exists always."""
    if plan.no_traffic == "omit":
        return plan.series(plan.total_base)
    return instant(plan.contract.total)
