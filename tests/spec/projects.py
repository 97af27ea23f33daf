"""Small projects on disk, for tests of the loader."""

from pathlib import Path

from slogen.diagnostics.model import Diagnostic
from slogen.spec.load import Loaded, load
from tests.marked import pointed, unmarked

PROJECT = """\
project: acme
environments:
  production: {production: true}
  staging: {production: false}
teams:
  payments-ml: {receivers: {page: [{webhook: {url: "http://alerts.example.org/page"}}]}}
alertmanagers:
  main: {environments: [production], fallback: [{webhook: {url: "http://alerts.example.org/all"}}]}
"""

SPEC = """\
model: fraud-detector
team: payments-ml
sources:
  app: {template: slogen-contract, select: {model: fraud}}
"""


def loaded(folder: Path, specs: dict[str, str], project: str | None = PROJECT) -> Loaded:
    """The project with these files under `specs/` (by name without suffix), loaded."""
    (folder / "specs").mkdir(exist_ok=True)
    if project is not None:
        (folder / "slogen.yaml").write_text(project, encoding="utf-8", newline="")
    for name, text in specs.items():
        (folder / "specs" / f"{name}.yaml").write_text(text, encoding="utf-8", newline="")
    return load(folder)


def found_and_expected(folder: Path, marked: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The places of all findings in one spec, and its marks."""
    text, places = unmarked(marked)
    findings = loaded(folder, {"x": text}).diagnostics
    return [(line, column) for _, line, column in pointed(findings)], sorted(places)


def codes(findings: tuple[Diagnostic, ...]) -> list[str]:
    """The ids of findings, in order."""
    return [finding.code.id for finding in findings]
