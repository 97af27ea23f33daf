"""Builds that die at every step or at random moments; a program of its own because it forks.

Usage: killed_builds.py FOLDER steps | random N. Exits 1 and names the first broken promise.
"""

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from slogen.emit.compare import compare
from slogen.emit.layout import is_temporary
from slogen.emit.write import write
from tests.emit.sample import artifacts, files, layout

STEPS = ("open", "mkdir", "fsync", "replace", "unlink", "rmdir")


def child(work: Callable[[], object]) -> int:
    """Runs `work` in a forked process; returns its id."""
    pid = os.fork()
    if pid == 0:
        work()
        os._exit(0)
    return pid


def expect(truth: bool, what: str) -> None:
    """Ends the program with the broken promise."""
    if not truth:
        sys.exit(f"broken promise: {what}")


def verify_and_heal(project: Path, versions: tuple[int, int]) -> bool:
    """Every file is old or new and whole, a mixture is noticed, the next build heals; returns whether there was one."""
    known = {
        f"{a.root}/{a.path}": {
            b.text.encode() for v in versions for b in artifacts(v) if (b.root, b.path) == (a.root, a.path)
        }
        for v in versions
        for a in artifacts(v)
    }
    found = files(project)
    for path, data in found.items():
        internal = is_temporary(path) or path.endswith((".slogen-journal", "manifest.json"))
        expect(internal or data in known[path], f"{path} is torn")
    mixed = all(compare(layout(project), artifacts(version)) for version in versions)
    third = versions[0] + 2
    outcome = write(layout(project), artifacts(third))
    expect(outcome.findings == (), f"the next build is refused: {outcome.findings}")
    expect(compare(layout(project), artifacts(third)) == [], "the next build does not heal")
    expect(not any(is_temporary(p) or "journal" in p for p in files(project)), "the next build leaves traces")
    return mixed


def dying_at(step: int, project: Path, version: int) -> None:
    """Builds, and dies without a word just before the system call number `step`."""
    count = 0

    def counted(real: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **options: object) -> object:
            nonlocal count
            count += 1
            if count == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **options)

        return call

    for name in STEPS:
        setattr(os, name, counted(getattr(os, name)))
    write(layout(project), artifacts(version))


def die_at_every_step(project: Path) -> None:
    """Kills a build before each of its system calls in turn."""
    step, version, mixed, status = 0, 0, 0, signal.SIGKILL.value
    while status == signal.SIGKILL:
        write(layout(project), artifacts(version))
        step += 1
        pid = child(lambda s=step, v=version: dying_at(s, project, v + 1))  # type: ignore[misc]
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) * -1
        mixed += verify_and_heal(project, (version, version + 1))
        version += 2
    expect(mixed > 10, "no build died in the middle: this test tests nothing")


def die_at_random(project: Path, rounds: int) -> None:
    """Kills builds at random moments."""
    write(layout(project), artifacts(0))
    started = time.monotonic()
    write(layout(project), artifacts(1))
    usual = time.monotonic() - started
    mixed = 0
    for round_number in range(rounds):
        version = 2 * round_number
        write(layout(project), artifacts(version))
        pid = child(lambda v=version: write(layout(project), artifacts(v + 1)))  # type: ignore[misc]
        time.sleep(random.uniform(0, 1.2 * usual))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        mixed += verify_and_heal(project, (version, version + 1))
    expect(mixed > rounds / 10, "few builds died in the middle: this test tests nothing")


if __name__ == "__main__":
    folder, mode, *rest = sys.argv[1:]
    if mode == "steps":
        die_at_every_step(Path(folder))
    else:
        die_at_random(Path(folder), int(rest[0]))
