"""Which files of a folder are specs; changes with the project's layout."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from slogen.diagnostics.model import Code, Diagnostic, Span
from slogen.source import codes

_SUFFIXES = (".yaml", ".yml")
_TESTS = (".test.yaml", ".test.yml")


@dataclass(frozen=True, slots=True)
class Listing:
    """The spec files under a folder, each with the name that diagnostics use, in the order of these names."""

    files: tuple[tuple[Path, str], ...]
    diagnostics: tuple[Diagnostic, ...]


def spec_files(root: Path, folder: str) -> Listing:
    """All specs under `root/folder`: YAML, not hidden, no tests; symbolic links to folders are not followed."""
    listing = _files(root, folder, _is_spec)
    if listing.files or listing.diagnostics:
        return listing
    hint = "write a spec there, or run `slogen init`"
    return Listing((), (_about(codes.NO_FILES, folder, "the folder holds no spec", hint),))


def test_files(root: Path, folder: str) -> Listing:
    """All scenario tests under `root/folder`, in the same way; there may be none."""
    return _files(root, folder, _is_test)


def _files(root: Path, folder: str, wanted: Callable[[str], bool]) -> Listing:
    problems: list[Diagnostic] = []

    def refused(error: OSError) -> None:
        name = display_name(root, Path(error.filename or folder))
        reason = os.strerror(error.errno) if error.errno else "unknown reason"
        problems.append(
            _about(codes.UNREADABLE, name, f"cannot be read: {reason}", "check the path and its permissions")
        )

    found: list[tuple[Path, str]] = []
    for directory, subfolders, files in os.walk(root / folder, onerror=refused):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        paths = (Path(directory, name) for name in files if wanted(name))
        found.extend((path, display_name(root, path)) for path in paths)
    return Listing(tuple(sorted(found, key=lambda item: item[1])), tuple(problems))


def _is_spec(name: str) -> bool:
    lower = name.lower()
    return lower.endswith(_SUFFIXES) and not lower.endswith(_TESTS) and not lower.startswith(".")


def _is_test(name: str) -> bool:
    return name.lower().endswith(_TESTS) and not name.startswith(".")


def display_name(root: Path, path: Path) -> str:
    """A path as diagnostics show it: relative to the project, forward slashes, printable whatever its bytes."""
    relative = path.relative_to(root) if path.is_relative_to(root) else path
    return relative.as_posix().encode("utf-8", "backslashreplace").decode("utf-8")


def _about(code: Code, name: str, message: str, hint: str) -> Diagnostic:
    return Diagnostic(code, message, Span(name, 1, 1, 1, 1), hint)
