"""Pages of a small fleet during an incident, for tests that look at them."""

import functools
import re
from typing import Any

from slogen.evaluator.series import Storage
from slogen.preview.ask import from_storage
from slogen.preview.interpolate import TimeRange
from slogen.preview.page import page
from tests.dashboards import history
from tests.dashboards.boards import boards
from tests.dashboards.program import FLEET, environment_of, program_of

SHOWN = TimeRange(history.END - history.DAY, history.END, 300)
PROGRAM = program_of(environment_of(FLEET))
BOARDS = boards(PROGRAM)


@functools.cache
def storage() -> Storage:
    """Four weeks of the fleet."""
    return history.recorded_history(PROGRAM)


@functools.cache
def html(*stems: str) -> str:
    """One page with these boards, over the last day."""
    return page([BOARDS[f"production/{stem}.json"] for stem in stems], from_storage(storage()), SHOWN, "Replayed")


def panel_html(text: str, board: dict[str, Any], title: str) -> str:
    """The part of a page that one panel takes."""
    (panel,) = [
        p
        for row in board["panels"]
        for p in (row, *row.get("panels", []))
        if p["title"] == title and p["type"] != "row"
    ]
    found = re.search(rf'<section class="[^"]*" id="panel-{panel["id"]}".*?</section>', text, re.DOTALL)
    assert found
    return found[0]
