"""No alert ships unproven: whatever builds is proven without anybody writing a test.

`SLOGEN_LEGITIMATE` sets how many specs are made; the default is a glance.
"""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from slogen import pipeline
from slogen.diagnostics.model import has_errors
from slogen.emit.yaml import dump
from slogen.proofs import fleet
from slogen.proofs.summary import outcomes, unproven_outcome
from tests.proofs.legitimate import INTERVALS, Data, specs
from tests.proofs.stories import PROJECT, TODAY

SPECS = int(os.environ.get("SLOGEN_LEGITIMATE", "2"))
BATCH = 15
"""Hypothesis makes specs out of those before them: many small batches differ more than a large one."""
MODEL = "model: m\nteam: payments-ml\n"


def failures(
    folder: Path, spec: str, wanted: Callable[[str], bool] = lambda _: True, project: str = PROJECT
) -> list[str] | None:
    """What proofs of production say against a spec; None where it is refused."""
    (folder / "specs").mkdir()
    (folder / "slogen.yaml").write_text(project, "utf-8")
    (folder / "specs/m.yaml").write_text(spec, "utf-8")
    source = pipeline.compiled(folder, TODAY)
    if source.program is None or has_errors(source.diagnostics):
        assert has_errors(source.diagnostics)
        return None
    jobs = fleet.jobs(source.program, pipeline.emitted(source), lambda id_: "production/m::" in id_ and wanted(id_))
    proven = fleet.run_all(jobs, 1)
    found = [*outcomes([v for one in proven for v in one.verdicts]), *(o for one in proven for o in one.lived)]
    found += map(unproven_outcome, fleet.unproven(source.program))
    assert found
    return [f"{one.name}: {one.problem}" for one in found if not one.passed]


def judged(number: int, size: int, results: list[bool]) -> None:
    """Some specs, of which each must be proven or refused; `results` says which was."""

    @seed(number)
    @settings(
        max_examples=size,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(specs(), INTERVALS)
    def one(spec: Data, intervals: tuple[str, str]) -> None:
        scrape, evaluation = intervals
        servers = f"prometheus: {{scrape_interval: {scrape}, evaluation_interval: {evaluation}}}\n"
        with tempfile.TemporaryDirectory() as folder:
            found = failures(Path(folder), dump(spec), project=PROJECT + servers)
        results.append(found is not None)
        assert not found, servers + dump(spec)

    one()


def test_what_builds_is_proven() -> None:
    """Every shape, source, window, guard and slice: proven, or refused by a finding."""
    results: list[bool] = []
    for number in range(-(-SPECS // BATCH)):
        judged(number, min(BATCH, SPECS - number * BATCH), results)

    assert sum(results) > len(results) / 2


CASES = [
    tuple(block.split("\n", 1))
    for block in Path(__file__).with_name("legitimate.txt").read_text("utf-8").split("=== ")[1:]
]
"""What stories once could not tell: the proof that failed of it and what was special, and the spec."""


@pytest.mark.parametrize(("told", "spec"), CASES, ids=[told for told, _ in CASES])
def test_a_legitimate_spec_is_proven(tmp_path: Path, told: str, spec: str) -> None:
    """Each spec has one thing that makes it special, and the proof holds that failed of it."""
    proof = told.partition(":")[0]

    assert failures(tmp_path, MODEL + spec, lambda id_: proof in id_) == []
