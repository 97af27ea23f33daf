"""Declared integrations as settings in Alertmanager's own words; changes with how the language writes their values."""

from collections.abc import Iterable

from slogen import names
from slogen.ir.routing import Integration, Setting, Table
from slogen.ir.where import Where
from slogen.source.places import Path, Places
from slogen.spec import receivers as spec
from slogen.spec.receiver_fields import SecretFree

_DURATIONS = frozenset({"timeout", "retry", "expire", "ttl", "reopen_duration"})
"""Fields that the language holds in ms."""


def integrations(given: Iterable[spec.Integration], places: Places, path: Path) -> tuple[Integration, ...]:
    """The integrations of one list, each with the places of its fields."""
    return tuple(_integration(one, places, (*path, index)) for index, one in enumerate(given))


def _integration(given: spec.Integration, places: Places, path: Path) -> Integration:
    settings = getattr(given, given.kind)
    inner = (*path, given.kind)
    made = table(settings)
    spans = ((name, places.key((*inner, name))) for name, _ in made.entries)
    where = Where(places.key(inner) or places.nearest(path), tuple((n, span) for n, span in spans if span is not None))
    return Integration(given.kind, made, where)


def table(model: SecretFree) -> Table:
    """A declared mapping without what was left out, under the names that users and Alertmanager write."""
    entries = []
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if name in model.model_fields_set and value is not None:
            entries.append((field.alias or name, _setting(name, value)))
    return Table(tuple(entries))


def _setting(name: str, value: object) -> Setting:
    match value:
        case SecretFree():
            return table(value)
        case dict():
            return Table(tuple((key, _setting("", value[key])) for key in sorted(value)))
        case tuple():
            return tuple(_setting("", item) for item in value)
        case int() if name in _DURATIONS and not isinstance(value, bool):
            return names.window(value)
        case str() | int():
            return value
        case _:
            raise TypeError(f"a setting cannot hold {type(value).__name__}")
