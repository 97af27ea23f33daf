"""The verb that starts a project leaves one that builds and tests green at once, and touches nothing of anybody."""

from pathlib import Path

import pytest

from tests.cli.running import run


def test_a_new_project_builds_and_tests_green(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """init, validate, build, build --check and test end well one after the other."""
    project = tmp_path / "new/monitoring"
    assert run(["init", str(project)], capsys)[0] == 0
    for command in (["validate"], ["build"], ["build", "--check"], ["test", "-j", "1"]):
        status, out, err = run([*command, "--project", str(project)], capsys)
        assert status == 0, out + err
    assert (project / "generated/production/prometheus/rules/example-model.yaml").is_file()


@pytest.mark.parametrize("taken", ["slogen.yaml", "specs/mine.yaml"])
def test_an_existing_project_is_left_alone(tmp_path: Path, taken: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Where a project is there already nothing is written."""
    (tmp_path / taken).parent.mkdir(exist_ok=True)
    (tmp_path / taken).write_text("mine")
    status, _, err = run(["init", str(tmp_path)], capsys)
    assert status == 2
    assert "is there already" in err
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / taken]


def test_a_folder_that_cannot_be_made_is_status_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file where a folder must be is the system's refusal, not a bug."""
    (tmp_path / "file").write_text("")
    assert run(["init", str(tmp_path / "file/project")], capsys)[0] == 3
