"""Dashboards as JSON that reads well in a diff: what fits on a line stays on it, so one change is one line."""

import json
from collections.abc import Mapping

from slogen.emit.yaml import YamlValue

WIDTH = 120


def dump(data: YamlValue, indent: int | None) -> str:
    """One JSON document, ASCII only, keys in the order given; `indent` None is compact, on one line.

    Raises `ValueError` for NaN and infinities, which JSON cannot say.
    """
    if indent is None:
        return json.dumps(data, allow_nan=False, separators=(",", ":")) + "\n"
    return _laid_out(data, " " * indent, "", 0) + "\n"


def _laid_out(data: YamlValue, indent: str, margin: str, used: int) -> str:
    """The value, when `used` columns of its line are taken already."""
    line = _on_one_line(data, WIDTH - used)
    if line is not None:
        return line
    inner = margin + indent
    if isinstance(data, Mapping):
        parts = [_entry(key, value, indent, inner) for key, value in data.items()]
        return _block("{", parts, "}", inner, margin)
    if isinstance(data, list | tuple):
        return _block("[", [_laid_out(value, indent, inner, len(inner) + 1) for value in data], "]", inner, margin)
    return _leaf(data)


def _entry(key: str, value: YamlValue, indent: str, margin: str) -> str:
    name = f"{_leaf(key)}: "
    return name + _laid_out(value, indent, margin, len(margin) + len(name) + 1)


def _block(start: str, parts: list[str], end: str, inner: str, outer: str) -> str:
    return f"{start}\n{inner}" + f",\n{inner}".join(parts) + f"\n{outer}{end}"


def _on_one_line(data: YamlValue, room: int) -> str | None:
    """The value on one line, or None where it needs more columns than there is room for."""
    if isinstance(data, Mapping):
        parts: list[str] = []
        for key, value in data.items():
            part = _on_one_line(value, room)
            if part is None or (room := room - len(part) - len(key) - 6) < 0:
                return None
            parts.append(f"{_leaf(key)}: {part}")
        return "{" + ", ".join(parts) + "}"
    if isinstance(data, list | tuple):
        parts = []
        for value in data:
            part = _on_one_line(value, room)
            if part is None or (room := room - len(part) - 2) < 0:
                return None
            parts.append(part)
        return "[" + ", ".join(parts) + "]"
    line = _leaf(data)
    return line if len(line) <= room else None


def _leaf(data: YamlValue) -> str:
    return json.dumps(data, allow_nan=False)
