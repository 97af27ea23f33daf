"""The build's way to disk: every file old or new and whole, nobody else's file touched, the manifest last."""

import contextlib
import errno
import fcntl
import secrets
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import PurePosixPath

from slogen.diagnostics.model import Diagnostic
from slogen.emit import findings, folder, manifest
from slogen.emit.artifact import Artifact
from slogen.emit.folder import Obstacle
from slogen.emit.layout import Layout
from slogen.emit.survey import Survey, misplaced, survey

_PATIENCE = 30.0
"""Seconds to wait for another build of the same project."""
_AT_ONCE = 8
"""Files on their way to the disk: its latency is waited for together, an eighth of the time one by one would take."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a build did: paths relative to the project, and how many files were right already."""

    written: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    findings: tuple[Diagnostic, ...]


def write(layout: Layout, artifacts: Iterable[Artifact], *, force: bool = False) -> Written:
    """Makes the output folders hold the artifacts and removes files of earlier builds that nobody asks for any more.

    Findings that are errors mean that nothing was written. `force` overwrites edited and foreign files.
    Raises `OSError` (with the file's name) where the system refuses; before the first rename nothing has changed then.
    """
    problems = misplaced(layout)
    if problems:
        return Written((), (), 0, tuple(problems))
    with folder.opened(layout.project) as top:
        for name in layout.folders:
            if found := folder.obstacle(top, name, leaf="folder"):
                return Written((), (), 0, (findings.obstructed(found),))
        with _lock(top, layout):
            return _write(top, layout, survey(top, layout, artifacts), force=force)


@contextlib.contextmanager
def _lock(top: int, layout: Layout) -> Iterator[None]:
    with folder.parent(top, f"{layout.generated}/.", create=True) as (descriptor, _):
        deadline = time.monotonic() + _PATIENCE
        while not _is_locked(descriptor):
            if time.monotonic() > deadline:
                raise BlockingIOError(errno.EWOULDBLOCK, "another build is writing here", layout.generated)
            time.sleep(0.05)
        yield


def _is_locked(descriptor: int) -> bool:
    """Takes the lock if it is free; it ends with the descriptor, or with the process."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write(top: int, layout: Layout, state: Survey, *, force: bool) -> Written:
    problems = tuple(dict.fromkeys(_conflicts(state, force=force)))
    if problems:
        return Written((), (), 0, problems)
    for path in state.leftovers:
        if path != layout.journal:
            folder.remove(top, path)
    changed = state.differing
    if changed or state.gone or layout.journal in state.leftovers:
        _replace(top, layout, state, changed)
    strays = tuple(map(findings.stray, state.strays))
    return Written(changed, tuple(state.gone), len(state.wanted) - len(changed), strays)


def _conflicts(state: Survey, *, force: bool) -> Iterator[Diagnostic]:
    for path in (*state.differing, *state.gone):
        content = state.present.get(path, state.gone.get(path))
        if isinstance(content, Obstacle) and (content.kind != "symbolic link" or content.path != path or not force):
            yield findings.obstructed(content)
        elif not force and not state.is_ours(path):
            yield findings.edited(path, doomed=path in state.gone)


def _replace(top: int, layout: Layout, state: Survey, changed: tuple[str, ...]) -> None:
    """Journal, temporary files, renames, removals, manifest: after a kill the journal tells the next build its own."""
    files = tuple(path for path in changed if path != layout.manifest)
    try:
        _save(top, layout.journal, _journal(state, files))
        staged = _stage(top, state, files)
    except BaseException:
        if layout.journal not in state.leftovers:
            folder.remove(top, layout.journal)
        raise
    for temporary, path in staged:
        folder.rename(top, temporary, path.rpartition("/")[2])
    for path in state.gone:
        folder.remove(top, path)
        folder.prune(top, path)
    for above in sorted({str(above) for path in files for above in PurePosixPath(path).parents}):
        folder.sync(top, above)
    _save(top, layout.manifest, state.wanted[layout.manifest])
    folder.remove(top, layout.journal)


def _stage(top: int, state: Survey, files: tuple[str, ...]) -> list[tuple[str, str]]:
    """Writes every file under a temporary name beside it; all of them or, where one fails, none."""
    staged = [(_temporary(path), path) for path in files]
    try:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for done in [pool.submit(folder.create, top, temporary, state.wanted[path]) for temporary, path in staged]:
                done.result()
    except BaseException:
        for temporary, _ in staged:
            folder.remove(top, temporary)
            folder.prune(top, temporary)
        raise
    return staged


def _journal(state: Survey, files: tuple[str, ...]) -> bytes:
    """All hashes that any of our files may have until this build ends, in the manifest's own format."""
    known = [(path, manifest.fingerprint(state.wanted[path])) for path in files]
    known += [(path, sha256) for path, hashes in state.recorded.items() for sha256 in sorted(hashes)]
    return "".join(manifest.show({path: manifest.Entry(0, sha256)}) for path, sha256 in known).encode()


def _save(top: int, path: str, data: bytes) -> None:
    temporary = _temporary(path)
    try:
        folder.create(top, temporary, data)
        folder.rename(top, temporary, path.rpartition("/")[2])
    except BaseException:
        folder.remove(top, temporary)
        raise
    folder.sync(top, path.rpartition("/")[0])


def _temporary(path: str) -> str:
    """A name beside `path` that no server's glob for rules, templates or dashboards matches."""
    return f"{path.rpartition('/')[0]}/.slogen-{secrets.token_hex(8)}.tmp"
