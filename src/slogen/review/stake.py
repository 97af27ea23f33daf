"""What an objective's budget policy asks of people, and the arithmetic by which money at risk sets priorities."""

from collections.abc import Iterator

from slogen.ir.impact import rounded
from slogen.ir.response import BudgetPolicy
from slogen.ir.slo import Slo
from slogen.review.cover import percent, ratio


def policy_lines(policy: BudgetPolicy | None) -> Iterator[str]:
    """The steps of a policy on one line; nothing without one."""
    if policy is None:
        return
    steps = [
        f"{name} at {percent(left)} left"
        for name, left in (("review", policy.review), ("freeze", policy.freeze))
        if left is not None
    ]
    steps += [f"{policy.exhausted} when it is spent"] if policy.exhausted != "none" else []
    yield f"  budget policy: {', '.join(steps)}"


def impact_lines(slo: Slo, currency: str) -> Iterator[str]:
    """The business-impact score of every tier with its factors; nothing where traffic or cost is unknown."""
    found = slo.impact
    if found is None:
        return
    rate = f"{float(found.traffic):g} events/s x 3600 s"
    weight = f"{float(found.weight):g} ({found.criticality})"
    for tier in slo.tiers:
        factors = f"{rate} x {ratio(tier.threshold)} bad x {found.cost:f} {currency} x {weight}"
        yield f"  impact {tier.burn}: {rounded(found.per_hour(tier.threshold))} {currency} an hour = {factors}"
