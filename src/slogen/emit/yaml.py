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


def _read_as(text: str) -> str:
    return _resolve(yaml.ScalarNode, text, (True, False))


_resolve: Callable[..., str] = yaml.resolver.Resolver().resolve
_TEXT = "tag:yaml.org,2002:str"


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


@lru_cache(maxsize=4096)
def _text(text: str) -> yaml.ScalarEvent:
    """The text as one event: most keys and labels occur in every rule."""
    return yaml.ScalarEvent(None, None, (_read_as(text) == _TEXT, True), text, style=_style(text))


def _tell(data: YamlValue, events: list[yaml.Event]) -> None:
    """Adds the value as PyYAML's emitter takes it, without the search for values that occur twice that usually does."""
    if isinstance(data, str):
        events.append(_text(data))
    elif isinstance(data, dict):
        events.append(_MAPPING)
        for name, value in data.items():
            _tell(name, events)
            _tell(value, events)
        events.append(_MAPPING_END)
    elif isinstance(data, list | tuple):
        events.append(_SEQUENCE)
        for item in data:
            _tell(item, events)
        events.append(_SEQUENCE_END)
    else:
        events.append(yaml.ScalarEvent(None, None, (True, False), _PLAIN.represent_data(data).value))


_MAPPING, _MAPPING_END = yaml.MappingStartEvent(None, None, True, flow_style=False), yaml.MappingEndEvent()
_SEQUENCE, _SEQUENCE_END = yaml.SequenceStartEvent(None, None, True, flow_style=False), yaml.SequenceEndEvent()
_START = (yaml.StreamStartEvent(), yaml.DocumentStartEvent(explicit=False))
_END = (yaml.DocumentEndEvent(explicit=False), yaml.StreamEndEvent())
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
    events: list[yaml.Event] = [*_START]
    _tell(data, events)
    events += _END
    body: str = yaml.emit(events, Dumper=yaml.CSafeDumper, allow_unicode=False, width=_NO_FOLDING)
    return (comment(header) if header else "") + body
