"""The one door to PyYAML for reading: text to nodes, with limits that hold while parsing."""

from dataclasses import dataclass

import yaml

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML built without libyaml
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

PLAIN = "plain"
"""Tag of a scalar without quotes or explicit tag."""
QUOTED = "text"
"""Tag of a scalar in quotes or in block form."""
UNTAGGED = ""
"""Tag of a collection without explicit tag."""

DEEPEST = 64
MOST_NODES = 100_000


class TooDeepError(Exception):
    """Collections nest deeper than `DEEPEST`; holds the mark of the first that does."""

    def __init__(self, mark: yaml.Mark) -> None:
        super().__init__("too deep")
        self.mark = mark


class TooManyError(Exception):
    """More values than allowed; holds the mark of the collection that goes over."""

    def __init__(self, mark: yaml.Mark) -> None:
        super().__init__("too many")
        self.mark = mark


class _Composer(_Loader):
    """PyYAML's composer with its YAML 1.1 typing taken out; its hooks count depth and nodes instead."""

    depth = 0
    nodes = 0
    most = MOST_NODES

    def resolve(self, kind: type[yaml.Node], _value: object, implicit: object) -> str:
        """Only what the syntax says: quoted or not. An explicit tag never comes here."""
        if kind is yaml.ScalarNode:
            return PLAIN if implicit[0] else QUOTED  # type: ignore[index]
        return UNTAGGED

    def descend_resolver(self, current_node: yaml.Node | None, _index: object) -> None:
        """Called for each node before its content is read."""
        self.depth += 1
        self.nodes += 1
        if current_node is not None:
            if self.depth > DEEPEST:
                raise TooDeepError(current_node.start_mark)
            if self.nodes > self.most:
                raise TooManyError(current_node.start_mark)

    def ascend_resolver(self) -> None:
        """Called for each node after its content was read."""
        self.depth -= 1


@dataclass(frozen=True, slots=True)
class Composed:
    """The first document of a text (None where there is none) and line and column (from 0) of the second, if any."""

    root: yaml.Node | None
    second: tuple[int, int] | None


def compose(text: str, most: int = MOST_NODES) -> Composed:
    """The nodes of the first document, at most `most`. Raises `yaml.YAMLError`, `TooDeepError` or `TooManyError`."""
    loader = _Composer(text)
    loader.most = most
    try:
        if not loader.check_node():
            return Composed(None, None)
        root = loader.get_node()
        return Composed(root, _start_of_another(loader))
    finally:
        loader.dispose()


def _start_of_another(loader: _Composer) -> tuple[int, int] | None:
    try:
        event = loader.peek_event() if loader.check_node() else None
        mark = None if event is None else event.start_mark
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
    return None if mark is None else (mark.line, mark.column)


def last_quoted(text: str) -> tuple[yaml.Mark, yaml.Mark] | None:
    """Start and end of the last quoted text that runs over a line break before the scanner gives up."""
    found = None
    try:
        for token in yaml.scan(text, Loader=_Composer):
            if isinstance(token, yaml.ScalarToken) and token.style in {'"', "'"}:
                found = (token.start_mark, token.end_mark) if token.end_mark.line > token.start_mark.line else None
    except yaml.YAMLError:
        return found
    return found
