"""The SLI in PromQL of one's own: parsed, checked for its window, and read back into the series that it selects."""

from dataclasses import replace

from slogen.diagnostics.model import Code, Diagnostic, Severity
from slogen.ir.signals import Signal
from slogen.lower.contract import SliContract
from slogen.lower.sli_events import Answer
from slogen.lower.sli_promql import check_names, parsed
from slogen.lower.sli_question import Question
from slogen.lower.sli_rates import remainder
from slogen.lower.sli_slices import SLICE
from slogen.lower.source_checks import check_metric
from slogen.lower.source_facts import ResolvedSource
from slogen.lower.source_measures import EventPair, SeriesSet, ordered
from slogen.lower.source_outcomes import event_signal, pair_outcomes
from slogen.promql import build as q
from slogen.promql.ast import Aggregate, Expr, Text
from slogen.promql.rewrite import holes, selectors, walk
from slogen.spec.slis import Ratio

NO_WINDOW = Code(
    "SLO365",
    "ratio-without-window",
    Severity.ERROR,
    "the PromQL of a ratio leaves no window open",
    """\
An objective is watched over many windows, so the expressions of a ratio are written with `[$window]` in place of every
range: `sum(rate(answers_total{verdict="bad"}[$window]))`. A fixed range would be the same in all of them.
""",
)

NO_SLICE = Code(
    "SLO378",
    "ratio-without-slice",
    Severity.ERROR,
    "the PromQL of a sliced ratio gives one series for all slices",
    """\
Slices are told apart by the label `slice`, which slogen adds to the expressions that it writes itself. A ratio in
PromQL of one's own must keep such a label: `sum by (slice) (rate(answers_total[$window]))`, made with `label_replace`
where the label has another name. Without it there is one budget for all, under the name of none.
""",
)


def user_ratio(shape: Ratio, ask: Question) -> Answer:
    """Bad (or what is not good) out of total, both as the user wrote them."""
    side = "bad" if shape.bad is not None else "good"
    told = parsed(shape.bad or shape.good or "", ask, side, hole=True)
    total = parsed(shape.total, ask, "total", hole=True)
    findings = [one for one in (told, total) if isinstance(one, Diagnostic)]
    if isinstance(told, Diagnostic) or isinstance(total, Diagnostic):
        return None, findings
    for field, expr in ((side, told), ("total", total)):
        findings += _check(expr, ask, field)
    if findings:
        return None, findings
    bad = told if side == "bad" else remainder(total, told)
    source = _source([told, total], ask)
    signal = None if source is None else _signal(source, told, total, side, ask)
    cadence = ask.context.scrape_interval if source is None else source.cadence
    slices = ask.sliced.names if ask.sliced else ()
    checked = [*check_names(told, ask, ask.at(side)), *check_names(total, ask, ask.at("total"))]
    checked = checked or ([] if source is None else _checked(source, told, total, ask, side))
    return SliContract(bad, total, "counter", cadence, slices, () if signal is None else (signal,)), checked


def _check(expr: q.Vector, ask: Question, field: str) -> list[Diagnostic]:
    if holes(expr) == 0:
        hint = "write `[$window]` in place of the range"
        return [Diagnostic(NO_WINDOW, f"`{field}` has no `[$window]`", ask.at(field), hint=hint)]
    if ask.sliced is not None and not any(map(_tells_slices, walk(expr))):
        hint = f"sum by ({SLICE}), or leave `slices` out"
        return [Diagnostic(NO_SLICE, f"`{field}` has no label `{SLICE}`", ask.at(field), hint=hint)]
    return []


def _tells_slices(node: Expr) -> bool:
    """Whether an aggregation keeps the label `slice`, or a function sets it."""
    return (isinstance(node, Aggregate) and not node.without and SLICE in node.grouping) or node == Text(SLICE)


def _source(exprs: list[q.Vector], ask: Question) -> ResolvedSource | None:
    """The source that knows any metric of the expressions, else the only one there is."""
    names = {one.name for expr in exprs for one in selectors(expr) if one.name}
    sources = [source for _, source in sorted(ask.context.sources.items())]
    knowing = [source for source in sources if any(_knows(source, name) for name in names)]
    return knowing[0] if knowing else sources[0] if len(sources) == 1 else None


def _knows(source: ResolvedSource, name: str) -> bool:
    own = {metric for written in source.written.metrics.values() for metric in (written.counter, written.histogram)}
    return source.labels(name) is not None or name in own


def _sets(expr: q.Vector) -> tuple[SeriesSet, ...]:
    return tuple(SeriesSet(one.name, ordered(one.matchers)) for one in selectors(expr) if one.name)


def _signal(source: ResolvedSource, told: q.Vector, total: q.Vector, side: str, ask: Question) -> Signal | None:
    marked, whole = _sets(told), _sets(total)
    if not marked or not whole:
        return None
    pair = EventPair("Events", whole, marked if side == "bad" else (), marked if side == "good" else ())
    name = f"{source.name}.{ask.name}"
    made = event_signal(name, source, ask.sliced, ask.where, lambda extra: pair_outcomes(source, pair, extra))
    back = max(0, *(one.offset for expr in (told, total) for one in selectors(expr)))
    return made if made is None or not back else replace(made, before=back + 2 * source.cadence)


def _checked(source: ResolvedSource, told: q.Vector, total: q.Vector, ask: Question, side: str) -> list[Diagnostic]:
    kinds = ("counter", "histogram", "summary", "gauge")
    findings = [check_metric(source, (one.metric,), kinds, ask.at(side)) for one in _sets(told)]
    findings += [check_metric(source, (one.metric,), kinds, ask.at("total")) for one in _sets(total)]
    return list(dict.fromkeys(finding for found in findings for finding in found))
