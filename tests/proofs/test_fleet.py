"""The report of `slogen test` on the example fleet, as it is committed."""

import os
from pathlib import Path

import pytest

from slogen import pipeline
from slogen.cli.results import Shown, as_text
from tests.golden import assert_golden
from tests.proofs.stories import TODAY

REPORT = Path(__file__).parent / "golden" / "fleet.txt"


@pytest.mark.engine  # half a minute and both cores: too slow beside every small change
def test_the_fleet_is_proven(root: Path) -> None:
    """Every alert of the fleet is proven, every scenario test holds, and the report says how fast each alert is."""
    asked = pipeline.Asked("", os.cpu_count() or 1, proofs=True, tests=True, last_failed=False)
    result = pipeline.tested(root, TODAY, asked)

    assert [outcome.id for outcome in result.outcomes if not outcome.passed or outcome.kind == "unproven"] == []
    assert_golden(REPORT, as_text(result.outcomes, result.coverage, Shown(colour=False, coverage=True)) + "\n")
