"""Alerts on burning budget: one per tier, and the page for a total collapse that burn rates would notice too late."""

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from statistics import NormalDist

from slogen import burn, names
from slogen.emit.template_text import literal
from slogen.ir.rules import Alert
from slogen.lower.annotations import budget_annotations, subject
from slogen.lower.guards import collapse_window
from slogen.lower.plan import SloPlan
from slogen.lower.proof import burn_proof, collapse_proof
from slogen.lower.voice import Draft, Voice
from slogen.promql.build import Vector, all_of, div, ge, gt, sqrt, sub

_HALF_AN_EVENT = 0.5
"""Counts come from extrapolated rates: three events may read as 2.9 or 3.1, but not as 2.5."""


@dataclass(frozen=True, slots=True)
class Stake:
    """What the money at risk makes of an alert: its priority, and the score in words; empty where nothing is known."""

    priority: str = ""
    at_risk: str = ""


UNKNOWN = Stake()


def burn_alert(plan: SloPlan, tier: burn.Tier, voice: Voice, stake: Stake = UNKNOWN) -> Alert:
    """Fires while both the long and the short window burn; the short one resets it soon after the fault has gone."""
    long, short = names.window(tier.long), names.window(tier.short)
    pace = f"{_times(tier.factor)} the sustainable rate"
    return voice.say(
        Draft(
            name=names.burn_alert(tier.severity),
            kind="burn",
            severity=tier.severity,
            expr=lambda: all_of([*_burns(plan, tier), *_guards(plan, tier.long, float(tier.threshold))]),
            proof=lambda: burn_proof(plan, tier),
            why=f"{_percent(tier.fraction)} of the budget goes in {long}: {pace}.",
            labels={**dict(plan.identity), names.BURN: tier.burn, names.LONG: long, names.SHORT: short},
            usual={names.PRIORITY: stake.priority},
            texts=lambda: {
                "at_risk": literal(stake.at_risk),
                **budget_annotations(plan, tier.long),
                "summary": f"{subject(plan)} burns its error budget ({tier.burn})",
                "description": (
                    f"{{{{ $value | humanizePercentage }}}} of {_events(plan)} in the last {long} were bad, against "
                    f"an objective of {_percent(Fraction(plan.objective))} in {names.window(plan.period)}. "
                    f"At {pace}, {_percent(tier.fraction)} of the budget goes in {long}."
                ),
            },
        )
    )


def _burns(plan: SloPlan, tier: burn.Tier) -> list[Vector]:
    return [gt(plan.ratio(window), float(tier.threshold)) for window in dict.fromkeys((tier.long, tier.short))]


def collapse_alert(plan: SloPlan, voice: Voice, stake: Stake = UNKNOWN) -> Alert | None:
    """The page for an objective so low, or a period so long, that a total outage would burn too slowly to notice."""
    window = collapse_window(plan)
    if window is None:
        return None
    threshold = burn.collapse_threshold(plan.budget)
    shown = names.window(window)
    return voice.say(
        Draft(
            name=names.COLLAPSE,
            kind="collapse",
            severity="page",
            expr=lambda: all_of([gt(plan.ratio(window), float(threshold)), *_guards(plan, window, float(threshold))]),
            proof=lambda: collapse_proof(plan, window, threshold),
            why=f"A total outage would take longer than {names.window(burn.PATIENCE)} to page by burn rate.",
            labels={**dict(plan.identity), names.BURN: names.COLLAPSE_BURN, names.LONG: shown, names.SHORT: shown},
            usual={names.PRIORITY: stake.priority},
            texts=lambda: {
                "at_risk": literal(stake.at_risk),
                **budget_annotations(plan, window),
                "summary": f"{subject(plan)} has collapsed",
                "description": (
                    f"{{{{ $value | humanizePercentage }}}} of {_events(plan)} in the last {shown} were bad, more than "
                    f"{_percent(threshold)}. Its error budget is large, so burn rates alone would say so much later."
                ),
            },
        )
    )


def _guards(plan: SloPlan, window: int, threshold: float) -> list[Vector]:
    """What keeps quiet hours quiet: enough events, enough bad ones, and certainty where it is asked for."""
    guard = plan.guard
    found: list[Vector] = []
    if guard.min_bad > 1:
        found.append(gt(plan.bad_count(window), guard.min_bad - _HALF_AN_EVENT))
    if guard.min_events > 1:
        found.append(ge(plan.total_count(window), guard.min_events - _HALF_AN_EVENT))
    if guard.certainty is not None:
        sure = float(guard.certainty)
        found.append(_surely_above(plan.ratio(window), plan.total_count(window), threshold, sure))
    return found


def _surely_above(ratio: Vector, count: Vector, threshold: float, certainty: float) -> Vector:
    """Whether Wilson's lower bound of a share lies above the threshold, at a one-sided `certainty` (ratio 0-1).

    The bound is the inverse of the score test, so that it need not be computed: it exceeds `t` exactly where
    `p - z √(t (1 - t) / n) > t`. Wilson 1927, JASA 22.
    """
    z = NormalDist().inv_cdf(certainty)
    spread = round(z * math.sqrt(threshold * (1 - threshold)), 6)
    return gt(sub(ratio, div(spread, sqrt(count))), threshold)


def _events(plan: SloPlan) -> str:
    return "the time" if plan.sampled else "the events"


@lru_cache(maxsize=1024)
def _percent(ratio: Fraction) -> str:
    return f"{float(round(ratio * 100, 4)):g}%"


@lru_cache(maxsize=1024)
def _times(factor: Fraction) -> str:
    return f"{float(round(factor, 2)):g} times"
