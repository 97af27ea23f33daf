"""Every recorded label set is routed here as Alertmanager routes it."""

import json
from functools import cache
from pathlib import Path

import pytest

from slogen.routing.config import Config, Route
from slogen.routing.durations import milliseconds
from slogen.routing.load import load
from slogen.routing.tree import routes_for

CASES = Path(__file__).parents[3] / "shared/conformance/alertmanager/routes.jsonl"


@cache
def config_of(text: str) -> Config:
    """The configuration, which is known to be good."""
    loaded = load(text)
    assert loaded.config is not None, loaded.problems
    return loaded.config


def described(route: Route) -> dict[str, object]:
    """A node in the form of the recorded cases."""
    return {
        "key": route.key,
        "receiver": route.receiver,
        "group_by": list(route.group_by) or None,
        "group_by_all": route.group_by_all,
        "active": list(route.active) or None,
        "mute": list(route.mute) or None,
        "timers": [route.timers.group_wait, route.timers.group_interval, route.timers.repeat_interval],
    }


def recorded(node: dict[str, object]) -> dict[str, object]:
    """A recorded node in a comparable form: Go prints 5 minutes as 5m0s and label sets in any order."""
    timers = [milliseconds(str(node[name])) for name in ("gw", "gi", "ri")]
    kept = {name: node[name] for name in ("key", "receiver", "group_by_all", "active", "mute")}
    group_by = node["group_by"]
    return {**kept, "group_by": sorted(group_by) if isinstance(group_by, list) else None, "timers": timers}


@pytest.mark.shared
@pytest.mark.skipif(not CASES.exists(), reason="the conformance files do not lie beside this checkout")
def test_routes_keys_and_options_agree() -> None:
    """All recorded label sets take the recorded nodes, in order, with the recorded keys and inherited options."""
    wrong = []
    for line in CASES.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        found = routes_for(config_of(case["config"]).root, case["labels"])
        if [described(r) for r in found] != [recorded(e) for e in case["expect"]]:
            wrong.append((case["labels"], [described(r) for r in found], case["expect"]))
    assert wrong == []
