"""What is on disk, against what should be there: the ground on which both building and checking decide."""

from collections.abc import Iterable
from dataclasses import dataclass

from slogen.diagnostics.model import Diagnostic
from slogen.emit import findings, folder, manifest
from slogen.emit.artifact import Artifact
from slogen.emit.folder import Obstacle
from slogen.emit.layout import Layout, is_inside, is_temporary, placed


@dataclass(frozen=True, slots=True)
class Survey:
    """Wanted files and what is there instead; all paths are relative to the project.

    `wanted` includes the manifest; `present` has the bytes or obstacle of each wanted path where there is any;
    `gone` are recorded files that nobody wants any more; `strays` were never ours; `leftovers` are of killed builds.
    """

    wanted: dict[str, bytes]
    present: dict[str, bytes | Obstacle]
    recorded: dict[str, frozenset[str]]
    gone: dict[str, bytes | Obstacle]
    strays: tuple[str, ...]
    leftovers: tuple[str, ...]

    @property
    def differing(self) -> tuple[str, ...]:
        """Wanted paths whose bytes are not there, in order."""
        return tuple(path for path, data in self.wanted.items() if self.present.get(path) != data)

    def is_ours(self, path: str) -> bool:
        """Whether what is at `path` is free to be overwritten: nothing, or bytes that a build of ours wrote there."""
        match self.present.get(path, self.gone.get(path)):
            case None:
                return True
            case Obstacle():
                return False
            case data:
                return manifest.fingerprint(data) in self.recorded.get(path, frozenset())


def misplaced(layout: Layout) -> list[Diagnostic]:
    """Output folders that are not below the project."""
    return [findings.outside(name) for name in layout.folders if not is_inside(name)]


def survey(top: int, layout: Layout, artifacts: Iterable[Artifact]) -> Survey:
    """Reads the output folders below `top`, the project's descriptor."""
    files = {path: (artifact, artifact.text.encode()) for path, artifact in placed(layout, artifacts).items()}
    entries = {path: manifest.Entry(a.rules, manifest.fingerprint(data)) for path, (a, data) in files.items()}
    wanted = {path: data for path, (_, data) in files.items()} | {layout.manifest: manifest.show(entries).encode()}
    found = tuple(dict.fromkeys(path for name in layout.folders for path in folder.walk(top, name)))
    recorded = _recorded(top, layout)
    known = set(wanted) | set(recorded) | {layout.journal}
    return Survey(
        wanted,
        _read(top, wanted),
        recorded,
        _read(top, (path for path in recorded if path not in wanted)),
        tuple(path for path in found if path not in known and not is_temporary(path)),
        tuple(path for path in found if is_temporary(path) or path == layout.journal),
    )


def _read(top: int, paths: Iterable[str]) -> dict[str, bytes | Obstacle]:
    contents = ((path, folder.read(top, path)) for path in paths)
    return {path: content for path, content in contents if content is not None}


def _recorded(top: int, layout: Layout) -> dict[str, frozenset[str]]:
    """What the manifest and the journal of an interrupted build know, and the manifest itself where it is ours.

    A manifest may come from anywhere; a path in it that leaves the output folders is not believed.
    """
    texts = {path: _text(folder.read(top, path)) for path in (layout.manifest, layout.journal)}
    known = manifest.merged(manifest.parse(text) for text in texts.values() if manifest.is_manifest(text))
    inside = {p: h for p, h in known.items() if is_inside(p) and p.startswith(tuple(f"{f}/" for f in layout.folders))}
    head = texts[layout.manifest]
    own = frozenset({manifest.fingerprint(head.encode(errors="surrogateescape"))})
    return inside | ({layout.manifest: own} if manifest.is_manifest(head) else {})


def _text(content: bytes | Obstacle | None) -> str:
    return content.decode(errors="surrogateescape") if isinstance(content, bytes) else ""
