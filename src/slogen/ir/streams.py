"""How requests of one source end: what each way of ending adds to which series, counted once whoever reads it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from slogen.ir.signals import EventSignal, Outcome, SeriesId, Signal
from slogen.ir.where import labels


@dataclass(frozen=True, slots=True)
class Ending:
    """One way a request ends: badly for `signal` in `outcome` and well for all others; None and None is all well.

    `counted` is what such a request adds to each series.
    """

    signal: str | None
    outcome: str | None
    counted: tuple[tuple[SeriesId, float], ...]


def slices(signals: Sequence[EventSignal]) -> tuple[str | None, ...]:
    """The slices of a source's traffic; a single None where nothing is sliced."""
    named = sorted({name for signal in signals for name, _ in signal.slices})
    return tuple(named) if named else (None,)


def enough(signals: Sequence[EventSignal]) -> float:
    """Events per second of a source of which every slice of every signal sees as many as it needs."""
    neediest = max(signal.enough for signal in signals)
    if not neediest:
        return 0.0
    parts = slices(signals)
    return neediest * len(parts) * max(len(kinds(signals, part)) for part in parts)


def before(signals: Iterable[Signal], scrape: int = 1) -> int:
    """How long there must have been ordinary traffic before a story begins, in whole scrapes, ms."""
    longest = max((signal.before for signal in signals if isinstance(signal, EventSignal)), default=0)
    return -(-longest // scrape) * scrape


def by_source(signals: Iterable[Signal]) -> dict[str, list[EventSignal]]:
    """The signals that count events, by the source whose requests they see."""
    found: dict[str, list[EventSignal]] = {}
    for signal in signals:
        if isinstance(signal, EventSignal):
            found.setdefault(signal.source, []).append(signal)
    return found


def kinds(signals: Sequence[EventSignal], part: str | None) -> list[tuple[Ending, ...]]:
    """The kinds of requests of the slice `part`, which arrive in equal shares, each with every way it can end.

    `signals` read the same source, so they see the same requests. Most see each of them; but what counts as an event
    for one may be none for another that reads the same metric (a true negative says nothing of precision), so such
    signals see different kinds; a request that is good enough for all who would see it is one kind. The endings of a
    kind are each bad outcome of each signal that sees it, then all well.
    """
    outcomes = {signal.id: dict(signal.slices).get(part or "", signal.outcomes) for signal in signals}
    good = {name: next(outcome for outcome in found if not outcome.bad) for name, found in outcomes.items()}
    seen_by: dict[frozenset[SeriesId], list[EventSignal]] = {}
    for leader in signals:
        rest = [good[other.id] for other in signals if other.id != leader.id]
        well = frozenset(series for series, _ in _counted((good[leader.id], *rest)))
        seen_by.setdefault(well, [s for s in signals if all(read_in(one, well) for one, _ in _counted((good[s.id],)))])
    groups = [members for well, members in seen_by.items() if not any(well < other for other in seen_by)]
    return [tuple(_endings(members, signals, outcomes, good)) for members in groups]


def _endings(
    members: Sequence[EventSignal],
    signals: Sequence[EventSignal],
    outcomes: Mapping[str, tuple[Outcome, ...]],
    good: Mapping[str, Outcome],
) -> Iterator[Ending]:
    """The endings of the requests that `members` see; what the others count comes last, so that it never wins."""
    in_order = [*members, *(signal for signal in signals if signal not in members)]
    for signal in members:
        others = tuple(good[other.id] for other in in_order if other.id != signal.id)
        for outcome in outcomes[signal.id]:
            if outcome.bad:
                yield Ending(signal.id, outcome.name, tuple(_counted((outcome, *others))))
    yield Ending(None, None, tuple(_counted(tuple(good[signal.id] for signal in in_order))))


def read_in(series: SeriesId, counted: Iterable[SeriesId]) -> bool:
    """Whether who reads `series` reads one of those that are counted: the same metric with at least its labels."""
    asked = set(series.labels)
    return any(one.metric == series.metric and asked.issubset(one.labels) for one in counted)


def _joined(one: SeriesId, series: SeriesId) -> SeriesId:
    """The one series that has the labels of both, or the first where they are different series."""
    first, second = dict(one.labels), dict(series.labels)
    if one.metric != series.metric or any(first.get(label, value) != value for label, value in second.items()):
        return one
    return SeriesId(one.metric, labels({**first, **second}))


def _counted(outcomes: Sequence[Outcome]) -> Iterator[tuple[SeriesId, float]]:
    """A metric counted for one outcome is not counted again for a later one; the faulty outcome comes first.

    But a request may have the labels of both where they do not contradict each other.
    """
    taken: dict[str, int] = {}
    found: dict[SeriesId, float] = {}
    for number, outcome in enumerate(outcomes):
        weighted = [(series, 1.0) for series in outcome.increments] + list(outcome.sums)
        for series, weight in weighted:
            if taken.setdefault(series.metric, number) == number:
                found.setdefault(series, weight)
            elif series not in found:
                found = {_joined(one, series): known for one, known in found.items()}
    yield from found.items()


def first_bad(signal: EventSignal, part: str | None) -> str | None:
    """The bad outcome that a fault means where it names none."""
    found = dict(signal.slices).get(part or "", signal.outcomes)
    return next((outcome.name for outcome in found if outcome.bad), None)
