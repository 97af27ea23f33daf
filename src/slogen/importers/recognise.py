"""Which catalogue entries a saved page matches, and why; the entries' own metrics and labels are all that decides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from slogen.catalogue import picks
from slogen.catalogue.load import entry, entry_names
from slogen.catalogue.model import Entry, Metric, family
from slogen.catalogue.sample import Page
from slogen.diagnostics.model import Code, Diagnostic, Severity, Span
from slogen.importers.saved_page import SavedPage
from slogen.lower.source_labels import holds

NOT_RECOGNISED = Code(
    "SLO390",
    "server-not-recognised",
    Severity.ERROR,
    "the page matches no entry of the catalogue",
    """\
A server is recognised by its metrics: the names, types and labels that its catalogue entry declares. The message
names the entries that come nearest and what the page lacks of them: often a proxy has renamed metrics, or a label was
dropped. For a system of your own write the source by hand: `metrics` gives its names, `sample` the page that confirms
them.
""",
)

_NEAREST = 3
_NAMES_COMPARED = 60


@dataclass(frozen=True, slots=True)
class Recognised:
    """A catalogue entry that a page matches: which of its metrics are there, and the page reduced to them."""

    name: str
    entry: Entry
    found: tuple[str, ...]
    page: Page


@dataclass(frozen=True, slots=True)
class _Fit:
    """How well a page fits an entry: metrics that agree, and those that are there without a label they need."""

    name: str
    found: tuple[str, ...]
    lacking: tuple[tuple[str, str], ...]
    certain: bool
    """Whether a metric that the entry measures with has every label that its exporter writes, or most metrics agree."""

    @property
    def rank(self) -> tuple[int, float, str]:
        """Best first: most metrics found, then the entry of which most is there, then by name."""
        return (-len(self.found), -len(self.found) / len(entry(self.name).metrics), self.name)


def recognise(saved: SavedPage) -> tuple[Recognised, ...]:
    """Every entry that the page matches, best first; a metric speaks for one entry only (generations share names)."""
    fits = sorted((_fit(name, saved, frozenset()) for name in entry_names()), key=lambda fit: fit.rank)
    taken: set[str] = set()
    chosen: list[Recognised] = []
    for fit in fits:
        remaining = _fit(fit.name, saved, frozenset(taken)) if taken & set(fit.found) else fit
        if remaining.certain:
            taken |= set(fit.found)
            known = entry(fit.name)
            names = frozenset(name for metric in fit.found for name in _series_names(metric, known.metrics[metric]))
            chosen.append(Recognised(fit.name, known, fit.found, saved.reduced(fit.found, names)))
    return tuple(chosen)


def not_recognised(saved: SavedPage) -> Diagnostic:
    """The finding that nothing on the page is known, with the nearest entries and what they would need."""
    fits = sorted((_fit(name, saved, frozenset()) for name in entry_names()), key=_nearness)
    near = [_needs(fit) for fit in fits[:_NEAREST] if fit.found or fit.lacking] or _alike(saved)
    nearest = f"the nearest are {'; '.join(near)}" if near else "no metric's name is like any that it knows"
    hint = "write a source with `metrics` and this page as its `sample`; `slogen catalogue list` shows what is known"
    message = f"the catalogue knows no server with this page: {nearest}"
    return Diagnostic(NOT_RECOGNISED, message, Span(saved.file, 1, 1, 1, 2), hint=hint)


def _nearness(fit: _Fit) -> tuple[int, int, str]:
    return (-len(fit.found) - len(fit.lacking), -len(fit.found), fit.name)


def _needs(fit: _Fit) -> str:
    if fit.lacking:
        metric, label = fit.lacking[0]
        return f"`{fit.name}`, whose {metric} has the label `{label}`"
    known = entry(fit.name).metrics
    missing = next((name for name in known if name not in fit.found and known[name].opt_in is None), None)
    labels = ", ".join(known[fit.found[0]].labels)
    return f"`{fit.name}`, which has {missing or fit.found[0]} as well" + (
        f" and the labels {labels} on {fit.found[0]}" if labels else ""
    )


def _alike(saved: SavedPage) -> list[str]:
    """Entries whose metrics have names like some of the page's."""
    owners = {metric: name for name in entry_names() for metric in entry(name).metrics}
    told: dict[str, str] = {}
    for name in sorted(saved.series)[:_NAMES_COMPARED]:
        for near in get_close_matches(name, owners, n=1, cutoff=0.8):
            told.setdefault(owners[near], f"`{owners[near]}`, which has {near} where this page has {name}")
    return [told[name] for name in sorted(told)][:_NEAREST]


def _fit(name: str, saved: SavedPage, taken: frozenset[str]) -> _Fit:
    known = entry(name)
    needed = _needed_labels(known)
    measured = {family(known.metrics, part.metric) for part in known.parts()}
    found: list[str] = []
    lacking: list[tuple[str, str]] = []
    whole = False
    for metric, declared in known.metrics.items():
        labels = None if metric in taken else _labels_on_page(metric, declared, saved)
        if labels is None:
            continue
        missing = sorted(needed.get(metric, frozenset()) - labels) if labels else []
        if missing:
            lacking.append((metric, missing[0]))
            continue
        found.append(metric)
        seen = bool(labels) or not declared.labels
        whole = whole or (metric in measured and seen and set(declared.labels) <= labels)
    usual = [metric for metric, declared in known.metrics.items() if declared.opt_in is None]
    most = len(usual) > 1 and 2 * len(set(found) & set(usual)) >= len(usual)
    return _Fit(name, tuple(found), tuple(lacking), bool(found) and (whole or most))


def _labels_on_page(metric: str, declared: Metric, saved: SavedPage) -> frozenset[str] | None:
    """The labels of a metric's series; empty if only its TYPE is there, None if it is absent or of another type."""
    names = _series_names(metric, declared)
    present = [name for name in names if name in saved.series]
    stated = saved.types.get(metric) or saved.types.get(metric.removesuffix("_total"))
    if stated is not None and stated not in (declared.type, "unknown", "untyped"):
        return None
    if not present:
        return None if stated is None else frozenset()
    return frozenset().union(*(saved.labels[name] for name in present))


def _series_names(metric: str, declared: Metric) -> tuple[str, ...]:
    """The names of a metric's series on a page."""
    match declared.type:
        case "histogram":
            return (f"{metric}_bucket", f"{metric}_count", f"{metric}_sum")
        case "summary":
            return (metric, f"{metric}_count", f"{metric}_sum")
        case "counter" | "gauge":
            return (metric,)


def _needed_labels(known: Entry) -> Mapping[str, frozenset[str]]:
    """By metric, the labels without which the entry's measures would select nothing of it."""
    needed: dict[str, set[str]] = {
        name: set(metric.labels) & set(known.identity) for name, metric in known.metrics.items()
    }
    for part in known.parts():
        owner = family(known.metrics, part.metric)
        if owner is not None:
            where = {**known.select, **part.where}
            asked = (label for label, pick in where.items() if not holds(picks.matcher(label, pick), ""))
            needed[owner] |= set(asked) & set(known.metrics[owner].labels)
    return {name: frozenset(labels) for name, labels in needed.items()}


def levels_only(found: Iterable[Recognised]) -> frozenset[str]:
    """The entries among these that measure neither events nor results: they say how full a machine is."""
    return frozenset(
        one.name
        for one in found
        if not (one.entry.ratios or one.entry.durations or one.entry.drift or "last_success" in one.entry.moments)
    )
