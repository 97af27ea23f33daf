"""Byte-exact rule files, one feature a case; `make golden` rewrites them and the diff is reviewed."""

from pathlib import Path

import pytest

from slogen.backends.prometheus import PROMETHEUS
from tests.backends.prometheus.projects import program_of
from tests.golden import assert_golden
from tests.printing import artifacts

EXPECTED = Path(__file__).parent / "golden"
HEAD = """\
version: slogen/v1
model: fraud-detector
sources: {app: {template: slogen-contract, select: {model: fraud}}}
"""
CASES = {
    "counter": "slos: {availability: {objective: 99.9%, alert: [], sli: {availability: {from: app}}}}\n",
    "latency": "slos: {fast: {objective: 99%, alert: [], sli: {latency: {from: app, within: 250ms}}}}\n",
    "sampled": """\
signals: {precision: {classification: {from: app, metric: precision, label_delay: 2h}}}
slos: {precise: {objective: 99%, alert: [], sli: {timeslice: {of: precision, at_least: 95%, over: 1h}}}}
""",
    "sliced": """\
signals:
  served: {from: app, bad: {metric: ml_predictions_total, where: {outcome: error}}, total: ml_predictions_total}
slos:
  served: {objective: 99%, alert: [], sli: {events: served}, slices: {by: version, values: [v1, v2], others: ignore}}
""",
    "one-tier": """\
slos:
  availability:
    objective: 99.9%
    no_data: none
    sli: {availability: {from: app}}
    tiers: {fast: {severity: page, spends: 2%, within: 1h}}
""",
    "collapse": """\
slos:
  availability:
    objective: 80%
    alert: [page]
    no_data: none
    min_bad: 10
    certainty: 95%
    sli: {availability: {from: app}}
    tiers: {fast: {severity: page, spends: 2%, within: 1h}}
""",
}


def file_of(folder: Path, body: str, stem: str) -> str:
    """One rule file of the production environment."""
    program = program_of(folder, fraud=HEAD + body)
    path = f"production/prometheus/rules/{stem}.yaml"
    return next(made.text for made in artifacts(PROMETHEUS, program) if made.path == path)


@pytest.mark.parametrize("case", CASES)
def test_model_file(tmp_path: Path, case: str) -> None:
    """A model's own file."""
    assert_golden(EXPECTED / f"{case}.yaml", file_of(tmp_path, CASES[case], "fraud-detector"))


def test_fleet_file_serves_each_slo_its_windows(tmp_path: Path) -> None:
    """Two objectives and two periods: windows are shared where they can be and named where they cannot."""
    body = """\
slos:
  strict: {objective: 99.9%, sli: {availability: {from: app}}}
  loose: {objective: 90%, sli: {availability: {from: app}}}
  weekly: {objective: 99%, period: 7d, sli: {availability: {from: app}}}
"""
    assert_golden(EXPECTED / "fleet.yaml", file_of(tmp_path, body, "_fleet"))
