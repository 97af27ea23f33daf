"""How requests of one source end: what each way of ending adds to which series, counted once whoever reads it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from slogen.ir.signals import EventSignal, Outcome, SeriesId


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
        seen_by.setdefault(well, [s for s in signals if well >= {series for series, _ in _counted((good[s.id],))}])
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


def _counted(outcomes: Sequence[Outcome]) -> Iterator[tuple[SeriesId, float]]:
    """A metric counted for one outcome is not counted again for a later one; the faulty outcome comes first."""
    taken: dict[str, int] = {}
    seen: set[SeriesId] = set()
    for number, outcome in enumerate(outcomes):
        weighted = [(series, 1.0) for series in outcome.increments] + list(outcome.sums)
        for series, weight in weighted:
            if taken.setdefault(series.metric, number) == number and series not in seen:
                seen.add(series)
                yield series, weight


def first_bad(signal: EventSignal, part: str | None) -> str | None:
    """The bad outcome that a fault means where it names none."""
    found = dict(signal.slices).get(part or "", signal.outcomes)
    return next((outcome.name for outcome in found if outcome.bad), None)
