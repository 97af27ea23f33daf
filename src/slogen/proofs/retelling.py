"""Turns a witness's phases into a story that can be made into series."""

from collections.abc import Iterator, Sequence

from slogen.ir.signals import EventSignal, Signal
from slogen.ir.streams import before
from slogen.ir.witness import Behaviour, Level, Phase, Silent, Traffic
from slogen.scenarios.shapes import Constant
from slogen.scenarios.story import Event, Fault, Flow, Happening, Hold, Missing, Story

BEGAN = 1_704_067_200_000
"""Every proof begins on Monday, 1 January 2024, 00:00 UTC: a fixed moment, so that proofs do not depend on the day."""


def story(phases: Sequence[Phase], signals: Sequence[Signal], length: int, scrape: int) -> Story:
    """The story of `length` ms that `phases` tell, scraped every `scrape` ms.

    Its signals lived as at its beginning for as long before as those who read them look back.
    """
    lead = before(signals, scrape)
    by_id = {signal.id: signal for signal in signals}
    told: list[Happening] = []
    for signal in dict.fromkeys(phase.signal for phase in phases):
        own = sorted((phase for phase in phases if phase.signal == signal), key=lambda phase: phase.start)
        ends = [phase.start for phase in own[1:]] + [None]
        for phase, end in zip(own, ends, strict=True):
            start, stop = (phase.start + lead if phase.start else 0), (None if end is None else end + lead)
            told += [Happening(start, stop, event) for event in _events(phase.behaviour, by_id[signal])]
    return Story(BEGAN - lead, length + lead, scrape, 0.0, tuple(told))


def _events(behaviour: Behaviour, signal: Signal) -> Iterator[Event]:
    match behaviour:
        case Traffic(rate, bad_ratio, outcome, part):
            yield Flow(signal.source, Constant(rate), None)
            if isinstance(signal, EventSignal) and any(found.bad for found in signal.outcomes):
                yield Fault(signal.id, bad_ratio, outcome, part)
        case Level(value, series):
            yield Hold(signal.id, value, series)
        case Silent():
            yield Missing(signal.id)
