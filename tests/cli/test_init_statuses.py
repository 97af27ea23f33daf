"""Each exit status really occurs, for the reason that the documents give: scripts in CI rely on them."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest

from slogen.cli.main import main
from slogen.cli.status import Status
from tests.cli.running import run

STORY = "tests:\n  noisy:\n    lasts: 1h\n    expect: [{alert: SLONoData, slo: availability, fires: 30m}]\n"


def broken(project: Path) -> list[str]:
    """A spec with a mistake."""
    (project / "specs/example-model.yaml").write_text("model: example-model\nsevrity: page\n")
    return ["validate"]


def stale(project: Path) -> list[str]:
    """Output that was never built."""
    return ["build", "--check"]


def failed(project: Path) -> list[str]:
    """A story that expects what does not happen."""
    (project / "specs/example-model.test.yaml").write_text(STORY)
    return ["test", "--no-proofs", "-j", "1"]


def unreadable(project: Path) -> list[str]:
    """A spec that is no regular file."""
    (project / "specs/odd.yaml").mkdir()
    return ["init", str(project), "--from", str(project / "specs/odd.yaml")]


def full(project: Path) -> list[str]:
    """The disk has no room for the report."""
    (project / "specs/example-model.test.yaml").write_text(STORY)
    return ["test", "--no-proofs", "-j", "1", "--junit", "/dev/full"]


def no_history(project: Path) -> list[str]:
    """The commit to compare with does not exist."""
    return ["diff", "--against", "git:no-such-branch"]


CASES: dict[Status, tuple[Callable[[Path], list[str]], ...]] = {
    Status.OK: (lambda _: ["validate"],),
    Status.FINDINGS: (broken, stale, failed),
    Status.USAGE: (lambda _: ["validate", "--nonsense"], lambda _: ["init"], lambda _: ["build", "-C", "specs"]),
    Status.COULD_NOT: (unreadable, full, no_history),
}


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new project."""
    project = tmp_path_factory.mktemp("starter")
    with mock.patch.object(sys, "argv", ["slogen", "init", str(project), "--ci", "none"]), pytest.raises(SystemExit):
        main()
    return project


@pytest.mark.parametrize(
    ("status", "case"), [pytest.param(status, case) for status, cases in CASES.items() for case in cases]
)
def test_a_status_occurs(
    status: Status,
    case: Callable[[Path], list[str]],
    starter: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In a new project, after what the case did to it."""
    project = tmp_path / "project"
    shutil.copytree(starter, project)
    monkeypatch.chdir(project)
    found, out, err = run(case(project), capsys)
    assert found == status, out + err
    assert "Traceback" not in err
    if case is failed:
        assert "1 failed" in out


def test_a_bug_is_told_from_a_finding(
    starter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An exception inside of a verb ends with status 70 and the path of a report that has the traceback."""

    def show(*_: object) -> None:
        raise KeyError("unforeseen")

    monkeypatch.setattr("slogen.cli.validate.show", show)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    status, _, err = run(["validate", "-C", str(starter)], capsys)
    assert status == Status.BUG
    [report] = tmp_path.glob("slogen-bug-*.txt")
    assert str(report) in err
    assert "KeyError: 'unforeseen'" in report.read_text()
