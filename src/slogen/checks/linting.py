"""Which lints judge what: an alert, a recording rule, an expression that belongs to one model."""

from collections.abc import Callable, Iterator

from slogen.checks.expressions import (
    Finding,
    average_of_ratios,
    impossible_match,
    rate_of_sum,
    raw_counter,
    unstable,
    useless_regex,
    without_condition,
)
from slogen.checks.pitfalls import fragile_join, half_without_condition, poisoned, selects_all
from slogen.checks.texts import templates
from slogen.ir.where import Labels
from slogen.promql.ast import Expr

Check = Callable[[Expr], Iterator[Finding]]
_ANY: tuple[Check, ...] = (rate_of_sum, impossible_match, useless_regex, average_of_ratios, poisoned, fragile_join)
_ALERT: tuple[Check, ...] = (without_condition, half_without_condition, raw_counter, unstable)


def lint_alert(expr: Expr, labels: Labels, annotations: Labels) -> list[Finding]:
    """Findings about an alert's expression and the templates of its labels and annotations."""
    found = [finding for check in (*_ANY, *_ALERT) for finding in check(expr)]
    return [*found, *templates(expr, labels, annotations)]


def lint_recording(expr: Expr) -> list[Finding]:
    """Findings about a recording rule's expression."""
    return [finding for check in _ANY for finding in check(expr)]


def lint_of_model(expr: Expr, labels: Labels, annotations: Labels) -> list[Finding]:
    """Findings about an alert that belongs to one model."""
    return [*lint_alert(expr, labels, annotations), *selects_all(expr)]
