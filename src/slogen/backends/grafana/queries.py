"""One query of a panel: its expression as a tree, and the target object that Grafana runs."""

from dataclasses import dataclass
from typing import Literal

from slogen.backends.grafana.variables import DATASOURCE
from slogen.emit.yaml import YamlValue
from slogen.promql.ast import Expr
from slogen.promql.text import show

Format = Literal["time_series", "table", "heatmap"]


@dataclass(frozen=True, slots=True)
class Query:
    """What to ask Prometheus: over the whole time range, or once at its end (`instant`).

    `legend` is Grafana's legend format (`{{slo}}`); ranges may be `Hole("__rate_interval")` or `Hole("__range")`.
    """

    expr: Expr
    legend: str
    instant: bool = False
    format: Format = "time_series"
    exemplars: bool = False


def ref_id(index: int) -> str:
    """The letter Grafana knows a query by: A ... Z, AA, AB ..."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def target(query: Query, index: int) -> dict[str, YamlValue]:
    """The target object of the query that stands at `index` in its panel."""
    made: dict[str, YamlValue] = {
        "refId": ref_id(index),
        "datasource": dict(DATASOURCE),
        "expr": show(query.expr),
        "legendFormat": query.legend,
        "instant" if query.instant else "range": True,
    }
    if query.format != "time_series":
        made["format"] = query.format
    if query.exemplars:
        made["exemplar"] = True
    return made
