"""The recordings that all models of an environment share: the slow base, one rule per window, and the budgets."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from slogen import names
from slogen.ir.later import Later, known
from slogen.ir.rules import Alert, Recording, RuleGroup
from slogen.ir.where import Labels, Where, labels
from slogen.lower.plan import FLEET_EVERY, SLOW, SloPlan, recent, share, summed_ratio
from slogen.lower.proof import coverage_step
from slogen.promql.ast import Expr, Matcher, MatchOp, Selector
from slogen.promql.build import (
    Vector,
    any_of,
    avg_over_time,
    clamp_min,
    count_over_time,
    div,
    gt,
    max_by,
    mul,
    on,
    one_of,
    over,
    selector,
    sub,
    subquery,
    sum_over_time,
)

_JOIN = on(*names.SLO_IDENTITY, group_left=())


def fleet_groups(env: str, plans: Sequence[SloPlan], where: Where, limit: int) -> tuple[RuleGroup, ...]:
    """The fleet's recordings. `limit` is how many rules a group may hold."""
    if not plans:
        return ()
    return (
        *split(names.fleet_group(env, "base"), SLOW, _slow_base(env, plans, where), limit),
        *(_window_group(env, plans, window, where) for window in fleet_windows(plans)),
        RuleGroup(names.fleet_group(env, "burn"), FLEET_EVERY, (_burn_rate(env, plans, where),)),
        *(
            group
            for period in sorted({plan.period for plan in plans})
            for group in _budget_group(env, plans, period, where, limit)
        ),
    )


def split(name: str, interval: int, rules: Sequence[Recording | Alert], limit: int) -> tuple[RuleGroup, ...]:
    """The rules as one group or, where they are too many, as several whose order and names stay as they are."""
    parts = [tuple(rules[start : start + limit]) for start in range(0, len(rules), limit)]
    return tuple(RuleGroup(name if i == 0 else f"{name}:{i + 1}", interval, part) for i, part in enumerate(parts))


def fleet_windows(plans: Iterable[SloPlan]) -> list[int]:
    """Every window that the fleet records for somebody."""
    return sorted({window for plan in plans for window in plan.fleet_windows})


def chosen(env: str, plans: Sequence[SloPlan], wanted: Callable[[SloPlan], bool]) -> list[tuple[Matcher, ...]]:
    """Matchers that pick exactly the wanted SLOs: by environment and period where a whole period is wanted.

    Other SLOs are named, models with the same ones together, so that no series computes a window it does not use.
    """
    of_period: dict[int, list[SloPlan]] = defaultdict(list)
    for plan in plans:
        of_period[plan.period].append(plan)
    whole = [period for period, group in of_period.items() if all(map(wanted, group))]
    found: list[tuple[Matcher, ...]] = [(_env(env), _periods(whole))] if whole else []
    for period in sorted(of_period.keys() - set(whole)):
        some: dict[str, set[str]] = defaultdict(set)
        for plan in filter(wanted, of_period[period]):
            some[plan.model].add(plan.slo)
        found.extend((_env(env), models, _periods([period]), slos) for models, slos in _named(some))
    return found


def _named(slos_of: dict[str, set[str]]) -> list[tuple[Matcher, Matcher]]:
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for model, slos in sorted(slos_of.items()):
        alike[tuple(sorted(slos))].append(model)
    return [(one_of(names.MODEL, models), one_of(names.SLO, slos)) for slos, models in sorted(alike.items())]


def _env(env: str) -> Matcher:
    return Matcher(names.ENV, MatchOp.EQ, env)


def _periods(periods: Iterable[int]) -> Matcher:
    return one_of(names.PERIOD, [names.window(period) for period in sorted(periods)])


def bases(env: str, plans: Iterable[SloPlan], name_of: Callable[[SloPlan], str], *more: Matcher) -> list[Selector]:
    """One selector per base series that these SLOs record: most have the same, slow sources and samples their own."""
    return [selector(name, _env(env), *more) for name in sorted({name_of(plan) for plan in plans})]


def _slow_base(env: str, plans: Sequence[SloPlan], where: Where) -> list[Recording]:
    def mean(name_of: Callable[[SloPlan], str]) -> Later[Expr]:
        return Later(lambda: any_of(avg_over_time(over(base, SLOW)) for base in bases(env, plans, name_of)))

    return [
        Recording(
            name, mean(name_of), (), f"The {what} base of every model, thinned so that long windows stay cheap.", where
        )
        for name, what, name_of in (
            (names.TOTAL_SLOW, "total", lambda plan: plan.total_base),
            (names.BAD_SLOW, "bad", lambda plan: plan.bad_base),
        )
    ]


