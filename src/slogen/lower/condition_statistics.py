"""Statistics as PromQL and as numbers: how sure a ratio is, whether two differ, how many events that takes."""

from decimal import Decimal
from statistics import NormalDist

from slogen.promql import build as q

_NORMAL = NormalDist()


def z_value(certainty: Decimal | float) -> float:
    """The standard normal quantile of a one-sided certainty (0-1): 1.645 for 95 %."""
    return _NORMAL.inv_cdf(float(certainty))


def wilson_upper(share: q.Vector, events: q.Vector, z: float) -> q.Vector:
    """Upper end of the one-sided Wilson score interval of a share (0-1) over a number of events.

    (p + z²/2n + z √(p(1-p)/n + z²/4n²)) / (1 + z²/n); Wilson 1927.
    """
    return _wilson(share, events, z)


def wilson_lower(share: q.Vector, events: q.Vector, z: float) -> q.Vector:
    """Lower end of the same interval."""
    return _wilson(share, events, -z)


def _wilson(share: q.Vector, events: q.Vector, z: float) -> q.Vector:
    square = z * z
    spread = q.sqrt(q.add(q.div(q.mul(share, q.sub(1, share)), events), q.div(square / 4, q.power(events, 2))))
    centre = q.add(share, q.div(square / 2, events))
    return q.div(q.add(centre, q.mul(z, spread)), q.add(1, q.div(square, events)))


def standard_error(first: tuple[q.Vector, q.Vector], second: tuple[q.Vector, q.Vector]) -> q.Vector:
    """The standard error of the difference of two shares, each given with its number of events (unpooled)."""

    def variance(share: q.Vector, events: q.Vector) -> q.Vector:
        return q.div(q.mul(share, q.sub(1, share)), events)

    return q.sqrt(q.add(variance(*first), variance(*second)))


def events_per_arm(share: float, margin: float, certainty: float = 0.95, power: float = 0.8) -> int:
    """Events that each of two arms needs to notice a difference of `margin` at a common `share`.

    n = (z_certainty + z_power)² · 2p(1-p) / margin²; the usual two-proportion formula with equal arms.
    """
    z = z_value(certainty) + z_value(power)
    return int(z * z * 2 * share * (1 - share) / (margin * margin)) + 1
