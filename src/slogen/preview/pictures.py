"""States and distributions over time as SVG; changes with how they are drawn."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from html import escape
from itertools import groupby

from slogen.preview.answers import Answered, Line
from slogen.preview.figures import empty

COLUMN = 54
"""Units of a picture for each column of the grid, so that text is as large in a narrow panel as in a wide one."""
_ROW, _HEAT, _BOUNDS = 22, 220, 60
_NAMES = 0.3
"""Share of a time line's width for the names of its rows."""
_TICK = 130


def timeline(answer: Answered) -> str:
    """A row for each series, a bar for each stretch in one state, with the state's word as its title."""
    lines = [line for line in answer.lines if line.last is not None]
    if not lines:
        return empty(answer)
    states = _states(answer)
    width = _width(answer)
    rows = "".join(_row(line, number, width, states) for number, line in enumerate(lines))
    height = _ROW * len(lines)
    hours = _hours(answer.times, (round(width * _NAMES), width), height)
    size = f'viewBox="0 0 {width} {height + 18}" role="img" aria-label="{escape(answer.panel["title"])}"'
    return f"<div class=scroll><svg class=timeline {size}>{rows}{hours}</svg></div>"


def _width(answer: Answered) -> int:
    return int(answer.panel["gridPos"]["w"]) * COLUMN


def _states(answer: Answered) -> Mapping[str, tuple[str, str]]:
    """Value to (word, colour), from the panel's value mappings."""
    return {
        value: (state["text"], state["color"])
        for mapping in answer.defaults.get("mappings", [])
        for value, state in mapping["options"].items()
    }


def _row(line: Line, number: int, width: int, states: Mapping[str, tuple[str, str]]) -> str:
    top = number * _ROW
    bars = "".join(_bars(line, top, width, states))
    room = round(width * _NAMES / 7)
    name = escape(line.name if len(line.name) <= room else line.name[: room - 1] + "…")
    return f'<text x="0" y="{top + 15}"><title>{escape(line.name)}</title>{name}</text>{bars}'


def _bars(line: Line, top: int, width: int, states: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    left = width * _NAMES
    scale = (width - left) / len(line.values)
    for value, group in groupby(enumerate(line.values), key=lambda item: item[1]):
        if value is None:
            continue
        places = [index for index, _ in group]
        word, color = states.get(f"{value:g}", (f"{value:g}", "text"))
        x, length = left + places[0] * scale, max(2.0, len(places) * scale)
        yield (
            f'<rect class="fill-{color}" x="{x:.1f}" y="{top + 3}" width="{length:.1f}" height="{_ROW - 6}">'
            f"<title>{escape(word)}</title></rect>"
        )


def heatmap(answer: Answered) -> str:
    """A cell for each bucket and step, the darker the more events fell into it (square root of the share)."""
    buckets = sorted(answer.lines, key=lambda line: _bound(line.name))
    counts = list(_apart(buckets))
    most = max((count for _, row in counts for count in row if count), default=0.0)
    if not most:
        return empty(answer)
    width, height = _width(answer), _HEAT / len(counts)
    scale = (width - _BOUNDS) / len(answer.times)
    cells = "".join(
        f'<rect x="{_BOUNDS + column * scale:.1f}" y="{_HEAT - (row + 1) * height:.1f}" width="{scale + 0.2:.1f}" '
        f'height="{height:.1f}" opacity="{(count / most) ** 0.5:.2f}"/>'
        for row, (_, line) in enumerate(counts)
        for column, count in enumerate(line)
        if count
    )
    labels = "".join(
        f'<text x="0" y="{_HEAT - row * height:.1f}">{escape(name)}</text>' for row, (name, _) in enumerate(counts)
    )
    size = f'viewBox="0 -12 {width} {_HEAT + 32}" role="img" aria-label="{escape(answer.panel["title"])}"'
    return f"<svg class=heatmap {size}>{cells}{labels}{_hours(answer.times, (_BOUNDS, width), _HEAT)}</svg>"


def _bound(name: str) -> float:
    try:
        return float(name)
    except ValueError:
        return float("inf")


def _apart(buckets: list[Line]) -> Iterator[tuple[str, list[float]]]:
    """Cumulative buckets as counts of their own."""
    below: list[float] = []
    for bucket in buckets:
        upto = [value or 0.0 for value in bucket.values]
        yield (
            bucket.name,
            [max(0.0, value - under) for value, under in zip(upto, below or [0.0] * len(upto), strict=True)],
        )
        below = upto


def _hours(times: tuple[int, ...], sides: tuple[int, int], height: float) -> str:
    """Labelled moments under a picture, from its left to its right side."""
    left, right = sides
    marks = []
    count = max(2, (right - left) // _TICK)
    for part in range(count):
        place = part * len(times) // count
        moment = datetime.fromtimestamp(times[place] / 1000, UTC)
        x = left + place * (right - left) / len(times)
        marks.append(f'<text class=tick x="{x:.0f}" y="{height + 14:.0f}">{moment:%d %b %H:%M}</text>')
    return "".join(marks)
