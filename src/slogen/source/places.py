"""Where each value of a document stands in its file; changes with the kinds of place a finding can point at."""

from dataclasses import dataclass, field

import yaml

from slogen.diagnostics.model import Span

Path = tuple[str | int, ...]
"""Keys and list indices from the top of a document."""


def span_of(file: str, node: yaml.Node) -> Span:
    """The stretch of a node; a block that runs to the next line ends where its first line can be shown."""
    return span_between(file, node.start_mark, node.end_mark)


def span_between(file: str, start: yaml.Mark, end: yaml.Mark) -> Span:
    """The stretch between two marks of the parser, which count from zero."""
    return Span(file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Finds the place of a key or value by its path; looks only when asked, so that a clean file costs nothing."""

    file: str
    root: yaml.Node
    index: dict[int, dict[str | int, tuple[yaml.Node | None, yaml.Node]]] = field(default_factory=dict, repr=False)
    """Children by node, filled as lookups pass."""

    def key(self, path: Path) -> Span | None:
        """The place of the key that leads to `path`; None for list items, the top, and what is not in the file."""
        found = self._find(path)
        return None if found is None or found[0] is None else span_of(self.file, found[0])

    def value(self, path: Path) -> Span | None:
        """The place of the value at `path`; None for what is not in the file."""
        found = self._find(path)
        return None if found is None else span_of(self.file, found[1])

    def nearest(self, path: Path) -> Span:
        """The place of the value at `path`, or of the key of the nearest mapping around it that is in the file."""
        exact = self.value(path)
        if exact is not None:
            return exact
        while path:
            path = path[:-1]
            around = self.key(path) or self.value(path)
            if around is not None and path:
                return around
        return self.top()

    def top(self) -> Span:
        """The beginning of the document."""
        start = self.root.start_mark
        return Span(self.file, start.line + 1, start.column + 1, start.line + 1, start.column + 1)

    def _find(self, path: Path) -> tuple[yaml.Node | None, yaml.Node] | None:
        key: yaml.Node | None = None
        node = self.root
        for step in path:
            found = self._children(node).get(step)
            if found is None:
                return None
            key, node = found
        return key, node

    def _children(self, node: yaml.Node) -> dict[str | int, tuple[yaml.Node | None, yaml.Node]]:
        known = self.index.get(id(node))
        if known is None:
            known = self.index[id(node)] = _by_step(node)
        return known


def _by_step(node: yaml.Node) -> dict[str | int, tuple[yaml.Node | None, yaml.Node]]:
    if isinstance(node, yaml.SequenceNode):
        return {position: (None, item) for position, item in enumerate(node.value)}
    if not isinstance(node, yaml.MappingNode):
        return {}
    made: dict[str | int, tuple[yaml.Node | None, yaml.Node]] = {}
    for key, value in node.value:
        if isinstance(key, yaml.ScalarNode):
            made.setdefault(key.value, (key, value))
    return made
