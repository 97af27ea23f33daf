"""Ratios of the confusion matrix as events: which cells are bad, out of which."""

from collections.abc import Mapping
from dataclasses import dataclass

from slogen.catalogue import picks
from slogen.ir.signals import Outcome
from slogen.lower.contract import SliContract
from slogen.lower.sli_events import Answer, counter_contract
from slogen.lower.sli_question import Question
from slogen.lower.sli_rates import summed
from slogen.lower.source_checks import check_conditions, check_metric
from slogen.lower.source_facts import ResolvedSource
from slogen.lower.source_labels import spec_matchers
from slogen.lower.source_measures import SeriesSet, flow, missing, series
from slogen.lower.source_outcomes import Extra, event_signal, series_id
from slogen.promql import build as q
from slogen.promql.ast import Matcher
from slogen.spec.fields import Quality
from slogen.spec.slis import Classification


@dataclass(frozen=True, slots=True)
class Cells:
    """Which cells of the confusion matrix are good and which bad; `twice` counts true positives double (F1).

    precision = tp / (tp + fp), recall = tp / (tp + fn), specificity = tn / (tn + fp), accuracy = (tp + tn) / all,
    F1 = 2 tp / (2 tp + fp + fn). The value of `fpr` is the bad share itself.
    """

    good: tuple[str, ...]
    bad: tuple[str, ...]
    twice: bool = False


CELLS: Mapping[Quality, Cells] = {
    "precision": Cells(("tp",), ("fp",)),
    "recall": Cells(("tp",), ("fn",)),
    "fpr": Cells(("tn",), ("fp",)),
    "specificity": Cells(("tn",), ("fp",)),
    "accuracy": Cells(("tp", "tn"), ("fp", "fn")),
    "f1": Cells(("tp",), ("fp", "fn"), twice=True),
}


def classification(shape: Classification, ask: Question) -> Answer:
    """Wrong predictions out of those that the metric looks at, counted when their label arrives."""
    source = ask.source(shape.source or "")
    if source is None or shape.metric is None:
        return None, []
    cells = confusion_cells(source, shape.metric, spec_matchers(shape.where))
    if cells is None:
        return None, [missing(source, shape.metric, ask.at("metric"))]
    names = tuple(one.metric for one in cells.values())
    findings = check_metric(source, names, ("counter",), ask.at("from"))
    findings += check_conditions(source, names[0], spec_matchers(shape.where), ask.conditions_at("where"))
    return _contract(shape.metric, cells, source, ask), findings


def confusion_cells(source: ResolvedSource, metric: Quality, where: tuple[Matcher, ...]) -> dict[str, SeriesSet] | None:
    """The counters of the cells that a metric needs, by cell; None where the source lacks one of them."""
    known = source.entry.confusion if source.entry else None
    found: dict[str, SeriesSet] = {}
    for cell in (*CELLS[metric].good, *CELLS[metric].bad):
        own = flow(source, cell, where)
        part = getattr(known, cell) if known else None
        if own is not None:
            found[cell] = own[0]
        elif part is not None:
            found[cell] = series(source, part.metric, (*picks.matchers(part.where), *where))
        else:
            return None
    return found


def confusion_sums(
    metric: Quality, cells: Mapping[str, SeriesSet], ask: Question, window: int | None = None, function: str = "rate"
) -> tuple[q.Vector, q.Vector, q.Vector]:
    """Good, bad and all events of a metric, per second or (`increase`) in a window."""
    chosen = q.WINDOW if window is None else window
    told = CELLS[metric]
    good = summed((cells[c] for c in told.good), ask.sliced, chosen, function)
    bad = summed((cells[c] for c in told.bad), ask.sliced, chosen, function)
    if not told.twice:
        every = (cells[c] for c in (*told.good, *told.bad))
        return good, bad, summed(every, ask.sliced, chosen, function)
    double = q.mul(2, good)
    either = q.or_(q.add(double, q.or_(bad, q.mul(0, good))), bad)
    return double, bad, either


def _contract(metric: Quality, cells: Mapping[str, SeriesSet], source: ResolvedSource, ask: Question) -> SliContract:
    _, bad, total = confusion_sums(metric, cells, ask)
    signal = event_signal(
        f"{source.name}.{metric}",
        source,
        ask.sliced,
        ask.where,
        lambda extra: confusion_outcomes(source, metric, cells, extra),
    )
    return counter_contract(bad, total, source, ask, signal)


def confusion_outcomes(
    source: ResolvedSource, metric: Quality, cells: Mapping[str, SeriesSet], extra: Extra
) -> tuple[Outcome, ...] | None:
    """One outcome a cell. For F1 a bad event is a pair of errors, because a good one counts double."""
    told = CELLS[metric]
    found = {cell: series_id(source, cells[cell], extra) for cell in (*told.good, *told.bad)}
    ids = {cell: one for cell, one in found.items() if one is not None}
    if len(ids) < len(found):
        return None
    good = tuple(Outcome(cell, False, (ids[cell],), ()) for cell in told.good)
    if told.twice:
        return (*good, Outcome("errors", True, tuple(ids[cell] for cell in told.bad), ()))
    return (*good, *(Outcome(cell, True, (ids[cell],), ()) for cell in told.bad))
