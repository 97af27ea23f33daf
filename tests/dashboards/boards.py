"""Emitted dashboards as data for the tests: their panels, and every query with the panel that asks it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from slogen.backends.grafana.emit import BACKEND
from slogen.ir.program import Program
from tests.printing import artifacts

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A target and the panel it belongs to."""

    panel: Json
    target: Json


def emitted(program: Program) -> dict[str, str]:
    """The text of every dashboard by its path."""
    return {item.path: item.text for item in artifacts(BACKEND, program) if item.path.endswith(".json")}


def boards(program: Program) -> dict[str, Json]:
    """Every dashboard, read back, by its path."""
    return {path: json.loads(text) for path, text in emitted(program).items()}


def all_panels(board: Json) -> Iterator[Json]:
    """Every panel, rows included, those inside collapsed rows after their row."""
    for panel in board["panels"]:
        yield panel
        yield from panel.get("panels", [])


def panels(board: Json) -> list[Json]:
    """Every panel that draws something."""
    return [panel for panel in all_panels(board) if panel["type"] != "row"]


def queries(board: Json) -> Iterator[Asked]:
    """Every query of every panel."""
    for panel in panels(board):
        for target in panel.get("targets", []):
            yield Asked(panel, target)


def panel_named(board: Json, title: str) -> Json:
    """The one panel with this title."""
    (found,) = [panel for panel in panels(board) if panel["title"] == title]
    return found
