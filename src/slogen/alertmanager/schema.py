"""Which mapping has which fields from which version on; changes with a release of Alertmanager."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

Version = tuple[int, int]

OLDEST: Version = (0, 25)
"""The oldest version told apart: what it has, everything has."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a mapping: `holds` is a plain type (`text`, `bool`, `duration`, ...) or the name of a mapping."""

    holds: str
    many: bool
    since: Version


Mappings = Mapping[str, Mapping[str, Field]]


@cache
def mappings() -> Mappings:
    """Every mapping of the file format by name: `config`, `route`, `slack`, ..."""
    found: dict[str, dict[str, Field]] = {}
    current: dict[str, Field] = {}
    for line in files("slogen.alertmanager").joinpath("fields.txt").read_text(encoding="utf-8").splitlines():
        words = line.split()
        if not words or words[0] == "#":
            continue
        if not line.startswith(" "):
            current = found.setdefault(words[0], {})
            continue
        name, *rest = words
        since = _version(rest.pop()) if rest[-1][0].isdigit() else OLDEST
        current[name] = Field(rest[-1], rest[0] == "list", since)
    return found


def first_version(mapping: str, field: str) -> Version | None:
    """The first version whose `mapping` has the field, or None where none has it."""
    known = mappings()[mapping].get(field)
    return None if known is None else known.since


def receiver_since(kind: str) -> Version | None:
    """The first version that knows the kind of receiver (`slack`), or None where none does."""
    return first_version("receiver", f"{kind}_configs")


def _version(text: str) -> Version:
    major, minor = text.split(".")
    return int(major), int(minor)


def shown(version: Version) -> str:
    """`0.28`."""
    return f"{version[0]}.{version[1]}"
