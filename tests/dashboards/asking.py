"""Panels' queries asked of a real Prometheus as Grafana would ask them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

from slogen.preview.interpolate import Choice, TimeRange, interpolate, step_of
from tests.dashboards.boards import Asked

LOOKBACK_STEPS = 11_000
"""Prometheus answers no range query of more points."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample of an answer."""

    labels: Mapping[str, str]
    time: float
    value: float


def ask(url: str, asked: Asked, shown: TimeRange, choices: Mapping[str, Choice]) -> list[Sample]:
    """The samples of an answer; an error of the server fails the test with its words."""
    interval = asked.panel["interval"]
    expr = interpolate(asked.target["expr"], shown, interval, choices)
    end = shown.end / 1000
    if asked.target.get("instant"):
        answer = _get(f"{url}/api/v1/query", {"query": expr, "time": end})
        if answer["resultType"] == "scalar":
            return [Sample({}, *_pair(answer["result"]))]
        return [Sample(series["metric"], *_pair(series["value"])) for series in answer["result"]]
    step = step_of(shown, interval) / 1000
    start = (shown.start / 1000) // step * step
    answer = _get(f"{url}/api/v1/query_range", {"query": expr, "start": start, "end": end // step * step, "step": step})
    return [Sample(series["metric"], *_pair(pair)) for series in answer["result"] for pair in series["values"]]


def _pair(pair: Any) -> tuple[float, float]:
    return float(pair[0]), float(pair[1])


def _get(url: str, params: Mapping[str, Any]) -> Any:
    answer = requests.post(url, data=params, timeout=60).json()
    assert answer["status"] == "success", (params["query"], answer.get("error"))
    return answer["data"]
