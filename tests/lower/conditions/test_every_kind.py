"""Every kind of condition is proven: it fires in its story, and stays silent in those that only look like it."""

from pathlib import Path

import pytest
import yaml

from slogen.backends.prometheus import PROMETHEUS
from slogen.diagnostics.model import has_errors
from slogen.ir.program import Program
from slogen.lower.program import lower
from slogen.proofs.fleet import jobs, run
from slogen.proofs.prove import Verdict
from slogen.spec.alerts import KINDS
from slogen.spec.load import load
from tests.printing import artifacts

FILE = Path(__file__).with_name("every_kind.yaml")
WRITTEN = yaml.safe_load(FILE.read_text(encoding="utf-8"))
PROJECT = """\
project: example
prometheus: {retention: 90d}
environments: {production: {production: true}}
teams: {ml: {receivers: {page: [{webhook: {url: "http://alerts.example.org/"}}]}}}
"""


def test_the_file_has_every_kind() -> None:
    """No kind is missing but `expr`, of which nothing is known that could be played."""
    assert {kind for alert in WRITTEN["alerts"].values() for kind in alert} >= set(KINDS) - {"expr"}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The spec in a project of its own."""
    folder = tmp_path_factory.mktemp("every-kind")
    (folder / "specs").mkdir()
    (folder / "slogen.yaml").write_text(PROJECT, encoding="utf-8")
    (folder / "specs" / "example.yaml").write_bytes(FILE.read_bytes())
    loaded = load(folder)
    made, findings = lower(loaded, folder)
    assert not has_errors((*loaded.diagnostics, *findings)), (*loaded.diagnostics, *findings)
    assert made is not None
    return made


@pytest.fixture(scope="module")
def verdicts(program: Program) -> dict[str, list[Verdict]]:
    """What the replays of each alert say, by its key in the spec."""
    made = artifacts(PROMETHEUS, program)
    found: dict[str, list[Verdict]] = {}
    for job in jobs(program, {artifact.path: artifact.text for artifact in made}, lambda _: True):
        for verdict in run(job).verdicts:
            found.setdefault(verdict.subject, []).append(verdict)
    return found


@pytest.mark.parametrize("alert", sorted(WRITTEN["alerts"]))
def test_it_fires_and_stays_silent(alert: str, verdicts: dict[str, list[Verdict]]) -> None:
    """At least one story fires it and one does not, and all go as claimed."""
    found = verdicts[alert]
    assert {verdict.fires for verdict in found} == {True, False}
    assert [verdict.problem for verdict in found if verdict.problem] == []
