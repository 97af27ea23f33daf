"""An entry as text for people: what a server measures, under which names, what it cannot, and what to beware of."""

from collections.abc import Iterator
from decimal import Decimal

from slogen.catalogue.load import entry
from slogen.catalogue.model import Duration, Entry, Part, Pick, Where

_STATUS = {
    "source": "read in the source",
    "docs": "read in the documentation",
    "mixed": "partly read in the source",
    "convention": "a convention, as there is no standard",
}


def page(name: str) -> str:
    """Everything worth knowing of one entry before a source is written."""
    known = entry(name)
    parts = [_head(name, known), *_measures(known), *_cannot(known), *_traps(known)]
    return "\n\n".join(parts)


def _head(name: str, known: Entry) -> str:
    lines = [
        f"{name}: {known.title}",
        f"  versions   {known.versions}",
        f"  endpoint   {known.endpoint}",
        f"  select by  {', '.join(known.identity) or 'a label of the scrape target (job, service, pod)'}",
    ]
    if known.select:
        lines.append(f"  always     {_conditions(known.select)}")
    if known.canary:
        lines.append(f"  versions are told apart by {known.canary}")
    return "\n".join([*lines, f"  names {_STATUS[known.status]}"])


def _measures(known: Entry) -> Iterator[str]:
    events = [(n, r.title, _parts([*r.bad, *r.good]), r.proxy) for n, r in known.ratios.items()]
    yield from _section("events (good and bad)", events)
    times = [(n, d.title, _bounds(known, d), d.proxy) for n, d in known.durations.items()]
    yield from _section("distributions (thresholds are bucket bounds)", times)
    yield from _section("gauges", [(n, level.title, level.metric, None) for n, level in known.levels.items()])
    yield from _section("flows", [(n, flow.title, _parts(list(flow.parts)), None) for n, flow in known.flows.items()])
    yield from _section("timestamps", [(n, moment.title, moment.metric, None) for n, moment in known.moments.items()])
    other: list[tuple[str, str, str, str | None]] = []
    if known.confusion:
        other.append(("precision, recall, …", known.confusion.title, known.confusion.tp.metric, None))
    if known.drift:
        other.append(("drift", f"{known.drift.title}: {', '.join(known.drift.tests)}", known.drift.metric, None))
    if known.scores:
        named = known.metrics[known.scores.metric].values.get(known.scores.metric_label, ())
        other.append((", ".join(named) or "scores", known.scores.title, known.scores.metric, None))
    yield from _section("quality and drift", other)


def _section(title: str, rows: list[tuple[str, str, str, str | None]]) -> Iterator[str]:
    if not rows:
        return
    lines = [title]
    for name, says, metrics, proxy in rows:
        lines.append(f"  {name}: {says}")
        lines.append(f"      {metrics}")
        if proxy:
            lines.append(f"      only an approximation: {proxy}")
    yield "\n".join(lines)


def _parts(parts: list[Part]) -> str:
    return " + ".join(f"{part.metric}{{{_conditions(part.where)}}}" if part.where else part.metric for part in parts)


def _bounds(known: Entry, duration: Duration) -> str:
    metric = known.metrics[duration.histogram]
    if metric.bounds is None:
        return f"{duration.histogram}, bounds not known"
    shown = ", ".join(_plain(bound) for bound in metric.bounds)
    valid = f", valid where {_conditions(duration.valid)}" if duration.valid else ""
    return f"{duration.histogram} in {metric.unit}: {shown}{valid}"


def _plain(bound: Decimal) -> str:
    return f"{bound.normalize():f}"


def _conditions(where: Where) -> str:
    return ", ".join(f"{label} {_pick(pick)}" for label, pick in where.items())


def _pick(pick: Pick) -> str:
    match pick:
        case str():
            return f"= {pick!r}"
        case tuple():
            return f"one of {', '.join(pick)}"
        case _:
            key, value = next(iter(pick.model_dump(by_alias=True, exclude_unset=True).items()))
            shown = ", ".join(value) if isinstance(value, tuple) else repr(value)
            return f"{key.replace('_', ' ')} {shown}"


def _cannot(known: Entry) -> Iterator[str]:
    if known.cannot:
        lines = [f"  {name}: {' '.join(text.split())}" for name, text in known.cannot.items()]
        yield "\n".join(["what it cannot measure, and the nearest way out", *lines])


def _traps(known: Entry) -> Iterator[str]:
    if known.traps:
        yield "\n".join(["beware", *(f"  {trap}" for trap in known.traps)])
