"""Typed reading of a YAML tree that notes every problem with its place; changes with how problems are reported."""

from collections.abc import Iterator
from dataclasses import dataclass

from slogen.diagnostics.model import Code, Diagnostic, Severity, Span
from slogen.source.go_yaml import Fields, Items, Node, Scalar

REFUSED = Code(
    id="SLO700",
    slug="alertmanager-refuses",
    severity=Severity.ERROR,
    title="Alertmanager would refuse this configuration",
    explanation=(
        "The file is read as Alertmanager reads it: unknown and repeated keys, receivers that do not exist, malformed "
        "matchers, durations and times make it refuse the whole file and keep running with the old one, so that every "
        "team's changes wait for one team's mistake. Mend the place the message points at; `amtool check-config` "
        "reports the same problem, one at a time."
    ),
)

_TRUE = frozenset({"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"})
_FALSE = frozenset({"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"})


@dataclass(frozen=True, slots=True)
class Reader:
    """Collects what is wrong with one file while it is read."""

    problems: list[Diagnostic]
    code: Code = REFUSED

    def refuse(self, span: Span, message: str, hint: str | None = None) -> None:
        """Note that this cannot be, which for a configuration means that Alertmanager would not load it."""
        self.problems.append(Diagnostic(self.code, message, span, hint))

    def fields(self, node: Node | None, what: str) -> Fields | None:
        """The node as a mapping; nothing at all is None without complaint."""
        match node:
            case Fields():
                return node
            case None:
                return None
            case Scalar() if node.null:
                return None
            case _:
                self.refuse(node.span, f"{what} must be a mapping")
                return None

    def items(self, parent: Fields, name: str) -> Iterator[Node]:
        """The items of a list under `name`; an absent or null list has none."""
        match parent.fields.get(name):
            case Items(items=items):
                yield from items
            case None:
                return
            case Scalar(null=True):
                return
            case other:
                self.refuse(other.span, f"{name} must be a list")

    def text(self, parent: Fields, name: str) -> str:
        """The text under `name`, whatever YAML thinks it is; absent and null are empty."""
        node = parent.fields.get(name)
        return "" if node is None else self.scalar(node, name)

    def scalar(self, node: Node, what: str) -> str:
        """The text of a node; a list or mapping is a problem and empty."""
        if isinstance(node, Scalar):
            return "" if node.null else node.text
        self.refuse(node.span, f"{what} must be text")
        return ""

    def texts(self, parent: Fields, name: str) -> tuple[str, ...]:
        """The texts of a list."""
        return tuple(self.scalar(item, f"an item of {name}") for item in self.items(parent, name))

    def boolean(self, parent: Fields, name: str, default: bool) -> bool:
        """A boolean in any of YAML 1.1's words; quotes make a word of it, which is no boolean."""
        node = parent.fields.get(name)
        match node:
            case None:
                return default
            case Scalar(null=True):
                return default
            case Scalar(plain=True, text=text) if text in _TRUE | _FALSE:
                return text in _TRUE
            case _:
                self.refuse(node.span, f"{name} must be true or false")
                return default
