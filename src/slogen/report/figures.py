"""Draws what a replay looked like: values against thresholds, the fault, the alert waiting and firing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby, pairwise

from slogen import names
from slogen.proofs.prove import Verdict
from slogen.proofs.tracing import Condition, Trace
from slogen.proofs.wording import minutes
from slogen.report.scales import Axis, Point, heights, number, path, ticks
from slogen.report.wording import measure

WIDTH = 400
_LEFT, _RIGHT = 46, 392
_TALL, _LOW = 96, 54
"""Heights of a chart that stands alone, and of one of several."""
_TITLE, _LANE, _BAR = 16, 17, 9
_LETTER = 7
"""How wide a letter of a label is, about; and from middle to middle of two labels, which may be seven letters long."""
_LABEL = 54
_MOST_CHARTS = 3
_MOST_LETTERS = 62
_ON_BUDGETS = frozenset({"burn", "collapse"})


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing of `WIDTH` units: its shapes as SVG without a frame, and what it shows in words."""

    body: str
    height: int
    label: str


@dataclass(frozen=True, slots=True)
class _Chart:
    """Comparisons with one bound, which share an axis; `unit` as `measure` knows it, `from_zero` as `heights` does."""

    title: str
    unit: str
    conditions: tuple[Condition, ...]
    from_zero: bool


def figure(verdict: Verdict, label: str) -> Figure | None:
    """The drawing of a verdict; None where it was not traced."""
    trace = verdict.trace
    if trace is None or verdict.end <= trace.start:
        return None
    time = Axis(trace.start, verdict.end, _LEFT, _RIGHT)
    charts = _charts(verdict, trace)
    parts: list[str] = []
    top = 0
    for chart in charts:
        height = _TALL if len(charts) == 1 else _LOW
        parts += _drawn(chart, trace, time, (top + _TITLE, top + _TITLE + height))
        top += _TITLE + height
    parts.insert(0, _shade(verdict, time, top))
    parts += _lanes(verdict, trace, time, top + 9)
    lanes = 3 if _due(verdict) else 2
    bottom = top + 9 + lanes * _LANE
    parts += _marks(verdict, trace, time, bottom)
    return Figure("".join(parts), bottom + 16, label)


def _charts(verdict: Verdict, trace: Trace) -> list[_Chart]:
    """Comparisons side by side with the same bound are one chart; those of budgets only need their error ratio."""
    found = [tuple(members) for _, members in groupby(trace.conditions, key=lambda c: (c.op, c.bound, c.bounds))]
    known = [members for members in found if any(v is not None for c in members for v in (*c.values, *c.bounds))]
    if verdict.kind in _ON_BUDGETS:
        return [_Chart(_burning(verdict), "ratio", members, from_zero=True) for members in known[:1]]
    return [
        _Chart(_compared(members[0]), _unit(members[0]), members, from_zero=False) for members in known[:_MOST_CHARTS]
    ]


def _burning(verdict: Verdict) -> str:
    labels = dict(verdict.labels)
    long, short = labels.get(names.LONG), labels.get(names.SHORT)
    if long in {None, short}:
        return f"error ratio over {short}"
    return f"error ratio over {long} (bold) and {short} (thin)"


def _unit(condition: Condition) -> str:
    if condition.signal.startswith("time() -"):
        return "seconds"
    return "ratio" if condition.signal.endswith("_ratio)") or "budget:spent" in condition.signal else ""


def _compared(condition: Condition) -> str:
    text = f"{condition.signal} {condition.op} {condition.bound}"
    return text if len(text) <= _MOST_LETTERS else f"{text[: _MOST_LETTERS - 1]}…"


def _drawn(chart: _Chart, trace: Trace, time: Axis, room: tuple[int, int]) -> Iterator[str]:
    known = [v for c in chart.conditions for v in (*c.values, *c.bounds) if v is not None]
    values = heights(known, room[0] + 4, room[1], from_zero=chart.from_zero)
    yield f'<text class="n" x="{_LEFT}" y="{room[0] - 4}">{escape(chart.title)}</text>'
    yield f'<path class="g" d="M{_LEFT} {room[0]}V{room[1]}H{_RIGHT}"/>'
    for place, condition in enumerate(chart.conditions[:2]):
        for run in _runs(condition.values, trace, time, values):
            yield f'<path class="{"v" if place == 0 else "w"}" d="{path(run)}"/>'
    bounds = chart.conditions[0].bounds
    for run in _runs(bounds, trace, time, values):
        yield f'<path class="b" d="{path(run)}"/>'
    yield from _scale(bounds, known, values, chart.unit)


