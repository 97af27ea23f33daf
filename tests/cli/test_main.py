"""What every verb promises: statuses, help, quiet pipes, and never a traceback."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from slogen.cli import verbs as cli
from tests.cli.running import run


def verbs() -> list[list[str]]:
    """Every verb there is, those of a group behind the group's name."""
    own = [[command.callback.__name__] for command in cli.app.registered_commands if command.callback]
    groups = [group.typer_instance for group in cli.app.registered_groups if group.typer_instance]
    inner = [
        [str(group.info.name), command.name or command.callback.__name__]
        for group in groups
        for command in group.registered_commands
        if command.callback
    ]
    return own + inner


VERBS = verbs()


def test_help_lists_the_verbs(capsys: pytest.CaptureFixture[str]) -> None:
    """`slogen --help` names every verb and ends well."""
    status, out, _ = run(["--help"], capsys)
    assert status == 0
    assert len(VERBS) >= 10
    assert all(f"\n  {path[0]} " in out for path in VERBS)


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_help_of_a_verb_has_an_example(verb: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """`slogen VERB --help` shows how it is used."""
    status, out, _ = run([*verb, "--help"], capsys)
    assert status == 0
    assert f"slogen {' '.join(verb)}" in " ".join(out.partition("Example")[2].split())


@pytest.mark.parametrize("argv", [["nonsense"], ["build", "--nonsense"], ["schema", "nonsense"], ["explain", "SLO1"]])
def test_a_wrong_command_line_is_status_2(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Usage errors say what is wrong, on standard error."""
    status, out, err = run(argv, capsys)
    assert status == 2
    assert out == ""
    assert len(err) > 10


def test_no_project_is_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Outside a project the way in is named."""
    status, _, err = run(["build", "--project", str(tmp_path)], capsys)
    assert status == 2
    assert "slogen init" in err


def test_help_is_instant_and_loads_no_heavy_room(root: Path) -> None:
    """Cold `--help` computes for less than a quarter of a second, because verbs import what they need when they run."""
    code = (
        "import sys; sys.argv = ['slogen', '--help']\n"
        "from slogen.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'pydantic', 'promql_parser', 'yaml', 'requests', 'jinja2'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    took = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        outcome = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=root)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        assert outcome.returncode == 0, outcome.stderr
    assert min(took) < 0.25


def test_a_bug_is_status_70_with_a_report(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An exception nobody expected leaves a report file and no traceback."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr(cli, "app", _raising(RuntimeError("boom")))
    status, _, err = run(["build"], capsys)
    assert status == 70
    assert "Traceback" not in err
    [report] = tmp_path.glob("slogen-bug-*.txt")
    assert str(report) in err
    assert "RuntimeError: boom" in report.read_text()


def test_what_the_system_refuses_is_status_3(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A full disk is named with its file; it is neither a finding nor a bug."""
    monkeypatch.setattr(cli, "app", _raising(OSError(28, "No space left on device", "generated/a.yaml")))
    assert run(["build"], capsys) == (3, "", "slogen: could not finish: generated/a.yaml: No space left on device\n")


@pytest.mark.parametrize(
    "error", [KeyboardInterrupt(), RuntimeError("Error building a validator:\n  KeyboardInterrupt: ")]
)
def test_an_interrupt_is_quiet(
    error: BaseException, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C ends a run as shells expect, also where a library has made another error of it."""
    monkeypatch.setattr(cli, "app", _raising(error))
    assert run(["build"], capsys) == (130, "", "")


def test_an_early_interrupt_is_quiet(root: Path) -> None:
    """The entrance imports nothing of slogen's before it watches, and nothing that takes long."""
    code = "import sys, slogen.cli.main; sys.exit(str({'typer', 'slogen.cli.verbs'} & set(sys.modules) or ''))"
    outcome = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=root)
    assert outcome.stderr.strip() == ""


def test_a_pipe_that_nobody_reads_is_no_finding(root: Path) -> None:
    """`slogen explain | head -0` is quiet, and its status says that nothing is known."""
    read, write = os.pipe()
    os.close(read)
    code = "import sys; sys.argv = ['slogen', 'explain']; from slogen.cli.main import main; main()"
    with os.fdopen(write, "w") as out:
        outcome = subprocess.run(
            [sys.executable, "-c", code], stdout=out, stderr=subprocess.PIPE, check=False, cwd=root
        )
    assert (outcome.returncode, outcome.stderr) == (3, b"")


def _raising(error: BaseException) -> object:
    def app() -> None:
        raise error

    return app


def test_completion_is_offered(capsys: pytest.CaptureFixture[str]) -> None:
    """The shell's completion comes with the command."""
    _, out, _ = run(["--help"], capsys)
    assert "--install-completion" in out
