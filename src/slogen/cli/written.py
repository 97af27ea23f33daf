"""Writes a file that somebody asked for by name: the new one whole, or the old one left as it was."""

import secrets
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Puts `data` where `path` leads, through links too; what is no file, such as a device, is written to as it is.

    Raises `OSError` that names the path.
    """
    target = path.resolve()
    with _named(path):
        if target.exists() and not target.is_file():
            target.write_bytes(data)
            return
        temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
        try:
            temporary.write_bytes(data)
            if target.exists():
                temporary.chmod(stat.S_IMODE(target.stat().st_mode))
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def create_all(texts: Mapping[Path, bytes]) -> None:
    """Makes files that are not there yet, and the folders they need.

    Where one cannot be made, those made before it are taken away again. Raises `OSError` that names the path.
    """
    made: list[Path] = []
    try:
        for path, data in texts.items():
            with _named(path):
                for folder in [folder for folder in reversed(path.parents) if not folder.exists()]:
                    folder.mkdir()
                    made.append(folder)
                with path.open("xb") as file:
                    made.append(path)
                    file.write(data)
    except BaseException:
        for path in reversed(made):
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()
        raise


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """An error of the system names the file that was asked for: a full disk does not, a temporary file helps nobody."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error
