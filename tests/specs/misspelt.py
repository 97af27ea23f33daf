"""Where a spec names something of a server, and the same text with one such name misspelt."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from slogen.source.places import Path, Places

SELECTORS = frozenset({"select", "where", "canary", "control"})
"""Mappings from a label to what it must be."""
NAMES = frozenset({"template", "metric", "counter", "measure", "quantity", "resource", "check"})
SIDES = frozenset({"bad", "good", "total"})
"""Counters of events by their metric alone, or PromQL of one's own."""
SCRAPED = frozenset({"job"})
"""Labels that scraping adds: no saved page has them, so that only their names can be checked."""
BOUNDS = {"within": ("latency", "jobs"), "score_above": ("confidence",), "bins": ("score_distribution",)}
"""Thresholds that must be bucket bounds, and where."""
WORDS = re.compile(r"""(?P<metric>[a-z_:][a-z0-9_:]{3,})(?=\{|\[)|(?P<label>\w{3,})(?=!?=)|\\"(?P<value>\w+)\\\"""")
"""What PromQL in double quotes names."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A name at a line and column (from 1) that ends before `end`; `hint` is what the finding must offer instead."""

    path: Path
    kind: str
    line: int
    column: int
    end: int
    hint: str
    wrong: str

    def applied(self, text: str) -> str:
        """The text with this name misspelt."""
        lines = text.splitlines(keepends=True)
        old = lines[self.line - 1]
        lines[self.line - 1] = old[: self.column - 1] + self.wrong + old[self.end - 1 :]
        return "".join(lines)


def spots(data: Any, places: Places, text: str) -> Iterator[Spot]:
    """Every place of a spec that names a metric, a label, a label's value, a measure or a bucket bound."""
    lines = text.splitlines()
    for path, kind in _named(data, ()):
        yield from _spot(path, kind, places, lines)


def _named(node: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _named(item, (*path, index))
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        here = (*path, key)
        found = list(_kinds(here, value))
        yield from found or _named(value, here)


def _kinds(path: Path, value: Any) -> Iterator[tuple[Path, str]]:
    """What a key and its value name, if anything."""
    key, above = path[-1], path[-2] if len(path) > 1 else ""
    match value:
        case dict() if key in SELECTORS and "of" not in value:
            for label, wanted in value.items():
                yield (*path, label), "label"
                if isinstance(wanted, str) and label not in SCRAPED:
                    yield (*path, label), "value"
                if isinstance(wanted, dict) and "matches" in wanted:
                    yield (*path, label, "matches"), "pattern"
        case dict() if key == "slices":
            yield (*path, "by"), "value"
            yield from (((*path, "values", index), "value") for index in range(len(value["values"])))
        case list() if key in {"features", "bins"}:
            yield from (((*path, index), "bound" if key == "bins" else "value") for index in range(len(value)))
        case str() if key in SIDES and "(" in value:
            yield path, "promql"
        case str() if key in NAMES | SIDES or (key == "of" and "." in value):
            yield path, "value"
        case _ if above in BOUNDS.get(str(key), ()):
            yield path, "bound"


def _spot(path: Path, kind: str, places: Places, lines: list[str]) -> Iterator[Spot]:
    span = places.key(path) if kind == "label" else places.value(path)
    assert span is not None
    assert span.line == span.end_line
    text = lines[span.line - 1][span.column - 1 : span.end_column - 1]
    if kind == "promql":
        for found in WORDS.finditer(text):
            word, start = found[found.lastgroup or 0], span.column + found.start(found.lastgroup or 0)
            end = start + len(word)
            yield Spot(path, f"promql-{found.lastgroup}-{found.start()}", span.line, start, end, word, _shorter(word))
    elif kind == "pattern":
        [word] = re.findall(r"[A-Za-z_]{2,}", text)
        yield Spot(path, kind, span.line, span.column, span.end_column, word, _shorter(text))
    elif kind == "bound":
        yield Spot(path, kind, span.line, span.column, span.end_column, "nearest bounds", _off(text))
    else:
        words = re.findall(r"[A-Za-z_]{2,}", text)
        hint = words[-1] if "." in text else text.strip('"').strip("'")
        yield Spot(path, kind, span.line, span.column, span.end_column, hint, _shorter(text))


def _shorter(text: str) -> str:
    """The text with the last letter of its last long word lost."""
    word = re.findall(r"[A-Za-z_]{2,}", text)[-1]
    return text[::-1].replace(word[::-1], word[:-1][::-1], 1)[::-1]


def _off(text: str) -> str:
    """A threshold near to a bucket bound that is none itself."""
    number = re.match(r"[\d.]+", text)
    assert number is not None
    unit = text[number.end() :]
    return f"{float(number[0]) + 0.01:g}" if not unit else f"{int(number[0]) * 7 + 1}{unit}"


def alone(text: str, path: Path, places: Places, data: Any) -> str:
    """The text without objectives and alerts that the name at `path` has nothing to do with; lines stay where they are.

    Names in sources and signals concern all of them. A condition on slices needs the objective that declares them.
    """
    if path[0] not in {"slos", "alerts"}:
        return text
    kept = {(path[0], path[1])}
    if "parity" in data[path[0]][path[1]]:
        kept |= {("slos", name) for name in data["slos"]}
    lines = text.splitlines()
    for part in ("slos", "alerts", "overrides", "answers"):
        entries = [(part, name) for name in data.get(part, {})]
        for entry in [(part,)] if not kept & set(entries) else [e for e in entries if e not in kept]:
            _blank(entry, lines, places)
    return "\n".join(lines) + "\n"


def _blank(path: Path, lines: list[str], places: Places) -> None:
    """Makes comments of an entry's lines: its own and those below it that are further in."""
    key = places.key(path)
    if key is None:
        return
    number = key.line - 1
    while number == key.line - 1 or (number < len(lines) and lines[number].startswith((" " * key.column, "#"))):
        lines[number] = "#"
        number += 1
