"""Draws the life of alerts as lines of a terminal."""

from collections.abc import Iterator, Sequence

from slogen.proofs.prove import Verdict
from slogen.proofs.stage import Played

WIDTH = 60
_MOST = 20


def draw(verdict: Verdict) -> tuple[str, ...]:
    """Two lines: when the fault holds and when the alert fires, over the length of the story."""
    fault = bar([(verdict.began, None)], verdict.end, "!")
    life = bar(verdict.seen, verdict.end, "#")
    return (f"fault {fault}", f"alert {life}")


def lines(played: Played) -> Iterator[str]:
    """One line for each alert that fires in a scenario, and for each receiver that hears something."""
    length = played.end - played.zero
    lives = [life for life in played.world.alerts if life.firing_spans()]
    for life in lives[:_MOST]:
        spans = [(max(0, a - played.zero), None if b is None else b - played.zero) for a, b in life.firing_spans()]
        labels = dict(life.labels)
        told = (labels.get("model"), labels.get("slo"), life.rule.alert, labels.get("burn"), labels.get("slice"))
        inside = [span for span in spans if span[1] is None or span[1] > 0]
        yield f"{bar(inside, length, '#')} {' '.join(word for word in told if word)}"
    for receiver in sorted({notice.receiver for notice in played.notices.notifications}):
        heard = [n.earliest - played.zero for n in played.notices.notifications if n.receiver == receiver]
        points = [(moment, moment + 1) for moment in heard if moment >= 0]
        yield f"{bar(points, length, '*')} {receiver} hears"


def bar(spans: Sequence[tuple[int, int | None]], end: int, mark: str) -> str:
    """A line of dots in which every span (ms, None: to the end) is filled with `mark`."""
    cells = ["."] * WIDTH
    for start, stop in spans:
        first = min(WIDTH - 1, start * WIDTH // max(1, end))
        last = WIDTH if stop is None else min(WIDTH, max(first + 1, -(-stop * WIDTH // max(1, end))))
        cells[first:last] = mark * (last - first)
    return "".join(cells)
