"""Own cases in Prometheus' test language: their expectations hold here and, where promtool can judge them, there."""

import subprocess
from pathlib import Path

import pytest
import yaml

from slogen.evaluator.test_runner import Verdict, run
from tests.evaluator.promtool_form import unit_tests

CASES = sorted((Path(__file__).parent / "cases").glob("*.test"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_every_eval_of_a_case_passes(case: Path) -> None:
    """No eval of an own case fails or is refused."""
    outcomes = list(run(case.read_text(encoding="utf-8")))
    assert outcomes
    assert [outcome for outcome in outcomes if outcome.verdict is not Verdict.PASS] == []


@pytest.mark.engine
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_promtool_agrees_with_a_case(case: Path, promtool35: Path, tmp_path: Path) -> None:
    """The same data, expressions and expectations pass in promtool 3.5, with delayed name removal as in the cases."""
    file = tmp_path / "case.yaml"
    file.write_text(yaml.safe_dump(unit_tests(case.read_text(encoding="utf-8")), allow_unicode=False), encoding="utf-8")
    command = [str(promtool35), "test", "rules", "--enable-feature=promql-delayed-name-removal", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
