"""Strict reading of YAML mappings the way go-yaml fills a struct; shared by rule files and test files."""

from collections.abc import Sequence

from slogen.diagnostics.model import Span
from slogen.gotemplate.values import GoError
from slogen.replay.template_functions import parse_duration
from slogen.source import go_yaml
from slogen.source.go_yaml import Items, Node, NotYamlError, Scalar

Pairs = tuple[tuple[str, str], ...]


class FieldError(Exception):
    """The file is not what the server or promtool would accept; `span` says where."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.message = message
        self.span = span


class Fields:
    """One mapping of a file: its values by key, each read as the type that a field has."""

    def __init__(self, node: Node) -> None:
        if isinstance(node, Scalar) and node.null:
            self.span = node.span
            self.values: dict[str, Node] = {}
            self.keys: dict[str, Span] = {}
            return
        if not isinstance(node, go_yaml.Fields):
            raise FieldError("a mapping was expected", node.span)
        if node.repeated:
            name, span = node.repeated[0]
            raise FieldError(f'mapping key "{name}" already defined', span)
        self.span = node.span
        self.values = dict(node.fields)
        self.keys = dict(node.keys)

    @classmethod
    def of_text(cls, text: str, file: str) -> "Fields":
        """The mapping that a whole file is; raises FieldError where it is no YAML."""
        try:
            return cls(go_yaml.read(text, file))
        except NotYamlError as error:
            raise FieldError(str(error), error.span) from None

    def at(self, name: str) -> Span:
        """Where the value of a key stands, or the mapping where it has none."""
        node = self.values.get(name)
        return self.span if node is None else node.span

    def known(self, *names: str) -> None:
        """Refuses any other key."""
        for key in self.values:
            if key not in names:
                raise FieldError(f"field {key} not found", self.keys[key])

    def has(self, name: str) -> bool:
        """Whether a key has a value that is not null."""
        node = self.values.get(name)
        return node is not None and not (isinstance(node, Scalar) and node.null)

    def text(self, name: str) -> str:
        """A scalar as it was written, empty where it is missing."""
        return _text(self.values[name]) if self.has(name) else ""

    def duration(self, name: str) -> int:
        """A Prometheus duration in ms, zero where it is missing."""
        if not self.has(name):
            return 0
        try:
            return round(parse_duration(self.text(name)) * 1000)
        except GoError as error:
            raise FieldError(f"{name}: {error}", self.at(name)) from None

    def number(self, name: str) -> float:
        """A number, zero where it is missing; `NaN` and `.inf` may be written as words."""
        if not self.has(name):
            return 0.0
        try:
            return float(self.text(name).replace("_", "?").removeprefix("."))
        except ValueError:
            raise FieldError(f"{name}: a number was expected", self.at(name)) from None

    def whole(self, name: str) -> int:
        """A whole number, zero where it is missing."""
        text = self.text(name) or "0"
        if text.removeprefix("-").isascii() and text.removeprefix("-").isdigit() and len(text) <= 18:
            return int(text)
        raise FieldError(f"{name}: a whole number was expected", self.at(name))

    def flag(self, name: str) -> bool:
        """A boolean, false where it is missing."""
        text = self.text(name).lower()
        if text in {"", "false", "no", "off", "n"}:
            return False
        if text in {"true", "yes", "on", "y"}:
            return True
        raise FieldError(f"{name}: true or false was expected", self.at(name))

    def pairs(self, name: str) -> Pairs:
        """A mapping of texts, in the order of the file."""
        if not self.has(name):
            return ()
        return tuple((key, _text(node)) for key, node in Fields(self.values[name]).values.items())

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(_text(item) for item in self._list(name))

    def items(self, name: str) -> list["Fields"]:
        """A list of mappings."""
        return [Fields(item) for item in self._list(name)]

    def _list(self, name: str) -> Sequence[Node]:
        if not self.has(name):
            return ()
        node = self.values[name]
        if isinstance(node, Items):
            return node.items
        raise FieldError(f"{name}: a list was expected", node.span)


def _text(node: Node) -> str:
    if isinstance(node, Scalar):
        return "" if node.null else node.text
    raise FieldError("a text was expected", node.span)
