"""Days that ask for a decision: silent until they have passed, and from then on at their place in the spec."""

from datetime import date
from pathlib import Path

import pytest

from slogen import pipeline
from slogen.diagnostics.model import has_errors
from slogen.lower.reviews import due
from slogen.spec.load import load
from tests.backends.prometheus.projects import PROJECT

SPEC = """\
version: slogen/v1
model: fraud-detector
sources: {app: {template: slogen-contract, select: {model: fraud}}}
"""
DAY = date(2026, 12, 1)
SLO = "slos: {availability: {objective: 99%, sli: {availability: {from: app}}, "
BAND = "baseline: {of: app.precision, deviations: 3, mean: 0.9, deviation: 0.01}"
CASES = {
    "slo-trial": ("SLO320", SLO + "shadow: {until: 2026-11-30}}}\n"),
    "slo-review": ("SLO321", SLO + "review_after: 2026-11-30}}\n"),
    "alert-trial": (
        "SLO320",
        "alerts: {own: {severity: log, shadow: {until: 2026-11-30}, threshold: {of: app.fpr, above: 2%, over: 1h}}}\n",
    ),
    "alert-review": ("SLO321", f"alerts: {{own: {{severity: log, review_after: 2026-11-30, {BAND}}}}}\n"),
}


def found(folder: Path, body: str, today: date) -> list[tuple[str, int, int]]:
    """The findings about days: code, line and column."""
    (folder / "specs").mkdir()
    (folder / "slogen.yaml").write_text(PROJECT, encoding="utf-8")
    (folder / "specs" / "fraud.yaml").write_text(SPEC + body, encoding="utf-8")
    loaded = load(folder)
    assert not has_errors(loaded.diagnostics)
    return [(d.code.id, d.span.line, d.span.column) for d in due(loaded.specs, today) if d.span]


@pytest.mark.parametrize("case", CASES)
def test_a_day_that_has_passed_asks(tmp_path: Path, case: str) -> None:
    """Once for all environments, at the day itself."""
    code, body = CASES[case]
    assert found(tmp_path, body, DAY) == [(code, 4, body.index("2026-11-30") + 1)]


@pytest.mark.parametrize("case", CASES)
def test_the_day_itself_is_still_in_time(tmp_path: Path, case: str) -> None:
    """`until` and `after` include their day."""
    _, body = CASES[case]
    assert found(tmp_path, body, date(2026, 11, 30)) == []


def test_a_fixed_reference_needs_a_day(tmp_path: Path) -> None:
    """A band from a validation set grows old; inside a combination, too."""
    body = (
        f"alerts: {{own: {{severity: log, any: [{{{BAND}}}, {{threshold: {{of: app.fpr, above: 2%, over: 1h}}}}]}}}}\n"
    )
    assert [code for code, _, _ in found(tmp_path, body, DAY)] == ["SLO322"]


@pytest.mark.parametrize(
    "frozen",
    [
        "drop: {of: app.precision, by: 5 points, reference: 92%}",
        "score_distribution: {from: app, test: psi, above: 0.2, over: 1d, bins: [0.5, 1], reference: [90%, 10%]}",
    ],
)
def test_every_fixed_reference_needs_a_day(frozen: str, tmp_path: Path) -> None:
    """A number of the validation set, or its distribution, is as frozen as a band; one for want of a past is not."""
    alert = f"alerts: {{own: {{severity: log, {frozen}}}}}\n"
    assert [code for code, _, _ in found(tmp_path, alert, DAY)] == ["SLO322"]


def test_a_moving_reference_needs_none(tmp_path: Path) -> None:
    """The past moves by itself."""
    body = "alerts: {own: {severity: log, baseline: {of: app.precision, deviations: 3}}}\n"
    assert found(tmp_path, body, DAY) == []


def test_no_output_depends_on_the_day(tmp_path: Path) -> None:
    """A trial that is over is reported by every command and goes on until somebody decides."""
    _, body = CASES["alert-trial"]
    found(tmp_path, body, DAY)
    before, after = (pipeline.compiled(tmp_path, day) for day in (date(2026, 1, 1), date(2030, 1, 1)))
    assert before.artifacts == after.artifacts
    assert before.artifacts
    assert [d.code.id for d in after.diagnostics if d not in before.diagnostics] == ["SLO320"]
