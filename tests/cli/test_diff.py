"""`slogen diff` as people and pipelines call it: statuses, and paths that the code host knows."""

from pathlib import Path

import pytest

from tests.cli.running import run
from tests.review.projects import CHURN, build


def test_statuses_and_first_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """0 where it informs, 1 where cover is lost and that is asked for, 3 where there is nothing to compare with."""
    old, new = tmp_path / "old", tmp_path / "new"
    build(old, {"churn": CHURN})
    build(new, {"churn": CHURN.replace("objective: 99%", "objective: 98%")})
    asked = ["diff", "--project", str(new), "--against"]

    told = run([*asked, str(old)], capsys)
    strict = run([*asked, str(old), "--exit-code", "--format", "github"], capsys)
    alike = run([*asked, str(new), "--exit-code"], capsys)
    nowhere = run([*asked, "git:no-such"], capsys)

    assert told[0] == 0
    assert told[1].splitlines()[0].endswith(": objective-loosened production/churn/availability")
    assert (strict[0], alike[0], nowhere[0]) == (1, 0, 3)
    assert strict[1].startswith(
        "::warning title=slogen objective-loosened::production/churn/availability: 99%25 -> 98%25; "
    )
    assert nowhere[1] == ""
    assert run([*asked, "main"], capsys)[2] == "slogen: there is no folder main; a commit is written git:main\n"


def test_annotations_have_the_paths_of_the_repository(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Findings of a project below the top of its repository are shown where the code host finds the file."""
    project = tmp_path / "monitoring"
    (tmp_path / ".git").mkdir()
    build(project, {"churn": CHURN})
    (project / "specs/churn.yaml").write_text(CHURN.replace("objective: 99%", "objective: 199%"))

    status, out, _ = run(["diff", "--project", str(project), "--against", str(project), "--format", "github"], capsys)

    assert status == 1
    assert out.startswith("::error file=monitoring/specs/churn.yaml,line=7")
