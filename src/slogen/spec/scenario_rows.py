"""The two formats of recorded traffic, CSV and Prometheus' JSON, as rows with places; changes with these formats."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from slogen.diagnostics.model import Span
from slogen.spec.scenario import FASTEST
from slogen.spec.units import shown

_NUMBER = re.compile(r"[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,2})?")
_PAIR = re.compile(r"\[[^\[\]]*\]")
_LATEST = 1e11
"""Seconds since 1970 up to the year 5138; what is beyond was meant as milliseconds."""


@dataclass(frozen=True, slots=True)
class Row:
    """A measurement as it was written, with its place in the file."""

    time: str
    rate: str
    span: Span


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why a whole file is no recording, what to do, and where in it."""

    reason: str
    hint: str | None = None
    span: Span | None = None


def csv_rows(text: str, name: str) -> list[Row] | Unusable:
    """The lines of a CSV below its headings; `name` is the file in places."""
    rows: list[Row] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for number, cells in enumerate(reader):
            if not any(cell.strip() for cell in cells) or (number == 0 and _headings(cells)):
                continue
            if len(cells) != 2:
                reason = f"line {reader.line_num} has {len(cells)} column(s)"
                return Unusable(
                    reason, "every line is a time and a rate, parted by a comma", _line(name, reader.line_num)
                )
            rows.append(Row(cells[0].strip(), cells[1].strip(), _line(name, reader.line_num)))
    except csv.Error as error:
        return Unusable(f"line {reader.line_num} is no CSV: {error}", None, _line(name, reader.line_num))
    return rows


def _line(name: str, number: int) -> Span:
    return Span(name, number, 1, number, 1)


def _headings(cells: list[str]) -> bool:
    """Whether a first line holds no measurement at all."""
    return all(isinstance(read, str) for cell in cells for read in (millis(cell.strip()), per_second(cell.strip())))


def json_rows(text: str, name: str) -> list[Row] | Unusable:
    """The samples of the one series in an answer of Prometheus to a range query; `name` is the file in places."""
    try:
        answer = json.loads(text, parse_constant=str, parse_float=str, parse_int=str)
    except json.JSONDecodeError as error:
        place = Span(name, error.lineno, error.colno, error.lineno, error.colno + 1)
        return Unusable(f"line {error.lineno} is no JSON: {error.msg.lower()}", None, place)
    except RecursionError:
        return Unusable("its JSON is nested too deeply")
    series = _series(answer)
    if series is None:
        return Unusable("it is no answer of Prometheus to a range query", "save what /api/v1/query_range answers")
    if len(series) != 1:
        return Unusable(f"it holds {len(series)} series", "ask for one, such as sum(rate(http_requests_total[5m]))")
    values = series[0].get("values")
    if not isinstance(values, list) or not all(isinstance(value, list) and len(value) == 2 for value in values):
        return Unusable("its series has no list of times and values", "save what /api/v1/query_range answers")
    places = _places(text, name)
    return [Row(str(time), str(rate), next(places)) for time, rate in values]


def _series(answer: Any) -> list[dict[str, Any]] | None:
    data = answer.get("data") if isinstance(answer, dict) else None
    found = data.get("result") if isinstance(data, dict) and data.get("resultType") == "matrix" else None
    whole = isinstance(found, list) and all(isinstance(series, dict) for series in found)
    return found if whole else None


def _places(text: str, name: str) -> Iterator[Span]:
    """Where each pair of a list of values stands, one after the other; the file's beginning where none is found."""
    began = re.search(r'"values"\s*:\s*\[', text)
    line, seen = 1, 0
    for pair in _PAIR.finditer(text, began.end() if began else 0):
        line += text.count("\n", seen, pair.start())
        seen = pair.start()
        column = pair.start() - text.rfind("\n", 0, pair.start())
        yield Span(name, line, column, line, column + (pair.end() - pair.start() if "\n" not in pair[0] else 1))
    while True:
        yield Span(name, 1, 1, 1, 1)


def millis(text: str) -> int | str:
    """A time in ms: seconds, or ISO 8601; else why it is none."""
    if _NUMBER.fullmatch(text):
        seconds = float(text)
        return (
            round(seconds * 1000) if abs(seconds) < _LATEST else f"{shown(text)} is no time in seconds; milliseconds?"
        )
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return f"{shown(text)} is no time; write seconds, or 2024-03-01 14:05:00"
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def per_second(text: str) -> float | str:
    """A rate in events per second; else why it is none."""
    if text.lower().lstrip("+-") in {"nan", "inf", "infinity"}:
        return f"{shown(text)} is no rate; leave the measurement out, or write 0"
    if not _NUMBER.fullmatch(text):
        return f"{shown(text)} is no rate; write a plain number of events per second"
    rate = float(text)
    if rate < 0:
        return f"a rate of {shown(text)} events per second is negative"
    return rate if rate <= FASTEST else f"more than {FASTEST:,} events per second is no traffic of one source"
