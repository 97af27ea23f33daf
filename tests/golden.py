"""Byte-exact expected files; `make golden` rewrites them, and the diff is then reviewed."""

import os
from pathlib import Path


def assert_golden(expected: Path, actual: str) -> None:
    """The text equals the file, byte for byte."""
    if os.environ.get("SLOGEN_GOLDEN") == "rewrite":
        expected.parent.mkdir(parents=True, exist_ok=True)
        expected.write_bytes(actual.encode())
    assert expected.is_file(), f"{expected} is missing; `make golden` writes it"
    assert actual == expected.read_bytes().decode()
