"""What the last build wrote, so that the next knows its own files from others; changes with that record's format."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SIGNATURE = '"slogen": "manifest/v1"'
_ENTRY = re.compile(r'\s*("(?:[^"\\]|\\.)*"): \{"rules": ([0-9]+), "sha256": "([0-9a-f]{64})"\},?\s*')


@dataclass(frozen=True, slots=True)
class Entry:
    """One written file: how many Prometheus rules it holds, and the SHA-256 of its bytes in hexadecimal."""

    rules: int
    sha256: str


def fingerprint(data: bytes) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def show(entries: Mapping[str, Entry]) -> str:
    """The manifest as JSON, one line a file and sorted, so that two branches that touch different files merge."""
    lines = (
        f'    {json.dumps(path)}: {{"rules": {entry.rules}, "sha256": "{entry.sha256}"}}'
        for path, entry in sorted(entries.items())
    )
    return "{\n  " + SIGNATURE + ',\n  "files": {\n' + ",\n".join(lines) + "\n  }\n}\n"


def is_manifest(text: str) -> bool:
    """Whether the text is, or was before a merge or an accident, a manifest of ours."""
    return SIGNATURE in text[:200]


def parse(text: str) -> dict[str, frozenset[str]]:
    """The known hashes of each path; every whole line counts, so a truncated or conflicted manifest still tells."""
    known: dict[str, frozenset[str]] = {}
    for line in text.splitlines():
        if match := _ENTRY.fullmatch(line):
            path = str(json.loads(match[1]))
            known[path] = known.get(path, frozenset()) | {match[3]}
    return known


def merged(manifests: Iterable[Mapping[str, frozenset[str]]]) -> dict[str, frozenset[str]]:
    """The union of what several manifests know."""
    union: dict[str, frozenset[str]] = {}
    for known in manifests:
        for path, hashes in known.items():
            union[path] = union.get(path, frozenset()) | hashes
    return union
