"""Where artifacts go below the project folder; changes when output folders gain a setting."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from slogen.emit.artifact import Artifact, Root

_TEMPORARY = re.compile(r"\.slogen-[0-9a-f]{16}\.tmp")
JOURNAL = ".slogen-journal"


@dataclass(frozen=True, slots=True)
class Layout:
    """The project folder and, relative to it with forward slashes, the folder of each root."""

    project: Path
    generated: str
    dashboards: str

    def folder(self, root: Root) -> str:
        """The folder of a root, relative to the project."""
        return self.generated if root == "generated" else self.dashboards

    @property
    def folders(self) -> tuple[str, ...]:
        """Both output folders, once each."""
        return tuple(dict.fromkeys((self.generated, self.dashboards)))

    @property
    def manifest(self) -> str:
        """The path of the manifest, relative to the project."""
        return f"{self.generated}/manifest.json"

    @property
    def journal(self) -> str:
        """The path of the record that exists only while a build writes."""
        return f"{self.generated}/{JOURNAL}"


def is_temporary(path: str) -> bool:
    """Whether a path is a file that only a running or killed build leaves."""
    return bool(_TEMPORARY.fullmatch(path.rpartition("/")[2]))


def is_inside(folder: str) -> bool:
    """Whether a folder setting stays below the project folder: relative, not the project itself, no `..`."""
    path = PurePosixPath(folder)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and str(path) == folder


def placed(layout: Layout, artifacts: Iterable[Artifact]) -> dict[str, Artifact]:
    """Artifacts by their path in the project, sorted.

    Raises `ValueError` for a path that leaves its folder or that two artifacts share: a bug of a backend.
    """
    by_path: dict[str, Artifact] = {}
    for artifact in artifacts:
        path = f"{layout.folder(artifact.root)}/{artifact.path}"
        if not is_inside(artifact.path) or "\0" in path or path in by_path or path == layout.manifest:
            raise ValueError(f"unusable artifact path {artifact.path!r}")
        by_path[path] = artifact
    return dict(sorted(by_path.items()))
