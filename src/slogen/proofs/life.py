"""Draws the life of an alert as one line of a terminal."""

from slogen.proofs.prove import Verdict

WIDTH = 60


def draw(verdict: Verdict) -> tuple[str, ...]:
    """Two lines: when the fault holds and when the alert fires, over the length of the story."""
    fault = _bar([(verdict.began, None)], verdict.end, "!")
    life = _bar(verdict.seen, verdict.end, "#")
    return (f"fault {fault}", f"alert {life}")


def _bar(spans: tuple[tuple[int, int | None], ...] | list[tuple[int, int | None]], end: int, mark: str) -> str:
    cells = ["."] * WIDTH
    for start, stop in spans:
        first = min(WIDTH - 1, start * WIDTH // max(1, end))
        last = WIDTH if stop is None else min(WIDTH, max(first + 1, -(-stop * WIDTH // max(1, end))))
        cells[first:last] = mark * (last - first)
    return "".join(cells)
