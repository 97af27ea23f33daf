"""YAML that is no spec (catalogue entries, other tools' files) as plain data, fast, without places."""

from dataclasses import dataclass

import yaml

from slogen.diagnostics.model import Code, Diagnostic, Span
from slogen.source import codes
from slogen.source.compose import PLAIN, QUOTED
from slogen.source.convert import Data, weigh
from slogen.source.places import span_of
from slogen.source.read import composed_or_finding, decoded
from slogen.source.scalars import typed

_MOST_NODES = 5_000_000


@dataclass(frozen=True, slots=True)
class Plain:
    """The data of the first document (None where there is none), and why there is none if it cannot be read."""

    data: Data
    problem: Diagnostic | None


def load_plain(text: str | bytes, name: str = "<text>") -> Plain:
    """The first document with scalars typed as YAML 1.2 core; merge keys are merged, explicit tags ignored.

    Numbers may be infinite or NaN. Keys are always text. A duplicate key is a problem. For files whose reader is Go,
    where a scalar's type depends on the field it goes to, `go_yaml` keeps the text instead.
    """
    content = decoded(text, name) if isinstance(text, bytes) else text
    if isinstance(content, Diagnostic):
        return Plain(None, content)
    content = content.removeprefix("\ufeff")
    if not content.isascii():
        content = content.encode("utf-8", "replace").decode("utf-8")
    composed = composed_or_finding(content, name, _MOST_NODES)
    if isinstance(composed, Diagnostic) or composed.root is None:
        return Plain(None, composed if isinstance(composed, Diagnostic) else None)
    heavy = weigh(name, composed.root, _MOST_NODES) if "&" in content else None
    if heavy is not None:
        return Plain(None, heavy)
    try:
        return Plain(_Plain(name).data(composed.root), None)
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

    def data(self, node: yaml.Node) -> Data:
        if isinstance(node, yaml.ScalarNode):
            return typed(node.value) if node.tag == PLAIN else str(node.value)
        if isinstance(node, yaml.SequenceNode):
            return [self.data(item) for item in node.value]
        return self._mapping(node)

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
        return _RefusedError(Diagnostic(code, message, span, None))
