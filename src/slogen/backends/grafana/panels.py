"""The kinds of panel that boards use, each with the settings that make it read well in Grafana 11 and later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from slogen.backends.grafana.queries import Query, target
from slogen.backends.grafana.variables import DATASOURCE
from slogen.emit.yaml import YamlValue

Json = dict[str, YamlValue]
Steps = tuple[tuple[str, float | None], ...]
"""Threshold steps, (colour, from this value on); the first starts at None, minus infinity."""

NEUTRAL: Steps = (("green", None),)
NO_COLOR = "text"
"""Grafana colours a missing value like the first step, so whatever may be missing starts without a colour."""
BUDGET_LEFT: Steps = ((NO_COLOR, None), ("red", -1_000_000), ("orange", 0), ("yellow", 0.25), ("green", 0.5))
BOARD_LINK = "/d/${__data.fields.Board}?${datasource:queryparam}&${__url_time_range}"
"""Opens the board whose uid the row's (hidden) column `Board` holds, at the same time and data source."""
GAP_MS = 660_000
"""Lines bridge gaps up to 11 minutes: series of a 5-minute cadence are no dots, real gaps stay gaps."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel before it has a place: `key` is its identity in the board, from which its stable id is made."""

    key: str
    type: str
    title: str
    description: str
    queries: tuple[Query, ...]
    width: int
    height: int
    defaults: Json
    options: Json
    overrides: tuple[Json, ...] = ()
    transformations: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """What a reader is told: identity, title, description, and what stands where there is no data and why."""

    key: str
    title: str
    description: str
    no_value: str


def thresholds(steps: Steps) -> Json:
    """Absolute thresholds, lowest first."""
    ordered = sorted(steps, key=lambda step: float("-inf") if step[1] is None else step[1])
    return {"mode": "absolute", "steps": [{"color": color, "value": value} for color, value in ordered]}


def stat(words: Words, query: Query, unit: str, steps: Steps, *, size: tuple[int, int] = (4, 4)) -> Panel:
    """One number as it is at the end of the time range, coloured by its thresholds."""
    return Panel(
        key=words.key,
        type="stat",
        title=words.title,
        description=words.description,
        queries=(replace(query, instant=True),),
        width=size[0],
        height=size[1],
        defaults=_defaults(words, unit, steps, "thresholds"),
        options={
            "colorMode": "value",
            "graphMode": "none",
            "justifyMode": "auto",
            "orientation": "auto",
            "percentChangeColorMode": "standard",
            "reduceOptions": _last_value(),
            "showPercentChange": False,
            "textMode": "auto",
            "wideLayout": True,
        },
    )


def bar_gauge(words: Words, queries: Sequence[Query], unit: str, steps: Steps, *, size: tuple[int, int]) -> Panel:
    """Horizontal bars, one for each query, as they are at the end of the time range."""
    return Panel(
        key=words.key,
        type="bargauge",
        title=words.title,
        description=words.description,
        queries=tuple(replace(query, instant=True) for query in queries),
        width=size[0],
        height=size[1],
        defaults=_defaults(words, unit, steps, "thresholds") | {"min": 0},
        options={
            "displayMode": "basic",
            "legend": {"calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": False},
            "maxVizHeight": 300,
            "minVizHeight": 16,
            "minVizWidth": 8,
            "namePlacement": "auto",
            "orientation": "horizontal",
            "reduceOptions": _last_value(),
            "showUnfilled": True,
            "sizing": "auto",
            "valueMode": "color",
        },
    )


@dataclass(frozen=True, slots=True)
class Axis:
    """How a time series panel scales: the unit, natural bounds where a value has them, and lines to read it against."""

    unit: str
    lines: Steps = NEUTRAL
    low: float | None = None
    high: float | None = None


def time_series(words: Words, queries: Sequence[Query], axis: Axis, *, size: tuple[int, int] = (12, 8)) -> Panel:
    """Lines over time in Grafana's own palette; thresholds are dashed lines."""
    custom: Json = {"spanNulls": GAP_MS}
    if len(axis.lines) > 1:
        custom["thresholdsStyle"] = {"mode": "dashed"}
    bounds: Json = {
        name: value for name, value in (("axisSoftMin", axis.low), ("axisSoftMax", axis.high)) if value is not None
    }
    return Panel(
        key=words.key,
        type="timeseries",
        title=words.title,
        description=words.description,
        queries=tuple(queries),
        width=size[0],
        height=size[1],
        defaults=(_lines(words, axis) | {"custom": custom | bounds}),
        options={
            "legend": {"calcs": ["lastNotNull"], "displayMode": "list", "placement": "bottom", "showLegend": True},
            "tooltip": {"mode": "multi", "sort": "desc"},
        },
    )


def state_timeline(
    words: Words, query: Query, states: Mapping[str, tuple[str, str]], *, size: tuple[int, int]
) -> Panel:
    """Bars of states over time; `states` maps a value to its word and colour."""
    options: Json = {
        value: {"color": color, "index": index, "text": text}
        for index, (value, (text, color)) in enumerate(states.items())
    }
    defaults = _defaults(words, "none", (("transparent", None),), "thresholds")
    return Panel(
        key=words.key,
        type="state-timeline",
        title=words.title,
        description=words.description,
        queries=(query,),
        width=size[0],
        height=size[1],
        defaults=defaults
        | {"custom": {"fillOpacity": 80, "lineWidth": 0}, "mappings": [{"type": "value", "options": options}]},
        options={
            "alignValue": "left",
            "legend": {"calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": False},
            "mergeValues": True,
            "perPage": 20,
            "rowHeight": 0.85,
            "showValue": "never",
            "tooltip": {"mode": "single", "sort": "none"},
        },
    )


