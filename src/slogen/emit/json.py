"""Data to JSON text, the same bytes for the same data; changes when a JSON reader needs another layout."""

import json

from slogen.emit.yaml import YamlValue


def dump(data: YamlValue, *, indent: int | None = 2) -> str:
    """One JSON document, ASCII only, keys in the order given; `indent` None is compact.

    Raises `ValueError` for NaN and infinities, which JSON cannot say, and `TypeError` for what is no plain data.
    """
    separators = (",", ":") if indent is None else (",", ": ")
    return json.dumps(data, ensure_ascii=True, allow_nan=False, indent=indent, separators=separators) + "\n"
