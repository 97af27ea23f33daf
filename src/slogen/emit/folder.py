"""File operations below one folder that never follow a symbolic link; changes with what the system offers for that."""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something at `path` (or at a folder above it) that is no plain file or folder: `symbolic link`, `folder`, …"""

    path: str
    kind: str


@contextlib.contextmanager
def opened(path: Path) -> Iterator[int]:
    """A descriptor of the folder that all other functions here start from."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def parent(top: int, path: str, *, create: bool = False) -> Iterator[tuple[int, str]]:
    """A descriptor of the folder of `path`, below `top`, and the last part of `path`.

    Raises `FileNotFoundError` unless `create`, and `OSError` where a part is a symbolic link or no folder.
    """
    *folders, name = path.split("/")
    descriptor = os.dup(top)
    try:
        for folder in folders:
            if create:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(folder, dir_fd=descriptor)
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
            inner = os.open(folder, flags, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        yield descriptor, name
    finally:
        os.close(descriptor)


def read(top: int, path: str) -> bytes | Obstacle | None:
    """The bytes of a plain file; None where nothing is, an Obstacle where something else is in the way."""
    try:
        with parent(top, path) as (folder, name):
            descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
            with os.fdopen(descriptor, "rb") as file:
                mode = os.fstat(descriptor).st_mode
                return file.read() if stat.S_ISREG(mode) else Obstacle(path, _kind(mode))
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.ENXIO}:
            return obstacle(top, path)
        error.filename = path
        raise


def obstacle(top: int, path: str, *, leaf: str = "file") -> Obstacle | None:
    """The first part of `path` that is not a folder or, at its end, a `leaf`; None also where nothing is."""
    parts = path.split("/")
    for count in range(1, len(parts) + 1):
        upto = "/".join(parts[:count])
        try:
            with parent(top, upto) as (folder, name):
                mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
        except FileNotFoundError:
            return None
        if _kind(mode) != (leaf if count == len(parts) else "folder"):
            return Obstacle(upto, _kind(mode))
    return None


def _kind(mode: int) -> str:
    names = ((stat.S_ISLNK, "symbolic link"), (stat.S_ISDIR, "folder"), (stat.S_ISREG, "file"))
    return next((name for is_kind, name in names if is_kind(mode)), "special file")


def create(top: int, path: str, data: bytes) -> None:
    """Writes a new file to the disk itself; raises `OSError` that names `path`, also where something is there."""
    try:
        with parent(top, path, create=True) as (folder, name):
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            with os.fdopen(os.open(name, flags, 0o666, dir_fd=folder), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
    except OSError as error:
        error.filename = path
        raise


def rename(top: int, source: str, name: str) -> None:
    """Gives `source` another name in its folder, in one step, whatever had that name before."""
    with parent(top, source) as (folder, old):
        os.replace(old, name, src_dir_fd=folder, dst_dir_fd=folder)


def remove(top: int, path: str) -> None:
    """Removes a file or link if it is there."""
    with contextlib.suppress(FileNotFoundError), parent(top, path) as (folder, name):
        os.unlink(name, dir_fd=folder)


def prune(top: int, path: str) -> None:
    """Removes the folders above `path` that have become empty, innermost first; never the outermost."""
    above = path.rpartition("/")[0]
    while "/" in above:
        try:
            with parent(top, above) as (folder, name):
                os.rmdir(name, dir_fd=folder)
        except OSError:
            return  # not empty, or gone: either way there is nothing to prune further up
        above = above.rpartition("/")[0]


def sync(top: int, path: str) -> None:
    """Brings the names in a folder to the disk itself; `path` empty is the top."""
    with parent(top, f"{path}/." if path else ".") as (folder, _):
        os.fsync(folder)


def walk(top: int, path: str) -> Iterator[str]:
    """Every file, link or other non-folder below `path`, sorted; nothing where `path` is no folder."""
    try:
        with parent(top, f"{path}/.") as (folder, _), os.scandir(folder) as entries:
            found = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        if error.errno == errno.ELOOP:
            return
        raise
    for name, is_folder in found:
        if is_folder:
            yield from walk(top, f"{path}/{name}")
        else:
            yield f"{path}/{name}"