def heatmap(words: Words, query: Query, unit: str, *, size: tuple[int, int] = (12, 8)) -> Panel:
    """Buckets of a histogram over time."""
    return Panel(
        key=words.key,
        type="heatmap",
        title=words.title,
        description=words.description,
        queries=(query,),
        width=size[0],
        height=size[1],
        defaults={"noValue": words.no_value, "unit": unit},
        options={
            "calculate": False,
            "cellGap": 1,
            "color": {
                "exponent": 0.5,
                "fill": "dark-orange",
                "mode": "scheme",
                "reverse": False,
                "scale": "exponential",
                "scheme": "Oranges",
                "steps": 64,
            },
            "exemplars": {"color": "rgba(255,0,255,0.7)"},
            "filterValues": {"le": 1e-9},
            "legend": {"show": True},
            "rowsFrame": {"layout": "auto"},
            "showValue": "never",
            "tooltip": {"mode": "single", "showColorScale": False, "yHistogram": False},
            "yAxis": {"axisPlacement": "left", "reverse": False, "unit": unit},
        },
    )


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: `field` is a label's name or, for a query's value, its ref id (`A`)."""

    field: str
    title: str
    unit: str = "none"
    steps: Steps | None = None
    link: str | None = None
    """URL of a data link, with `${__data.fields...}` where the row decides."""
    width: int | None = None
    decimals: int | None = None
    hidden: bool = False
    """Kept for links, not shown."""


def table(
    words: Words,
    queries: Sequence[Query],
    columns: Sequence[Column],
    *,
    size: tuple[int, int],
    sort: tuple[str, Literal["asc", "desc"]] | None = None,
) -> Panel:
    """Rows merged from instant queries over the labels they share; columns not named are left out."""
    order: Json = {_field(column, len(queries)): position for position, column in enumerate(columns)}
    names: Json = {_field(column, len(queries)): column.title for column in columns}
    options: Json = {"cellHeight": "sm", "frameIndex": 0, "showHeader": True}
    if sort:
        options["sortBy"] = [{"desc": sort[1] == "desc", "displayName": sort[0]}]
    keep = "|".join(_field(column, len(queries)) for column in columns)
    return Panel(
        key=words.key,
        type="table",
        title=words.title,
        description=words.description,
        queries=tuple(queries),
        width=size[0],
        height=size[1],
        defaults=_defaults(words, "none", NEUTRAL, "thresholds") | {"custom": _PLAIN_CELLS},
        options=options,
        overrides=tuple(override for column in columns for override in _column(column)),
        transformations=(
            {"id": "merge", "options": {}},
            {"id": "filterFieldsByName", "options": {"include": {"pattern": f"^({keep})$"}}},
            {"id": "organize", "options": {"excludeByName": {}, "indexByName": order, "renameByName": names}},
        ),
    )


_PLAIN_CELLS: Json = {"align": "auto", "cellOptions": {"type": "auto"}, "filterable": True, "inspect": False}


def panel_json(panel: Panel, panel_id: int, x: int, y: int) -> Json:
    """The panel object at its place in the grid."""
    made: Json = {
        "id": panel_id,
        "type": panel.type,
        "title": panel.title,
        "description": panel.description,
        "datasource": dict(DATASOURCE),
        "gridPos": {"x": x, "y": y, "w": panel.width, "h": panel.height},
        "fieldConfig": {"defaults": panel.defaults, "overrides": panel.overrides},
        "options": panel.options,
        "targets": [target(query, index) for index, query in enumerate(panel.queries)],
    }
    if panel.transformations:
        made["transformations"] = panel.transformations
    return made


def _defaults(words: Words, unit: str, steps: Steps, color: str) -> Json:
    return {
        "color": {"mode": color},
        "noValue": words.no_value,
        "thresholds": thresholds(steps),
        "unit": unit,
    }


def _lines(words: Words, axis: Axis) -> Json:
    if len(axis.lines) == 1:
        return {"noValue": words.no_value, "unit": axis.unit}
    return {"noValue": words.no_value, "thresholds": thresholds(axis.lines), "unit": axis.unit}


def _last_value() -> Json:
    return {"calcs": ["lastNotNull"], "fields": "", "values": False}


def _field(column: Column, queries: int) -> str:
    if not column.field.isupper():
        return column.field
    return f"Value #{column.field}" if queries > 1 else "Value"


def _column(column: Column) -> list[Json]:
    properties: list[Json] = []
    if column.unit != "none":
        properties.append({"id": "unit", "value": column.unit})
    if column.decimals is not None:
        properties.append({"id": "decimals", "value": column.decimals})
    if column.steps:
        properties.append({"id": "thresholds", "value": thresholds(column.steps)})
        properties.append({"id": "custom.cellOptions", "value": {"type": "color-text"}})
    if column.link:
        properties.append({"id": "links", "value": [{"title": "Open the board", "url": column.link}]})
    if column.hidden:
        properties.append({"id": "custom.hidden", "value": True})
        properties.append({"id": "custom.hideFrom", "value": {"legend": False, "tooltip": False, "viz": True}})
    if column.width:
        properties.append({"id": "custom.width", "value": column.width})
    if not properties:
        return []
    return [{"matcher": {"id": "byName", "options": column.title}, "properties": properties}]
