"""The page: every board's panels in their grid, with styles, data and scripts inside, so that it needs no network."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from importlib.resources import files

from slogen.preview import units
from slogen.preview.answers import Answered, Json, answered
from slogen.preview.ask import Ask
from slogen.preview.figures import bars, empty, stat, table
from slogen.preview.interpolate import Choice, TimeRange, default_choices
from slogen.preview.pictures import heatmap, timeline

_ROW_HEIGHT = 36
"""Pixels of one row of Grafana's grid."""


def page(
    boards: Sequence[Json], ask: Ask, shown: TimeRange, about: str, chosen: Mapping[str, Choice] | None = None
) -> str:
    """One self-contained HTML document with these dashboards, drawn from whatever `ask` answers.

    `about` says in a sentence what data that is; `chosen` overrides All for some variables.
    """
    view = _View(ask, shown, dict(chosen or {}), frozenset(str(board["uid"]) for board in boards))
    bodies = [_board(board, view) for board in boards]
    links = (
        "".join(f'<a href="#{escape(b["uid"])}">{escape(b["title"])}</a>' for b in boards) if len(boards) > 1 else ""
    )
    title = escape(boards[0]["title"] if len(boards) == 1 else "Dashboards")
    head = f'<meta charset=utf-8><meta name=viewport content="width=device-width"><title>{title} (preview)</title>'
    styles = f"<style>{_asset('uplot.min.css')}{_asset('board.css')}</style>"
    scripts = f"<script>{_asset('uplot.min.js')}</script><script>{_asset('board.js')}</script>"
    controls = '<button id=theme type=button title="Light or dark (t)">Light / dark</button>'
    bar = f"<header><b>slogen preview</b><nav>{links}</nav><span>{escape(about)}</span>{controls}</header>"
    return (
        f"<!doctype html><html lang=en><head>{head}{styles}</head><body>{bar}{''.join(bodies)}{scripts}</body></html>\n"
    )


def _asset(name: str) -> str:
    return files("slogen.preview").joinpath("assets", name).read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class _View:
    """What holds for the whole page; `boards` are the uids of its boards."""

    ask: Ask
    shown: TimeRange
    chosen: Mapping[str, Choice]
    boards: frozenset[str]


def _board(board: Json, view: _View) -> str:
    moments = (datetime.fromtimestamp(time / 1000, UTC) for time in (view.shown.start, view.shown.end))
    span = " to ".join(f"{moment:%Y-%m-%d %H:%M}" for moment in moments)
    choices = default_choices(board) | dict(view.chosen)
    sections = "".join(_section(row, panels, view, choices) for row, panels in _sections(board["panels"]))
    intro = f"<h1>{escape(board['title'])}</h1><p>{escape(board['description'])} <span class=span>{span} UTC</span></p>"
    return f'<main id="{escape(board["uid"])}">{intro}{sections}</main>'


def _sections(panels: Iterable[Json]) -> list[tuple[Json, list[Json]]]:
    """Rows with the panels under them, whether they hold them (collapsed) or are followed by them (open)."""
    found: list[tuple[Json, list[Json]]] = []
    for panel in panels:
        if panel["type"] == "row":
            found.append((panel, list(panel["panels"])))
        else:
            found[-1][1].append(panel)
    return found


def _section(row: Json, panels: Sequence[Json], view: _View, choices: Mapping[str, Choice]) -> str:
    drawn = "".join(_panel(answered(panel, view.ask, view.shown, choices), view.boards) for panel in panels)
    opened = "" if row["collapsed"] else " open"
    return f"<details{opened}><summary>{escape(row['title'])}</summary><div class=board>{drawn}</div></details>"


def _panel(answer: Answered, boards: frozenset[str]) -> str:
    place = answer.panel["gridPos"]
    style = f"grid-column:span {place['w']};min-height:{place['h'] * _ROW_HEIGHT}px"
    title = escape(answer.panel["title"])
    about = f"<p class=about>{escape(answer.panel['description'])}</p>"
    head = f'<h2>{title}</h2><details class=info><summary title="What this shows">i</summary>{about}</details>'
    names = f'class="panel {answer.panel["type"]}" id="panel-{answer.panel["id"]}"'
    return f'<section {names} style="{style}">{head}{_drawn(answer, boards)}</section>'


def _drawn(answer: Answered, boards: frozenset[str]) -> str:
    match answer.panel["type"]:
        case "stat":
            return stat(answer)
        case "bargauge":
            return bars(answer)
        case "table":
            return table(answer, boards)
        case "state-timeline":
            return timeline(answer)
        case "heatmap":
            return heatmap(answer)
        case "timeseries":
            return _chart(answer)
        case other:
            raise ValueError(f"a board of slogen's has no panel of type {other}")


def _short(value: float | None) -> float | None:
    """Six digits are more than a screen can show."""
    return None if value is None or math.isinf(value) else float(f"{value:.6g}")


def _chart(answer: Answered) -> str:
    """The data of a chart, which the script draws; its legend with the newest values is text."""
    lines = [line for line in answer.lines if line.last is not None]
    if not lines:
        return empty(answer)
    custom = answer.defaults.get("custom", {})
    data = {
        "unit": answer.unit,
        "times": [time // 1000 for time in answer.times],
        "lines": [{"name": line.name, "values": list(map(_short, line.values))} for line in lines],
        "marks": [{"color": color, "value": value} for color, value in answer.steps[1:]],
        "low": custom.get("axisSoftMin"),
        "high": custom.get("axisSoftMax"),
    }
    # No text of a user may end the script element it stands in.
    text = json.dumps(data, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")
    keys = "".join(
        f'<li><button type=button aria-pressed=true data-line="{number}"><i></i>{escape(line.name)} '
        f"<output>{escape(units.shown(line.last, answer.unit))}</output></button></li>"
        for number, line in enumerate(lines)
    )
    label = escape(answer.panel["title"])
    return (
        f'<div class=chart tabindex=0 role=img aria-label="{label}"></div>'
        f"<script type=application/json>{text}</script><ul class=legend>{keys}</ul>"
    )
