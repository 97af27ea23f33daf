"""Ranges that a server cannot fill: too short for its scrapes, or further back than it keeps samples."""

from pathlib import Path

import pytest

from slogen.diagnostics.model import Diagnostic
from slogen.lower.program import lower
from slogen.lower.reach import lookback
from slogen.promql.parse import parse
from slogen.spec.load import load

DAY = 86_400_000
PROJECT = """\
project: example
prometheus: {scrape_interval: 30s, retention: 15d}
environments: {production: {production: true}}
teams: {ml: {receivers: {}}}
"""
SPEC = """\
model: m
team: ml
sources:
  app: {template: slogen-contract, select: {model: m}}
  daily: {template: slogen-contract, select: {model: m}, cadence: 1d}
signals:
  recall: {classification: {from: app, metric: recall, label_delay: 14d}}
"""


def found(folder: Path, more: str) -> list[tuple[str, int, Diagnostic]]:
    """The findings on a spec: code, line after the fixed part, and all of it."""
    (folder / "specs").mkdir()
    (folder / "slogen.yaml").write_text(PROJECT, encoding="utf-8")
    (folder / "specs" / "m.yaml").write_text(SPEC + more, encoding="utf-8")
    loaded = load(folder)
    _, findings = lower(loaded, folder)
    every = [*loaded.diagnostics, *findings]
    return [(one.code.id, (one.span.line if one.span else 0) - SPEC.count("\n"), one) for one in every]


@pytest.mark.parametrize(
    ("expr", "days"),
    [
        ("up", 0),
        ("up offset 2d", 2),
        ("rate(up[1d])", 1),
        ("rate(up[1d] offset 2d)", 3),
        ("avg_over_time(rate(up[1d] offset 2d)[7d:1h] offset 3d)", 13),
        ("rate(up[1d]) > rate(up[1d] offset 1w)", 8),
        ("vector(1)", 0),
    ],
)
def test_how_far_an_expression_looks_back(expr: str, days: int) -> None:
    """Ranges, offsets and subqueries add up along a branch; the longest branch counts."""
    assert lookback(parse(expr)) == days * DAY


@pytest.mark.parametrize(
    "condition",
    [
        "volume: {of: app.requests, below: 50%, weeks: 3}",
        "drop: {of: app.recall, by: 5 points, against: 2w, over: 2d}",
        "score_distribution: {from: app, test: psi, above: 0.2, over: 2d, against: 2w, bins: [0.5, 1]}",
        "threshold: {of: app.fpr, above: 2%, over: 16d}",
        "baseline: {of: daily.auc, deviations: 3, over: 15d}",
        "any: [{threshold: {of: app.fpr, above: 2%}}, {volume: {of: app.requests, below: 50%, weeks: 2, over: 2d}}]",
        'expr: "sum(rate(x_total[1h] offset 16d)) > 1"',
    ],
)
def test_what_is_forgotten_cannot_be_compared(condition: str, tmp_path: Path) -> None:
    """An alert that reads beyond the retention would be silent for ever; the finding stands at the alert's line."""
    alert = f"alerts:\n  x:\n    severity: log\n    unproven: because\n    {condition}\n"
    assert [(code, line) for code, line, _ in found(tmp_path, alert) if code == "SLO302"] == [("SLO302", 5)]


@pytest.mark.parametrize(
    "condition",
    [
        "drop: {of: app.recall, by: 5 points, against: 1w, over: 1d}",
        "baseline: {of: daily.auc, deviations: 3}",
        "volume: {of: app.requests, below: 50%, weeks: 2}",
        "threshold: {of: app.fpr, above: 2%, over: 2m}",
        'expr: "sum(rate(x_total[1m])) > 1"',
    ],
)
def test_what_is_kept_can(condition: str, tmp_path: Path) -> None:
    """Within the retention, and over at least four scrapes, there is nothing to say."""
    alert = f"alerts:\n  x:\n    severity: log\n    unproven: because\n    {condition}\n"
    assert not {code for code, _, _ in found(tmp_path, alert)} & {"SLO301", "SLO302"}


@pytest.mark.parametrize("over", ["30s", "1m", "90s"])
def test_a_range_of_fewer_than_four_scrapes_is_refused(over: str, tmp_path: Path) -> None:
    """A range does not hold its left end: over one scrape interval there is one sample and no rate, ever."""
    alert = (
        f"alerts:\n  x:\n    severity: log\n    threshold:\n      of: app.fpr\n      above: 2%\n      over: {over}\n"
    )
    [(_, line, finding)] = [one for one in found(tmp_path, alert) if one[0] == "SLO301"]
    assert line == 7
    assert finding.hint == "use 2m or more"


def test_predictions_of_long_ago_are_forgotten(tmp_path: Path) -> None:
    """Labels that come after 90 days cannot be compared with predictions that a server forgets after 15."""
    slo = "slos:\n  x: {objective: 90%, period: 14d, sli: {coverage: {from: app, label_delay: 90d}}}\n"
    codes = [(code, line) for code, line, _ in found(tmp_path, slo) if code.startswith("SLO3")]
    assert ("SLO302", 2) in codes
    assert ("SLO393", 2) in codes


@pytest.mark.parametrize("side", ["bad", "total"])
def test_both_sides_of_a_ratio_are_looked_at(side: str, tmp_path: Path) -> None:
    """PromQL of one's own that reads a fortnight and more ago is found on either side."""
    sides = {
        name: f"sum(rate({name}_total[$window]{' offset 16d' if name == side else ''}))" for name in ("bad", "total")
    }
    slo = f"slos:\n  x: {{objective: 90%, period: 14d, sli: {{ratio: {sides}}}}}\n"
    assert [(code, line) for code, line, _ in found(tmp_path, slo) if code == "SLO302"] == [("SLO302", 2)]


@pytest.mark.parametrize(("period", "late"), [("7d", True), ("14d", True), ("15d", False)])
def test_labels_must_arrive_within_the_period(period: str, late: bool, tmp_path: Path) -> None:
    """An objective on labels that arrive after its period speaks of another one."""
    slo = f"slos:\n  x:\n    objective: 90%\n    period: {period}\n    sli: {{classification: recall}}\n"
    assert (("SLO393", 5) in [(code, line) for code, line, _ in found(tmp_path, slo)]) is late
