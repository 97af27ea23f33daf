"""The verb that writes the page: where it goes, what it says, and how it ends."""

from pathlib import Path

import pytest

from tests.cli.running import run
from tests.proofs.stories import write

QUIET = "tests:\n  outage: {lasts: 1h, faults: [{errors: 100%, of: lookups, at: 10m}], expect: [{silent: true}]}\n"


def test_a_page_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where it is asked for, whole, and the first sentence is said."""
    project, output = write(tmp_path), tmp_path / "page.html"
    status, out, err = run(["report", "--no-proofs", "-C", str(project), "-o", str(output)], capsys)

    assert (status, out) == (0, "")
    assert err.splitlines()[-1] == f"{output}: 23 alerts of this fleet, not replayed for this page."
    assert output.read_text("utf-8").endswith("</html>\n")


def test_what_fails_is_on_the_page_and_in_the_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A test that does not hold ends the run with 1, and the page says what happened instead."""
    project, output = write(tmp_path, QUIET, "store"), tmp_path / "page.html"
    words = ["report", "-j", "1", "--model", "store", "-C", str(project), "-o", str(output)]
    status, _, err = run(words, capsys)

    assert status == 1
    assert err.splitlines()[-1] == f"{output}: 1 test did not do what was claimed."
    assert "ErrorBudgetBurnPage fast fires at" in output.read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--model", "shp"], "slogen: no model 'shp'; did you mean `shop`?"),
        (["--team", "nobody-at-all"], "slogen: no team 'nobody-at-all'; there are payments-ml"),
    ],
)
def test_names_that_nothing_has(
    words: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A misspelt name is wrong usage, and writes nothing."""
    output = tmp_path / "page.html"
    status, _, err = run(["report", *words, "-C", str(write(tmp_path)), "-o", str(output)], capsys)

    assert status == 2
    assert err.strip() == message
    assert not output.exists()


def test_a_project_that_does_not_build(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its findings are shown instead of a page."""
    output = tmp_path / "page.html"
    (write(tmp_path) / "specs" / "shop.yaml").write_text("model: shop\nteam: nobody\n", "utf-8")
    status, _, err = run(["report", "-C", str(tmp_path), "-o", str(output)], capsys)

    assert status == 1
    assert "nobody" in err
    assert not output.exists()
