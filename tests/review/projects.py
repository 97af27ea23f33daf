"""A small project and changes of it, for tests of review."""

from datetime import date
from pathlib import Path

from slogen.pipeline import Compiled, compiled
from slogen.review.side import Side, built

TODAY = date(2026, 1, 1)
PROJECT = """\
project: acme
environments:
  production: {production: true}
teams:
  payments-ml:
    receivers:
      page: [{webhook: {url_file: payments-page}}]
      ticket: [{webhook: {url_file: payments-ticket}}]
      log: [{webhook: {url_file: payments-log}}]
  pricing:
    receivers:
      page: [{webhook: {url_file: pricing-page}}]
      ticket: [{webhook: {url_file: pricing-ticket}}]
      log: [{webhook: {url_file: pricing-log}}]
alertmanagers:
  main:
    environments: [production]
    fallback: [{webhook: {url_file: all}}]
"""
FRAUD = """\
version: slogen/v1
model: fraud-detector
team: payments-ml
sources:
  app: {template: slogen-contract, select: {model: fraud}}
slos:
  availability:
    title: Payments get a score
    objective: 99.9%
    min_bad: 3
    sli: {availability: {from: app}}
  latency:
    objective: 99%
    sli: {latency: {from: app, within: 250ms}}
    alert: [page]
alerts:
  failing: {severity: page, threshold: {of: app.fpr, above: 5%, over: 15m, min_events: 200}, for: 5m}
"""
CHURN = """\
version: slogen/v1
model: churn
team: pricing
sources:
  app: {template: slogen-contract, select: {model: churn}}
slos:
  availability: {objective: 99%, sli: {availability: {from: app}}}
"""


def build(folder: Path, specs: dict[str, str], project: str = PROJECT) -> Compiled:
    """The project of these specs (by file name without suffix), compiled; it must have no errors."""
    (folder / "specs").mkdir(parents=True, exist_ok=True)
    (folder / "slogen.yaml").write_text(project)
    for name, text in specs.items():
        (folder / "specs" / f"{name}.yaml").write_text(text)
    made = compiled(folder, TODAY)
    assert made.program is not None, [d.message for d in made.diagnostics]
    assert made.artifacts, [(d.code.id, d.message, d.span) for d in made.diagnostics]
    return made


def side(made: Compiled) -> Side:
    """One side of a comparison."""
    assert made.program is not None
    return built(made.program, {f"{a.root}/{a.path}": a.text for a in made.artifacts})
