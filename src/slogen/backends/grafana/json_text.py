"""Dashboards as JSON that reads well in a diff: what fits on a line stays on it, so one change is one line."""

import json
from collections.abc import Mapping

from slogen.emit.yaml import YamlValue

WIDTH = 120

_text = json.JSONEncoder().encode
"""One encoder for all leaves: `json.dumps` would look its defaults up a million times."""
_number = json.JSONEncoder(allow_nan=False).encode


def dump(data: YamlValue, indent: int | None) -> str:
    """One JSON document, ASCII only, keys in the order given; `indent` None is compact, on one line.

    Raises `ValueError` for NaN and infinities, which JSON cannot say.
    """
    if indent is None:
        return json.dumps(data, allow_nan=False, separators=(",", ":")) + "\n"
    return _laid_out(data, " " * indent, "", 0) + "\n"


def _laid_out(data: YamlValue, indent: str, margin: str, used: int) -> str:
    """The value, when `used` columns of its line are taken: on one line if all its parts are and they fit."""
    if isinstance(data, str):
        return _text(data)
    inner = margin + indent
    if isinstance(data, dict | Mapping):
        names = [f"{_text(key)}: " for key in data]
        values = zip(names, data.values(), strict=True)
        parts = [name + _laid_out(value, indent, inner, len(inner) + len(name)) for name, value in values]
        return _joined("{", parts, "}", (inner, margin), used)
    if isinstance(data, list | tuple):
        parts = [_laid_out(value, indent, inner, len(inner)) for value in data]
        return _joined("[", parts, "]", (inner, margin), used)
    return _number(data)


def _joined(start: str, parts: list[str], end: str, margins: tuple[str, str], used: int) -> str:
    length = sum(map(len, parts)) + 2 * len(parts)
    if used + length < WIDTH and not any("\n" in part for part in parts):
        return start + ", ".join(parts) + end
    inner, outer = margins
    return f"{start}\n{inner}" + f",\n{inner}".join(parts) + f"\n{outer}{end}"
