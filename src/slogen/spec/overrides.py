"""What a spec says in one environment: its own words with the environment's laid over them, key by key."""

from collections.abc import Iterator
from dataclasses import dataclass

from slogen.diagnostics.model import Span
from slogen.source.convert import Data
from slogen.source.places import Path, Places

_FIXED = ("model", "component", "version", "overrides", "environments")
"""Keys that no environment can change."""


def in_environment(spec: dict[str, Data], environment: str) -> dict[str, Data]:
    """The data of a spec as this environment sees it, without `overrides`."""
    plain = {key: value for key, value in spec.items() if key != "overrides"}
    patch = patch_of(spec, environment)
    return plain if patch is None else _merged(plain, {k: v for k, v in patch.items() if k not in _FIXED})


def patch_of(spec: dict[str, Data], environment: str) -> dict[str, Data] | None:
    """What a spec overrides in this environment; None where nothing is written or it is no mapping."""
    overrides = spec.get("overrides")
    patch = overrides.get(environment) if isinstance(overrides, dict) else None
    return patch if isinstance(patch, dict) else None


def fixed_keys(patch: dict[str, Data]) -> list[str]:
    """Keys of a patch that no environment can change."""
    return [key for key in _FIXED if key in patch]


def _merged(spec: dict[str, Data], patch: dict[str, Data]) -> dict[str, Data]:
    """Mappings merge key by key, `null` removes a key, everything else replaces."""
    result = dict(spec)
    for key, value in patch.items():
        below = result.get(key)
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict):
            result[key] = _merged(below if isinstance(below, dict) else {}, value)
        else:
            result[key] = value
    return result


def removals_of_nothing(spec: Data, patch: Data, path: Path = ()) -> Iterator[Path]:
    """The paths of every `null` in a patch that has nothing to remove."""
    if not isinstance(patch, dict):
        return
    for key, value in patch.items():
        below = spec.get(key) if isinstance(spec, dict) else None
        if value is None and below is None:
            yield (*path, key)
        else:
            yield from removals_of_nothing(below, value, (*path, key))


@dataclass(frozen=True, slots=True)
class Overlay:
    """The places of a spec as one environment sees it: in the override where that says it, else in the spec itself."""

    places: Places
    prefix: Path

    def key(self, path: Path) -> Span | None:
        """The place of the key that leads to `path`."""
        return self.places.key(self._own(path)) or self.places.key(path)

    def nearest(self, path: Path) -> Span:
        """The place of the value at `path`, or of the nearest thing around it."""
        own, inherited = self.places.written(self._own(path)), self.places.written(path)
        if len(own) >= len(self.prefix) + max(1, len(inherited)):
            return self.places.nearest(self._own(path))
        return self.places.nearest(path)

    def written(self, path: Path) -> Path:
        """As much of `path` as stands in the override or in the spec."""
        found: Path = ()
        for step in path:
            here = (*found, step)
            if self.places.value(self._own(here)) is not None or self.places.value(here) is not None:
                found = here
        return found

    def top(self) -> Span:
        """The beginning of the document."""
        return self.places.top()

    def _own(self, path: Path) -> Path:
        return path if path[:1] and path[0] in _FIXED else (*self.prefix, *path)
