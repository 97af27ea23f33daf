"""Traces show what a replay computed: values cross their thresholds where the alert fires, and nowhere it is silent."""

from dataclasses import replace
from pathlib import Path

import pytest

from slogen import pipeline
from slogen.promql.parse import parse
from slogen.promql.text import show
from slogen.proofs import fleet
from slogen.proofs.prove import Verdict
from slogen.proofs.tracing import Condition, comparisons
from tests.proofs.stories import TODAY, write


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> list[Verdict]:
    """What the proofs of two alerts of the small project came to, traced."""
    source = pipeline.compiled(write(tmp_path_factory.mktemp("shop")), TODAY)
    assert source.program is not None
    wanted = {"production/store::lookups ErrorBudgetBurnPage fast", "production/store::lookups SLONoData"}
    jobs = fleet.jobs(source.program, pipeline.emitted(source), wanted.__contains__)
    proven = fleet.run_all([replace(job, traced=True) for job in jobs], 1)
    return [verdict for one in proven for verdict in one.verdicts]


def holds(condition: Condition, moment: int) -> bool:
    """Whether the comparison is true at a moment."""
    value, bound = condition.values[moment], condition.bounds[moment]
    assert condition.op == ">"
    return value is not None and bound is not None and value > bound


def test_an_alert_fires_where_all_its_comparisons_hold(verdicts: list[Verdict]) -> None:
    """At every moment of a trace the alert fires if and only if each value is beyond its threshold."""
    burning = [verdict for verdict in verdicts if verdict.kind == "burn"]
    assert {verdict.fires for verdict in burning} == {True, False}
    for verdict in burning:
        assert verdict.trace is not None
        signals = [condition.signal for condition in verdict.trace.conditions]
        assert signals[0] == "slogen:error:ratio1h"
        for moment in range(len(verdict.trace.conditions[0].values)):
            at = verdict.trace.start + moment * verdict.trace.step
            firing = any(start <= at and (end is None or at < end) for start, end in verdict.seen)
            assert all(holds(condition, moment) for condition in verdict.trace.conditions) == firing, (
                verdict.claim,
                at,
            )


def test_waiting_ends_where_firing_begins(verdicts: list[Verdict]) -> None:
    """An alert with a `for` waits until it fires; without comparisons there is nothing else to see."""
    (fired,) = [verdict for verdict in verdicts if verdict.kind == "no-data" and verdict.fires]
    assert fired.trace is not None

    assert fired.trace.conditions == ()
    assert fired.trace.pending[-1][1] == fired.seen[0][0]
    assert fired.trace.story == "no series"


def test_only_who_asks_gets_traces(tmp_path: Path) -> None:
    """Other runs carry none."""
    source = pipeline.compiled(write(tmp_path), TODAY)
    assert source.program is not None
    jobs = fleet.jobs(source.program, pipeline.emitted(source), "production/store::lookups SLONoData".__eq__)
    assert {v.trace for one in fleet.run_all(jobs, 1) for v in one.verdicts} == {None}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a > 1 and b < 2", ["a > 1", "b < 2"]),
        ("a > 1 unless on () b > 2", ["a > 1"]),
        ("a > 1 or (b >= 2 and c == 3)", ["a > 1", "b >= 2", "c == 3"]),
        ("a > bool 1", []),
        ("absent(a)", []),
    ],
)
def test_comparisons(text: str, found: list[str]) -> None:
    """Those that decide whether there is a result, in writing order; guards and values are not among them."""
    assert [show(comparison) for comparison in comparisons(parse(text))] == found
