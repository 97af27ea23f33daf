"""Pages of a small project, replayed once for all tests that look at them, and pages as trees of elements."""

import functools
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from slogen.report.contents import Contents
from slogen.report.gather import Asked, Reported, reported
from tests.proofs.stories import TODAY, write

EVERYTHING = Asked(frozenset(), frozenset(), replayed=True, processes=1, series=20)
VOID = frozenset({"meta", "input", "br"})
SHAPES = frozenset({"path", "rect", "use"})
"""Elements of SVG that close themselves."""


@functools.cache
def told(*models: str, replayed: bool = True) -> Reported:
    """What there is to report of the small project, or of some of its models."""
    asked = Asked(frozenset(), frozenset(models), replayed, 1, 20)
    with tempfile.TemporaryDirectory() as folder:
        return reported(write(Path(folder)), TODAY, asked)


def contents(*models: str, replayed: bool = True) -> Contents:
    """The contents of the page about the small project."""
    found = told(*models, replayed=replayed).contents
    assert found is not None
    return found


@dataclass
class Element:
    """An element with its attributes, the elements in it and all text below it."""

    tag: str
    attributes: dict[str, str]
    children: list["Element"] = field(default_factory=list)
    text: str = ""

    def walk(self) -> Iterator["Element"]:
        """The element and all below it, in the order of the page."""
        yield self
        for child in self.children:
            yield from child.walk()

    def all(self, *tags: str) -> list["Element"]:
        """Every element of these kinds."""
        return [found for found in self.walk() if found.tag in tags]

    def kind(self, name: str) -> list["Element"]:
        """Every element of a class."""
        return [found for found in self.walk() if name in found.attributes.get("class", "").split()]


class Page(HTMLParser):
    """Reads a page into a tree; an element that is not closed where it should be is an error."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.root = Element("", {})
        self.open = [self.root]
        self.feed(text)
        self.close()
        assert [one.tag for one in self.open] == [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Opens an element."""
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"{tag} has an attribute twice: {names}"
        found = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(found)
        if tag not in VOID:
            self.open.append(found)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Only shapes close themselves."""
        assert tag in SHAPES, tag
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Closes the innermost element, which must be of that kind."""
        found = self.open.pop()
        assert found.tag == tag, f"{found.tag} {found.attributes} ends as {tag}"

    def handle_data(self, data: str) -> None:
        """Adds text to everything it stands in."""
        for element in self.open:
            element.text += data


def tree(text: str) -> Element:
    """The page as a tree."""
    return Page(text).root
