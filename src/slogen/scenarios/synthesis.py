"""Makes, for exactly the metrics that a spec reads, the series a server would have scraped during a story.

All event signals of one source are one stream of requests: a request ends well for every signal, or badly for one.
Counters are whole numbers, since a quiet night with one failed request must look like one failed request.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from slogen.evaluator.labels import NAME, Labels, make
from slogen.ir.signals import EventSignal, GaugeSignal, Outcome, SeriesId, Signal
from slogen.ir.streams import Ending, by_source, first_bad, kinds, read_in, slices
from slogen.scenarios.shapes import Constant, rates
from slogen.scenarios.story import Fault, Flow, Happening, Hold, Missing, Restart, ScrapeGap, Story

Times = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Scraped:
    """One series as scraped: `times[n]` in ms since 1970 and `values[n]`."""

    labels: Labels
    times: Times
    values: Floats


def synthesise(signals: Sequence[Signal], story: Story) -> list[Scraped]:
    """The series of all `signals` during `story`, sorted by labels; a series that several signals name is made once."""
    times = np.arange(0, story.length + 1, story.scrape, dtype=np.int64)
    clock = _Clock(times, story)
    made: dict[Labels, Scraped] = {}
    for signal in signals:
        if isinstance(signal, GaugeSignal):
            made.update((series.labels, series) for series in _gauge(signal, clock))
    for source, members in by_source(signals).items():
        made.update((series.labels, series) for series in _stream(source, members, clock))
    return [made[labels] for labels in sorted(made)]


@dataclass(frozen=True, slots=True, eq=False)
class _Clock:
    """The scrapes of a story: `times[T]` in ms since it began."""

    times: Times
    story: Story

    def during(self, happening: Happening) -> Bools:
        """The scrapes at which a happening holds."""
        end = self.story.length + 1 if happening.end is None else happening.end
        return (self.times >= happening.start) & (self.times < end)

    def within(self, happening: Happening) -> Bools:
        """The stretches before a scrape, of which most lies within a happening: what is counted at that scrape."""
        end = self.story.length + 1 if happening.end is None else happening.end
        middle = self.times - self.story.scrape / 2
        return (middle >= happening.start) & (middle < end)

    def scraped(self, source: str, signal: str) -> Bools:
        """Where the series of a signal exist and are scraped."""
        seen = np.ones(len(self.times), np.bool_)
        for happening in self.story.happenings:
            match happening.event:
                case Missing(name) if name == signal:
                    seen &= ~self.during(happening)
                case ScrapeGap(name) if name == source:
                    seen &= ~self.during(happening)
        return seen


def _gauge(signal: GaugeSignal, clock: _Clock) -> Iterator[Scraped]:
    seen = clock.scraped(signal.source, signal.id)
    now = (clock.times + clock.story.began) / 1000
    cadence = signal.cadence / 1000
    for number, series in enumerate(signal.series):
        healthy = np.floor(now / cadence) * cadence if signal.timestamp else np.full(len(now), signal.good)
        values = healthy
        for happening in clock.story.happenings:
            event = happening.event
            if isinstance(event, Hold) and event.signal == signal.id and event.series in {None, number}:
                held = now - event.value if signal.timestamp else np.full(len(now), event.value)
                values = np.where(clock.during(happening), held, values)
        yield _scraped(series, values, seen, clock)
        for other in signal.beside:
            yield _scraped(other.series[number], other.still + other.moved * values, seen, clock)


def _scraped(series: SeriesId, values: Floats, seen: Bools, clock: _Clock) -> Scraped:
    labels = make({**dict(series.labels), NAME: series.metric})
    return Scraped(labels, (clock.times + clock.story.began)[seen], values[seen])


def _stream(source: str, signals: Sequence[EventSignal], clock: _Clock) -> Iterator[Scraped]:
    """All counters of one source."""
    counts: dict[SeriesId, Floats] = {}
    by_id = {signal.id: signal for signal in signals}
    parts = slices(signals)
    for part in parts:
        arriving = _rate(source, part, len(parts), clock)
        found = kinds(signals, part)
        for kind in found:
            _count(kind, arriving / len(found), part, _Tally(by_id, counts, clock))
    for series, values in counts.items():
        seen = clock.scraped(source, _owner(series, signals))
        yield _scraped(series, _restarted(source, values, clock), seen, clock)


@dataclass(frozen=True, slots=True, eq=False)
class _Tally:
    """What the counters of a source show so far, `counts[series][T]`."""

    signals: Mapping[str, EventSignal]
    counts: dict[SeriesId, Floats]
    clock: _Clock


def _count(kind: Sequence[Ending], arriving: Floats, part: str | None, tally: _Tally) -> None:
    """Adds the requests of one kind, of which `arriving[T]` come per second."""
    clock = tally.clock
    healthy = np.ones(len(clock.times))
    for ending in kind:
        share = healthy
        if ending.signal is not None and ending.outcome is not None:
            share = np.minimum(_faulty(tally.signals[ending.signal], ending.outcome, part, clock), healthy)
            healthy = healthy - share
        events = np.floor(np.cumsum(arriving * share) * (clock.story.scrape / 1000) + 1e-6)
        for series, weight in ending.counted:
            tally.counts[series] = tally.counts.get(series, np.zeros(len(clock.times))) + events * weight


def _owner(series: SeriesId, signals: Sequence[EventSignal]) -> str:
    """The first signal that reads a series: with it the series is missing."""
    for signal in signals:
        for outcome in _all_outcomes(signal):
            if any(read_in(one, (series,)) for one in (*outcome.increments, *(name for name, _ in outcome.sums))):
                return signal.id
    raise ValueError("a request counts nothing that no signal reads")


def _all_outcomes(signal: EventSignal) -> Iterator[Outcome]:
    yield from signal.outcomes
    for _, outcomes in signal.slices:
        yield from outcomes


def _faulty(signal: EventSignal, outcome: str, part: str | None, clock: _Clock) -> Floats:
    """The share of requests that end in this bad outcome at each scrape."""
    first = first_bad(signal, part)
    share = np.zeros(len(clock.times))
    for happening in clock.story.happenings:
        event = happening.event
        if isinstance(event, Fault) and event.signal == signal.id and event.slice in {None, part}:
            ratio = event.ratio if (event.outcome or first) == outcome else 0.0
            share = np.where(clock.within(happening), ratio, share)
    return share


def _rate(source: str, part: str | None, parts: int, clock: _Clock) -> Floats:
    """Events per second of a slice in the stretch before each scrape; none before the first."""
    moments = clock.times + clock.story.began - clock.story.scrape // 2
    rate = rates(Constant(clock.story.rate), moments) / parts
    for happening in clock.story.happenings:
        event = happening.event
        if isinstance(event, Flow) and event.source == source and event.slice in {None, part}:
            share = parts if event.slice is None else 1
            rate = np.where(clock.within(happening), rates(event.shape, moments) / share, rate)
    rate[0] = 0.0
    return rate


def _restarted(source: str, values: Floats, clock: _Clock) -> Floats:
    """Counters begin at zero again at the first scrape after each restart."""
    for happening in clock.story.happenings:
        event = happening.event
        if isinstance(event, Restart) and event.source == source:
            at = int(np.searchsorted(clock.times, happening.start))
            if 0 < at < len(values):
                values = np.concatenate((values[:at], values[at:] - values[at - 1]))
    return values
