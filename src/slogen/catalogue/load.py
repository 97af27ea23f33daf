"""Finds and reads catalogue entries, one file each, only when their name is asked for."""

from functools import cache
from importlib.resources import files

from slogen.catalogue.model import Entry
from slogen.source.plain import load_plain

_FOLDER = files("slogen.catalogue") / "entries"


@cache
def entry_names() -> tuple[str, ...]:
    """The names of all entries, sorted; reads no file."""
    names = (file.name for file in _FOLDER.iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


@cache
def entry(name: str) -> Entry:
    """The entry called `name`, one of `entry_names()`; raises `KeyError` for any other name."""
    if name not in entry_names():
        raise KeyError(name)
    file = _FOLDER / f"{name}.yaml"
    loaded = load_plain(file.read_text(encoding="utf-8"), file.name)
    if loaded.problem is not None:
        raise ValueError(f"{file.name}: {loaded.problem.message} ({loaded.problem.span})")
    return Entry.model_validate(loaded.data)
