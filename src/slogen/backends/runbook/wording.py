"""The sentences of the pages that do not depend on a model: what kinds of alerts and objectives mean to people."""

from typing import Final

from slogen import names

FOR_USERS: Final = {
    "availability": "Requests fail: whoever asked gets an error instead of an answer.",
    "latency": "Answers come later than promised, or are not valid: callers give up or fall back.",
    "events": "More events end badly than was promised.",
    "classification": "Decisions are wrong more often than was promised, as labels that have come in say.",
    "timeslice": "There are too many stretches in which the quality was below what was promised.",
    "gauge": "The value is outside its bounds for too much of the time.",
    "freshness": "Data is older than promised: answers are right for a past that is gone.",
    "jobs": "Jobs fail or take too long: whatever reads their results gets old ones.",
    "coverage": "Too few predictions ever get a true label: what is said about quality stands on little.",
    "ratio": "The share is worse than was promised.",
}
"""What a missed objective means outside, by the shape of its SLI."""

MEANING: Final = {
    names.BURN_PAGE: "The budget goes so fast that it will not last unless somebody acts now.",
    names.BURN_TICKET: "The budget goes faster than it may; there is time until working hours.",
    names.BURN_LOG: "The budget goes faster than it may; nobody has to act.",
    names.COLLAPSE: "Nearly everything fails.",
    names.NO_DATA: "Nothing is measured any more, so no other alert of this objective can fire.",
    names.BUDGET_REVIEW: "So much of the budget is gone that the policy asks for a review.",
    names.BUDGET_FREEZE: "So little of the budget is left that the policy stops releases.",
    names.BUDGET_EXHAUSTED: "A whole period's budget is gone.",
    names.UPSTREAM_OUTAGE: "This is out, and alerts of everything that depends on it are held back meanwhile.",
}
"""What an alert means, by its name; its own reason comes behind."""

PACES: Final = "The table below says how fast for each of its paces, which the label burn tells apart."
SHADOW: Final = "It is on trial: it is counted and reaches nobody."

LAST_RESORT: Final = {
    "rollback": "the version before goes back into service",
    "fallback": "the fallback answers instead of the model",
    "none": "reliability comes before changes",
}
