"""The rules of dashboard-linter that make sense for boards on recorded series, each under the linter's own name.

Left out: the rules that ask for `job` and `instance` variables and matchers (recorded series have neither) and those
about Loki. A rule gives a sentence for each violation.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from slogen.preview.interpolate import TimeRange, default_choices, interpolate
from slogen.promql.ast import Call, Expr, Hole, Range, Selector, Subquery
from slogen.promql.lex import PromQLError
from slogen.promql.parse import parse
from slogen.promql.rewrite import rebuild, walk
from tests.dashboards.boards import Json, panels, queries

Rule = Callable[[Json], Iterator[str]]
DRAWN = {"bargauge", "heatmap", "stat", "state-timeline", "table", "timeseries"}
UNITS = {
    "none", "short", "percentunit", "percent", "s", "ms", "reqps", "cps", "ops", "bytes", "currencyUSD", "currencyEUR",
    "dateTimeAsIso", "celsius", "watt", "Bps", "binBps", "rowsps",
}  # fmt: skip
DAY = TimeRange(0, 86_400_000)
_VARIABLE_QUERY = re.compile(r"label_values\((?P<series>.+), *[a-zA-Z_][a-zA-Z0-9_]*\)|label_names\(.*\)")


def template_datasource_rule(board: Json) -> Iterator[str]:
    """There is a variable for the data source, under its usual name and label, with no default baked in."""
    found = [v for v in board["templating"]["list"] if v["type"] == "datasource"]
    if [v["name"] for v in found] != ["datasource"]:
        yield "no variable named datasource"
    for variable in found:
        if variable["label"] != "Data source" or variable.get("current"):
            yield "the datasource variable is mislabelled or has a default"


def template_label_promql_rule(board: Json) -> Iterator[str]:
    """Query variables ask for label values of a selector that parses."""
    for variable in _query_variables(board):
        asked = _VARIABLE_QUERY.fullmatch(variable["query"]["query"])
        if asked is None or (asked["series"] and not _parses(board, asked["series"])):
            yield f"variable {variable['name']} asks {variable['query']['query']}"


def template_on_time_change_reload_rule(board: Json) -> Iterator[str]:
    """Query variables are read again when the time range changes."""
    yield from (f"variable {v['name']}" for v in _query_variables(board) if v["refresh"] != 2)


def template_multi_rule(board: Json) -> Iterator[str]:
    """Query variables take All, one and several values, with no value baked in."""
    for variable in _query_variables(board):
        if not (variable["multi"] and variable["includeAll"] and variable["allValue"] in {".+", ".*"}):
            yield f"variable {variable['name']} does not take All and several values"
        if "current" in variable or variable.get("options"):
            yield f"variable {variable['name']} has values baked in"


def template_used_rule(board: Json) -> Iterator[str]:
    """Every variable is used, and matched as a pattern: with `=` several values would match nothing."""
    text = " ".join(asked.target["expr"] for asked in queries(board))
    text += " ".join(v["query"]["query"] for v in _query_variables(board))
    for variable in _query_variables(board):
        name = variable["name"]
        if f'=~"${name}"' not in text:
            yield f"variable {name} is not used"
        if re.search(rf'[^~]"\${name}"', text.replace('=~"', '~"')):
            yield f"variable {name} is compared literally"


def panel_datasource_rule(board: Json) -> Iterator[str]:
    """Panels and their queries use the chosen data source."""
    for panel in panels(board):
        sources = [panel["datasource"], *(target["datasource"] for target in panel["targets"])]
        if any(source != {"type": "prometheus", "uid": "${datasource}"} for source in sources):
            yield panel["title"]


def panel_title_description_rule(board: Json) -> Iterator[str]:
    """Panels have a title and a description."""
    yield from (f"panel {p['id']}" for p in panels(board) if not p["title"].strip() or not p["description"].strip())


def panel_units_rule(board: Json) -> Iterator[str]:
    """Panels have a unit that Grafana knows."""
    yield from (p["title"] for p in panels(board) if p["fieldConfig"]["defaults"]["unit"] not in UNITS)


def panel_no_value_rule(board: Json) -> Iterator[str]:
    """Panels say in words what it means that there is nothing to show."""
    yield from (p["title"] for p in panels(board) if not p["fieldConfig"]["defaults"].get("noValue"))


def panel_missing_value_color_rule(board: Json) -> Iterator[str]:
    """No panel turns red for want of data: Grafana colours a missing value like the first step."""
    for panel in panels(board):
        steps = panel["fieldConfig"]["defaults"].get("thresholds", {}).get("steps", [{"color": "text"}])
        if steps[0]["color"] not in {"text", "green", "blue", "transparent"}:
            yield panel["title"]


def panel_no_targets_rule(board: Json) -> Iterator[str]:
    """Panels ask something, by distinct reference ids."""
    for panel in panels(board):
        ids = [target["refId"] for target in panel["targets"]]
        if panel["type"] not in DRAWN or not ids or len(set(ids)) < len(ids):
            yield panel["title"]


def panel_dead_kind_rule(board: Json) -> Iterator[str]:
    """No panel kind that newer servers have dropped."""
    dead = {"graph", "singlestat", "table-old", "heatmap-old", "grafana-piechart-panel"}
    yield from (p["title"] for p in panels(board) if p["type"] in dead)


def target_promql_rule(board: Json) -> Iterator[str]:
    """Every query parses once its variables are filled in."""
    yield from (
        f"{a.panel['title']}: {a.target['expr']}" for a in queries(board) if not _parses(board, a.target["expr"])
    )


def target_rate_interval_rule(board: Json) -> Iterator[str]:
    """Raw rates follow the zoom or span all that is shown, never a fixed range; an alert's own condition keeps its."""
    for asked in queries(board):
        for call in _calls(asked.target["expr"], {"rate", "irate", "increase"}):
            window = next(arg.window for arg in call.args if isinstance(arg, Range))
            if window not in _HOLES.values() and "What the alert compares" not in asked.panel["description"]:
                yield f"{asked.panel['title']}: {asked.target['expr']}"


