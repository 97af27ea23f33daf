"""YAML as Go's reader hands it to Alertmanager: scalars keep their text; changes with where YAML is read."""

from collections.abc import Mapping
from dataclasses import dataclass

import yaml

from slogen.diagnostics.model import Span


@dataclass(frozen=True, slots=True)
class Scalar:
    """Text as written; `plain` without quotes, so that `true` may be a boolean and `~` nothing."""

    text: str
    plain: bool
    span: Span

    @property
    def null(self) -> bool:
        """Whether it is YAML's nothing."""
        return self.plain and self.text in {"", "~", "null", "Null", "NULL"}


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple["Node", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping; `keys` holds where each key stands, `repeated` the second places of keys that occur twice."""

    fields: Mapping[str, "Node"]
    keys: Mapping[str, Span]
    repeated: tuple[tuple[str, Span], ...]
    span: Span


Node = Scalar | Items | Fields


class NotYamlError(ValueError):
    """Text that is no YAML; `span` says where."""

    def __init__(self, problem: str, span: Span) -> None:
        super().__init__(problem)
        self.span = span


def read(text: str, file: str) -> Node:
    """The first document of a YAML text; an empty text is a null scalar. Raises NotYamlError."""
    loader = yaml.CSafeLoader(text)
    try:
        root = loader.get_node() if loader.check_node() else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise NotYamlError(error.problem or "no YAML", Span(file, line, column, line, column + 1)) from error
    finally:
        loader.dispose()
    return Scalar("", True, Span(file, 1, 1, 1, 1)) if root is None else _node(root, file)


def _span(node: yaml.Node, file: str) -> Span:
    start, end = node.start_mark, node.end_mark
    return Span(file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)


def _node(node: yaml.Node, file: str) -> Node:
    match node:
        case yaml.ScalarNode():
            return Scalar(node.value, not node.style, _span(node, file))
        case yaml.SequenceNode():
            return Items(tuple(_node(item, file) for item in node.value), _span(node, file))
        case yaml.MappingNode():
            return _fields(node, file)
        case _:
            raise NotYamlError("neither text nor list nor mapping", _span(node, file))


def _fields(node: yaml.MappingNode, file: str) -> Fields:
    fields: dict[str, Node] = {}
    keys: dict[str, Span] = {}
    repeated: list[tuple[str, Span]] = []
    for key, value in node.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        if name in fields:
            repeated.append((name, _span(key, file)))
            continue
        fields[name] = _node(value, file)
        keys[name] = _span(key, file)
    return Fields(fields, keys, tuple(repeated), _span(node, file))
