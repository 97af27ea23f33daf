"""The recordings in a model's own file: the base, the windows up to an hour and the info series."""

from collections.abc import Mapping
from decimal import Decimal

from slogen import names
from slogen.ir.later import Later
from slogen.ir.rules import Recording
from slogen.ir.where import Where, labels
from slogen.lower.plan import SloPlan, instant, share, summed_ratio, zero_where_missing
from slogen.promql.build import Vector, any_of, mul, on, or_, unless, vector, with_label
from slogen.promql.rewrite import fill_hole


def base_recordings(plan: SloPlan, where: Where) -> tuple[Recording, ...]:
    """Total first, so that the bad base of the same tick can read it; then the windows up to an hour."""
    subject = f"{plan.model}/{plan.slo}"
    total = Recording(
        plan.total_base,
        Later(lambda: _total(plan)),
        plan.identity,
        f"What {subject} counts as its total, the base of its windows.",
        where,
    )
    bad = Recording(
        plan.bad_base,
        Later(lambda: _or_zero(plan, _bad(plan), plan.series(plan.total_base))),
        plan.identity,
        f"What {subject} counts as bad; zero where no bad series exists yet.",
        where,
    )
    return (total, bad, *(_own_ratio(plan, window, where) for window in plan.own_windows))


def info_recording(plan: SloPlan, details: Mapping[str, str], where: Where) -> Recording:
    """The objective as a value, with everything about the SLO that may change without touching its history.

    `details` are labels beyond the identity: team, criticality, title, sli, dashboard.
    """
    return Recording(
        names.INFO,
        Later(lambda: vector(float(plan.objective))),
        labels({**details, **dict(plan.identity)}),
        f"The objective of {plan.model}/{plan.slo}, and who owns it.",
        where,
    )


def impact_recording(plan: SloPlan, cost: Decimal, where: Where) -> Recording:
    """Money that bad events cost per hour at their present rate; `cost` is that of one event."""
    lost = Later(lambda: mul(plan.series(plan.bad_base), float(cost * 3600)))
    return Recording(names.IMPACT, lost, plan.identity, f"What {plan.model}/{plan.slo} loses per hour now.", where)


def _own_ratio(plan: SloPlan, window: int, where: Where) -> Recording:
    name = names.window(window)
    why = f"Error ratio of {plan.model}/{plan.slo} over {name}, " + (
        "summed from its base." if plan.sampled else "from the raw counters, so that a page waits for nothing else."
    )
    ratio = _summed if plan.sampled else _raw
    return Recording(names.error_ratio(window), Later(lambda: ratio(plan, window)), plan.identity, why, where)


def _summed(plan: SloPlan, window: int) -> Vector:
    return summed_ratio(plan.series(plan.bad_base), plan.series(plan.total_base), window)


def _raw(plan: SloPlan, window: int) -> Vector:
    """Bad over total from the raw counters."""
    contract = plan.contract
    total = instant(fill_hole(contract.total, window))
    return share(_or_zero(plan, instant(fill_hole(contract.bad, window)), total), total)


def _or_zero(plan: SloPlan, bad: Vector, total: Vector) -> Vector:
    """`bad`, and zero where no bad series exists; only slices need the total to know where that is."""
    return zero_where_missing(bad, total, *plan.by_slice) if plan.by_slice else or_(bad, vector(0), on())


def _total(plan: SloPlan) -> Vector:
    if not plan.sampled:
        return instant(fill_hole(plan.contract.total, plan.base))
    total = instant(plan.contract.total)
    return total if plan.no_traffic == "omit" else or_(total, _every_tick(plan), on(*plan.by_slice))


def _bad(plan: SloPlan) -> Vector:
    if not plan.sampled:
        return instant(fill_hole(plan.contract.bad, plan.base))
    bad = instant(plan.contract.bad)
    if plan.no_traffic != "bad":
        return bad
    by = on(*plan.by_slice)
    return or_(bad, unless(_every_tick(plan), instant(plan.contract.total), by), by)


def _every_tick(plan: SloPlan) -> Vector:
    """One for every slice at every tick, whether anything was measured or not."""
    if not plan.contract.slices:
        return vector(1)
    return any_of(with_label(vector(1), names.SLICE, value) for value in plan.contract.slices)