def _runs(moments: Sequence[float | None], trace: Trace, time: Axis, values: Axis) -> Iterator[list[Point]]:
    """The stretches of a curve without a gap; a lone value is a short dash."""
    for there, members in groupby(enumerate(moments), key=lambda pair: pair[1] is not None):
        if there:
            run = [(time.at(trace.start + at * trace.step), values.at(v)) for at, v in members if v is not None]
            yield run if len(run) > 1 else [run[0], (run[0][0] + 2, run[0][1])]


def _scale(bounds: Sequence[float | None], known: Sequence[float], values: Axis, unit: str) -> Iterator[str]:
    """The threshold and the highest value, written where they lie unless one would cover the other."""
    bound = next((value for value in reversed(bounds) if value is not None), None)
    if bound is not None:
        yield _at_left(values.at(bound) + 4, measure(bound, unit), "t")
    highest = max(known)
    if bound is None or values.at(bound) - values.at(highest) > 12:
        yield _at_left(values.at(highest) + 4, measure(highest, unit), "s")


def _at_left(height: float, text: str, kind: str) -> str:
    return f'<text class="{kind} e" x="{_LEFT - 4}" y="{number(height)}">{escape(text)}</text>'


def _stretch(time: Axis, top: float, span: tuple[int, int], kind: str, height: float = _BAR) -> str:
    left, right = time.at(span[0]), time.at(span[1])
    size = f'width="{number(max(1.5, right - left))}" height="{number(height)}"'
    return f'<rect class="{kind}" x="{number(left)}" y="{number(top)}" {size}/>'


def _shade(verdict: Verdict, time: Axis, bottom: int) -> str:
    """The fault behind all charts; nothing where there is no chart, or no moment at which it begins."""
    if not bottom or not verdict.began:
        return ""
    return _stretch(time, _TITLE, (verdict.began, verdict.recovers or verdict.end), "f", bottom - _TITLE)


def _lanes(verdict: Verdict, trace: Trace, time: Axis, top: float) -> Iterator[str]:
    whole = trace.start, verdict.end
    for name, spans in _rows(verdict, trace):
        yield f'<text class="s e" x="{_LEFT - 4}" y="{number(top + 9)}">{name}</text>'
        yield _stretch(time, top, whole, "o")
        for span, kind in spans:
            if span[1] > trace.start:
                yield _stretch(time, top, span, kind)
        top += _LANE


Bars = list[tuple[tuple[int, int], str]]


def _rows(verdict: Verdict, trace: Trace) -> Iterator[tuple[str, Bars]]:
    yield "fault", [((verdict.began, verdict.recovers or verdict.end), "x")]
    waiting: Bars = [(span, "p") for span in trace.pending]
    firing: Bars = [((start, verdict.end if end is None else end), "a") for start, end in verdict.seen]
    yield "alert", waiting + firing
    due = _due(verdict)
    if due:
        yield "due", [(due, "d")]


def _due(verdict: Verdict) -> tuple[int, int] | None:
    """When theory expects the alert to begin."""
    if not verdict.fires or verdict.latest is None:
        return None
    return verdict.earliest or 0, verdict.latest


def _marks(verdict: Verdict, trace: Trace, time: Axis, bottom: float) -> Iterator[str]:
    """A line where the alert fires first, and times since the fault began."""
    if verdict.seen:
        at = number(time.at(verdict.seen[0][0]))
        yield f'<path class="m" d="M{at} {_TITLE}V{number(bottom - 6)}"/>'
    found = list(ticks(verdict.began, trace.start, verdict.end))
    room = min((time.at(b[0]) - time.at(a[0]) for a, b in pairwise(found)), default=_RIGHT - _LEFT)
    for moment, offset in found[:: 2 if room < _LABEL else 1]:
        since = f"{'−' if offset < 0 else '+'}{minutes(abs(offset))}" if offset else "0"
        x = min(WIDTH - _LETTER * len(since) / 2, time.at(moment))
        yield f'<text class="s c" x="{number(x)}" y="{number(bottom + 10)}">{since}</text>'
