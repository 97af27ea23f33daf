"""Sources for tests, and the numbers their expressions give on counters that go up steadily."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from slogen.diagnostics.model import Span
from slogen.evaluator.evaluate import instant
from slogen.evaluator.labels import NAME, make
from slogen.evaluator.series import Storage
from slogen.evaluator.vector import Vector
from slogen.ir.signals import EventSignal, Outcome, SeriesId
from slogen.ir.where import Where
from slogen.lower.sli_question import Context, Question
from slogen.lower.source_facts import ResolvedSource
from slogen.lower.sources import resolve_sources
from slogen.promql.ast import Expr
from slogen.promql.rewrite import fill_hole
from slogen.spec.sources import Source

WHERE = Where(Span("specs/example.yaml", 1, 1, 1, 2), ())
SCRAPE = 30_000
NOW = 6 * 3_600_000
"""When expressions are evaluated, ms: six hours of history."""


def source(written: Mapping[str, object], root: Path = Path()) -> ResolvedSource:
    """A source as a spec writes it."""
    resolved, findings = resolve_sources({"app": Source.model_validate(written)}, {"app": WHERE}, root, SCRAPE)
    assert not [finding for finding in findings if finding.code.id != "SLO358"], findings
    return resolved["app"]


def question(*sources: ResolvedSource) -> Question:
    """A question about sources, without slices."""
    return Question("example", Context({one.name: one for one in sources}, {}, SCRAPE), None, WHERE, "")


def counters(outcomes: Iterable[Outcome], amounts: Mapping[str, float]) -> dict[SeriesId, float]:
    """How much each series goes up between two scrapes when each outcome happens so often."""
    steps: dict[SeriesId, float] = {}
    for outcome in outcomes:
        for series in outcome.increments:
            steps[series] = steps.get(series, 0.0) + amounts[outcome.name]
    return steps


def stored(steps: Mapping[SeriesId, float], gauges: Mapping[SeriesId, float] | None = None) -> Storage:
    """Counters that go up by their step at each scrape, and gauges that stand still."""
    storage = Storage()
    times = np.arange(0, NOW + 1, SCRAPE, dtype=np.int64)
    for series, step in steps.items():
        labels = make({NAME: series.metric, **dict(series.labels)})
        storage.add(labels, times, np.arange(len(times)) * float(step))
    for series, value in (gauges or {}).items():
        labels = make({NAME: series.metric, **dict(series.labels)})
        storage.add(labels, times, np.full(len(times), float(value)))
    return storage


def values(
    expr: Expr, storage: Storage, window: int = 300_000, at: int = NOW
) -> dict[tuple[tuple[str, str], ...], float]:
    """What an expression (its holes filled with `window` ms) gives, by labels."""
    found = instant(fill_hole(expr, window), storage, at).value
    assert isinstance(found, Vector)
    return {
        tuple(sorted((k, v) for k, v in labels if k != NAME)): float(value[0])
        for labels, value, present in zip(found.labels, found.values, found.present, strict=True)
        if present[0]
    }


def value(expr: Expr, storage: Storage, window: int = 300_000, at: int = NOW) -> float | None:
    """The one value of an expression without labels; None where it has none."""
    found = values(expr, storage, window, at)
    assert set(found) <= {()}, found
    return found.get(())


def events(signals: Iterable[object]) -> EventSignal:
    """The one event signal of a contract."""
    (only,) = signals
    assert isinstance(only, EventSignal)
    return only
