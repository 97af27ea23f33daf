"""A healthy month: ordinary days and weekends with errors just within every objective, and what they leave of budgets.

The month is lived through in steps of half the shortest base window, which is coarser than servers run: no emitted rule
depends on how many samples a window holds, and all windows up to the period are filled as they are on a server.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from slogen import burn
from slogen.ir.rules import Alert
from slogen.ir.signals import EventSignal
from slogen.ir.slo import Slo
from slogen.ir.streams import Ending, by_source, enough, kinds, read_in, slices
from slogen.proofs.claims import Subject
from slogen.proofs.retelling import BEGAN
from slogen.scenarios.shapes import Diurnal, Weekly, rates
from slogen.scenarios.story import Fault, Flow, Happening

STEP = burn.LADDER[0] // 2
"""How far apart scrapes and evaluations are, ms: as far as a rate over the shortest base window allows."""
BEGINS = BEGAN + 18 * burn.HOUR
"""A month begins on an evening, Unix ms: errors come by day, so that no window sees more of them than a whole day's."""
_DAYS = 30
LENGTH = _DAYS * burn.DAY + 6 * burn.HOUR
"""Thirty days, and as long as the longest base window takes to have seen their last errors, ms."""
_TRAFFIC = Weekly(Diurnal(1e6, 0.6, 14 * burn.HOUR), 0.5)
"""A million events a second: also of a budget of a millionth whole errors are counted between any two scrapes."""
_BUSY = 1 / (_TRAFFIC.weekend * (1 - _TRAFFIC.day.swing))
"""How much busier the mean is than the quietest hour, in which moments must still be judged."""
_FROM, _TO = 14 * burn.HOUR, 24 * burn.HOUR
"""When errors come, ms since the evening before: from 8:00 to 18:00."""
_OF_OBJECTIVES = frozenset({"burn", "collapse", "budget", "no-data", "upstream"})


_WORST, _BETTER = 1.5, 1 / 200
"""Errors by day, in budgets: how many on the first day, and how much less from one day to the next.

Nights without errors bring the first day to 89 % of a budget, and windows of whole days to 94 % at most. Since errors
get fewer, a window that is too short or too long leaves another budget than the period does.
"""


def happens(subject: Subject) -> Iterator[Happening]:
    """Traffic of days, nights and weekends, and every objective's errors by day."""
    for source, members in by_source(subject.signals).items():
        mean = max(_TRAFFIC.day.mean, enough(members) * _BUSY)
        yield Happening(0, None, Flow(source, replace(_TRAFFIC, day=replace(_TRAFFIC.day, mean=mean)), None))
    for signal, share in _faulty(subject).items():
        for day in range(_DAYS):
            since, ratio = day * burn.DAY, share * (_WORST - day * _BETTER)
            yield Happening(since + _FROM, since + _TO, Fault(signal, ratio, None, None))


def quiet(alert: Alert, subject: Subject) -> bool:
    """Alerts on objectives must be silent, and those that read nothing but gauges, which stay healthy.

    What a declared alert on events makes of an objective's errors is for its owner to say.
    """
    if alert.kind in _OF_OBJECTIVES:
        return True
    gauges = {signal.id for signal in subject.signals if not isinstance(signal, EventSignal)}
    told = {phase.signal for witness in alert.proof.witnesses for phase in witness.phases}
    return alert.kind != "watchdog" and bool(told) and told <= gauges


def left(subject: Subject) -> dict[str, float]:
    """The share of its budget that each SLO must have left at the end, where that can be said in closed form.

    All its events are counted over the last period, each day's errors with the weight of that day's traffic.
    """
    faulty = _faulty(subject)
    events = [signal for signal in subject.signals if isinstance(signal, EventSignal)]
    sources = {signal.source for signal in events if signal.id in faulty}
    touched = {signal.id for signal in events if signal.source in sources}
    found: dict[str, float] = {}
    for slo in subject.slos:
        if not touched.intersection(slo.signals):
            found[slo.name] = 1.0
        elif slo.kind == "counter" and len(slo.signals) == 1 and slo.signals[0] in faulty:
            found[slo.name] = 1 - faulty[slo.signals[0]] / float(slo.budget) * _spent(min(slo.period, LENGTH))
    return found


