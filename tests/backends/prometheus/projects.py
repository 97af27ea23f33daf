"""Whole projects as files, loaded and lowered as the command does it."""

from pathlib import Path

from slogen.diagnostics.model import Diagnostic, has_errors
from slogen.ir.program import Program
from slogen.lower.program import lower
from slogen.spec.load import load

PROJECT = """
version: slogen/v1
project: example
prometheus: {version: "3.5", evaluation_interval: 60s}
environments:
  production: {production: true}
  staging: {production: false}
defaults: {team: payments-ml}
teams:
  payments-ml: {receivers: {page: [{webhook: {url: "https://alerts.example.org/page"}}]}}
"""
SPEC = """
version: slogen/v1
model: fraud-detector
sources: {app: {template: slogen-contract, select: {model: fraud}}}
slos:
  availability:
    objective: 99.9%
    sli: {availability: {from: app}}
"""


def compiled(folder: Path, project: str = PROJECT, **specs: str) -> tuple[Program | None, list[Diagnostic]]:
    """The Program of a project folder with these specs (by file name), and every finding."""
    (folder / "specs").mkdir(parents=True)
    (folder / "slogen.yaml").write_text(project, encoding="utf-8")
    for name, text in specs.items():
        (folder / "specs" / f"{name}.yaml").write_text(text, encoding="utf-8")
    loaded = load(folder)
    program, findings = lower(loaded, folder)
    return program, [*loaded.diagnostics, *findings]


def program_of(folder: Path, project: str = PROJECT, **specs: str) -> Program:
    """The Program of a project without errors."""
    program, findings = compiled(folder, project, **specs)
    if program is None or has_errors(findings):
        raise AssertionError(findings)
    return program
