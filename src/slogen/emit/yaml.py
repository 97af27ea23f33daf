"""Data to YAML text that Go's and Python's readers agree on; changes when a reader turns out to read something else."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import yaml

YamlValue = None | bool | int | float | str | Sequence["YamlValue"] | Mapping[str, "YamlValue"]

_NO_FOLDING = 1 << 30
_BLOCK_LINE = re.compile(r"(?:[!-~](?:[ -~]*[!-~])?)?")
_DURATION = re.compile(r"(?:[0-9]{1,9}(?:ms|[smhdwy]))+")
_NUMBER_START = re.compile(r"[-+.]?[0-9]")
_ONE_LETTER_BOOLEANS = frozenset("yYnN")


class _Dumper(yaml.CSafeDumper):
    """The C serializer, which asks of every text anew what a reader would take it for."""

    def resolve(self, kind: type[yaml.Node], value: str, implicit: tuple[bool, bool]) -> str:
        """The tag that a reader gives to a node without one; a text in quotes is always text."""
        if kind is yaml.ScalarNode:
            return _read_as(value) if implicit[0] else _TEXT
        return _MAPPING if kind is yaml.MappingNode else _SEQUENCE


@lru_cache(maxsize=4096)
def _read_as(text: str) -> str:
    return _resolve(yaml.ScalarNode, text, (True, False))


_resolve: Callable[..., str] = yaml.resolver.Resolver().resolve
_TEXT, _MAPPING, _SEQUENCE = (f"tag:yaml.org,2002:{name}" for name in ("str", "map", "seq"))


@lru_cache(maxsize=4096)
def _style(text: str) -> str | None:
    """Blocks for clean text of several lines, quotes where some reader sees a number or boolean, else YAML's choice.

    Block scalars carry only printable ASCII: other line breaks (U+0085, U+2028) and control characters survive
    in escaped form alone.
    """
    if "\n" in text:
        lines = text.removesuffix("\n").split("\n")
        plain = all(_BLOCK_LINE.fullmatch(line.lstrip(" ")) for line in lines)
        return "|" if plain and lines[0][:1] not in ("", " ") and lines[-1].strip() else '"'
    if text in _ONE_LETTER_BOOLEANS or (_NUMBER_START.match(text) and not _DURATION.fullmatch(text)):
        return '"'
    return None


def _node(data: YamlValue) -> yaml.Node:
    """The value as PyYAML's serializer takes it, without its search for values that occur twice."""
    if isinstance(data, str):
        return yaml.ScalarNode(_TEXT, data, style=_style(data))
    if isinstance(data, dict):
        pairs = [(_node(name), _node(value)) for name, value in data.items()]
        return yaml.MappingNode(_MAPPING, pairs, flow_style=False)
    if isinstance(data, list | tuple):
        return yaml.SequenceNode(_SEQUENCE, [_node(item) for item in data], flow_style=False)
    return _PLAIN.represent_data(data)


_PLAIN = yaml.representer.SafeRepresenter()
"""For numbers, truth and nothing; refuses all that is no plain data."""


def comment(text: str) -> str:
    """The text as comment lines that no content can break out of: other characters than printable ASCII are escaped."""
    escaped = ("".join(c if " " <= c <= "~" else ascii(c)[1:-1] for c in line) for line in text.split("\n"))
    return "".join(f"# {line}".rstrip() + "\n" for line in escaped)


def dump(data: YamlValue, *, header: str = "") -> str:
    """One YAML document in block style, ASCII only, keys in the order given, `header` above it as a comment.

    Raises `yaml.representer.RepresenterError` for a value that is no plain data (a `Decimal`, an object).
    """
    body: str = yaml.serialize(_node(data), Dumper=_Dumper, allow_unicode=False, width=_NO_FOLDING)
    return (comment(header) if header else "") + body
