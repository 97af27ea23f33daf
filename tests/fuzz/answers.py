"""What a server and this evaluator answer to one query, in one form that can be compared; changes with that form."""

import http.client
import json
import re
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from slogen.evaluator import labels as label
from slogen.evaluator.errors import EvaluationError
from slogen.evaluator.evaluate import evaluate
from slogen.evaluator.labels import Labels
from slogen.evaluator.series import Storage
from slogen.evaluator.times import Grid
from slogen.evaluator.vector import Matrix, Scalar, String, Vector
from slogen.promql.parse import parse
from slogen.promql.text import show
from tests.fuzz.expressions import Query

Samples = Mapping[Labels, Mapping[int, float]]
"""Values by time in ms, by series."""

_OMITTED = re.compile(r"\d+ more .* annotations omitted")
_POSITION = re.compile(r" \(\d+:\d+\)$")


@dataclass(frozen=True, slots=True)
class Failed:
    """The query ended in an error."""

    message: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The samples, with the texts of warnings and infos without their positions; a server tells ten of each only."""

    samples: Samples
    notes: frozenset[str] = frozenset()
    has_more_notes: bool = False


def form(query: Query) -> tuple[str, str]:
    """The path and the body of the HTTP request."""
    text = show(query.expr)
    if not query.step:
        return "/api/v1/query", urllib.parse.urlencode({"query": text, "time": _seconds(query.start)})
    times = {"start": _seconds(query.start), "end": _seconds(query.end), "step": _seconds(query.step)}
    return "/api/v1/query_range", urllib.parse.urlencode({"query": text, **times})


def _seconds(millis: int) -> str:
    return f"{'-' if millis < 0 else ''}{abs(millis) // 1000}.{abs(millis) % 1000:03d}"


class Server:
    """A Prometheus, asked over one connection that stays open."""

    def __init__(self, url: str) -> None:
        place = urlsplit(url)
        self.connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=120)

    def ask(self, query: Query) -> Answer | Failed:
        """The answer; a query that is refused as malformed is the fuzzer's own mistake and raises ValueError."""
        path, body = form(query)
        self.connection.request("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})
        reply = json.loads(self.connection.getresponse().read())
        if reply["status"] != "success":
            if reply["errorType"] == "bad_data":
                raise ValueError(f"{show(query.expr)}: {reply['error']}")
            return Failed(reply["error"])
        notes = [_POSITION.sub("", note) for note in (*reply.get("warnings", ()), *reply.get("infos", ()))]
        told = frozenset(note for note in notes if not _OMITTED.fullmatch(note))
        return Answer(_samples(reply["data"]), told, len(told) < len(notes))


def _samples(data: Any) -> Samples:
    match data["resultType"]:
        case "vector":
            return {_labels(one): dict([_point(one["value"])]) for one in data["result"]}
        case "matrix":
            return {_labels(one): dict(map(_point, one["values"])) for one in data["result"]}
        case "scalar":
            return {label.EMPTY: dict([_point(data["result"])])}
        case "string":
            return {(("", data["result"][1]),): {}}
    raise ValueError(f"a result of type {data['resultType']} was not asked for")


def _labels(series: Any) -> Labels:
    return label.make(series["metric"])


def _point(pair: Any) -> tuple[int, float]:
    return round(pair[0] * 1000), float(pair[1])


def own(query: Query, storage: Storage) -> Answer | Failed:
    """This evaluator's answer to the text that the server is asked; its parser takes part."""
    grid = Grid(query.start, query.end, query.step) if query.step else Grid.instant(query.start)
    try:
        result = evaluate(parse(show(query.expr)), storage, grid)
    except EvaluationError as error:
        return Failed(str(error))
    times = grid.times().tolist()
    match result.value:
        case Vector() as vector:
            found = {
                labels: {times[i]: float(vector.values[row, i]) for i in np.flatnonzero(vector.present[row]).tolist()}
                for row, labels in enumerate(vector.labels)
            }
        case Scalar(values):
            found = {label.EMPTY: dict(zip(times, values.tolist(), strict=True))}
        case Matrix(rows):
            found = {row.labels: dict(zip(row.times.tolist(), row.values.tolist(), strict=True)) for row in rows}
        case String(text):
            found = {(("", text),): {}}
    return Answer(found, frozenset((*result.warnings, *result.infos)))
