"""Label sets as sorted tuples; changes when what identifies a series changes."""

import re
from collections.abc import Collection, Iterable, Mapping

Labels = tuple[tuple[str, str], ...]
"""Pairs of name and value, sorted by name, without empty values; the metric name is the label `__name__`."""

NAME = "__name__"
BUCKET = "le"
METADATA = frozenset({NAME, "__type__", "__unit__"})
"""What Prometheus drops together with the metric name, because a changed value has neither its type nor its unit."""

EMPTY: Labels = ()

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_BARE_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


def make(pairs: Mapping[str, str] | Iterable[tuple[str, str]]) -> Labels:
    """The label set of `pairs`; labels with an empty value do not exist in Prometheus and are left out."""
    return tuple(sorted((name, value) for name, value in dict(pairs).items() if value))


def get(labels: Labels, name: str) -> str:
    """The value of a label, empty where it is missing."""
    for key, value in labels:
        if key == name:
            return value
    return ""


def keep(labels: Labels, names: Collection[str]) -> Labels:
    """Only the labels in `names`."""
    return tuple(pair for pair in labels if pair[0] in names)


def drop(labels: Labels, names: Collection[str]) -> Labels:
    """All labels but those in `names`."""
    return tuple(pair for pair in labels if pair[0] not in names)


def drop_metadata(labels: Labels) -> Labels:
    """Without the metric name, its type and its unit."""
    return drop(labels, METADATA)


def replace(labels: Labels, name: str, value: str) -> Labels:
    """With one label set to a new value; an empty value removes it."""
    rest = [pair for pair in labels if pair[0] != name]
    return tuple(sorted([*rest, (name, value)])) if value else tuple(rest)


def quote(text: str) -> str:
    """A label value as Prometheus prints it; bytes that are no UTF-8, held as lone surrogates, as hexadecimal."""
    return '"' + "".join(_ESCAPES.get(char) or _escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    return f"\\x{ord(char) - 0xDC00:02x}" if "\udc00" <= char <= "\udcff" else char


def show(labels: Labels) -> str:
    """Everything in braces, as Prometheus prints a label set inside its error messages."""
    pairs = (f"{name if _BARE_NAME.fullmatch(name) else quote(name)}={quote(value)}" for name, value in labels)
    return "{" + ", ".join(pairs) + "}"
