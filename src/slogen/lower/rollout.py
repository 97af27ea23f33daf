"""A canary condition as looks at a rollout: how many, how far apart, and how sure each must be."""

from collections.abc import Iterator
from typing import Final

from slogen.ir.rollout import CanaryAnalysis, Version
from slogen.lower.condition_slices import arms_of, z_statistic
from slogen.lower.condition_statistics import z_value
from slogen.lower.condition_told import shown, window
from slogen.lower.sli_question import Question
from slogen.lower.sli_values import Share, value_of
from slogen.promql.ast import MatchOp
from slogen.spec.alerts import AtLeast, Condition
from slogen.spec.conditions import Canary

_LOOKS: Final = 12
"""Looks at a rollout, unless it decides so soon that data would not have changed between them."""
_FRESH: Final = 2
"""Scrapes between two looks."""


def canary_in(condition: Condition) -> Canary | None:
    """The comparison of versions that an alert asks for, or the first of its parts asks for."""
    match condition.value:
        case Canary() as found:
            return found
        case tuple() as parts:
            return _first(parts)
        case AtLeast(of=parts):
            return _first(parts)
        case _:
            return None


def _first(parts: tuple[Condition, ...]) -> Canary | None:
    return next((found for found in map(canary_in, parts) if found is not None), None)


def analysis_of(shape: Canary, ask: Question) -> CanaryAnalysis | None:
    """The looks at a rollout; none where the condition itself could not be lowered, which is reported there.

    The certainty of the condition is that of all looks together: each takes an equal part of the doubt (Bonferroni), so
    that a dozen looks do not condemn by chance what one would have let pass.
    """
    value = value_of(shape.of, ask)
    if not isinstance(value, Share):
        return None
    decided = shape.decide_within or shape.over
    interval = max(-(-decided // _LOOKS // 1000) * 1000, _FRESH * ask.context.scrape_interval)
    looks = max(1, decided // interval)
    doubt = (1 - float(shape.certainty)) / looks
    return CanaryAnalysis(
        alert=ask.name,
        says=f"{shape.of} of the canary may be worse by {shown(shape.margin)} over {window(shape.over)}",
        query=z_statistic(value, shape),
        versions=tuple(_versions(shape)),
        z=round(z_value(1 - doubt), 4),
        looks=looks,
        interval=interval,
        delay=interval,
        where=ask.where,
    )


def _versions(shape: Canary) -> Iterator[Version]:
    for arm, matchers in arms_of(shape).items():
        yield from (Version(arm, m.label, m.value) for m in matchers if m.op is MatchOp.EQ)
