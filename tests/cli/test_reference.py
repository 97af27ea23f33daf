"""The committed reference and schemas are what the code prints."""

from pathlib import Path

import pytest

from slogen.cli.reference import Page
from tests.cli.running import run
from tests.golden import assert_golden

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = {"spec": "slogen", "project": "slogen-project", "test": "slogen-test"}


@pytest.mark.parametrize("page", list(Page))
def test_reference_pages_are_fresh(page: Page, capsys: pytest.CaptureFixture[str]) -> None:
    """`docs/reference` has each page as `slogen reference` prints it."""
    status, printed, complaints = run(["reference", page], capsys)
    assert (status, complaints) == (0, "")
    assert_golden(ROOT / f"docs/reference/{page}.md", printed)


@pytest.mark.parametrize("kind", SCHEMAS)
def test_schemas_are_fresh(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`docs/schema` has what `slogen schema` prints."""
    status, printed, _ = run(["schema", kind], capsys)
    assert status == 0
    assert_golden(ROOT / f"docs/schema/{SCHEMAS[kind]}.schema.json", printed)
