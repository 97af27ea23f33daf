"""Panels into Grafana's grid of 24 columns, with ids that stay when other panels come and go."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from slogen.backends.grafana.panels import Json, Panel, panel_json

COLUMNS = 24
_IDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Section:
    """A row of the board: its title and the panels under it, left to right, top to bottom."""

    key: str
    title: str
    panels: tuple[Panel, ...]
    collapsed: bool
    repeat: str | None = None
    """The variable for each of whose values Grafana draws the row again."""


def place(sections: Iterable[Section], interval: str) -> list[Json]:
    """The `panels` list of a dashboard: sections in order, the children of a collapsed row inside it.

    `interval` is how often there is a new sample (`60s`): no panel asks for more, and `$__rate_interval` follows it.
    """
    wanted = [section for section in sections if section.panels]
    ids = _ids([key for section in wanted for key in (_row_key(section), *_panel_keys(section))])
    placed: list[Json] = []
    y = 0
    for section in wanted:
        children, bottom = _flow(section, ids, y + 1, interval)
        placed.append(
            {
                "id": ids[_row_key(section)],
                "type": "row",
                "title": section.title,
                "collapsed": section.collapsed,
                **({"repeat": section.repeat} if section.repeat else {}),
                "gridPos": {"x": 0, "y": y, "w": COLUMNS, "h": 1},
                "panels": children if section.collapsed else [],
            }
        )
        placed.extend([] if section.collapsed else children)
        y = y + 1 if section.collapsed else bottom
    return placed


def _flow(section: Section, ids: dict[str, int], top: int, interval: str) -> tuple[list[Json], int]:
    """Panels from left to right; a panel that does not fit starts a new line below the tallest of the last one."""
    made: list[Json] = []
    x, y, tallest = 0, top, 0
    for panel, key in zip(section.panels, _panel_keys(section), strict=True):
        if x + panel.width > COLUMNS:
            x, y, tallest = 0, y + tallest, 0
        made.append(panel_json(panel, ids[key], x, y) | {"interval": interval})
        x, tallest = x + panel.width, max(tallest, panel.height)
    return made, y + tallest


def _row_key(section: Section) -> str:
    return f"row/{section.key}"


def _panel_keys(section: Section) -> list[str]:
    return [f"{section.key}/{panel.key}" for panel in section.panels]


def _ids(keys: Sequence[str]) -> dict[str, int]:
    """An id for each key, made from the key alone unless two meet (ids appear in links to single panels).

    Raises `ValueError` where two panels of a board share a key.
    """
    if len(set(keys)) < len(keys):
        raise ValueError(f"panels share a key: {sorted(key for key in keys if keys.count(key) > 1)}")
    taken: dict[int, str] = {}
    for key in sorted(keys):
        number = int.from_bytes(sha256(key.encode()).digest()[:4]) % _IDS + 1
        while number in taken:
            number = number % _IDS + 1
        taken[number] = key
    return {key: number for number, key in taken.items()}
