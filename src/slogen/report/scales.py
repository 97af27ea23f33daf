"""Where moments and values lie in a drawing, and lines that hold no more points than an eye can tell apart."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Point = tuple[float, float]

_MINUTE = 60_000
_TICKS = tuple(
    minutes * _MINUTE
    for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 5760, 10_080, 20_160, 43_200, 129_600)
)
_MOST_TICKS = 5
_NEAR = 0.4
"""Units of a drawing by which a simplified line may miss a point."""


@dataclass(frozen=True, slots=True)
class Axis:
    """Maps `low`..`high` to `start`..`end` of the drawing; what lies outside goes to the edge."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Where a value lies, in units of the drawing."""
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.0
        return self.start + min(1.0, max(0.0, share)) * (self.end - self.start)


def heights(values: Sequence[float], top: float, bottom: float, *, from_zero: bool = False) -> Axis:
    """The axis for values that are drawn between `top` and `bottom`: from zero on where that leaves them apart.

    Values of which only their distance from zero means anything are drawn `from_zero` whatever they are.
    """
    low, high = min(values), max(values)
    if low >= 0 and (from_zero or low < high * 0.6):
        low = 0.0
    room = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    return Axis(low if low == 0 else low - room, high + room, bottom, top)


def ticks(began: int, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Moments to label, with their distance from when the fault began; all ms."""
    step = next((size for size in _TICKS if (end - start) / size <= _MOST_TICKS), _TICKS[-1])
    first = -((began - start) // step) * step
    for offset in range(first, end - began + 1, step):
        yield began + offset, offset


def simplified(points: Sequence[Point]) -> list[Point]:
    """The points that a line needs (Ramer, Douglas and Peucker), heights compared where they are."""
    if len(points) < 3:
        return list(points)
    (x0, y0), (x1, y1) = points[0], points[-1]
    slope = (y1 - y0) / (x1 - x0) if x1 > x0 else 0.0
    misses = [abs(y - y0 - slope * (x - x0)) for x, y in points]
    worst = max(range(len(points)), key=misses.__getitem__)
    if misses[worst] <= _NEAR:
        return [points[0], points[-1]]
    return simplified(points[: worst + 1])[:-1] + simplified(points[worst:])


def path(points: Sequence[Point]) -> str:
    """A line through points as SVG's path data."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in simplified(points))


def number(value: float) -> str:
    """A length in tenths, without needless digits."""
    return f"{value:.1f}".removesuffix(".0")
