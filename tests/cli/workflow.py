"""Workflow files as a code host runs them: their steps, and a shell in which `slogen` is answered by this process.

Starting Python for every command would cost more than the commands. So `slogen` is a shell function that hands its
arguments and folder to the test's own process, which calls the same entrance, and gives back status and both streams.
"""

import contextlib
import io
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from unittest import mock

from slogen.cli.main import main
from slogen.source.plain import load_plain

SHIM = """\
slogen() {
  local status
  printf '%s\\n' "$PWD" "$@" . > "$SLOGEN_PIPES/ask"
  read -r status < "$SLOGEN_PIPES/answer"
  cat "$SLOGEN_PIPES/out"
  cat "$SLOGEN_PIPES/err" >&2
  return "$status"
}
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a job: its name, when it runs, its script (empty for an action), and what it is given."""

    name: str
    condition: str
    run: str
    uses: str
    environment: Mapping[str, str]
    given: Mapping[str, object]


def document(text: str) -> dict[str, object]:
    """A workflow file as data."""
    loaded = load_plain(text)
    assert loaded.problem is None
    assert isinstance(loaded.data, dict)
    return dict(loaded.data)


def steps(text: str, job: str) -> list[Step]:
    """The steps of one job of a GitHub workflow."""
    jobs = document(text)["jobs"]
    assert isinstance(jobs, dict)
    return [
        Step(
            one.get("name", ""), str(one.get("if", "")), one.get("run", ""), one.get("uses", ""),
            one.get("env", {}), one.get("with", {}),
        )
        for one in jobs[job]["steps"]
    ]  # fmt: skip


def script(text: str) -> list[str]:
    """The lines of the GitLab job, each a script of its own that sees the others' variables."""
    job = document(text)["slogen"]
    assert isinstance(job, dict)
    return list(job["script"])


@dataclass(frozen=True, slots=True)
class Shell:
    """A shell as runners start it: it stops at the first failure, also inside of a pipe."""

    pipes: Path
    environment: Mapping[str, str]

    def run(self, script: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
        """What a script comes to in a folder."""
        variables = {**os.environ, **self.environment, **more, "BASH_ENV": str(self.pipes / "shim")}
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=folder, env=variables, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip


@contextlib.contextmanager
def shell(pipes: Path, **environment: str) -> Iterator[Shell]:
    """A shell whose `slogen` is this process; `pipes` is an empty folder for the two to talk through."""
    os.mkfifo(pipes / "ask")
    os.mkfifo(pipes / "answer")
    (pipes / "shim").write_text(SHIM)
    clerk = threading.Thread(target=_answer, args=(pipes,))
    clerk.start()
    try:
        yield Shell(pipes, {**environment, "SLOGEN_PIPES": str(pipes)})
    finally:
        (pipes / "ask").write_text("")
        clerk.join()


def _answer(pipes: Path) -> None:
    """Answers until it is asked nothing."""
    while asked := (pipes / "ask").read_text():
        folder, *arguments = asked.split("\n")[:-2]
        status = _entered(Path(folder), arguments, pipes)
        (pipes / "answer").write_text(f"{status}\n")


def _entered(folder: Path, arguments: list[str], pipes: Path) -> int:
    """The status of a command; what it prints is in the files `out` and `err`."""
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.chdir(folder),
        mock.patch.object(sys, "argv", ["slogen", *arguments]),
        mock.patch.object(os, "cpu_count", return_value=1),  # a second process costs more than it saves here
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        status = _left(main)
    (pipes / "out").write_text(out.getvalue())
    (pipes / "err").write_text(err.getvalue())
    return status


def _left(entrance: Callable[[], NoReturn]) -> int:
    """The status with which the entrance is left."""
    try:
        entrance()
    except SystemExit as left:
        return int(left.code or 0)
