"""Reads a `/metrics` page that somebody saved anywhere, within bounds, and indexes it by name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from slogen.catalogue.sample import Page, PageSeries, parse_page
from slogen.diagnostics.model import Diagnostic
from slogen.source.codes import TOO_LARGE
from slogen.source.read import contents, decoded

LARGEST = 8 * 1024 * 1024
"""Bytes of a page: it becomes a file of the project, and one server's page has some hundred kilobytes."""
_MOST_FINDINGS = 5


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page that reads cleanly: `file` as the user typed it, its bytes, and what is on it by name."""

    file: str
    content: bytes
    series: Mapping[str, tuple[PageSeries, ...]]
    labels: Mapping[str, frozenset[str]]
    """The labels that series of a name carry; a name that has only a TYPE line is not here."""
    types: Mapping[str, str]
    """What TYPE lines say, by the name in them."""

    def reduced(self, metrics: Iterable[str], names: frozenset[str]) -> Page:
        """The page with only the series called `names`, and the types of these `metrics`."""
        chosen = tuple(one for name in sorted(names) for one in self.series.get(name, ()))
        stems = {stem for metric in metrics for stem in (metric, metric.removesuffix("_total"))}
        types = tuple((stem, self.types[stem]) for stem in sorted(stems) if stem in self.types)
        return Page(self.file, types, chosen)


def read_saved(path: Path) -> SavedPage | tuple[Diagnostic, ...]:
    """The page in a file, or what is wrong with it (the first findings, where every line is no line of a page)."""
    name = path.as_posix()
    content = contents(path, name, LARGEST)
    if isinstance(content, Diagnostic):
        hint = "keep the lines of the servers that matter, comments included" if content.code == TOO_LARGE else None
        return (replace(content, hint=hint or content.hint),)
    text = decoded(content, name)
    if isinstance(text, Diagnostic):
        return (text,)
    page, findings = parse_page(text, name)
    return tuple(findings[:_MOST_FINDINGS]) if findings else indexed(page, content)


def indexed(page: Page, content: bytes) -> SavedPage:
    """A page with its series by name."""
    series: dict[str, list[PageSeries]] = {}
    labels: dict[str, set[str]] = {}
    for one in page.series:
        series.setdefault(one.name, []).append(one)
        labels.setdefault(one.name, set()).update(label for label, _ in one.labels)
    grouped = {name: tuple(members) for name, members in series.items()}
    carried = {name: frozenset(found) for name, found in labels.items()}
    return SavedPage(page.file, content, grouped, carried, dict(page.types))
