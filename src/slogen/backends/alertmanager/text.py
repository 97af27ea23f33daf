"""How matchers, durations and settings are written for Alertmanager, the same for every version and parser."""

from slogen import regex
from slogen.emit.yaml import YamlValue
from slogen.ir.routing import Setting, Table

ANYTHING = ".+"
"""The pattern of a label that must be there."""


def equals(name: str, value: str) -> str:
    """A matcher for one value, `team="payments-ml"`."""
    return f'{name}="{_escaped(value)}"'


def one_of(name: str, values: tuple[str, ...]) -> str:
    """A matcher for several values in the order given, `env=~"dev|staging"`; for one value an equality."""
    return equals(name, values[0]) if len(values) == 1 else f'{name}=~"{_escaped(alternatives(values))}"'


def none_of(name: str, values: tuple[str, ...]) -> str:
    """A matcher for every other value, an absent label among them."""
    if len(values) == 1:
        return f'{name}!="{_escaped(values[0])}"'
    return f'{name}!~"{_escaped(alternatives(values))}"'


def matches(name: str, pattern: str) -> str:
    """A matcher for a pattern, `slo=~".+"`."""
    return f'{name}=~"{_escaped(pattern)}"'


def alternatives(values: tuple[str, ...]) -> str:
    """A pattern for any of the values as they stand."""
    return "|".join(regex.escape(value) for value in values)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def duration(millis: int) -> str:
    """A duration in hours, minutes, seconds and ms, which every duration field understands: `3h58m`."""
    if millis == 0:
        return "0s"
    parts = []
    for unit, size in (("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)):
        amount, millis = divmod(millis, size)
        if amount:
            parts.append(f"{amount}{unit}")
    return "".join(parts)


def yaml_of(setting: Setting) -> YamlValue:
    """A setting as YAML data."""
    match setting:
        case Table(entries=entries):
            return {name: yaml_of(value) for name, value in entries}
        case tuple():
            return [yaml_of(item) for item in setting]
        case _:
            return setting
