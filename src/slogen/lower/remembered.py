"""Components that were lowered before from the very same files, so that two versions of a project share the work."""

from pathlib import Path

from slogen.diagnostics.model import Diagnostic
from slogen.lower.component import LoweredComponent, Setting, lower_component
from slogen.spec.load import LoadedSpec

Found = tuple[LoweredComponent, list[Diagnostic]]


class Remembered:
    """What each spec became in each environment, by the text of everything that it was made from."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        self._found: dict[tuple[object, ...], Found] = {}

    def component(self, spec: LoadedSpec, setting: Setting, texts: tuple[str, str]) -> Found:
        """What `lower_component` makes of the spec; `texts` are those of the project file and of the spec itself."""
        key = (setting.env, spec.file, *texts, *_samples(spec, setting.root))
        if key not in self._found:
            self._found[key] = lower_component(spec, setting)
        return self._found[key]


def _samples(spec: LoadedSpec, root: Path) -> list[bytes | None]:
    """The saved pages that the spec names, as they are under `root`; None for what cannot be read."""
    named = [source.sample for source in spec.model.sources.values()]
    own = [source.sample for part in spec.environments.values() for source in part.sources.values()]
    return [_bytes(root / name) for name in dict.fromkeys([*named, *own]) if name is not None]


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
