"""Drawings of replays: what is drawn is where it happened, and nothing is drawn that was not seen."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slogen.diagnostics.model import Span
from slogen.proofs.prove import Verdict
from slogen.proofs.tracing import Condition, Trace
from slogen.report.figures import Figure, figure
from slogen.report.scales import Axis, heights, simplified, ticks

MINUTE = 60_000
TRACE = Trace(
    start=0,
    step=MINUTE,
    story="100% bad",
    conditions=(Condition("ratio<1h>", ">", "0.5", (0.0,) * 5 + (1.0,) * 6, (0.5,) * 11),),
    pending=((6 * MINUTE, 7 * MINUTE),),
)
VERDICT = Verdict(
    environment="production", component="shop", alert="Slow", kind="condition", subject="slow", labels=(), fires=True,
    claim="100% bad", began=5 * MINUTE, earliest=6 * MINUTE, latest=8 * MINUTE, recovers=9 * MINUTE, stops=None,
    spent=None, end=10 * MINUTE, seen=((7 * MINUTE, None),), problem="", rules=frozenset(), seconds=0.0,
    span=Span("specs/shop.yaml", 1, 1, 1, 2), trace=TRACE,
)  # fmt: skip
LEFT, RIGHT = 46, 392
"""The edges of the drawing's own axis: `TRACE.start` and `VERDICT.end`."""


def drawn(verdict: Verdict) -> Figure:
    """The drawing of a verdict."""
    found = figure(verdict, "what it shows")
    assert found is not None
    return found


def boxes(found: Figure, kind: str) -> list[tuple[float, float]]:
    """The minutes at which rectangles of a class begin and end."""
    scale = (RIGHT - LEFT) / 10
    pattern = rf'<rect class="{kind}" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"'
    spans = [(float(x), float(x) + float(width)) for x, width in re.findall(pattern, found.body)]
    return [(round((a - LEFT) / scale, 1), round((b - LEFT) / scale, 1)) for a, b in spans]


def test_moments_are_where_they_were() -> None:
    """Fault, waiting, firing and what theory expects, each from its first to its last minute."""
    found = drawn(VERDICT)

    assert boxes(found, "x") == [(5.0, 9.0)]
    assert boxes(found, "f") == [(5.0, 9.0)]
    assert boxes(found, "p") == [(6.0, 7.0)]
    assert boxes(found, "a") == [(7.0, 10.0)]
    assert boxes(found, "d") == [(6.0, 8.0)]


def test_an_alert_that_never_fires_has_no_mark() -> None:
    """Neither a bar nor a line, and nothing is due where nothing is claimed to fire."""
    found = drawn(replace(VERDICT, fires=False, seen=(), recovers=None, trace=replace(TRACE, pending=())))

    assert [boxes(found, kind) for kind in "pad"] == [[], [], []]
    assert 'class="m"' not in found.body
    assert found.height < drawn(VERDICT).height


def test_expressions_are_escaped() -> None:
    """What a user named is text."""
    body = drawn(VERDICT).body
    assert "ratio&lt;1h&gt; &gt; 0.5" in body
    assert "<1h>" not in body


def test_what_is_absent_is_a_gap() -> None:
    """A curve stops where its series does; a threshold goes on."""
    values = (0.2, 0.2, None, None, 0.4, 0.4, 0.4, 0.4, None, 0.4, 0.4)
    body = drawn(replace(VERDICT, trace=replace(TRACE, conditions=(replace(TRACE.conditions[0], values=values),)))).body

    assert body.count('class="v"') == 3
    assert body.count('class="b"') == 1


def test_budgets_show_their_two_windows_as_one_chart() -> None:
    """The guard that counts events is left out, and the title names both windows; others show what they compare."""
    ratio = replace(TRACE.conditions[0], bound="0.0144")
    guard = replace(TRACE.conditions[0], signal="count", bound="2.5", bounds=(2.5,) * 11)
    trace = replace(TRACE, conditions=(ratio, ratio, guard))
    labels = (("long", "1h"), ("short", "5m"))
    budget = drawn(replace(VERDICT, kind="burn", labels=labels, trace=trace)).body

    assert "error ratio over 1h (bold) and 5m (thin)" in budget
    assert "count" not in budget
    assert "50%" in budget
    once = drawn(replace(VERDICT, kind="burn", labels=(("long", "7d"), ("short", "7d")), trace=trace)).body
    assert "error ratio over 7d<" in once
    assert "count &gt; 2.5" in drawn(replace(VERDICT, trace=trace)).body


@pytest.mark.parametrize("verdict", [replace(VERDICT, trace=None), replace(VERDICT, end=0)])
def test_nothing_to_draw(verdict: Verdict) -> None:
    """A story that was not traced, or has no length, has no drawing."""
    assert figure(verdict, "") is None


def test_ticks_count_from_the_fault() -> None:
    """Labels are round distances from when the fault began, at most six, before it too."""
    assert list(ticks(50 * MINUTE, 0, 170 * MINUTE)) == [
        (50 * MINUTE + offset * MINUTE, offset * MINUTE) for offset in (0, 60, 120)
    ]
    assert next(ticks(50 * MINUTE, 20 * MINUTE, 60 * MINUTE)) == (20 * MINUTE, -30 * MINUTE)


def test_labels_of_time_end_inside_the_drawing() -> None:
    """The last one is moved to the left as far as its letters need."""
    late = replace(VERDICT, began=0, earliest=0, latest=1, recovers=None, end=91 * MINUTE)
    labels = re.findall(r'<text class="s c" x="([\d.]+)" y="[\d.]+">([^<]+)</text>', drawn(late).body)

    assert labels[-1][1] == "+1h 30m"
    assert float(labels[-1][0]) + 7 * 7 / 2 <= 400


HEIGHTS = st.lists(st.floats(0, 100), min_size=2, max_size=60)


@settings(max_examples=40)
@given(HEIGHTS)
def test_a_simplified_line_misses_no_point(values: list[float]) -> None:
    """Read between the points that are kept, every height is there to less than half a unit; the ends are kept."""
    points = [(float(x), y) for x, y in enumerate(values)]
    kept = simplified(points)

    assert (kept[0], kept[-1]) == (points[0], points[-1])
    for (x0, y0), (x1, y1) in pairwise(kept):
        for x, y in points[int(x0) : int(x1) + 1]:
            assert abs(y - y0 - (y1 - y0) / (x1 - x0) * (x - x0)) < 0.5


@settings(max_examples=40)
@given(st.lists(st.floats(-1e9, 1e9), min_size=1), st.integers(0, 50))
def test_values_stay_inside_their_chart(values: list[float], top: int) -> None:
    """Whatever the values, they lie between the edges, the higher the larger."""
    axis: Axis = heights(values, top, top + 96)
    placed = [axis.at(value) for value in sorted(values)]

    assert all(top <= y <= top + 96 for y in placed)
    assert placed == sorted(placed, reverse=True)
