"""Declared facts of the servers are enough to know what they cannot serve; each finding has a rule that passes."""

from datetime import date
from pathlib import Path

import pytest

from slogen.checks import target
from slogen.checks.target import SINCE
from slogen.diagnostics.model import Severity
from slogen.pipeline import compiled
from slogen.promql.signatures import AGGREGATORS, FUNCTIONS

PROJECT = """\
project: acme
prometheus: {{version: "{version}", retention: 15d, scrape_interval: 30s, features: [{features}]}}
environments:
  production: {{production: true, external_labels: {{cluster: eu-1}}}}
teams: {{payments-ml: {{receivers: {{page: [{{webhook: {{url_file: p}}}}], ticket: [{{webhook: {{url_file: t}}}}]}}}}}}
alertmanagers:
  main: {{environments: [production], fallback: [{{webhook: {{url_file: all}}}}]}}
"""
SPEC = """\
model: fraud-detector
team: payments-ml
sources: {{app: {{template: slogen-contract, select: {{model: fraud}}}}}}
signals:
  recall: {{classification: {{from: app, metric: recall, label_delay: 2h}}}}
alerts:
  own: {{severity: ticket, unproven: an example, {alert}}}
"""


def found(folder: Path, alert: str, version: str = "3.5", features: str = "") -> list[tuple[str, str]]:
    """Slugs and messages of the findings about the servers, for one alert."""
    (folder / "specs").mkdir()
    (folder / "slogen.yaml").write_text(PROJECT.format(version=version, features=features))
    (folder / "specs" / "fraud-detector.yaml").write_text(SPEC.format(alert=alert))
    made = compiled(folder, date(2026, 1, 1))
    assert made.program is not None, [(d.code.slug, d.message) for d in made.diagnostics]
    return [
        (finding.code.slug, finding.message)
        for finding in made.diagnostics
        if "SLO530" <= finding.code.id < "SLO540" and finding.span is not None and finding.span.line == 7
    ]


@pytest.mark.parametrize(
    ("slug", "failing", "passing"),
    [
        (
            "range-under-two-scrapes",
            "expr: 'rate(errors_total{model=\"fraud\"}[45s]) > 1'",
            "expr: 'rate(errors_total{model=\"fraud\"}[2m]) > 1'",
        ),
        (
            "absence-without-for",
            "expr: 'absent(errors{model=\"fraud\"})'",
            "for: 2m, expr: 'absent(errors{model=\"fraud\"})'",
        ),
        (
            "absence-without-for",
            "expr: 'errors{model=\"fraud\"} > 9 or absent(errors{model=\"fraud\"}) == 1'",
            "expr: 'errors{model=\"fraud\"} > 9 unless absent(labels{model=\"fraud\"})'",
        ),
        (
            "label-of-the-server",
            "expr: 'errors{model=\"fraud\"} > 1', labels: {cluster: mine}",
            "expr: 'errors{model=\"fraud\"} > 1', labels: {queue: mine}",
        ),
        (
            "selects-an-external-label",
            "expr: 'errors{model=\"fraud\",cluster=\"eu-1\"} > 1'",
            "expr: 'errors{model=\"fraud\",zone=\"eu-1\",cluster!=\"eu-2\"} > 1'",
        ),
    ],
)  # fmt: skip
def test_what_servers_cannot_serve(slug: str, failing: str, passing: str, tmp_path: Path) -> None:
    """The failing rule has the finding, the passing one has none about servers."""
    for name in ("failing", "passing"):
        (tmp_path / name).mkdir()

    assert {slug} == {name for name, _ in found(tmp_path / "failing", failing)}
    assert found(tmp_path / "passing", passing) == []


@pytest.mark.parametrize(
    ("version", "features", "slugs"),
    [
        ("2.42", "", ["needs-a-newer-server"]),
        ("2.49", "", ["needs-a-feature-flag"]),
        ("2.49", "promql-experimental-functions", []),
        ("3.5", "exemplar-storage", ["needs-a-feature-flag"]),
    ],
)
def test_functions_that_a_server_refuses(version: str, features: str, slugs: list[str], tmp_path: Path) -> None:
    """A function of a later version, or an experimental one without its flag, stops the build: no server loads it."""
    alert = "expr: 'mad_over_time(errors{model=\"fraud\"}[1h]) > 1'"

    assert [slug for slug, _ in found(tmp_path, alert, version, features)] == slugs


def test_every_experimental_function_has_a_version() -> None:
    """What is experimental now came after 2.42, the oldest version that can be declared with flags for it."""
    experimental = {name for name, known in FUNCTIONS.items() if known.experimental}
    experimental |= {name for name, known in AGGREGATORS.items() if known.experimental}

    assert experimental <= set(SINCE)
    assert set(SINCE) <= {*FUNCTIONS, *AGGREGATORS}


def test_only_refused_files_stop_a_build() -> None:
    """Heuristics inform or warn; an error is what the server itself refuses."""
    errors = [code for code in vars(target).values() if getattr(code, "severity", None) is Severity.ERROR]

    assert {code.slug for code in errors} == {"needs-a-newer-server", "needs-a-feature-flag"}