def _window_group(env: str, plans: Sequence[SloPlan], window: int, where: Where) -> RuleGroup:
    """A group of its own for each window, so that one that is slow or fails delays no other."""
    name = names.fleet_group(env, f"window:{names.window(window)}")
    return RuleGroup(name, FLEET_EVERY, tuple(_window_recordings(env, plans, window, where)))


def _window_recordings(env: str, plans: Sequence[SloPlan], window: int, where: Where) -> list[Recording]:
    """One ratio for a window of every SLO that uses it; where it is somebody's long window, its bad events first."""
    users = Later(lambda: chosen(env, plans, lambda plan: window in plan.fleet_windows))
    shown = names.window(window)
    why = f"Error ratio over {shown} of every SLO that alerts on it, weighted by events."
    if not any(window in plan.counted_windows for plan in plans):
        ratio = Later(lambda: any_of(_ratio(some, window) for some in users()))
        return [Recording(names.error_ratio(window), ratio, (), why, where)]
    counts = Later(lambda: any_of(_events(names.BAD_SLOW, some, window) for some in users()))
    shares = Later(lambda: any_of(_counted_ratio(some, window) for some in users()))
    counted = f"Bad events in {shown}, which guards against low traffic read."
    return [
        Recording(names.bad_count(window), counts, (), counted, where),
        Recording(names.error_ratio(window), shares, (), why, where),
    ]


def _events(slow: str, some: tuple[Matcher, ...], window: int) -> Vector:
    return mul(sum_over_time(over(selector(slow, *some), window)), SLOW / 1000)


def _counted_ratio(some: tuple[Matcher, ...], window: int) -> Vector:
    return share(selector(names.bad_count(window), *some), _events(names.TOTAL_SLOW, some, window))


def _ratio(some: tuple[Matcher, ...], window: int) -> Vector:
    return summed_ratio(selector(names.BAD_SLOW, *some), selector(names.TOTAL_SLOW, *some), window)


def _burn_rate(env: str, plans: Sequence[SloPlan], where: Where) -> Recording:
    def read(window: int) -> Iterable[Selector]:
        users = chosen(env, plans, lambda plan: plan.burn_window == window)
        return (selector(names.error_ratio(window), *some) for some in users)

    def paces() -> Vector:
        return any_of(ratio for window in sorted({plan.burn_window for plan in plans}) for ratio in read(window))

    why = "How many times faster than sustainable each SLO burns its budget now."
    return Recording(names.BURN_RATE, Later(lambda: div(paces(), budget_of(env), _JOIN)), (), why, where)


def budget_of(env: str) -> Vector:
    """Each SLO's error budget; the largest where an edited info series overlaps its former self for a moment."""
    return sub(1, max_by(selector(names.INFO, _env(env)), *names.SLO_IDENTITY))


def _budget_group(env: str, plans: Sequence[SloPlan], period: int, where: Where, limit: int) -> tuple[RuleGroup, ...]:
    shown = names.window(period)
    some = (_env(env), _periods([period]))
    mine = [plan for plan in plans if plan.period == period]
    step = coverage_step(period)
    exists = any_of(bases(env, mine, lambda plan: plan.total_base, _periods([period])))
    burning = gt(selector(names.BURN_RATE, *some), 0)
    left, ratio = (recent(selector(name, *some)) for name in (names.BUDGET_REMAINING, names.ERROR_RATIO_PERIOD))
    rules = [
        _of_period(names.ERROR_RATIO_PERIOD, _ratio(some, period), period, "Error ratio over the whole period.", where),
        _of_period(
            names.PERIOD_COVERAGE,
            div(count_over_time(subquery(exists, period, step)), period // step),
            period,
            "How much of the period has data: a young SLO has spent less of its budget than its ratio suggests.",
            where,
        ),
        _of_period(
            names.BUDGET_REMAINING,
            sub(1, div(ratio, budget_of(env), _JOIN)),
            period,
            "Share of the error budget that is left.",
            where,
        ),
        _of_period(
            names.BUDGET_SPENT,
            mul(sub(1, left), recent(selector(names.PERIOD_COVERAGE, *some))),
            period,
            "Share of a whole period's budget that is gone.",
            where,
        ),
        _of_period(
            names.BUDGET_EXHAUSTION,
            div(mul(clamp_min(left, 0), period / 1000), burning),
            period,
            "Seconds until the budget is gone if the present burn goes on.",
            where,
        ),
    ]
    return split(names.fleet_group(env, f"budget:{shown}"), SLOW, rules, limit)


def _of_period(name: str, expr: Vector, period: int, why: str, where: Where) -> Recording:
    own: Labels = labels({names.PERIOD: names.window(period)})
    return Recording(name, known(expr), own, why, where)
