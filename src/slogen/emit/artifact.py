"""The fourth noun: a file that a backend wants written, as a value."""

from dataclasses import dataclass
from typing import Literal

Root = Literal["generated", "dashboards"]


@dataclass(frozen=True, slots=True)
class Artifact:
    """One output file: `path` is relative to its root, with forward slashes; `rules` counts Prometheus rules in it."""

    root: Root
    path: str
    text: str
    rules: int
