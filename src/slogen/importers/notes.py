"""The remarks of a proposal: what its servers cannot measure, what the page lacks, and names that nobody knows."""

from collections.abc import Iterable, Iterator

from slogen.catalogue.model import Entry
from slogen.importers.candidates import Use
from slogen.importers.recognise import Recognised
from slogen.importers.saved_page import SavedPage

_NAMES_TOLD = 8
_SUFFIXES = ("_bucket", "_count", "_sum", "_created", "_info")
_RUNTIMES = ("go_", "python_", "process_", "promhttp_", "jvm_", "nodejs_")


def notes(
    uses: tuple[Use, ...], proposed: frozenset[str], namespaces: Iterable[str], strangers: Iterable[str]
) -> tuple[str, ...]:
    """The remarks at the end of a proposed spec, the weightiest first; `proposed` are the keys of its objectives."""
    servers = ", ".join(dict.fromkeys(f"`slogen catalogue show {use.server.name}`" for use in uses))
    more = f"What else can be measured here: {servers}."
    seen = ", ".join(namespaces)
    where = [f"Seen in the namespace {seen}."] if seen else []
    return (*_cannot(uses, proposed), *_absent(uses, proposed), *strangers, *where, more)


def _cannot(uses: tuple[Use, ...], proposed: frozenset[str]) -> Iterator[str]:
    """What the catalogue says cannot be had from a server, unless another source of the model has it."""
    for use in uses:
        for measure, way_out in use.server.entry.cannot.items():
            if measure not in proposed:
                yield f"{use.server.entry.title} does not measure {measure}. {way_out}"


def _absent(uses: tuple[Use, ...], proposed: frozenset[str]) -> Iterator[str]:
    """What a server could measure, had the page the metric or the buckets for it."""
    for use in uses:
        page = use.server.page
        for measure, metric, series in _needs(use.server.entry):
            if measure.replace("time_to_", "").replace("_", "-") in proposed:
                continue
            switch = use.server.entry.metrics[metric].opt_in
            if not page.of(series):
                yield f"Not measured: {measure}, as {use.sample} has no {metric}" + (f" ({switch})." if switch else ".")
            elif series != metric and not page.bounds(metric):
                yield f"Not measured: {measure}, as {metric} has no buckets but +Inf on {use.sample}."


def _needs(entry: Entry) -> Iterator[tuple[str, str, str]]:
    """What is usually asked of a server, with the metric that it needs and the name of that metric's series."""
    if "availability" in entry.ratios:
        metric = entry.ratios["availability"].total[0].metric
        yield "availability", metric if metric in entry.metrics else metric.removesuffix("_count"), metric
    for name in ("latency", "time_to_first_token"):
        if name in entry.durations:
            metric = entry.durations[name].histogram
            yield name, metric, f"{metric}_bucket"


def strangers(page: SavedPage, sample: str, servers: Iterable[Recognised]) -> tuple[str, ...]:
    """Metrics of a page that no recognised entry knows, often the model's own; `sample` is its path in the project."""
    known = {name for one in servers for name in one.found}
    names = sorted({_family(name) for name in page.series} - known)
    others = [name for name in names if not name.startswith(_RUNTIMES)]
    some = ", ".join(others[:_NAMES_TOLD]) + (" and others" if len(others) > _NAMES_TOLD else "")
    told = f"Also on {sample} and in no catalogue entry: {some}. `metrics` of a source gives such names a meaning."
    return (told,) if others else ()


def _family(series: str) -> str:
    return next((series.removesuffix(suffix) for suffix in _SUFFIXES if series.endswith(suffix)), series)
