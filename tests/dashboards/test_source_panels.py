"""What the raw rows of a board are made from: only measures whose series are known to be there."""

from pathlib import Path

import pytest

from slogen.ir.signals import PanelQuery
from slogen.lower.program import lower
from slogen.promql.text import show
from slogen.spec.load import load

PROJECT = """\
project: demo
environments: {production: {production: true}}
teams: {ml: {receivers: {page: [{webhook: {url: "http://localhost/p"}}], ticket: [{webhook: {url: "http://localhost/t"}}]}}}
alertmanagers: {main: {environments: [production], fallback: [{webhook: {url: "http://localhost/f"}}]}}
"""
SPEC = """\
version: slogen/v1
model: fraud
team: ml
sources:
  app: {template: slogen-contract, select: {model: fraud}%s}
slos:
  availability: {objective: 99.9%%, sli: {availability: {from: app}}}
"""
PAGE = """\
# TYPE ml_predictions_total counter
ml_predictions_total{model="fraud",version="1",outcome="valid"} 10
ml_predictions_total{model="fraud",version="1",outcome="error"} 1
# TYPE ml_feature_drift gauge
ml_feature_drift{model="fraud",feature="amount",test="psi"} 0.1
# TYPE ml_job_last_success_timestamp_seconds gauge
ml_job_last_success_timestamp_seconds{model="fraud",job_name="train"} 1
"""


def _panels(folder: Path, sample: str | None) -> list[PanelQuery]:
    (folder / "specs").mkdir()
    (folder / "slogen.yaml").write_text(PROJECT)
    (folder / "specs" / "fraud.yaml").write_text(SPEC % (", sample: page.prom" if sample else ""))
    (folder / "page.prom").write_text(sample or "")
    program, findings = lower(load(folder), folder)
    assert program is not None, findings
    (component,) = program.environments[0].components
    return [panel for source in component.sources for panel in source.panels]


def test_what_rules_read_is_drawn(tmp_path: Path) -> None:
    """Without a saved page, only what some rule reads is drawn: nothing else is known to exist."""
    panels = _panels(tmp_path, None)

    assert {panel.row for panel in panels} == {"traffic", "errors", "canary"}


def test_what_a_page_shows_is_drawn(tmp_path: Path) -> None:
    """With a saved page, every measure on it is drawn, used or not, and no other."""
    panels = {panel.title: panel for panel in _panels(tmp_path, PAGE)}

    assert {panel.row for panel in panels.values()} == {"traffic", "errors", "canary", "drift", "jobs"}
    ((_, age),) = panels["Last successful job: age"].series
    assert show(age) == 'time() - max by (job_name) (ml_job_last_success_timestamp_seconds{model="fraud"})'
    ((_, drift),) = panels["Drift by feature"].series
    assert show(drift) == 'topk(20, max by (feature, test) (ml_feature_drift{model="fraud"}))'


def test_errors_are_zero_and_not_nothing(tmp_path: Path) -> None:
    """A share of errors is zero while there is traffic and no error series."""
    (errors,) = [panel for panel in _panels(tmp_path, None) if panel.title == "Failed predictions"]
    ((_, share),) = errors.series

    assert show(share) == (
        '(sum(rate(ml_predictions_total{model="fraud",outcome="error"}[$window])) '
        'or 0 * sum(rate(ml_predictions_total{model="fraud"}[$window]))) '
        '/ (sum(rate(ml_predictions_total{model="fraud"}[$window])) > 0)'
    )


def test_no_two_panels_ask_the_same(tmp_path: Path) -> None:
    """A catalogue entry may offer one measure under two names; a board shows it once."""
    panels = _panels(tmp_path, PAGE)
    asked = [tuple(show(expr) for _, expr in panel.series) for panel in panels if panel.kind == "timeseries"]

    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize("sample", [None, PAGE])
def test_every_panel_is_described(tmp_path: Path, sample: str | None) -> None:
    """Panels have a title, a sentence, a unit and a legend."""
    for panel in _panels(tmp_path, sample):
        assert panel.title
        assert panel.description.endswith(".")
        assert panel.unit
        assert all(legend for legend, _ in panel.series)
