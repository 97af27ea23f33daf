"""Where each value of a document stands in its file; changes with the kinds of place a finding can point at."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice

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
    """Finds the place of a key or value by its path.

    Made from a text that has been read without a fatal finding. The text is parsed again at the first question, because
    most files are never asked about and keeping every node of a thousand files is slower than parsing one file twice.
    """

    __slots__ = ("_places", "file", "text")

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
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
            root = compose(self.text).root
            self._places = {} if root is None else dict(_places(self.file, root, None, (), count()))
        return self._places


def _places(
    file: str, node: yaml.Node, key: yaml.Node | None, path: Path, order: Iterator[int]
) -> Iterator[tuple[Path, Place]]:
    key_span = None if key is None else span_of(file, key)
    yield path, Place(key_span, span_of(file, node), isinstance(node, yaml.ScalarNode), next(order))
    if isinstance(node, yaml.SequenceNode):
        for position, item in enumerate(node.value):
            yield from _places(file, item, None, (*path, position), order)
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for name, value in node.value:
            if isinstance(name, yaml.ScalarNode) and name.value not in seen:
                seen.add(name.value)
                yield from _places(file, value, name, (*path, name.value), order)
