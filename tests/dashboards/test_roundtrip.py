"""Grafana's own object model as an oracle: what it reads and writes again must be what we wrote."""

import json
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

from tests.dashboards.boards import boards
from tests.dashboards.program import FLEET, environment_of, program_of

BOARDS = boards(program_of(environment_of(FLEET)))


def lost(ours: Any, theirs: Any, path: str = "") -> Iterator[str]:
    """Where `theirs` lacks or changes something of `ours`; what it adds (defaults) is its own business."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key, value in ours.items():
            if key in theirs:
                yield from lost(value, theirs[key], f"{path}/{key}")
            else:
                yield f"{path}/{key}"
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, pair in enumerate(zip(ours, theirs, strict=True)):
            yield from lost(*pair, path=f"{path}/{index}")
    elif ours != theirs:
        yield f"{path}: {ours!r} became {theirs!r}"


def round_trip(board: dict[str, Any]) -> Any:
    """The board as Grafana's object model writes it after reading it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return json.loads(JSONEncoder(sort_keys=True).encode(Dashboard.from_json(board)))


@pytest.mark.parametrize("path", BOARDS)
def test_no_key_islost(path: str) -> None:
    """Nothing that a board says is unknown to Grafana's published object model."""
    assert list(lost(BOARDS[path], round_trip(BOARDS[path]))) == []


def test_the_oracle_notices() -> None:
    """A key that Grafana does not know is reported."""
    board = BOARDS["production/_overview.json"]
    changed = {**board, "panels": [{**panel, "colour": "red"} for panel in board["panels"]]}

    assert len(list(lost(changed, round_trip(changed)))) == len(board["panels"])
