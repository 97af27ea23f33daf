"""Objectives and alerts that a source can carry, each with the reason for its numbers; the compiler judges them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from slogen.catalogue.model import Category, Drift, Entry, Level
from slogen.catalogue.sample import Page
from slogen.diagnostics.model import Span
from slogen.importers import observed
from slogen.importers.observed import Counts, Threshold
from slogen.importers.recognise import Recognised, levels_only
from slogen.ir.where import Where
from slogen.lower.source_facts import ResolvedSource, exported_labels
from slogen.lower.source_labels import spec_matchers
from slogen.lower.source_measures import event_pair, histogram
from slogen.promql.atoms import duration
from slogen.spec.sources import Source

FROM_OUTSIDE_IN: tuple[Category, ...] = (
    "mesh", "platform", "web", "llm", "model-server", "ml", "cloud", "feature-store", "pipeline", "stream", "gpu",
)  # fmt: skip
"""Where users are first: of several sources that measure the same, the one nearest to them is proposed."""

AVAILABILITY = Decimal("0.999")
LATENCY = Decimal("0.99")
JOBS = Decimal("0.99")
_DRIFTED: Mapping[str, tuple[str, str]] = {
    "psi": ("above", "0.2"),
    "ks_pvalue": ("below", "0.05"),
    "chi2_pvalue": ("below", "0.05"),
    "mmd_pvalue": ("below", "0.05"),
}
"""Thresholds by convention: PSI as credit scoring has it, p-values at the usual level; other tests are distances."""
_DISTANCE = ("above", "0.1")
_NOWHERE = Where(Span("", 1, 1, 1, 1), ())


@dataclass(frozen=True, slots=True)
class Use:
    """One recognised server as a source of a model: its key in the spec, its selection and its page."""

    key: str
    server: Recognised
    select: Mapping[str, str | Mapping[str, str]]
    sample: str

    def presence(self) -> str:
        """How much of what the server usually exports is on the page: `15 of 17 usual metrics`."""
        usual = {name for name, metric in self.server.entry.metrics.items() if metric.opt_in is None}
        return f"{len(usual & set(self.server.found))} of {len(usual)} usual metrics"

    def resolved(self) -> ResolvedSource:
        """The source as lowering sees it; its page has only the server's own metrics."""
        written = Source.model_validate({"template": self.server.name, "select": self.select, "sample": self.sample})
        exported = exported_labels(self.server.entry, self.server.page)
        return ResolvedSource(
            self.key, written, self.server.entry, self.server.page, spec_matchers(written.select), 0, _NOWHERE, exported
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """An objective or alert: its key, its fields as YAML that holds nothing foreign, and why its numbers are these."""

    section: Literal["slos", "alerts"]
    key: str
    fields: tuple[str, ...]
    why: str


def candidates(uses: tuple[Use, ...]) -> tuple[Candidate, ...]:
    """What to propose for a model: one of each kind, from the source nearest to users; levels only as a last resort."""
    ordered = sorted(uses, key=lambda use: (FROM_OUTSIDE_IN.index(use.server.entry.category), use.key))
    found: dict[tuple[str, str], Candidate] = {}
    for use in ordered:
        for one in _of_source(use):
            found.setdefault((one.section, one.key), one)
    if not found:
        for use in ordered:
            for one in _levels(use):
                found.setdefault((one.section, one.key), one)
    return tuple(found.values())


def _of_source(use: Use) -> Iterator[Candidate]:
    source = use.resolved()
    entry = use.server.entry
    if use.server.name in levels_only([use.server]):
        return
    yield from _availability(use, source)
    times = [name for name in entry.durations if name != "job_time" and _is_time(entry, name)]
    first = "latency" if "latency" in times else next(iter(times), None)
    for quantity in dict.fromkeys((first, "time_to_first_token")):
        if quantity in times and quantity is not None:
            yield from _latency(use, source, quantity, quantity.replace("time_to_", "").replace("_", "-"))
    yield from _jobs(use, source)
    if "last_success" in entry.moments and not entry.ratios.keys() & {"availability"}:
        why = "The page does not tell how often results are due: set what users can bear."
        fields = ("objective: 99%", f"sli: {{freshness: {{from: {use.key}, within: 1d}}}}", "alert: [ticket]")
        yield Candidate("slos", "freshness", fields, why)
    if entry.drift is not None:
        yield from _drift(use, entry.drift)


def _availability(use: Use, source: ResolvedSource) -> Iterator[Candidate]:
    pair = event_pair(source, "availability")
    if pair is not None and any(use.server.page.of(one.metric) for one in pair.total):
        counts = observed.counted(pair, use.server.page)
        wanted = observed.objective(counts, AVAILABILITY)
        fields = (f"objective: {percent(wanted)}", f"sli: {{availability: {{from: {use.key}}}}}")
        yield Candidate("slos", "availability", fields, _spoken(counts, "were answered without an error", wanted))


def _is_time(entry: Entry, name: str) -> bool:
    return entry.metrics[entry.durations[name].histogram].unit in ("seconds", "milliseconds", "microseconds")


def _latency(use: Use, source: ResolvedSource, quantity: str, key: str) -> Iterator[Candidate]:
    offered = _offered(source, quantity, use.server.page)
    if not offered:
        return
    bound = observed.chosen(offered)
    wanted = observed.objective(bound.counts, LATENCY)
    asked = "" if quantity == "latency" else f", quantity: {quantity}"
    fields = (
        f"objective: {percent(wanted)}",
        f"sli: {{latency: {{from: {use.key}, within: {duration(bound.within)}{asked}}}}}",
    )
    yield Candidate("slos", key, fields, _why_bound(bound, offered, wanted))


def _offered(source: ResolvedSource, quantity: str, page: Page, *, valid: bool = False) -> tuple[Threshold, ...]:
    """The bounds that the page has: those of the catalogue are no promise of this server's."""
    measured = histogram(source, quantity)
    unknown = measured is None or not page.bounds(measured.series.metric)
    return () if measured is None or unknown else observed.thresholds(measured, page, valid=valid)


def _jobs(use: Use, source: ResolvedSource) -> Iterator[Candidate]:
    pair = event_pair(source, "jobs")
    if pair is None or not any(use.server.page.of(one.metric) for one in pair.total):
        return
    timed = "job_time" in use.server.entry.durations
    offered = _offered(source, "job_time", use.server.page, valid=True) if timed else ()
    if offered:
        bound = observed.chosen(offered)
        wanted, within = observed.objective(bound.counts, JOBS), f", within: {duration(bound.within)}"
        why = _why_bound(bound, offered, wanted)
    else:
        counts = observed.counted(pair, use.server.page)
        wanted, within = observed.objective(counts, JOBS), ""
        why = _spoken(counts, "succeeded", wanted)
    fields = (f"objective: {percent(wanted)}", f"sli: {{jobs: {{from: {use.key}{within}}}}}")
    yield Candidate("slos", "jobs", fields, why)


def _drift(use: Use, drift: Drift) -> Iterator[Candidate]:
    page = use.server.page
    on_page = None if drift.test is None else set(page.values(drift.metric, drift.test))
    test = next((test for test, value in drift.tests.items() if on_page is None or value in on_page), None)
    if test is None or not page.of(drift.metric):
        return
    side, bound = _DRIFTED.get(test, _DISTANCE)
    fields = ("severity: ticket", f"drift: {{from: {use.key}, test: {test}, {side}: {bound}}}")
    why = "The threshold is a convention; say under `features` which features matter, or the worst of all is judged."
    yield Candidate("alerts", "drift", fields, why)


def _levels(use: Use) -> Iterator[Candidate]:
    for name, level in use.server.entry.levels.items():
        if all(map(use.server.page.of, (level.metric, *level.over))):
            side = "at_most" if level.bad > level.good else "at_least"
            fields = (
                "objective: 99%",
                f"sli: {{gauge: {{of: {use.key}.{name}, {side}: {_between(level)}}}}}",
                "alert: [ticket]",
            )
            why = "The bound lies between what is usual of such servers and what is too much: set your own."
            yield Candidate("slos", name.replace("_", "-"), fields, why)


def _between(level: Level) -> str:
    """The middle of a level's good and bad value, to two digits."""
    return f"{Decimal(f'{(level.good + level.bad) / 2:.2g}'):f}"


def percent(ratio: Decimal) -> str:
    """A ratio as specs write it, to two decimals of a percent and never rounded up: `99.9%`."""
    shown = (ratio * 100).quantize(Decimal("0.01"), rounding="ROUND_DOWN")
    return f"{shown.normalize():f}%"


def _spoken(counts: Counts | None, good: str, wanted: Decimal) -> str:
    """What the page's counts say, and how the objective follows from it."""
    if counts is None or counts.total < observed.ENOUGH:
        some = "no sensible counts" if counts is None else f"{counts.total:,} events"
        return f"The page has {some} of this, too few to tell: {percent(wanted)} is the usual start."
    told = f"{counts.good:,} of {counts.total:,} {good} since the server started ({percent(counts.share)})"
    if counts.share < wanted:
        return f"{told}: missed from the first day on. Mend that first, or ask whether users need it."
    if 2 * (1 - counts.share) > 1 - wanted:
        return f"{told}: no usual objective leaves half of its budget; {percent(wanted)} is the loosest."
    return f"{told}: {percent(wanted)} is the strictest usual objective that leaves half of its budget."


def _why_bound(bound: Threshold, offered: tuple[Threshold, ...], wanted: Decimal) -> str:
    place = offered.index(bound)
    near = offered[max(0, place - 1) : place + 2]
    if bound.counts is None or bound.counts.total < observed.ENOUGH:
        others = ", ".join(duration(one.within) for one in offered)
        return (
            f"Too few events on the page to tell: the middle of the bounds there are ({others}). Set what users need."
        )
    shares = ", ".join(f"{duration(one.within)} {percent(one.counts.share)}" for one in near if one.counts is not None)
    told = f"Met by {percent(bound.counts.share)} of {bound.counts.total:,} events; bounds around it: {shares}."
    return told if bound.counts.share >= wanted else f"{told} The objective is missed from the first day on."
