"""Nodes to plain data: dict, list, str, int, float, bool, None, with every trap on the way named."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from slogen.diagnostics.model import Code, Diagnostic, Note
from slogen.source import codes
from slogen.source.compose import DEEPEST, MOST_NODES, PLAIN, QUOTED, UNTAGGED
from slogen.source.places import span_of
from slogen.source.scalars import YAML_1_1_BOOLEANS, Scalar, typed

Data = Scalar | list["Data"] | dict[str, "Data"]


@dataclass(slots=True)
class Converter:
    """Turns the nodes of one file into data; collects findings on the way.

    Of duplicate keys the first counts. An alias stands for the same object as its anchor, so memory stays small while
    `weigh` refuses what would be large when written out.
    """

    file: str
    findings: list[Diagnostic] = field(default_factory=list)
    anchored: dict[int, Data] = field(default_factory=dict)

    def data(self, node: yaml.Node) -> Data:
        """The data of a node that `weigh` has accepted."""
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        known = self.anchored.get(id(node))
        if known is not None:
            return known
        if node.tag != UNTAGGED:
            self._tag(node)
        made: Data = self._mapping(node) if isinstance(node, yaml.MappingNode) else [self.data(n) for n in node.value]
        self.anchored[id(node)] = made
        return made

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Data]:
        made: dict[str, Data] = {}
        seen: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or (not key.value and key.tag == PLAIN):
                hint = "put text that begins with { or [ in quotes"
                self._report(codes.KEY_NOT_TEXT, key, "a key must be a name", hint)
                continue
            if key.tag not in {PLAIN, QUOTED}:
                self._tag(key)
            name = key.value
            if name in seen:
                self._duplicate(seen[name], key)
                self.data(value)
                continue
            seen[name] = key
            if name == "<<" and key.tag == PLAIN:
                hint = "write the fields out, or use `defaults` in slogen.yaml"
                self._report(codes.MERGE_KEY, key, "YAML 1.2 has no merge key", hint)
            else:
                made[name] = self.data(value)
        return made

    def _scalar(self, node: yaml.ScalarNode) -> Scalar:
        text: str = node.value
        if node.tag != PLAIN:
            if node.tag != QUOTED:
                self._tag(node)
            return text
        if text in YAML_1_1_BOOLEANS and len(text) > 1:
            message = f"`{text}` is a word here, but a boolean to YAML 1.1 readers"
            self._report(codes.BOOLEAN_WORD, node, message, f'write "{text}" for the word, true or false for a boolean')
        value = typed(text)
        if isinstance(value, float) and not math.isfinite(value):
            self._not_a_number(node)
            return text
        return value

    def _not_a_number(self, node: yaml.ScalarNode) -> None:
        if node.value.lstrip("+-").lower() in {".inf", ".nan"}:
            self._report(
                codes.NOT_FINITE, node, f"`{node.value}` is no finite number", "write a number, or quote the word"
            )
        else:
            hint = "put it in quotes if it is a name"
            self._report(codes.HUGE_NUMBER, node, "this number is too long or too large to be exact", hint)

    def _tag(self, node: yaml.Node) -> None:
        short = node.tag.replace("tag:yaml.org,2002:", "!!")
        shown = short if len(short) <= 40 else short[:39] + "…"
        self._report(codes.TAG, node, f"the tag `{shown}` is not allowed", "remove it; quote a text that begins with !")

    def _duplicate(self, first: yaml.Node, key: yaml.ScalarNode) -> None:
        note = Note("first defined here", span_of(self.file, first))
        name = key.value if len(key.value) <= 60 else key.value[:59] + "…"
        self.findings.append(
            Diagnostic(
                codes.DUPLICATE_KEY,
                f"the key `{name}` stands here twice",
                span_of(self.file, key),
                "remove one of the two",
                (note,),
            )
        )

    def _report(self, code: Code, node: yaml.Node, message: str, hint: str) -> None:
        self.findings.append(Diagnostic(code, message, span_of(self.file, node), hint))


def weigh(file: str, root: yaml.Node, most: int = MOST_NODES) -> Diagnostic | None:
    """What is wrong with the aliases of a document, if anything; must pass before `Converter.data`."""
    weights: dict[int, tuple[int, int]] = {}
    pending: list[tuple[yaml.Node, bool]] = [(root, False)]
    open_nodes: set[int] = set()
    while pending:
        node, done = pending.pop()
        if done:
            open_nodes.discard(id(node))
            size, height = _measured(node, weights)
            weights[id(node)] = (size, height)
            if size > most:
                return _alias(codes.ALIASES_EXPLODE, file, node, f"written out, this has more than {most:,} values")
            if height > DEEPEST:
                return _alias(codes.TOO_DEEP, file, node, f"written out, this nests more than {DEEPEST} deep")
        elif id(node) in open_nodes:
            return _alias(codes.ALIAS_CYCLE, file, node, "this value contains itself")
        elif id(node) not in weights:
            open_nodes.add(id(node))
            pending.append((node, True))
            pending.extend((child, False) for child in _children(node))
    return None


def _measured(node: yaml.Node, weights: dict[int, tuple[int, int]]) -> tuple[int, int]:
    size, height = 1, 0
    for child in _children(node):
        child_size, child_height = weights[id(child)]
        size, height = size + child_size, max(height, child_height)
    return size, height + 1


def _children(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key
            yield value
    elif isinstance(node, yaml.SequenceNode):
        yield from node.value


def _alias(code: Code, file: str, node: yaml.Node, message: str) -> Diagnostic:
    return Diagnostic(code, message, span_of(file, node), "write the values out instead of using aliases")
