"""Strict reading of YAML mappings the way go-yaml fills a struct; shared by rule files and test files."""

from collections.abc import Mapping, Sequence

from slogen.gotemplate.values import GoError
from slogen.replay.template_functions import parse_duration

Pairs = tuple[tuple[str, str], ...]


class FieldError(Exception):
    """The file is not what the server or promtool would accept; the message says where and why."""


class Fields:
    """One mapping of a file, and the words for its place in messages."""

    def __init__(self, data: object, place: str) -> None:
        self.place = place
        if data is None:
            data = {}
        if not isinstance(data, Mapping):
            raise FieldError(f"{place}: a mapping was expected")
        self.values: Mapping[object, object] = data

    def known(self, *names: str) -> None:
        """Refuses any other key."""
        for key in self.values:
            if key not in names:
                raise FieldError(f"{self.place}: field {key} not found")

    def text(self, name: str) -> str:
        """A scalar as it was written, empty where it is missing."""
        return plain_text(self.values.get(name), f"{self.place}: {name}")

    def duration(self, name: str) -> int:
        """A Prometheus duration in ms, zero where it is missing."""
        if self.values.get(name) is None:
            return 0
        try:
            return round(parse_duration(self.text(name)) * 1000)
        except GoError as error:
            raise FieldError(f"{self.place}: {name}: {error}") from None

    def number(self, name: str) -> float:
        """A number, zero where it is missing; `NaN` and `Inf` may be written as words."""
        value = self.values.get(name)
        if value is None:
            return 0.0
        try:
            return float(
                plain_text(value, self.place).replace(".inf", "inf").replace(".nan", "nan").replace(".Inf", "inf")
            )
        except ValueError:
            raise FieldError(f"{self.place}: {name}: a number was expected") from None

    def whole(self, name: str) -> int:
        """A whole number, zero where it is missing."""
        value = self.values.get(name)
        if value is None:
            return 0
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise FieldError(f"{self.place}: {name}: a whole number was expected")

    def flag(self, name: str) -> bool:
        """A boolean, false where it is missing."""
        value = self.values.get(name)
        if value is None or isinstance(value, bool):
            return bool(value)
        raise FieldError(f"{self.place}: {name}: true or false was expected")

    def pairs(self, name: str) -> Pairs:
        """A mapping of texts, in the order of the file."""
        inner = Fields(self.values.get(name), f"{self.place}: {name}")
        return tuple(
            (plain_text(key, inner.place), plain_text(value, inner.place)) for key, value in inner.values.items()
        )

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(plain_text(item, f"{self.place}: {name}") for item in self._list(name))

    def items(self, name: str) -> list["Fields"]:
        """A list of mappings, each knowing its number."""
        return [Fields(item, f"{self.place}: {name}[{number}]") for number, item in enumerate(self._list(name))]

    def _list(self, name: str) -> Sequence[object]:
        value = self.values.get(name)
        if value is None:
            return ()
        if isinstance(value, Sequence) and not isinstance(value, str):
            return value
        raise FieldError(f"{self.place}: {name}: a list was expected")


def plain_text(value: object, place: str) -> str:
    """A scalar as go-yaml gives it to a string field."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    raise FieldError(f"{place}: a text was expected")
