"""Results as text: a table, JSON as Prometheus' HTTP API gives it, or a sparkline; changes with those forms."""

import json
import math
import re
from datetime import UTC, datetime
from typing import Any

import numpy as np

from slogen.evaluator import comparison
from slogen.evaluator import labels as label
from slogen.evaluator.evaluate import Result
from slogen.evaluator.labels import Labels
from slogen.evaluator.native import Histogram, buckets
from slogen.evaluator.notation import Sample
from slogen.evaluator.numbers import show_plain
from slogen.evaluator.times import Grid
from slogen.evaluator.vector import Matrix, MatrixRow, Scalar, String, Vector

_PLAIN = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
BARS = "▁▂▃▄▅▆▇█"


def series_name(labels: Labels) -> str:
    """A series as it is written in PromQL; a name beyond the old alphabet stands quoted inside the braces."""
    name, rest = label.get(labels, label.NAME), label.drop(labels, (label.NAME,))
    if name and not _PLAIN.fullmatch(name):
        return "{" + ", ".join([label.quote(name), label.show(rest)[1:-1]]).removesuffix(", ") + "}"
    return f"{name}{label.show(rest) if rest or not name else ''}"


def clock(at: int) -> str:
    """A time in milliseconds as UTC in ISO 8601; beyond the calendar as seconds."""
    try:
        moment = datetime.fromtimestamp(at / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return f"{at / 1000:g}s"
    return moment.isoformat(timespec="milliseconds" if at % 1000 else "seconds").replace("+00:00", "Z")


def table(result: Result, grid: Grid) -> str:
    """One line for every sample: an instant without its time, a range with it."""
    lines = [" ".join(cells).rstrip() for cells in _aligned(_rows(result, grid))]
    return "\n".join(lines) if lines else "(no series)"


def _rows(result: Result, grid: Grid) -> list[tuple[str, ...]]:
    times = grid.times().tolist()
    match result.value:
        case String(text):
            return [(label.quote(text),)]
        case Scalar(values):
            samples: list[Sample] = list(values.tolist())
            return _lines("", times, samples, grid)
        case Matrix(rows):
            return [line for row in rows for line in _lines(series_name(row.labels), *_points(row), None)]
        case Vector() as vector:
            return [
                line
                for row, labels in enumerate(vector.labels)
                for line in _lines(series_name(labels), times, comparison.cells(vector, row), grid)
            ]


def _lines(name: str, times: list[int], samples: list[Sample], grid: Grid | None) -> list[tuple[str, ...]]:
    plain = grid is not None and grid.is_instant
    return [
        (name, comparison.shown(sample)) if plain else (name, clock(at), comparison.shown(sample))
        for at, sample in zip(times, samples, strict=True)
        if sample is not None
    ]


def _points(row: MatrixRow) -> tuple[list[int], list[Sample]]:
    points: dict[int, Sample] = dict(zip(row.times.tolist(), row.values.tolist(), strict=True))
    points.update(row.histograms)
    times = sorted(points)
    return times, [points[at] for at in times]


def _aligned(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    if not rows:
        return []
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [tuple(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]


def sparklines(result: Result, grid: Grid, width: int = 60) -> str:
    """One line for every series: a drawing from its lowest to its highest value, gaps where there is no sample."""
    match result.value:
        case Vector() as vector:
            named = [
                (series_name(labels), np.where(vector.present[row], vector.values[row], np.nan))
                for row, labels in enumerate(vector.labels)
            ]
        case Scalar(values):
            named = [("scalar", values)]
        case _:
            return table(result, grid)
    drawn: list[tuple[str, ...]] = [(name, _spark(values, width), _extent(values)) for name, values in named]
    return "\n".join(" ".join(cells).rstrip() for cells in _aligned(drawn)) if drawn else "(no series)"


def _spark(values: "np.typing.NDArray[np.float64]", width: int) -> str:
    pieces = np.array_split(values, min(width, len(values)))
    finite = values[np.isfinite(values)]
    if not len(finite):
        return " " * len(pieces)
    low, span = float(finite.min()), float(finite.max() - finite.min())
    return "".join(_bar(piece[np.isfinite(piece)], low, span) for piece in pieces)


def _bar(piece: "np.typing.NDArray[np.float64]", low: float, span: float) -> str:
    if not len(piece):
        return " "
    share = (float(piece.max()) - low) / span if span > 0 and math.isfinite(span) else 0.0
    return BARS[min(len(BARS) - 1, int(share * len(BARS)))]


def _extent(values: "np.typing.NDArray[np.float64]") -> str:
    known = values[~np.isnan(values)]
    return f"{comparison.shown(float(known.min()))} … {comparison.shown(float(known.max()))}" if len(known) else "NaN"


def api_json(result: Result, grid: Grid) -> str:
    """The answer of `/api/v1/query` (one step) or `/api/v1/query_range`, as one line of JSON."""
    kind, data = _api_data(result, grid)
    answer: dict[str, Any] = {"status": "success", "data": {"resultType": kind, "result": data}}
    if result.warnings:
        answer["warnings"] = list(result.warnings)
    if result.infos:
        answer["infos"] = list(result.infos)
    return json.dumps(answer, ensure_ascii=False)


def _api_data(result: Result, grid: Grid) -> tuple[str, Any]:
    times = grid.times().tolist()
    match result.value:
        case String(text):
            return "string", [_seconds(grid.start), text]
        case Scalar(values) if grid.is_instant:
            return "scalar", [_seconds(grid.start), api_number(float(values[0]))]
        case Scalar(values):
            return "matrix", [_api_series((), times, list(values.tolist()))]
        case Matrix(rows):
            return "matrix", [_api_series(row.labels, *_points(row)) for row in rows]
        case Vector() as vector if grid.is_instant:
            return "vector", [
                {"metric": dict(labels)} | _api_instant(grid.start, comparison.cells(vector, row)[0])
                for row, labels in enumerate(vector.labels)
            ]
        case Vector() as vector:
            cells = [comparison.cells(vector, row) for row in range(len(vector))]
            return "matrix", [_api_series(labels, times, own) for labels, own in zip(vector.labels, cells, strict=True)]


def _api_instant(at: int, sample: Sample) -> dict[str, Any]:
    if isinstance(sample, Histogram):
        return {"histogram": [_seconds(at), _api_histogram(sample)]}
    return {"value": [_seconds(at), api_number(sample if sample is not None else math.nan)]}


def _api_series(labels: Labels, times: list[int], samples: list[Sample]) -> dict[str, Any]:
    pairs = list(zip(times, samples, strict=True))
    floats = [[_seconds(at), api_number(sample)] for at, sample in pairs if isinstance(sample, float)]
    native = [[_seconds(at), _api_histogram(sample)] for at, sample in pairs if isinstance(sample, Histogram)]
    series: dict[str, Any] = {"metric": dict(labels)}
    return series | ({"values": floats} if floats else {}) | ({"histograms": native} if native else {})


def _seconds(at: int) -> int | float:
    return at // 1000 if at % 1000 == 0 else at / 1000


def api_number(value: float) -> str:
    """A sample as the API writes it: digits that read back, with an exponent only below 1e-6 and from 1e21 on."""
    if value == 0 or not math.isfinite(value) or 1e-6 <= abs(value) < 1e21:
        return show_plain(value)
    mantissa, _, exponent = repr(value).partition("e")
    if not exponent:
        mantissa, _, exponent = f"{value:.17e}".partition("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent):+03d}".replace("e-0", "e-").replace("e+0", "e+")


def _api_histogram(histogram: Histogram) -> dict[str, Any]:
    populated = [bucket for bucket in buckets(histogram) if bucket.count != 0]
    found: dict[str, Any] = {"count": api_number(histogram.count), "sum": api_number(histogram.sum)}
    rows = [
        [_boundary(b.lower < 0, b.upper > 0), api_number(b.lower), api_number(b.upper), api_number(b.count)]
        for b in populated
    ]
    return found | ({"buckets": rows} if rows else {})


def _boundary(lower_inclusive: bool, upper_inclusive: bool) -> int:
    """0 open left, 1 open right, 2 open both, 3 closed both."""
    if lower_inclusive:
        return 3 if upper_inclusive else 1
    return 0 if upper_inclusive else 2
