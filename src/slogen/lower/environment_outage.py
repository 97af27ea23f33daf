"""Outages of a whole environment: one page where most of what runs there fails, or vanishes, at the same time."""

from collections.abc import Sequence
from typing import Final

from slogen import burn, names
from slogen.ir.rules import RuleGroup
from slogen.lower.environment_proof import Claimed, Quorum, failing_proof, vanished_proof
from slogen.lower.fleet import bases, budget_of
from slogen.lower.plan import SloPlan
from slogen.lower.voice import Draft, Voice
from slogen.promql.build import (
    Vector,
    and_,
    any_of,
    clamp_max,
    clamp_min,
    count_by,
    div,
    ge,
    gt,
    last_over_time,
    max_by,
    mul,
    on,
    over,
    selector,
    sum_by,
    unless,
)

FAILING: Final = 0.2
"""A component fails where this share of its events does, or three budgets where that is more.

Low enough to fire before the pages that it holds back have been sent: an outage fills a fifth of the five minutes that
the base reads in one, a page waits for its window and for its group.
"""
MOST: Final = 0.9
"""No objective is so low that more than this share must fail."""
BUDGETS: Final = 3
_BAD_EVENTS: Final = 2.5
"""Fewer bad events in the base window, three less what a rate may round off, say nothing."""
_SEEN: Final = 6 * burn.HOUR
"""For how long a component that has vanished is missed."""
_HOLD: Final = 5 * burn.MINUTE
"""Longer than a server needs to scrape everything again after a restart."""


def fast_counters(plans: Sequence[SloPlan]) -> list[SloPlan]:
    """The SLOs that notice an outage within minutes: events, read over a short base."""
    return [plan for plan in plans if not plan.sampled and plan.base <= burn.COLLAPSE_WINDOW]


def outage_group(plans: Sequence[SloPlan], quorum: Quorum, voice: Voice, interval: int) -> tuple[RuleGroup, ...]:
    """The page for failing components and the one for vanished ones; no group where there are too few to compare.

    `interval` (ms) is how often the pages that they precede are evaluated.
    """
    counted = fast_counters(plans)
    if len({plan.model for plan in counted}) < quorum.components:
        return ()
    claimed = Claimed(counted, quorum, voice.where)
    drafts = (_failing(voice.env, counted, claimed), _vanished(voice.env, plans, claimed))
    return (RuleGroup(names.fleet_group(voice.env, "outage"), interval, tuple(map(voice.say, drafts))),)


def _failing(env: str, plans: Sequence[SloPlan], claimed: Claimed) -> Draft:
    bad, total = (
        sum_by(any_of(bases(env, plans, name_of)), *names.SLO_IDENTITY)
        for name_of in (lambda plan: plan.bad_base, lambda plan: plan.total_base)
    )
    busy = gt(total, 0)
    bound = clamp_max(clamp_min(mul(BUDGETS, budget_of(env)), FAILING), MOST)
    enough = gt(bad, _BAD_EVENTS * 1000 / max(plan.base for plan in plans))
    fails = and_(gt(div(bad, busy), bound, on(*names.SLO_IDENTITY)), enough)
    return Draft(
        name=names.ENVIRONMENT_OUTAGE,
        kind="environment",
        severity="page",
        expr=lambda: _quorum(fails, busy, claimed.quorum),
        proof=lambda: failing_proof(claimed, lambda plan: min(max(BUDGETS * float(plan.budget), FAILING), MOST)),
        why="Most of an environment fails at once for one reason, and one page says so better than a hundred.",
        texts=lambda: {
            "summary": f"{env} is out",
            "description": (
                "{{ $value | humanizePercentage }} of what has traffic there fails at the same time: at least "
                f"{FAILING:.0%} of the events of an objective, or {BUDGETS} times its budget. Look at what all share: "
                "network, cluster, gateway. Alerts on single models are held back meanwhile; those on components that "
                "others depend on, on lost data and on spent budgets are not."
            ),
        },
    )


def _vanished(env: str, plans: Sequence[SloPlan], claimed: Claimed) -> Draft:
    known = last_over_time(over(selector(names.TOTAL_SLOW, env=env), _SEEN))
    measured = any_of(bases(env, plans, lambda plan: plan.total_base))
    gone = unless(known, measured, on(names.ENV, names.MODEL))
    return Draft(
        name=names.ENVIRONMENT_NO_DATA,
        kind="no-data",
        severity="page",
        expr=lambda: _quorum(gone, known, claimed.quorum),
        proof=lambda: vanished_proof(claimed, _HOLD),
        why="What is no longer scraped cannot fail: without this alert the loss of an environment is silence.",
        texts=lambda: {
            "summary": f"{env} is no longer measured",
            "description": (
                "{{ $value | humanizePercentage }} of what was measured there within "
                f"{names.window(_SEEN)} is not any more, so that none of its alerts can fire. Look at the targets of "
                "Prometheus, at service discovery and at the network between them."
            ),
        },
        hold=_HOLD,
    )


def _quorum(some: Vector, all_: Vector, quorum: Quorum) -> Vector:
    """The share of components that have one of `some`, where it and the number of all of them are large enough."""
    part, whole = (count_by(max_by(each, names.ENV, names.MODEL), names.ENV) for each in (some, all_))
    return and_(ge(div(part, whole), float(quorum.share)), ge(whole, quorum.components))
