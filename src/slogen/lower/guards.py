"""What guards against low traffic ask of an SLI that judges moments: a window holds only so many of them."""

import math
from collections.abc import Iterator
from fractions import Fraction
from statistics import NormalDist

from slogen import burn, names
from slogen.diagnostics.model import Code, Diagnostic, Severity
from slogen.ir.where import Where
from slogen.lower.plan import SloPlan

NEVER_ENOUGH = Code(
    "SLO312",
    "guard-beyond-the-window",
    Severity.ERROR,
    "a window holds fewer moments than a guard asks for",
    """\
`timeslice`, `gauge` and `freshness` judge moments, one each cadence of their data, so that an hour of data renewed
every five minutes holds twelve. There `min_events` and `min_bad` count moments and `certainty` is reckoned with them:
an alert whose window cannot hold so many would never fire. Ask for fewer, or write tiers with longer windows. How many
events a single moment needs is said by `min_events` inside `timeslice`.
""",
)


def needed_share(plan: SloPlan, window: int, threshold: Fraction) -> Fraction:
    """The share of bad moments (0-1) in a full window of a sampled SLI at which the threshold and every guard hold.

    1 or more where none does. Certainty as in Wilson 1927, JASA 22: `p - z √(t (1 - t) / n) > t`.
    """
    moments = Fraction(window, plan.contract.cadence)
    guard = plan.guard
    if guard.min_events > max(moments, Fraction(1)):
        return Fraction(1)
    shares = [threshold]
    if guard.min_bad > 1:
        shares.append(guard.min_bad / moments)
    if guard.certainty is not None:
        spread = NormalDist().inv_cdf(float(guard.certainty)) * math.sqrt(threshold * (1 - threshold) / moments)
        shares.append(threshold + Fraction(max(0.0, spread)))
    return min(max(shares), Fraction(1))


def guard_findings(plan: SloPlan, where: Where) -> Iterator[Diagnostic]:
    """The guards with which an alert on the SLO could never fire, told of the first such alert."""
    for tier in plan.tiers:
        if plan.sampled and needed_share(plan, tier.long, tier.threshold) >= 1:
            yield _never(plan, tier, where)
            return


def collapse_window(plan: SloPlan) -> int | None:
    """The window of the page on a total collapse; None where it would say nothing that burn rates do not say sooner.

    Where guards ask for more moments than the usual window holds, it is the shortest that holds enough.
    """
    if not burn.needs_collapse(plan.tiers):
        return None
    shortest, threshold = max(burn.COLLAPSE_WINDOW, plan.base), burn.collapse_threshold(plan.budget)
    if not plan.sampled:
        return shortest if shortest <= burn.LADDER[-1] else None
    pages = (tier for tier in plan.tiers if tier.severity == "page")
    soonest = min(tier.long * needed_share(plan, tier.long, tier.threshold) for tier in pages)
    for window in (step for step in burn.LADDER if step >= shortest):
        share = needed_share(plan, window, threshold)
        if share < 1:
            return window if window == shortest or window * share < soonest else None
    return None


def _never(plan: SloPlan, tier: burn.Tier, where: Where) -> Diagnostic:
    holds = tier.long // plan.contract.cadence
    message = f"the tier {tier.burn!r} looks at {names.window(tier.long)}, which holds {holds} moments: too few"
    fields = dict(where.fields)
    at = next((field for field in ("min_bad", "min_events", "certainty") if field in fields), "")
    return Diagnostic(NEVER_ENOUGH, message, where.at(at), f"ask for fewer than {holds}, or for longer windows")
