"""Every recorded configuration is refused or accepted here as by Alertmanager, old and new."""

import json
from pathlib import Path

import pytest

from slogen.routing.refusals import refusals

CASES = Path(__file__).parents[3] / "shared/conformance/alertmanager/config_outcomes.json"
RECORDED = {"v025": (0, 25), "main": (0, 34)}


@pytest.mark.shared
@pytest.mark.skipif(not CASES.exists(), reason="the conformance files do not lie beside this checkout")
@pytest.mark.parametrize("column", RECORDED)
def test_refuses_what_alertmanager_refuses(column: str) -> None:
    """A configuration that loads has no findings, one that does not has at least one, each with its place."""
    wrong = []
    for case in json.loads(CASES.read_text(encoding="utf-8")):
        found = refusals(case["config"], "alertmanager.yaml", RECORDED[column])
        assert all(finding.span is not None for finding in found)
        if (case[column] in {"OK", None}) == bool(found):
            wrong.append((case["name"], case[column], [finding.message for finding in found]))
    assert wrong == []
