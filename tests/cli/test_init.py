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


PAGE = "specs/samples/fraud-drift.prom"


def test_a_saved_page_starts_a_project_that_is_green_at_once(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The proposed spec takes the place of the example; it validates, builds and proves without a touch."""
    page, project = root / PAGE, tmp_path / "monitoring"
    status, _, err = run(["init", str(project), "--from", str(page), "--ci", "none"], capsys)
    assert status == 0
    assert "fraud: recognised evidently on samples/fraud-drift.prom (2 of 3 usual metrics); proposed drift" in err
    assert sorted(path.name for path in (project / "specs").iterdir()) == ["fraud.yaml"]
    assert (project / "samples/fraud-drift.prom").read_bytes() == page.read_bytes()
    for command in (["validate"], ["build"], ["build", "--check"], ["test", "-j", "1"]):
        status, out, err = run([*command, "--project", str(project)], capsys)
        assert status == 0, out + err


def test_a_page_adds_a_spec_to_a_project(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is there stays as it is; the same page again, or a file in the way, and nothing is written."""
    assert run(["init", str(tmp_path), "--ci", "none"], capsys)[0] == 0
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert run(["init", str(tmp_path), "--from", str(root / PAGE)], capsys)[0] == 0
    assert {path: path.read_bytes() for path in before} == before
    added = {path for path in tmp_path.rglob("*") if path.is_file()} - set(before)
    assert {path.relative_to(tmp_path).as_posix() for path in added} == {
        "specs/fraud.yaml", "samples/fraud-drift.prom",
    }  # fmt: skip
    assert run(["validate", "-C", str(tmp_path)], capsys)[0] == 0
    status, _, err = run(["init", str(tmp_path), "--from", str(root / PAGE)], capsys)
    assert status == 2
    assert "fraud has a spec already" in err
    (tmp_path / "specs/fraud.yaml").rename(tmp_path / "specs/fraud.txt")
    status, _, err = run(["init", str(tmp_path), "--from", str(root / PAGE)], capsys)
    assert status == 2
    assert "samples/fraud-drift.prom is there already" in err
    assert not (tmp_path / "specs/fraud.yaml").exists()


def test_the_team_is_the_projects(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A default team needs no naming, and the editor's schema is named only where there is one."""
    (tmp_path / "specs").mkdir()
    text = (root / "slogen.yaml").read_text()
    (tmp_path / "slogen.yaml").write_text(text.replace("\nteams:", "\nspecs: watch/specs\nteams:"))
    assert run(["init", str(tmp_path), "--from", str(root / PAGE)], capsys)[0] == 0
    spec = (tmp_path / "watch/specs/fraud.yaml").read_text()
    assert "team:" not in spec
    assert "$schema" not in spec
    assert run(["validate", "-C", str(tmp_path)], capsys)[0] == 0


def test_models_are_those_of_pages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a page there is nothing to choose from, and nothing is written."""
    status, _, err = run(["init", str(tmp_path / "new"), "--model", "fraud"], capsys)
    assert status == 2
    assert "--from" in err
    assert not (tmp_path / "new").exists()


def test_a_broken_project_is_shown_and_left(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A proposal must fit the project, so the project must be readable."""
    (tmp_path / "slogen.yaml").write_text("project: [\n")
    status, _, err = run(["init", str(tmp_path), "--from", str(root / PAGE)], capsys)
    assert status == 1
    assert "slogen.yaml:" in err
    assert not (tmp_path / "samples").exists()


def test_owners_of_specs_are_their_teams(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each spec and its stories belong to its team; the project file to the default team."""
    status, out, _ = run(["codeowners", "--org", "example", "-C", str(root)], capsys)
    assert status == 0
    lines = out.splitlines()
    assert lines[0] == "/slogen.yaml @example/ml-platform"
    assert "/specs/fraud-detector.yaml @example/payments-ml" in lines
    assert "/specs/fraud-detector.test.yaml @example/payments-ml" in lines
    assert len(lines) == 1 + 2 * len([p for p in (root / "specs").glob("*.yaml") if ".test." not in p.name])


def test_odd_paths_are_escaped_for_codeowners(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A blank would end the pattern, a star would widen it."""
    assert run(["init", str(tmp_path), "--ci", "none"], capsys)[0] == 0
    (tmp_path / "specs/example-model.yaml").rename(tmp_path / "specs/a b*.yaml")
    _, out, _ = run(["codeowners", "-C", str(tmp_path)], capsys)
    assert out.splitlines() == [
        r"/specs/a\ b\*.yaml @your-org/ml-platform",
        r"/specs/a\ b\*.test.yaml @your-org/ml-platform",
    ]
