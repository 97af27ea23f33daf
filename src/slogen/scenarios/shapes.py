"""How much traffic there is over time: the shapes a scenario may name."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_DAY = 86_400_000
_WEEK = 7 * _DAY


@dataclass(frozen=True, slots=True)
class Constant:
    """Always `rate` events per second."""

    rate: float


@dataclass(frozen=True, slots=True)
class Diurnal:
    """`mean` events per second on average, busiest at `peak_at` ms after midnight UTC, give or take `swing` (0-1)."""

    mean: float
    swing: float
    peak_at: int


@dataclass(frozen=True, slots=True)
class Weekly:
    """A day's shape on weekdays, and `weekend` (0-1) of it on Saturday and Sunday."""

    day: Diurnal
    weekend: float


@dataclass(frozen=True, slots=True)
class Spiky:
    """`base` events per second, and `peak` for `lasts` ms at the start of every stretch of `every` ms."""

    base: float
    peak: float
    every: int
    lasts: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """Rates as they were once measured: `rates[i]` events per second from `times[i]` ms after `began` (Unix ms) on.

    The last one holds as long as the one before it. Outside its time the recording is repeated, before and after.
    """

    times: tuple[int, ...]
    rates: tuple[float, ...]
    began: int


Shape = Constant | Diurnal | Weekly | Spiky | Recorded


def rates(shape: Shape, times: npt.NDArray[np.int64]) -> Floats:
    """Events per second at each of `times[T]` (ms since 1970 UTC)."""
    match shape:
        case Constant(rate):
            return np.full(len(times), rate)
        case Diurnal(mean, swing, peak_at):
            angle = np.asarray((times - peak_at) % _DAY * (2 * math.pi / _DAY), np.float64)
            return np.asarray(mean * (1 + swing * np.cos(angle)), np.float64)
        case Weekly(day, weekend):
            # the epoch was a Thursday: day 2 is a Saturday, day 3 a Sunday
            weekday = times % _WEEK // _DAY
            return rates(day, times) * np.where((weekday == 2) | (weekday == 3), weekend, 1.0)
        case Spiky(base, peak, every, lasts):
            return np.where(times % every < lasts, peak, base)
        case Recorded(known, measured, began):
            span = known[-1] + (known[-1] - known[-2] if len(known) > 1 else 1)
            place = np.searchsorted(np.array(known), (times - began) % span, side="right") - 1
            return np.array(measured)[np.clip(place, 0, len(measured) - 1)]