def target_counter_agg_rule(board: Json) -> Iterator[str]:
    """Counters are read through rate, irate or increase."""
    for asked in queries(board):
        tree = _tree(asked.target["expr"])
        read = {
            id(arg.selector)
            for c in _calls_of(tree, {"rate", "irate", "increase"})
            for arg in c.args
            if isinstance(arg, Range)
        }
        for node in walk(tree):
            if isinstance(node, Selector) and (node.name or "").endswith("_total") and id(node) not in read:
                yield f"{asked.panel['title']}: {node.name}"


def slow_series_rule(board: Json) -> Iterator[str]:
    """Series that are recorded every five minutes are read over a range: at the lookback's length they flap."""
    slow = {"slogen:budget:remaining", "slogen:budget:exhaustion_seconds", "slogen:error:ratio_period"}
    for asked in queries(board):
        tree = _tree(asked.target["expr"])
        ranged = {id(node.selector) for node in walk(tree) if isinstance(node, Range)}
        for node in walk(tree):
            if isinstance(node, Selector) and node.name in slow and id(node) not in ranged:
                yield f"{asked.panel['title']}: {node.name}"


def uneditable_dashboard(board: Json) -> Iterator[str]:
    """What a file owns is not edited in the browser, where the next reload would undo it."""
    if board["editable"]:
        yield "editable"


RULES: tuple[Rule, ...] = (
    template_datasource_rule,
    template_label_promql_rule,
    template_on_time_change_reload_rule,
    template_multi_rule,
    template_used_rule,
    panel_datasource_rule,
    panel_title_description_rule,
    panel_units_rule,
    panel_no_value_rule,
    panel_missing_value_color_rule,
    panel_no_targets_rule,
    panel_dead_kind_rule,
    target_promql_rule,
    target_rate_interval_rule,
    target_counter_agg_rule,
    slow_series_rule,
    uneditable_dashboard,
)


def _query_variables(board: Json) -> list[Json]:
    return [v for v in board["templating"]["list"] if v["type"] == "query"]


def _parses(board: Json, text: str) -> bool:
    try:
        parse(interpolate(text, DAY, "60s", default_choices(board)))
    except PromQLError:
        return False
    return True


def _tree(text: str) -> Expr:
    """The tree of a query, with the ranges that Grafana fills in as holes."""

    def mark(found: re.Match[str]) -> str:
        return f"[{_MARKS[found[1]]}s{found[2] or ''}]"

    def unmark(node: Expr) -> Expr:
        if isinstance(node, Range | Subquery) and isinstance(node.window, int) and node.window // 1000 in _HOLES:
            return replace(node, window=_HOLES[node.window // 1000])
        return node

    return rebuild(parse(re.sub(r"\[\$(\w+)(:\w+)?\]", mark, text)), unmark)


_MARKS = {"__rate_interval": 7919, "__range": 7927}
"""Seconds that nobody writes, in the place of a range that Grafana fills in."""
_HOLES = {seconds: Hole(name) for name, seconds in _MARKS.items()}


def _calls(text: str, functions: set[str]) -> Iterator[Call]:
    return _calls_of(_tree(text), functions)


def _calls_of(tree: Expr, functions: set[str]) -> Iterator[Call]:
    return (node for node in walk(tree) if isinstance(node, Call) and node.function in functions)
