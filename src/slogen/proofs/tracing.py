"""What a replay looked like: the values that decide an alert, over the stretch of its story that is worth drawing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from slogen.evaluator.evaluate import evaluate
from slogen.evaluator.times import Floats, Grid
from slogen.evaluator.vector import Scalar, Value, Vector
from slogen.promql.ast import COMPARISON, SET_OPERATORS, Binary, Expr, Selector
from slogen.promql.rewrite import metric_names, rebuild
from slogen.promql.text import show
from slogen.proofs.retelling import BEGAN
from slogen.replay.alerts import AlertLife
from slogen.replay.rulefile import AlertingRule
from slogen.replay.run import Replay
from slogen.replay.states import PENDING

_POINTS = 120
"""How many moments of a story are looked at: more than a small picture can show."""
_BEFORE = 8
"""The stretch begins this part of the rest before the fault does."""

_LONGEST = 60
"""Letters of an expression that people read at a glance."""

Moments = tuple[float | None, ...]
"""A value at each moment of a trace; None where there is none."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison inside an alert's expression: `signal op bound`, both as short text without matchers and as values.

    Where an expression yields several series, each moment shows the one that is nearest to firing.
    """

    signal: str
    op: str
    bound: str
    values: Moments
    bounds: Moments


@dataclass(frozen=True, slots=True)
class Trace:
    """The stretch from `start` on, a moment every `step`, with what was compared; `pending` are the stretches in which
    the alert waited. Times are ms since the story began. `story` tells the fault, durations rounded.
    """

    start: int
    step: int
    story: str
    conditions: tuple[Condition, ...]
    pending: tuple[tuple[int, int], ...]


def trace(rule: AlertingRule, world: Replay, story: str, stretch: tuple[int, int]) -> Trace:
    """The trace of a rule's alerts in a replay; `stretch` is when the fault begins and when the story ends, ms."""
    grid = _grid(stretch, world.setting.interval)
    found = tuple(_seen(comparison, world, grid) for comparison in comparisons(rule.expr))
    lives = [life for life in world.alerts if life.rule == rule]
    return Trace(grid.start - BEGAN, grid.step, story, found, tuple(_pending(lives)))


def comparisons(expr: Expr) -> Iterator[Binary]:
    """The comparisons that decide an expression, in writing order; those that only guard with `unless` are left out."""
    match expr:
        case Binary(op, left, right) if op in SET_OPERATORS:
            yield from comparisons(left)
            if op != "unless":
                yield from comparisons(right)
        case Binary(op) if op in COMPARISON and not expr.bool_:
            yield expr


def _grid(stretch: tuple[int, int], interval: int) -> Grid:
    """Moments at which rules are evaluated, from a little before the fault to the end."""
    began, end = stretch
    start = max(0, began - (end - began) // _BEFORE) // interval * interval
    step = max(1, -(-(end - start) // (_POINTS * interval))) * interval
    return Grid(BEGAN + start, BEGAN + end, step)


def _seen(comparison: Binary, world: Replay, grid: Grid) -> Condition:
    highest = comparison.op in {">", ">="}
    return Condition(
        signal=_brief(comparison.left),
        op=comparison.op,
        bound=_brief(comparison.right),
        values=_values(evaluate(comparison.left, world.storage, grid).value, highest=highest),
        bounds=_values(evaluate(comparison.right, world.storage, grid).value, highest=not highest),
    )


def _brief(expr: Expr) -> str:
    """An expression without the matchers of its selectors; of a long one only which metrics it reads."""
    text = show(rebuild(expr, _bare))
    return text if len(text) <= _LONGEST else f"a value from {', '.join(sorted(metric_names(expr)))}"


def _bare(node: Expr) -> Expr:
    return replace(node, matchers=()) if isinstance(node, Selector) and node.name is not None else node


def _values(value: Value, *, highest: bool) -> Moments:
    """The highest, or lowest, value of all series at each moment; values that are no number are left out."""
    match value:
        case Scalar(values):
            rows, held = values[np.newaxis, :], np.isfinite(values)[np.newaxis, :]
        case Vector(_, values, present):
            rows, held = values, present & np.isfinite(values)
        case _:
            return ()
    nothing = -np.inf if highest else np.inf
    every = np.where(held, rows, nothing)
    chosen: Floats = every.max(axis=0, initial=nothing) if highest else every.min(axis=0, initial=nothing)
    return tuple(float(one) if np.isfinite(one) else None for one in chosen)


def _pending(lives: Sequence[AlertLife]) -> Iterator[tuple[int, int]]:
    """The stretches in which any of the alerts waited, ms since the story began."""
    if not lives:
        return
    waiting = np.any([life.states.state == PENDING for life in lives], axis=0)
    ticks = lives[0].ticks - BEGAN
    edges = np.flatnonzero(np.diff(np.concatenate(([False], waiting, [False])).astype(np.int8)))
    for first, after in zip(edges[::2], edges[1::2], strict=True):
        yield int(ticks[first]), int(ticks[min(after, len(ticks) - 1)])
