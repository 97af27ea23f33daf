"""Dashboards as JSON that reads well in a diff: what fits on a line stays on it, so one change is one line."""

import json
from functools import lru_cache
from json.encoder import encode_basestring_ascii

from slogen.emit.yaml import YamlValue

WIDTH = 120

_leaf = lru_cache(maxsize=1024, typed=True)(json.JSONEncoder(allow_nan=False).encode)
"""Numbers and words, of which a board has few different ones; 1, 1.0 and true are told apart."""


def dump(data: YamlValue, indent: int | None) -> str:
    """One JSON document, ASCII only, keys in the order given; `indent` None is compact, on one line.

    Raises `ValueError` for NaN and infinities, which JSON cannot say.
    """
    if indent is None:
        return json.dumps(data, allow_nan=False, separators=(",", ":")) + "\n"
    return _laid_out(data, " " * indent, "", 0) + "\n"


def _laid_out(data: YamlValue, indent: str, margin: str, used: int) -> str:
    """The value, when `used` columns of its line are taken: on one line if all its parts are and they fit."""
    inner = margin + indent
    parts: list[str] = []
    if isinstance(data, str):
        return encode_basestring_ascii(data)
    if isinstance(data, dict):
        for key, value in data.items():
            name = _name(key)
            parts.append(name + _laid_out(value, indent, inner, len(inner) + len(name)))
        start, end = "{}"
    elif isinstance(data, list | tuple):
        parts += [_laid_out(value, indent, inner, len(inner)) for value in data]
        start, end = "[]"
    else:
        return _leaf(data)
    line = ", ".join(parts)
    if used + len(line) + 2 * bool(parts) < WIDTH and "\n" not in line:
        return start + line + end
    return f"{start}\n{inner}" + f",\n{inner}".join(parts) + f"\n{margin}{end}"


@lru_cache(maxsize=1024)
def _name(key: str) -> str:
    return f"{encode_basestring_ascii(key)}: "
