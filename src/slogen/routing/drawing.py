"""A routing tree as text and as a picture, with the alerts that land in each node; changes with how trees are shown."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from slogen.routing.config import Config, Route
from slogen.routing.story import Labels
from slogen.routing.tree import routes_for

Landings = Mapping[tuple[int, ...], Sequence[str]]
"""Path of a node -> names of the alerts it takes, in order, repeats kept."""

_MOST_NAMES = 4
_ROW, _INDENT, _CHARACTER = 30, 26, 8
_STYLE = (
    "text{font:13px ui-monospace,monospace;fill:#1f2430}.key{fill:#5c6370}.to{fill:#0b5fa5;font-weight:600}"
    ".on{fill:#9a6700}.alerts{fill:#2e7d32}path{fill:none;stroke:#c3c8d0}rect{fill:#fff}"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One node of a drawn tree."""

    depth: int
    guide: str
    """Box-drawing characters that lead to the node."""
    matchers: str
    receiver: str
    details: str
    alerts: str


def landings(config: Config, alerts: Iterable[tuple[str, Labels]]) -> Landings:
    """Which nodes take which of the named alerts."""
    found: defaultdict[tuple[int, ...], list[str]] = defaultdict(list)
    for name, labels in alerts:
        for route in routes_for(config.root, dict(labels)):
            found[route.path].append(name)
    return found


def rows(config: Config, landed: Landings) -> list[Row]:
    """The nodes of the tree in routing order."""
    return list(_rows(config.root, landed, "", ""))


def _rows(route: Route, landed: Landings, guide: str, below: str) -> Iterator[Row]:
    yield Row(
        depth=len(route.path),
        guide=guide,
        matchers=" ".join(str(m) for m in route.matchers) or "everything",
        receiver=route.receiver,
        details=_details(route),
        alerts=_names(landed.get(route.path, ())),
    )
    for child in route.routes:
        last = child is route.routes[-1]
        yield from _rows(child, landed, below + ("└─ " if last else "├─ "), below + ("   " if last else "│  "))


def _details(route: Route) -> str:
    parts = ["then on"] if route.goes_on else []
    parts += [f"only in {name}" for name in route.active]
    parts += [f"not in {name}" for name in route.mute]
    return ", ".join(parts)


def _names(names: Sequence[str]) -> str:
    if not names:
        return ""
    kinds = sorted(set(names))
    shown = ", ".join(kinds[:_MOST_NAMES]) + (", …" if len(kinds) > _MOST_NAMES else "")
    return f"{len(names)} alert{'s' if len(names) != 1 else ''}: {shown}"


def as_text(tree: Sequence[Row]) -> str:
    """The tree, one node a line: matchers, receiver, what is special, alerts."""
    lines = []
    for row in tree:
        extra = "".join(f"  ({part})" for part in (row.details, row.alerts) if part)
        lines.append(f"{row.guide}{row.matchers} → {row.receiver}{extra}")
    return "\n".join(lines) + "\n"


def as_svg(tree: Sequence[Row], *, styled: bool = True, title: str = "Alertmanager routing tree") -> str:
    """The tree as a picture of its own, in which text can be selected and searched.

    A page that has styles for its classes asks for one that is not `styled`.
    """
    width = max(_INDENT * row.depth + _CHARACTER * len(_line(row)) for row in tree) + 60
    height = _ROW * len(tree) + 20
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape(title)}">']
    parts += [f"<style>{_STYLE}</style>", f'<rect width="{width}" height="{height}"/>'] if styled else []
    above: dict[int, int] = {}
    for index, row in enumerate(tree):
        x, y = 16 + _INDENT * row.depth, 26 + _ROW * index
        if row.depth:
            start = above[row.depth - 1]
            parts.append(f'<path d="M{x - _INDENT + 6} {start + 8}V{y - 4}H{x - 4}"/>')
        above[row.depth] = y
        parts.append(_svg_text(row, x, y))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _svg_text(row: Row, x: int, y: int) -> str:
    spans = [("key", row.matchers), ("", " → "), ("to", row.receiver)]
    spans += [("on", f"  {row.details}")] if row.details else []
    spans += [("alerts", f"  {row.alerts}")] if row.alerts else []
    inner = "".join(f'<tspan class="{kind}">{escape(text)}</tspan>' if kind else escape(text) for kind, text in spans)
    return f'<text x="{x}" y="{y}" xml:space="preserve">{inner}</text>'


def _line(row: Row) -> str:
    return f"{row.matchers} → {row.receiver}  {row.details}  {row.alerts}"


def as_html(tree: Sequence[Row], title: str) -> str:
    """A page with the picture in it; nothing is loaded from elsewhere."""
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title></head>\n'
        f'<body style="margin:16px;overflow:auto">\n<h1 style="font:20px sans-serif">{escape(title)}</h1>\n'
        f"{as_svg(tree)}</body></html>\n"
    )
