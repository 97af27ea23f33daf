"""Each exit status really occurs, for the reason that the documents give: scripts in CI rely on them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from slogen import pipeline
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


def full(_: Path) -> list[str]:
    """The disk has no room for the report."""
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


@pytest.mark.parametrize(
    ("status", "case"), [pytest.param(status, case) for status, cases in CASES.items() for case in cases]
)
def test_a_status_occurs(
    status: Status,
    case: Callable[[Path], list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In a new project, after what the case did to it."""
    assert run(["init", str(tmp_path), "--ci", "none"], capsys)[0] == 0
    monkeypatch.chdir(tmp_path)
    found, out, err = run(case(tmp_path), capsys)
    assert found == status, out + err
    assert "Traceback" not in err
    if case is failed:
        assert "1 failed" in out


def test_a_bug_is_told_from_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An exception inside of a verb ends with status 70 and the path of a report that has the traceback."""

    def compiled(*_: object) -> None:
        raise KeyError("unforeseen")

    assert run(["init", str(tmp_path), "--ci", "none"], capsys)[0] == 0
    monkeypatch.setattr(pipeline, "compiled", compiled)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    status, _, err = run(["validate", "-C", str(tmp_path)], capsys)
    assert status == Status.BUG
    [report] = tmp_path.glob("slogen-bug-*.txt")
    assert str(report) in err
    assert "KeyError: 'unforeseen'" in report.read_text()
