"""The story of a preview that names no scenario: some healthy days, then an hour in which everything goes wrong."""

from collections.abc import Iterable

from slogen.ir.program import Component
from slogen.ir.signals import EventSignal, GaugeSignal, Signal
from slogen.scenarios.shapes import Diurnal
from slogen.scenarios.story import Event, Fault, Flow, Happening, Hold, Story

HOUR = 3_600_000
DAY = 24 * HOUR
DAYS = 4
LENGTH = DAYS * DAY
BEGAN = 1_704_067_200_000
"""Monday, 1 January 2024, 00:00 UTC, so that two runs draw the same page."""
TROUBLE = (LENGTH - 9 * HOUR, LENGTH - 8 * HOUR)
SHARE = 0.3
"""How many events go wrong during the trouble."""
TRAFFIC = Diurnal(mean=20.0, swing=0.5, peak_at=14 * HOUR)


def incident(component: Component, scrape: int) -> Story:
    """A component's story: traffic by day and night, and an hour of trouble with each of its signals."""
    flows = [Happening(0, None, Flow(source.name, TRAFFIC, None)) for source in component.sources]
    faults = [Happening(*TROUBLE, event) for event in _faults(component.signals)]
    return Story(BEGAN, LENGTH, scrape, TRAFFIC.mean, (*flows, *faults))


def _faults(signals: Iterable[Signal]) -> Iterable[Event]:
    for signal in signals:
        match signal:
            case EventSignal():
                yield Fault(signal.id, SHARE, None, None)
            case GaugeSignal():
                yield Hold(signal.id, signal.bad, None)
