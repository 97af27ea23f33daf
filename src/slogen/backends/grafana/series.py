"""The recorded series that boards read, as selectors and ready expressions; changes when a recording rule does."""

from slogen import names
from slogen.backends.grafana.expressions import at_end, by, equal, latest, many_to_one, of, one_minus, selector
from slogen.ir.program import Component, Environment
from slogen.ir.rules import Recording, RuleFile
from slogen.ir.slo import Slo
from slogen.promql.ast import Matcher
from slogen.promql.build import Vector, aggregate

Scope = tuple[Matcher, ...]
"""Matchers that say whose series are meant."""

SERIES_LABELS = (names.ENV, names.MODEL, names.SLICE, names.SLO)
"""What tells recorded series of SLOs apart; `slice` is empty where an SLO is not sliced."""


def in_environment(environment: Environment) -> Scope:
    """Everything of one environment."""
    return (equal(names.ENV, environment.name),)


def in_component(environment: Environment, component: Component) -> Scope:
    """Everything of one model or component."""
    return (*in_environment(environment), equal(names.MODEL, component.name))


def in_slo(environment: Environment, component: Component, slo: Slo) -> Scope:
    """Everything of one SLO, slices included."""
    return (*in_component(environment, component), equal(names.SLO, slo.name))


def budget_left(scope: Scope) -> Vector:
    """Share of the budget left, 1 to minus infinity."""
    return latest(selector(names.BUDGET_REMAINING, *scope))


def budget_left_at_end(scope: Scope) -> Vector:
    """The same at the end of the time range, at every step: for choosing the series that a panel draws."""
    return latest(at_end(selector(names.BUDGET_REMAINING, *scope)))


def burn_rate(scope: Scope) -> Vector:
    """Present burn rate."""
    return latest(selector(names.BURN_RATE, *scope))


def exhaustion(scope: Scope) -> Vector:
    """Seconds until the budget is spent."""
    return latest(selector(names.BUDGET_EXHAUSTION, *scope))


def objective(scope: Scope) -> Vector:
    """The objective, 0-1."""
    return selector(names.INFO, *scope)


def objective_of(expr: Vector, scope: Scope) -> Vector:
    """The objective of every series of an expression, slices included."""
    known = by("max", objective(scope), *names.SLO_IDENTITY)
    return many_to_one(of(expr, "*", 0), "+", known, names.SLO_IDENTITY)


def sli_over_period(scope: Scope) -> Vector:
    """Share of good events over the SLO's own period, 0-1."""
    return one_minus(latest(selector(names.ERROR_RATIO_PERIOD, *scope)))


def sli(scope: Scope, window: int) -> Vector:
    """Share of good events over a window (ms), 0-1."""
    return one_minus(selector(names.error_ratio(window), *scope))


def burn_over(scope: Scope, window: int, budget: float) -> Vector:
    """Burn rate over a window (ms) of SLOs whose budget is `budget`, 0-1."""
    return of(selector(names.error_ratio(window), *scope), "/", budget)


def with_owner(expr: Vector, scope: Scope) -> Vector:
    """The expression with the owning team and the board's uid from the info series; values stay.

    While an edited info series overlaps its former self, one of the two is taken: two would fail the whole query.
    """
    one = aggregate("topk", objective(scope), by=names.SLO_IDENTITY, param=1.0)
    return many_to_one(expr, "*", of(of(one, "*", 0), "+", 1), names.SLO_IDENTITY, (names.TEAM, names.DASHBOARD))


def recorded(files: tuple[RuleFile, ...]) -> frozenset[str]:
    """Names of all series that these files record."""
    return frozenset(rule.record for file in files for rule in _recordings(file))


def base(component: Component, slo: Slo) -> tuple[Recording, Recording] | None:
    """The base rules (bad, total) of an SLO; None where its file has none."""
    found = {
        rule.record.split(":")[1]: rule
        for rule in _recordings(component.rules)
        if (names.SLO, slo.name) in rule.labels and rule.record.split(":")[1:2] in (["bad"], ["total"])
    }
    return (found["bad"], found["total"]) if len(found) == 2 else None


def _recordings(file: RuleFile) -> list[Recording]:
    return [rule for group in file.groups for rule in group.rules if isinstance(rule, Recording)]
