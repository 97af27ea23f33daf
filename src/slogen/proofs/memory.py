"""Which tests failed the last time, so that they can be run alone."""

import json
import os
from collections.abc import Iterable
from pathlib import Path

FOLDER = ".slogen-cache"


def recalled(root: Path) -> frozenset[str]:
    """The ids of the tests that failed last; none where nothing is remembered, or what is there cannot be read."""
    try:
        found = json.loads(_file(root).read_text("utf-8"))
    except (OSError, ValueError):
        return frozenset()
    return frozenset(str(item) for item in found) if isinstance(found, list) else frozenset()


def remember(root: Path, failed: Iterable[str]) -> None:
    """Writes the ids of failed tests; a folder that cannot be written to only costs the memory."""
    file = _file(root)
    beside = file.with_suffix(f".{os.getpid()}.tmp")
    try:
        file.parent.mkdir(exist_ok=True)
        (file.parent / ".gitignore").write_text("*\n", "utf-8")  # what one run remembers is nobody else's business
        beside.write_text(json.dumps(sorted(failed)), "utf-8")
        beside.replace(file)
    except OSError:
        return


def _file(root: Path) -> Path:
    return root / FOLDER / "last-failed.json"