def _spent(period: int) -> float:
    """The share of events in the last `period` ms that end badly for a signal whose share is 1."""
    times = np.arange(LENGTH - period, LENGTH, burn.MINUTE, dtype=np.int64) + burn.MINUTE // 2
    day, since = np.divmod(times, burn.DAY)
    by_day = (since >= _FROM) & (since < _TO) & (day < _DAYS)
    events = rates(_TRAFFIC, times + BEGINS)
    return float((events * by_day * (_WORST - day * _BETTER)).sum() / events.sum())


def _faulty(subject: Subject) -> dict[str, float]:
    """The share of bad events, of a day that is all `1`, of every signal that gets errors."""
    wanted: dict[str, float] = {}
    for slo in subject.slos:
        for signal in slo.signals if slo.kind == "counter" else ():
            wanted[signal] = min(wanted.get(signal, 1.0), _bearable(slo))
    judged = frozenset(signal for slo in subject.slos if slo.kind == "sampled" for signal in slo.signals)
    return {
        signal: min(wanted[signal], 1 / (2 * len(members)))
        for members in by_source(subject.signals).values()
        for signal in _chosen(members, wanted, judged)
    }


def _bearable(slo: Slo) -> float:
    """A budget, or less where a tier, or a period, that looks at less than a day would fire on it."""
    factors = [float(tier.factor) for tier in slo.tiers if tier.long < burn.DAY]
    factors += [1.0] if slo.period < burn.DAY else []
    return float(slo.budget) * min([1.0, *(0.9 * factor / _WORST for factor in factors)])


def _chosen(signals: Sequence[EventSignal], wanted: Mapping[str, float], judged: frozenset[str]) -> list[str]:
    """Which signals of a source get errors, so that each sees exactly its own.

    All of them where a request that is bad for one is good for the others; else the one that bears least, so that the
    others bear its errors too. Only signals that see every request count. Those that are `judged` moment by moment get
    none: what an objective bears in a month may be more than a moment does.
    """
    endings = {part: kinds(signals, part) for part in slices(signals)}
    seen = [
        signal.id
        for signal in signals
        if signal.id in wanted.keys() - judged
        and all(any(ending.signal == signal.id for ending in kind) for found in endings.values() for kind in found)
    ]

    def harmless(chosen: Sequence[str], others: Sequence[EventSignal]) -> bool:
        return all(
            _good_for_others(ending, [signal for signal in others if signal.id in seeing], part)
            for part, found in endings.items()
            for kind in found
            for seeing in [{ending.signal for ending in kind}]
            for ending in kind
            if ending.signal in chosen
        )

    if harmless(seen, signals):
        return seen
    borne = [one for one in seen if harmless([one], [signal for signal in signals if signal.id in judged])]
    return sorted(borne, key=lambda signal: wanted[signal])[:1]


def _good_for_others(ending: Ending, signals: Sequence[EventSignal], part: str | None) -> bool:
    """Whether a request that ends so is a good one to every one of `signals` but the one for which it is bad."""
    counted = [series for series, _ in ending.counted]
    for signal in signals:
        outcomes = dict(signal.slices).get(part or "", signal.outcomes)
        good = [outcome.increments for outcome in outcomes if not outcome.bad]
        bad = {series for outcome in outcomes if outcome.bad for series in outcome.increments} - set(chain(*good))
        well = any(all(read_in(one, counted) for one in outcome) for outcome in good)
        if signal.id != ending.signal and (not well or any(read_in(one, counted) for one in bad)):
            return False
    return True
