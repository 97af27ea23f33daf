"""A small project with one model and one component, and test files for it."""

from datetime import date
from pathlib import Path

from slogen.ir.program import Program
from slogen.pipeline import Asked, Tested, tested
from slogen.proofs import fleet
from slogen.proofs.fleet import Proven
from slogen.proofs.outcome import Outcome
from slogen.proofs.summary import outcomes

TODAY = date(2026, 1, 1)
PROJECT = """\
project: acme
environments:
  production: {production: true}
  staging: {production: false}
teams:
  payments-ml:
    receivers:
      page: [{webhook: {url: "http://alerts.example.org/page"}}]
      ticket: [{webhook: {url: "http://alerts.example.org/ticket"}}]
alertmanagers:
  main:
    environments: [production, staging]
    fallback: [{webhook: {url: "http://alerts.example.org/all"}}]
"""
SHOP = """\
model: shop
team: payments-ml
depends_on: [store]
sources: {app: {select: {job: shop}}}
signals:
  helpful: {from: app, bad: answers_unhelpful_total, total: answers_total}
  polite: {from: app, bad: replies_rude_total, total: replies_total}
slos:
  answers: {objective: 99%, sli: {events: helpful}}
  by-locale: {objective: 95%, sli: {events: polite}, slices: {by: locale, values: [en, de]}, alert: [ticket]}
"""
STORE = """\
component: store
team: payments-ml
sources: {db: {select: {job: store}}}
signals:
  lookups: {from: db, bad: lookups_failed_total, total: lookups_total}
slos:
  lookups: {objective: 99%, sli: {events: lookups}, inhibits_dependents: true}
"""


def write(folder: Path, tests: str = "", name: str = "shop") -> Path:
    """The project on disk, with a test file where one is given."""
    (folder / "specs").mkdir(exist_ok=True)
    (folder / "slogen.yaml").write_text(PROJECT, "utf-8")
    (folder / "specs" / "shop.yaml").write_text(SHOP, "utf-8")
    (folder / "specs" / "store.yaml").write_text(STORE, "utf-8")
    if tests:
        (folder / "specs" / f"{name}.test.yaml").write_text(tests, "utf-8")
    return folder


def told(folder: Path, tests: str, name: str = "shop") -> Tested:
    """What the tests of a file come to, without proofs."""
    return tested(write(folder, tests, name), TODAY, Asked("", 1, proofs=False, tests=True, last_failed=False))


def one(folder: Path, test: str) -> Tested:
    """What a single test comes to; `test` is the inside of it in flow style."""
    return told(folder, f"tests:\n  it: {{{test}}}\n")


def proven(built: tuple[Program, dict[str, str]], only: str, texts: dict[str, str] | None = None) -> list[Proven]:
    """What the proofs whose id holds `only` come to, in one process."""
    program, emitted = built
    return fleet.run_all(fleet.jobs(program, texts or emitted, lambda name: only in name), 1)


def told_of(found: list[Proven]) -> dict[str, Outcome]:
    """Outcomes by id."""
    every = [*outcomes([v for one in found for v in one.verdicts]), *(o for one in found for o in one.lived)]
    return {outcome.id: outcome for outcome in every}
