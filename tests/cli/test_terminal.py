"""What people see on a terminal and pipes do not: colours and signs of life."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

ESCAPE = "\x1b["
BROKEN = "model: m\nteam: a\nslos: {a: {objective: 200%}}\n"


def on_a_terminal(argv: list[str], folder: Path, **environment: str) -> str:
    """What `slogen ARGV` writes where standard error is a terminal."""
    ours, theirs = pty.openpty()
    code = f"import sys; sys.argv = {['slogen', *argv]!r}; from slogen.cli.main import main; main()"
    surroundings = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", **environment}
    process = subprocess.Popen([sys.executable, "-c", code], cwd=folder, stderr=theirs, env=surroundings)
    os.close(theirs)
    shown = b""
    while chunk := _read(ours):
        shown += chunk
    process.wait()
    os.close(ours)
    return shown.decode()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 4096)
    except OSError:  # Linux: the other end has closed
        return b""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a finding."""
    starter = Path(__file__).resolve().parents[2] / "src/slogen/cli/starter/slogen.yaml"
    (tmp_path / "slogen.yaml").write_text(starter.read_text())
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs/m.yaml").write_text(BROKEN)
    return tmp_path


def test_findings_are_coloured_for_people_who_want_it(project: Path) -> None:
    """A terminal gets colours, unless NO_COLOR or a dumb terminal says no."""
    assert ESCAPE in on_a_terminal(["validate"], project)
    for silent in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        shown = on_a_terminal(["validate"], project, **silent)
        assert ESCAPE not in shown
        assert "bad-quantity" in shown


def test_pipes_get_plain_text(project: Path) -> None:
    """Without a terminal there are neither colours nor spinners."""
    code = "import sys; sys.argv = ['slogen', 'validate']; from slogen.cli.main import main; main()"
    outcome = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=False)
    assert outcome.returncode == 1
    assert ESCAPE not in outcome.stderr + outcome.stdout
    assert outcome.stdout == ""


def test_long_work_shows_a_sign_of_life() -> None:
    """On a terminal work that takes longer than a moment is named while it runs; short work is not."""
    code = (
        "import time\nfrom slogen.cli import progress\nprogress._AFTER = 0.2\n"
        "with progress.working('thinking hard'): time.sleep({})\n"
    )
    for seconds, expected in ((0.8, True), (0.0, False)):
        ours, theirs = pty.openpty()
        subprocess.run([sys.executable, "-c", code.format(seconds)], stderr=theirs, check=True)
        os.close(theirs)
        shown = b""
        while chunk := _read(ours):
            shown += chunk
        os.close(ours)
        assert (b"thinking hard" in shown) is expected
