"""Pages as the servers of the catalogue would serve them, made of nothing but what their entries declare."""

from collections.abc import Iterator
from decimal import Decimal

from slogen.catalogue import picks
from slogen.catalogue.load import entry
from slogen.catalogue.model import Entry, Metric, family
from slogen.lower.source_labels import example

MODEL = "fraud-detector"
EVENTS = 100_000
_BOUNDS = (Decimal("0.1"), Decimal("0.5"), Decimal(1), Decimal(5))


def page_of(name: str, model: str = MODEL) -> str:
    """A page with every metric of an entry: 100,000 events a series, of which 99.5 % met the middle bound."""
    known = entry(name)
    lines: list[str] = []
    for metric, declared in known.metrics.items():
        lines.append(f"# TYPE {metric} {declared.type}")
        for labels in _label_sets(known, metric, declared, model):
            lines += _lines(metric, declared, labels)
    return "\n".join(dict.fromkeys(lines)) + "\n"


def _label_sets(known: Entry, metric: str, declared: Metric, model: str) -> Iterator[dict[str, str]]:
    """One label set for every known value, and one for each condition under which a measure reads the metric."""
    usual = {label: declared.values[label][0] if label in declared.values else "x" for label in declared.labels}
    usual |= {label: model for label in known.identity if label in declared.labels}
    usual |= {label: str(pick) for label, pick in known.select.items() if label in declared.labels}
    yield usual
    for label, values in declared.values.items():
        yield from (usual | {label: value} for value in values)
    for part in known.parts():
        if family(known.metrics, part.metric) == metric and part.where:
            found = example(picks.matchers(part.where), declared.values)
            if found is not None:
                yield usual | {label: found.get(label, "") for label in part.where}


def _lines(metric: str, declared: Metric, labels: dict[str, str]) -> Iterator[str]:
    match declared.type:
        case "counter":
            yield _line(metric, labels, EVENTS)
        case "gauge":
            yield _line(metric, labels, 1)
        case "summary":
            yield _line(f"{metric}_count", labels, EVENTS)
            yield _line(f"{metric}_sum", labels, EVENTS)
        case "histogram":
            bounds = declared.bounds or _BOUNDS
            for place, bound in enumerate(bounds):
                met = EVENTS * 995 // 1000 if place >= len(bounds) // 2 else EVENTS // 2
                yield _line(f"{metric}_bucket", {**labels, "le": f"{bound.normalize():f}"}, met)
            yield _line(f"{metric}_bucket", {**labels, "le": "+Inf"}, EVENTS)
            yield _line(f"{metric}_count", labels, EVENTS)
            yield _line(f"{metric}_sum", labels, EVENTS)


def _line(name: str, labels: dict[str, str], value: int) -> str:
    told = ",".join(f'{label}="{value}"' for label, value in labels.items() if value)
    return f"{name}{{{told}}} {value}" if told else f"{name} {value}"
