"""Measures on a real Prometheus how long after a fault begins the first alert fires, for many SLOs at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from slogen import burn, names
from slogen.ir.rules import Alert, Recording, RuleGroup
from slogen.lower.plan import FLEET_EVERY, LONGEST_OWN, SloPlan
from tests.engines.past import Asked, Past, Series, firing
from tests.lower.planned import groups_of

START = 1_700_000_100_000
SCRAPE = 30_000
MINUTE = burn.MINUTE
BURNING = ("burn", "collapse")


@dataclass(frozen=True, slots=True)
class Fault:
    """Healthy traffic of ten thousand requests a second for `history` ms, then a share of them fails for `lasting`."""

    bad: Fraction
    history: int
    lasting: int

    @property
    def begins(self) -> int:
        """When it begins, ms."""
        return START + self.history

    @property
    def ends(self) -> int:
        """When the data ends, ms."""
        return self.begins + self.lasting

    def series(self) -> Iterator[Series]:
        """Both counters from the start: `requests_total` as the hand-made contract reads it."""
        per_scrape = 10_000 * SCRAPE // 1000
        failed = int(per_scrape * self.bad)
        good, bad, goods, bads = 0, 0, [], []
        for at in range(START, self.ends + 1, SCRAPE):
            failing = failed if at > self.begins else 0
            good, bad = good + per_scrape - failing, bad + failing
            goods.append((at, float(good)))
            bads.append((at, float(bad)))
        yield Series("requests_total", {"code": "200"}, goods)
        yield Series("requests_total", {"code": "500"}, bads)


@dataclass(frozen=True, slots=True)
class Expected:
    """When theory lets the first alert fire after the fault begins, ms; None where no alert can."""

    earliest: int
    latest: int


def expected(plan: SloPlan, fault: Fault, severities: Sequence[str]) -> Expected | None:
    """The first alert's closed form, and how much later it may come."""
    times = []
    for window, threshold in _arms(plan, severities):
        detect = burn.time_to_detect(window, threshold, fault.bad, fault.history)
        if detect is not None:
            slow = window > LONGEST_OWN
            evaluation = max(plan.interval, FLEET_EVERY) if slow else plan.interval
            slack = burn.detection_slack(plan.base, evaluation, derived=plan.derived(window), slow=slow)
            times.append((int(detect), ceil(detect) + slack + SCRAPE + plan.interval))
    if not times:
        return None
    # A recorded window advances in steps, so that the ratio may pass its threshold one slow sample early.
    return Expected(min(t for t, _ in times) - burn.MINUTE * 5, min(t for _, t in times))


def _arms(plan: SloPlan, severities: Sequence[str]) -> Iterator[tuple[int, Fraction]]:
    for tier in plan.tiers:
        if tier.severity in severities:
            yield tier.long, tier.threshold
    if "page" in severities and burn.needs_collapse(plan.tiers):
        yield burn.COLLAPSE_WINDOW, burn.collapse_threshold(plan.budget)


def measured(past: Past, plans: Sequence[SloPlan], fault: Fault, severities: Sequence[str]) -> list[int | None]:
    """For each plan how long after the fault begins its first alert of these severities fires, ms.

    `past` must be empty; afterwards it holds everything the plans' rules record until the fault's end.
    """
    groups = groups_of(plans)
    past.write(fault.series())
    base = {name for plan in plans for name in (plan.total_base, plan.bad_base)}
    totals = {plan.total_base for plan in plans}
    own = {names.error_ratio(window) for plan in plans for window in plan.own_windows}
    wide = {names.error_ratio(window) for plan in plans for window in plan.fleet_windows}
    past.record(_rules(groups, totals), START, fault.ends)
    past.record(_rules(groups, base - totals), START, fault.ends)
    past.record(_rules(groups, {names.BAD_SLOW, names.TOTAL_SLOW}), START, fault.ends)
    counts = {names.bad_count(window) for plan in plans for window in plan.counted_windows}
    past.record(_rules(groups, own | counts), fault.begins - MINUTE, fault.ends)
    past.record(_rules(groups, wide), fault.begins - MINUTE, fault.ends)
    with past.reading() as server:
        return [_first(server, plan, groups, fault, severities) for plan in plans]


def _rules(groups: Sequence[RuleGroup], records: set[str]) -> list[tuple[Recording, int]]:
    return [
        (rule, group.interval)
        for group in groups
        for rule in group.rules
        if isinstance(rule, Recording) and rule.record in records
    ]


def _first(
    server: Asked, plan: SloPlan, groups: Sequence[RuleGroup], fault: Fault, severities: Sequence[str]
) -> int | None:
    times = [
        firing(server, rule, fault.begins - MINUTE, fault.ends, plan.interval)
        for group in groups
        for rule in group.rules
        if isinstance(rule, Alert) and rule.kind in BURNING and rule.severity in severities
        if rule.subject == plan.slo
    ]
    return min((at - fault.begins for at in times if at is not None), default=None)
