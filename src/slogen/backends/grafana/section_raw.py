"""Rows of the raw signals that a spec declares: traffic, latency, drift ... in the order of an investigation."""

from collections.abc import Iterable
from dataclasses import replace

from slogen.backends.grafana.expressions import RATE_INTERVAL
from slogen.backends.grafana.layout import Section
from slogen.backends.grafana.panels import NO_COLOR, Axis, Column, Panel, Words, heatmap, stat, table, time_series
from slogen.backends.grafana.queries import Query, ref_id
from slogen.backends.grafana.variables import literal, verbatim
from slogen.ir.program import Component
from slogen.ir.signals import PanelQuery, Source
from slogen.promql.ast import Aggregate, Binary, Call, Expr
from slogen.promql.rewrite import fill_holes, metric_names

ROWS = (
    "traffic",
    "errors",
    "latency",
    "predictions",
    "drift",
    "features",
    "quality",
    "canary",
    "slices",
    "business",
    "jobs",
    "pods",
    "saturation",
    "cost",
)
"""Known rows from symptom to cause; others follow in the order of their names."""


def raw_sections(component: Component, *, exemplars: bool) -> list[Section]:
    """One row for each kind of signal that the sources of a component have panels for.

    `exemplars` asks for single traced events beside quantiles, for projects that keep traces.
    """
    rows = {panel.row for source in component.sources for panel in source.panels}
    return [_section(component.sources, row, exemplars) for row in sorted(rows, key=_order)]


def _order(row: str) -> tuple[int, str]:
    return (ROWS.index(row) if row in ROWS else len(ROWS), row)


def _section(sources: Iterable[Source], row: str, exemplars: bool) -> Section:
    panels = [
        _panel(source, index, panel, exemplars)
        for source in sources
        for index, panel in enumerate(source.panels)
        if panel.row == row
    ]
    return Section(f"raw/{row}", verbatim(row[:1].upper() + row[1:]), tuple(panels), collapsed=True)


def _panel(source: Source, index: int, panel: PanelQuery, exemplars: bool) -> Panel:
    words = Words(
        f"{source.name}/{index}/{panel.title}",
        verbatim(panel.title),
        verbatim(panel.description or panel.title) + f" (source {source.name})",
        "no data in this time range",
    )
    match panel.kind:
        case "timeseries":
            queries = [replace(q, exemplars=exemplars and _of_buckets(q.expr)) for q in _queries(panel)]
            return time_series(words, queries, Axis(panel.unit))
        case "heatmap":
            return heatmap(words, _queries(panel, form="heatmap")[0], panel.unit)
        case "stat":
            return stat(words, _queries(panel)[0], panel.unit, ((NO_COLOR, None),), size=(6, 4))
        case "table":
            return _table(words, panel)


def _table(words: Words, panel: PanelQuery) -> Panel:
    queries = _queries(panel, form="table")
    found = {label: None for query in queries for label in grouping(query.expr)}
    values = [
        Column(ref_id(position), verbatim(legend) or "Value", panel.unit)
        for position, (legend, _) in enumerate(panel.series)
    ]
    columns = [Column(label, label.capitalize()) for label in found]
    return table(words, queries, [*columns, *values], size=(12, 8), sort=(values[0].title, "desc"))


def _queries(panel: PanelQuery, form: str = "time_series") -> list[Query]:
    match form:
        case "heatmap":
            return [Query(_asked(expr), "{{le}}", format="heatmap") for _, expr in panel.series]
        case "table":
            return [Query(_asked(expr), "", instant=True, format="table") for _, expr in panel.series]
        case _:
            return [Query(_asked(expr), legend) for legend, expr in panel.series]


def _of_buckets(expr: Expr) -> bool:
    """Exporters attach exemplars to the buckets of histograms."""
    return any(name.endswith("_bucket") for name in metric_names(expr))


def _asked(expr: Expr) -> Expr:
    return literal(for_board(expr))


def for_board(expr: Expr) -> Expr:
    """The expression with its open ranges left to Grafana, which knows the scrape interval and the zoom."""
    return fill_holes(expr, lambda _: RATE_INTERVAL)


def grouping(expr: Expr) -> tuple[str, ...]:
    """The labels that an expression's outermost `by` keeps."""
    match expr:
        case Aggregate("topk" | "bottomk", inner, (), _, _):
            return grouping(inner)
        case Aggregate(_, _, labels, False, _):
            return labels
        case Binary(_, left, _, _, _):
            return grouping(left)
        case Call(_, args):
            return next((labels for arg in args if (labels := grouping(arg))), ())
        case _:
            return ()
