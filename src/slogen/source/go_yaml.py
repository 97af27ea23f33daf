"""YAML as Go's reader gives it to Alertmanager and Prometheus: scalars keep their text; changes if it does.

Go decodes a plain `yes` or `17:00` into a string field as it is written, so typing the document first would lose it.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml

from slogen.diagnostics.model import Span
from slogen.source.compose import MOST_NODES, PLAIN, TooDeepError, TooManyError, compose
from slogen.source.places import span_of


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
    """Text that is no YAML, or too much of it; `span` says where."""

    def __init__(self, problem: str, span: Span) -> None:
        super().__init__(problem)
        self.span = span


def read(text: str, file: str) -> Node:
    """The first document of a YAML text; an empty text is a null scalar. Raises NotYamlError."""
    try:
        root = compose(text).root
    except yaml.MarkedYAMLError as error:
        raise NotYamlError(error.problem or "cannot be read", _at(file, error.problem_mark)) from error
    except (TooDeepError, TooManyError) as error:
        raise NotYamlError(str(error), _at(file, error.mark)) from error
    except yaml.YAMLError as error:
        raise NotYamlError("holds characters that YAML does not allow", _at(file, None)) from error
    if root is None:
        return Scalar("", True, _at(file, None))
    if _size(root, {}) > MOST_NODES:
        raise NotYamlError("its aliases stand for too many values", span_of(file, root))
    return _node(root, file)


def _size(node: yaml.Node, known: dict[int, float]) -> float:
    """How many values the node stands for once its aliases are followed; infinite where it holds itself."""
    if id(node) in known:
        return known[id(node)]
    known[id(node)] = math.inf
    children = node.value if isinstance(node, yaml.SequenceNode) else ()
    if isinstance(node, yaml.MappingNode):
        children = [part for pair in node.value for part in pair]
    known[id(node)] = 1 + sum(_size(child, known) for child in children)
    return known[id(node)]


def _at(file: str, mark: yaml.Mark | None) -> Span:
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return Span(file, line, column, line, column + 1)


def _node(node: yaml.Node, file: str) -> Node:
    match node:
        case yaml.ScalarNode():
            return Scalar(node.value, node.tag == PLAIN, span_of(file, node))
        case yaml.SequenceNode():
            return Items(tuple(_node(item, file) for item in node.value), span_of(file, node))
        case yaml.MappingNode():
            return _fields(node, file)
        case _:
            raise NotYamlError("neither text nor list nor mapping", span_of(file, node))


def _fields(node: yaml.MappingNode, file: str) -> Fields:
    fields: dict[str, Node] = {}
    keys: dict[str, Span] = {}
    repeated: list[tuple[str, Span]] = []
    merged: list[Fields] = []
    for key, value in node.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        if name == "<<" and key.tag == PLAIN:
            merged += _merged(value, file)
        elif name in fields:
            repeated.append((name, span_of(file, key)))
        else:
            fields[name] = _node(value, file)
            keys[name] = span_of(file, key)
    for other in merged:
        fields = {**other.fields, **fields}
        keys = {**other.keys, **keys}
    return Fields(fields, keys, tuple(repeated), span_of(file, node))


def _merged(value: yaml.Node, file: str) -> Iterator[Fields]:
    """The mappings that a merge key brings in; the first one named wins."""
    match _node(value, file):
        case Fields() as one:
            yield one
        case Items(items=several):
            yield from (item for item in several if isinstance(item, Fields))
        case Scalar():
            raise NotYamlError("map merge requires map or sequence of maps as the value", span_of(file, value))
