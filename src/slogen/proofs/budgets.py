"""Reads from replayed series what is left of an SLO's budget."""

from slogen import names
from slogen.evaluator.evaluate import instant
from slogen.evaluator.series import Storage
from slogen.evaluator.vector import Vector
from slogen.promql.build import last_over_time, over, selector

_READ = 600_000
"""Budgets are recorded every five minutes: a lookback of five would miss every other one."""


def budget_left(storage: Storage, component: str, slo: str, moment: int) -> list[float]:
    """The share (0-1, or negative) of the budget left at `moment` (Unix ms) of each slice; empty where unknown."""
    query = last_over_time(over(selector(names.BUDGET_REMAINING, model=component, slo=slo), _READ))
    value = instant(query, storage, moment).value
    return [float(row[0]) for row in value.values] if isinstance(value, Vector) else []
