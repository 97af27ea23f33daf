"""The document around the panels: what makes a board importable by hand and from files, and findable afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass

from slogen.backends.grafana.expressions import equal, selector
from slogen.backends.grafana.layout import Section, place
from slogen.backends.grafana.panels import Json
from slogen.backends.grafana.series import Scope
from slogen.backends.grafana.variables import DATASOURCE, Variable, datasource_variable, query_variable, verbatim
from slogen.emit.yaml import YamlValue
from slogen.names import window
from slogen.promql.text import show

SCHEMA_VERSION = 42
"""The newest version of the classic model; every Grafana from 11 on loads it without a step that changes a panel."""
TAG = "slogen"


@dataclass(frozen=True, slots=True)
class Board:
    """A dashboard as slogen thinks of it; `tags` come on top of slogen's own."""

    uid: str
    title: str
    description: str
    tags: tuple[str, ...]
    variables: tuple[tuple[Variable, str], ...]
    links: tuple[Json, ...]
    events: tuple[Json, ...]
    sections: tuple[Section, ...]
    time_from: str


def document(board: Board, interval: int) -> Json:
    """The JSON model: classic, no `id`, no `version`, no `__inputs`, nothing that depends on the server.

    `interval` (ms) is how often there is a new sample.
    """
    variables: list[YamlValue] = [datasource_variable()]
    variables += [query_variable(variable, title) for variable, title in board.variables]
    return {
        "uid": board.uid,
        "title": verbatim(board.title),
        "description": verbatim(board.description),
        "tags": [TAG, *board.tags],
        "schemaVersion": SCHEMA_VERSION,
        "editable": False,
        "graphTooltip": 1,
        "refresh": "1m",
        "time": {"from": board.time_from, "to": "now"},
        "timezone": "browser",
        "annotations": {"list": board.events},
        "links": board.links,
        "templating": {"list": variables},
        "panels": place(board.sections, window(interval)),
    }


def link_by_tags(title: str, tags: Sequence[str], *, dropdown: bool) -> Json:
    """A link to every board that has these tags, keeping time range and variables; no uid that could change."""
    return {
        "title": title,
        "type": "dashboards",
        "tags": [TAG, *tags],
        "asDropdown": dropdown,
        "icon": "external link",
        "includeVars": True,
        "keepTime": True,
        "targetBlank": False,
        "tooltip": "",
        "url": "",
    }


def firing_alerts(scope: Scope) -> Json:
    """Marks where an alert that reaches somebody was firing."""
    firing = selector("ALERTS", equal("alertstate", "firing"), equal("mode", ""), *scope)
    return {
        "name": "Alerts firing",
        "datasource": dict(DATASOURCE),
        "enable": True,
        "iconColor": "red",
        "expr": show(firing),
        "step": "60s",
        "titleFormat": "{{alertname}} {{slo}}",
        "tagKeys": "severity,slo,slice",
        "textFormat": "",
        "useValueForTime": False,
    }


def posted_events(name: str, color: str, tags: Sequence[str]) -> Json:
    """Marks that somebody's pipeline posts to Grafana with all of these tags, such as deploys."""
    return {
        "name": name,
        "datasource": {"type": "grafana", "uid": "-- Grafana --"},
        "enable": True,
        "iconColor": color,
        "target": {"type": "tags", "tags": list(tags), "matchAny": False, "limit": 100},
    }
