"""Validating finds what a build would find, although it prints nothing."""

from pathlib import Path

from slogen.building import compiled, validate
from tests.review.projects import CHURN, PROJECT, TODAY

TEAMS = PROJECT.replace("ticket: [{webhook: {url_file: pricing-ticket}}]", "ticket: [{msteams: {webhook_url_file: t}}]")


def test_it_knows_what_outputs_cannot_say(tmp_path: Path) -> None:
    """What the Alertmanager is too old for is refused by its backend alone, and by both in the same words."""
    (tmp_path / "specs").mkdir()
    (tmp_path / "slogen.yaml").write_text(TEAMS.replace("  main:\n", '  main:\n    version: "0.25"\n'))
    (tmp_path / "specs/churn.yaml").write_text(CHURN)
    checked = validate(tmp_path, TODAY)

    assert checked.diagnostics == compiled(tmp_path, TODAY).diagnostics
    assert "SLO710" in {finding.code.id for finding in checked.diagnostics}
    assert checked.specs == 1
