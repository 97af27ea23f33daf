"""Numbers, bars and tables as HTML; changes with how a value is shown that needs no axis."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from slogen.preview.answers import Answered, Json, Line, color_of
from slogen.preview.units import shown


def stat(answer: Answered) -> str:
    """The value of each series in large figures, named where there are several."""
    if not answer.lines:
        return empty(answer)
    parts = []
    for line in answer.lines:
        name = f"<span class=name>{escape(line.name)}</span>" if len(answer.lines) > 1 else ""
        text = escape(shown(line.last, answer.unit, answer.defaults.get("decimals"), answer.no_value))
        parts.append(f'<p class="figure c-{color_of(line.last, answer.steps)}">{name}<b>{text}</b></p>')
    return "".join(parts)


def bars(answer: Answered) -> str:
    """A bar for each series, as long as its share of the greatest."""
    if not answer.lines:
        return empty(answer)
    most = max((line.last or 0.0 for line in answer.lines), default=0.0) or 1.0
    return f"<table class=bars>{''.join(_bar(answer, line, most) for line in answer.lines)}</table>"


def _bar(answer: Answered, line: Line, most: float) -> str:
    width = max(0.0, (line.last or 0.0) / most * 100)
    text = escape(shown(line.last, answer.unit, None, answer.no_value))
    color = color_of(line.last, answer.steps)
    fill = f'<i class="bg-{color}" style="width:{width:.1f}%"></i>'
    return f"<tr><th scope=row>{escape(line.name)}</th><td class=bar>{fill}</td><td class=number>{text}</td></tr>"


def empty(answer: Answered) -> str:
    """What the panel says where there is nothing to show."""
    return f"<p class=empty>{escape(answer.no_value)}</p>"


@dataclass(frozen=True, slots=True)
class _Column:
    """A column as the panel's transformations and overrides leave it."""

    field: str
    title: str
    unit: str
    decimals: int | None
    steps: tuple[tuple[str, float], ...]
    hidden: bool
    linked: bool


def table(answer: Answered, boards: frozenset[str]) -> str:
    """The rows of all queries merged by the labels they share, as Grafana merges them.

    `boards` are the uids of the boards on this page, to which columns with a link lead.
    """
    rows = list(_merged(answer))
    if not rows:
        return empty(answer)
    columns = [column for column in _columns(answer.panel) if not column.hidden]
    for sort in answer.panel["options"].get("sortBy", []):
        key = next((c.field for c in columns if c.title == sort["displayName"]), None)
        rows.sort(key=lambda row: (row.get(key) is None, _number(row.get(key)) * (-1 if sort["desc"] else 1)))
    head = "".join(f"<th scope=col>{escape(column.title)}</th>" for column in columns)
    body = "".join(f"<tr>{''.join(_cell(column, row, boards) for column in columns)}</tr>" for row in rows)
    return f"<div class=scroll><table class=grid><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"


_Row = Mapping[str | None, str | float | None]


def _merged(answer: Answered) -> Iterator[_Row]:
    many = len(answer.panel["targets"]) > 1
    found: dict[tuple[tuple[str, str], ...], dict[str | None, str | float | None]] = {}
    for line in answer.lines:
        labels = tuple(pair for pair in line.labels if pair[0] != "__name__")
        row = found.setdefault(labels, dict(labels))
        row[f"Value #{line.ref}" if many else "Value"] = line.last
    yield from found.values()


def _number(value: str | float | None) -> float:
    return value if isinstance(value, int | float) else 0.0


def _columns(panel: Json) -> list[_Column]:
    organize = next(t["options"] for t in panel["transformations"] if t["id"] == "organize")
    order: Mapping[str, int] = organize["indexByName"]
    names: Mapping[str, str] = organize["renameByName"]
    overrides = {o["matcher"]["options"]: o["properties"] for o in panel["fieldConfig"]["overrides"]}
    return [
        _column(field, names[field], overrides.get(names[field], ())) for field in sorted(order, key=order.__getitem__)
    ]


def _column(field: str, title: str, properties: Sequence[Json]) -> _Column:
    known: dict[str, Any] = {item["id"]: item.get("value") for item in properties}
    steps = known.get("thresholds", {"steps": []})["steps"]
    return _Column(
        field,
        title,
        str(known.get("unit", "none")),
        known.get("decimals"),
        tuple((s["color"], float("-inf") if s["value"] is None else float(s["value"])) for s in steps),
        bool(known.get("custom.hidden")),
        "links" in known,
    )


def _cell(column: _Column, row: _Row, boards: frozenset[str]) -> str:
    value = row.get(column.field)
    if isinstance(value, str):
        board = str(row.get("dashboard"))
        linked = column.linked and board in boards
        return f'<td><a href="#{escape(board)}">{escape(value)}</a></td>' if linked else f"<td>{escape(value)}</td>"
    color = f" c-{color_of(value, column.steps)}" if column.steps else ""
    return f'<td class="number{color}">{escape(shown(value, column.unit, column.decimals))}</td>'
