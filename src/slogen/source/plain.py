"""Other tools' YAML (rule files, alertmanager.yaml) read fast, as their own reader (go-yaml) reads it."""

from dataclasses import dataclass

import yaml

from slogen.diagnostics.model import Code, Diagnostic, Span
from slogen.source import codes
from slogen.source.compose import PLAIN, QUOTED
from slogen.source.convert import Data, weigh
from slogen.source.places import span_of
from slogen.source.read import composed_or_finding, decoded
from slogen.source.scalars import YAML_1_1_BOOLEANS, typed

_MOST_NODES = 5_000_000
_TRUE = frozenset(word for word in YAML_1_1_BOOLEANS if word.lower() in {"y", "yes", "on"})


@dataclass(frozen=True, slots=True)
class Plain:
    """The data of the first document (None where there is none), and why there is none if it cannot be read."""

    data: Data
    problem: Diagnostic | None


def load_plain(text: str | bytes, name: str = "<text>") -> Plain:
    """The first document with scalars typed as YAML 1.2 core; merge keys are merged, explicit tags ignored.

    Numbers may be infinite or NaN. Keys are always text. A duplicate key is a problem, as it is to go-yaml.
    """
    return _loaded(text, name, as_text=False)


def load_text(text: str | bytes, name: str = "<text>") -> Plain:
    """The same with every scalar as the text that stands there (`yes` stays `yes`, `0x1F` stays `0x1F`), null as None.

    This is what go-yaml gives a field that is a Go string, whatever the text looks like.
    """
    return _loaded(text, name, as_text=True)


def go_boolean(text: str) -> bool | None:
    """What go-yaml makes of this text in a Go bool field; None where it refuses it."""
    if text in YAML_1_1_BOOLEANS:
        return text in _TRUE
    value = typed(text)
    return value if isinstance(value, bool) else None


def _loaded(text: str | bytes, name: str, *, as_text: bool) -> Plain:
    content = decoded(text, name) if isinstance(text, bytes) else text
    if isinstance(content, Diagnostic):
        return Plain(None, content)
    content = content.removeprefix("\ufeff")
    if not content.isascii():
        content = content.encode("utf-8", "replace").decode("utf-8")
    composed = composed_or_finding(content, name, _MOST_NODES)
    if isinstance(composed, Diagnostic):
        return Plain(None, composed)
    if composed.root is None:
        return Plain(None, None)
    heavy = weigh(name, composed.root, _MOST_NODES) if "&" in content else None
    if heavy is not None:
        return Plain(None, heavy)
    try:
        return Plain(_Plain(name, as_text).data(composed.root), None)
    except _RefusedError as refused:
        return Plain(None, refused.diagnostic)


class _RefusedError(Exception):
    """Carries the finding out of the recursion."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


@dataclass(frozen=True, slots=True)
class _Plain:
    """Converts nodes without keeping places."""

    name: str
    as_text: bool

    def data(self, node: yaml.Node) -> Data:
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.data(item) for item in node.value]
        return self._mapping(node)

    def _scalar(self, node: yaml.ScalarNode) -> Data:
        text: str = node.value
        if node.tag != PLAIN:
            return text
        value = typed(text)
        return value if value is None or not self.as_text else text

    def _mapping(self, node: yaml.Node) -> dict[str, Data]:
        made: dict[str, Data] = {}
        merged: dict[str, Data] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self._refused(codes.KEY_NOT_TEXT, key, "a key must be a name")
            if key.value == "<<" and key.tag != QUOTED:
                merged = {**self._merged(value), **merged}
            elif key.value in made:
                raise self._refused(codes.DUPLICATE_KEY, key, f"the key `{key.value[:60]}` stands here twice")
            else:
                made[key.value] = self.data(value)
        return {**merged, **made} if merged else made

    def _merged(self, node: yaml.Node) -> dict[str, Data]:
        value = self.data(node)
        merged: dict[str, Data] = {}
        for part in reversed(value if isinstance(value, list) else [value]):
            if not isinstance(part, dict):
                raise self._refused(codes.MERGE_KEY, node, "only mappings can be merged")
            merged.update(part)
        return merged

    def _refused(self, code: Code, node: yaml.Node, message: str) -> _RefusedError:
        span: Span = span_of(self.name, node)
        return _RefusedError(Diagnostic(code, message, span, "mend the file with the tool that wrote it"))
