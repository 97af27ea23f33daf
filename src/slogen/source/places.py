"""Where each value of a document stands in its file; changes with the kinds of place a finding can point at."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import yaml

from slogen.diagnostics.model import Span
from slogen.source.compose import compose

Path = tuple[str | int, ...]
"""Keys and list indices from the top of a document."""


def span_of(file: str, node: yaml.Node) -> Span:
    """The stretch of a node; marks of the parser count from zero, spans from one."""
    start, end = node.start_mark, node.end_mark
    return Span(file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)


@dataclass(frozen=True, slots=True)
class Place:
    """A value in a file: where its key stands (None for list items and the top) and where it stands itself.

    `order` counts the values before it; what a collection holds follows it directly.
    """

    key: Span | None
    value: Span
    scalar: bool
    order: int

    @property
    def pointed(self) -> Span:
        """Where to point for something that is missing in this value: its key, or a single value itself."""
        return self.value if self.scalar or self.key is None else self.key


class Places:
    """Finds the place of a key or value by its path, from the nodes that a text was read to."""

    __slots__ = ("_places", "_root", "file")

    def __init__(self, file: str, root: yaml.Node | None) -> None:
        self.file = file
        self._root = root
        self._places: dict[Path, Place] | None = None

    def key(self, path: Path) -> Span | None:
        """The place of the key that leads to `path`; None for list items, the top, and what is not in the file."""
        place = self._found().get(path)
        return None if place is None else place.key

    def value(self, path: Path) -> Span | None:
        """The place of the value at `path`; None for what is not in the file."""
        place = self._found().get(path)
        return None if place is None else place.value

    def nearest(self, path: Path) -> Span:
        """The place of the value at `path`, or of the nearest thing around it that is in the file.

        Steps that the file does not have are passed over: a short form (`events: helpful`) stands for the path of its
        long form (`events`, `of`).
        """
        found = self.written(path)
        place = self._found()[found]
        if not found and path:
            return self.top()
        return place.value if path[-1:] == found[-1:] else place.pointed

    def written(self, path: Path) -> Path:
        """As much of `path` as is in the file, steps that the file does not have passed over."""
        places = self._found()
        found: Path = ()
        for step in path:
            if (*found, step) in places:
                found = (*found, step)
        return found

    def below(self, path: Path) -> Iterator[tuple[str, Span]]:
        """Every value under `path` with its dotted path from there, in the order of the file."""
        places, depth = self._found(), len(path)
        if path not in places:
            return
        for at, place in islice(places.items(), places[path].order + 1, None):
            if at[:depth] != path:
                return
            yield ".".join(map(str, at[depth:])), place.value

    def top(self) -> Span:
        """The beginning of the document, without extent."""
        start = self._found()[()].value
        return Span(self.file, start.line, start.column, start.line, start.column)

    def _found(self) -> dict[Path, Place]:
        if self._places is None:
            self._places = {}
            if self._root is not None:
                _collect(self.file, self._root, None, (), self._places)
            self._root = None  # nodes are larger than what is kept of them
        return self._places


def places(file: str, text: str) -> Places:
    """The places of a text that can be read without a fatal finding."""
    return Places(file, compose(text).root)


def _collect(file: str, node: yaml.Node, key: Span | None, path: Path, found: dict[Path, Place]) -> None:
    """Every value of a node by its path, in the order of the file; of a key that is written twice the first."""
    found[path] = Place(key, span_of(file, node), isinstance(node, yaml.ScalarNode), len(found))
    if isinstance(node, yaml.SequenceNode):
        for position, item in enumerate(node.value):
            _collect(file, item, None, (*path, position), found)
    elif isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if isinstance(name, yaml.ScalarNode) and (below := (*path, name.value)) not in found:
                _collect(file, value, span_of(file, name), below, found)
