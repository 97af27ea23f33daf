"""A source with everything that is known of it: the one value that all lowering of measurements reads."""

from dataclasses import dataclass
from typing import Literal

from slogen.catalogue.model import Entry, Metric, family
from slogen.catalogue.sample import Page
from slogen.ir.where import Where
from slogen.promql.ast import Matcher
from slogen.spec.sources import Source as SpecSource


@dataclass(frozen=True, slots=True)
class ResolvedSource:
    """A source with everything that is known of it.

    `select` are the user's matchers; `entry` is the catalogue's knowledge, `page` the saved page. `written` holds the
    metrics that the spec names itself. `cadence` is how often its numbers are renewed, ms.
    """

    name: str
    written: SpecSource
    entry: Entry | None
    page: Page | None
    select: tuple[Matcher, ...]
    cadence: int
    where: Where
    exported: frozenset[str]
    """Every label that the exporter puts on any series; others can only come from scraping."""

    @property
    def verified(self) -> Literal["sample", "catalogue", "none"]:
        """What confirms its names."""
        if self.page is not None:
            return "sample"
        return "catalogue" if self.entry is not None else "none"

    def metric(self, series: str) -> Metric | None:
        """What the catalogue knows of the metric that a series name belongs to."""
        if self.entry is None:
            return None
        name = family(self.entry.metrics, series)
        return None if name is None else self.entry.metrics[name]

    def labels(self, series: str) -> frozenset[str] | None:
        """The labels that the exporter puts on a series; None where nobody knows."""
        known = self.metric(series)
        on_page = self.page.label_names(series) if self.page else frozenset()
        if known is None and not (self.page and self.page.of(series)):
            return None
        return frozenset(known.labels if known else ()) | on_page

    def values(self, series: str, label: str) -> tuple[str, ...]:
        """Known values of a label, those of the page first."""
        on_page = self.page.values(series, label) if self.page else ()
        known = self.metric(series)
        return tuple(dict.fromkeys((*on_page, *(known.values.get(label, ()) if known else ()))))


def exported_labels(entry: Entry | None, page: Page | None) -> frozenset[str]:
    """Every label that an exporter is known, or was seen, to put on any of its series."""
    known = {label for metric in entry.metrics.values() for label in metric.labels} if entry else set()
    return frozenset(known | ({label for one in page.series for label, _ in one.labels} if page else set()))
