"""What each generated alert claims: faults that fire it and when, and look-alikes that do not."""

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from typing import Final

from slogen import burn
from slogen.ir.signals import EventSignal, GaugeSignal
from slogen.ir.witness import Behaviour, Level, Phase, Proof, Silent, Traffic, Witness
from slogen.lower.guards import needed_share
from slogen.lower.plan import FLEET_EVERY, LONGEST_OWN, SLOW, SloPlan
from slogen.promql.ast import Expr
from slogen.promql.rewrite import offsets

_RATE: Final = 10
"""Events per second of ordinary traffic."""
_AMPLE: Final = 10
"""How many times more bad events than a guard asks for an ample fault produces."""
_STEADY: Final = 1000
"""Bad events between two scrapes: counters are whole numbers, and `rate()` sees fewer scrapes than it has seconds."""
_SURE: Final = 10**5
"""Bad events in the long window at which a confidence bound lies within about one percent of the ratio."""
_QUIET: Final = Fraction(1, 60)
"""Events per second of a quiet night: sixty in an hour."""
_ABOVE: Final = Fraction(11, 10)
_BELOW: Final = Fraction(9, 10)
_DAYS_OF_BUDGET: Final = 30
"""A fault of so many budgets spends a period's budget in one thirtieth of it."""
_SLOW_STEPS: Final = 4
"""Recordings every five minutes that stand between an event and the alert on a spent budget."""
_NIGHT: Final = 12 * burn.HOUR
_NOTHING: Final = Proof((), (), None)
"""What can be claimed where nobody knows the raw series."""


@dataclass(frozen=True, slots=True)
class Story:
    """What the SLO's signals do: healthy, then from `at` on a share of `bad` for `lasting` ms (None: for good).

    `rate` is how many events come per second; None: ordinary traffic.
    """

    at: int
    bad: Fraction
    lasting: int | None
    rate: Fraction | None = None


def phases(plan: SloPlan, story: Story) -> tuple[Phase, ...]:
    """The story told by every signal that the SLO reads."""
    steps = [(0, Fraction(0)), (story.at, story.bad)]
    if story.lasting is not None:
        steps.append((story.at + story.lasting, Fraction(0)))
    rate = _ordinary(plan) if story.rate is None else story.rate
    return tuple(
        Phase(start, signal.id, _behaviour(signal, rate, bad))
        for signal in plan.contract.signals
        for start, bad in steps
    )


def silence(plan: SloPlan, at: int) -> tuple[Phase, ...]:
    """Ordinary traffic until `at`, then no series at all."""
    return tuple(
        Phase(start, signal.id, Silent() if start else _behaviour(signal, _ordinary(plan), Fraction(0)))
        for signal in plan.contract.signals
        for start in (0, at)
    )


def _behaviour(signal: EventSignal | GaugeSignal, rate: Fraction, bad: Fraction) -> Behaviour:
    match signal:
        case EventSignal():
            return Traffic(float(rate), float(bad), None, None)
        case GaugeSignal():
            return Level(signal.bad if bad else signal.good, None)


def _parts(plan: SloPlan) -> int:
    """How many slices share the traffic of a story; each is guarded by itself."""
    return max(1, len(plan.contract.slices))


def _ordinary(plan: SloPlan) -> Fraction:
    """Events per second of ordinary traffic: at least what each slice needs to be judged."""
    enough = (signal.enough for signal in plan.contract.signals if isinstance(signal, EventSignal))
    return Fraction(max(_RATE, ceil(max(enough, default=0.0) * _parts(plan))))


def _offsets(expr: Expr) -> list[int]:
    """How long ago each part of an expression happened, ms: an SLI may read the past beside the present."""
    return [max(0, offset) for offset in offsets(expr)] or [0]


def scrape_interval(plan: SloPlan) -> int:
    """How often the SLI's data is renewed at best, ms."""
    return plan.contract.cadence


def burn_proof(plan: SloPlan, tier: burn.Tier) -> Proof:
    """A total outage and a fault just above the threshold fire; just below, a blip and one quiet failure do not."""
    if not plan.contract.signals:
        return _NOTHING
    if plan.sampled:
        return _sampled_proof(plan, tier.long, tier.threshold)
    rate = _ample_rate(plan, tier.long, tier.threshold)
    at = tier.long
    witnesses = [_fires(plan, tier.long, tier.threshold, Story(at, Fraction(1), None, rate))]
    above = tier.threshold * _ABOVE
    if above < 1:
        witnesses.append(_fires(plan, tier.long, tier.threshold, Story(at, above, None, rate)))
    blip = Story(at, tier.threshold * Fraction(8, 5), tier.long // 2, rate)
    misses = [
        _stays_silent(plan, Story(0, tier.threshold * _BELOW, None, rate), at + _settled(plan)),
        _stays_silent(plan, blip, at + tier.long + _settled(plan)),
    ]
    if plan.guard.min_bad > 1:
        one = Story(_NIGHT, Fraction(1), int(1000 / _QUIET), _QUIET * _parts(plan))
        misses.append(_stays_silent(plan, one, _NIGHT + 2 * burn.HOUR))
    return Proof(tuple(witnesses), tuple(misses), None)


def collapse_proof(plan: SloPlan, window: int, threshold: Fraction) -> Proof:
    """A total outage fires; a fault below the threshold does not."""
    if not plan.contract.signals:
        return _NOTHING
    if plan.sampled:
        return _sampled_proof(plan, window, threshold)
    rate = _ample_rate(plan, window, threshold)
    outage = _fires(plan, window, threshold, Story(2 * burn.HOUR, Fraction(1), None, rate))
    below = _stays_silent(plan, Story(burn.HOUR, threshold * _BELOW, None, rate), 3 * burn.HOUR)
    return Proof((outage,), (below,), None)


def no_data_proof(plan: SloPlan, hold: int) -> Proof:
    """Series that stop are noticed after the hold; traffic that merely stops is not."""
    if not plan.contract.signals:
        return _NOTHING
    at = 2 * burn.HOUR
    lookback = 5 * burn.MINUTE
    gone = (
        at + hold + max(plan.base, lookback) + plan.contract.reaction + max(_offsets(plan.contract.total)) + _late(plan)
    )
    vanished = Witness(silence(plan, at), max(at, at + hold - scrape_interval(plan)), gone, gone + plan.interval)
    if plan.sampled:
        return Proof((vanished,), (), None)
    stopped = [
        replace(phase, behaviour=Traffic(0.0, 0.0, None, None)) if phase.start else phase
        for phase in phases(plan, Story(at, Fraction(0), None))
    ]
    return Proof((vanished,), (Witness(tuple(stopped), None, None, gone + burn.HOUR),), None)


def exhausted_proof(plan: SloPlan) -> Proof:
    """A fault that spends the whole budget fires when it is spent; a pace below the sustainable one does not."""
    if not plan.contract.signals:
        return _NOTHING
    fires = _spends(plan, Fraction(1))
    below = Fraction(0) if plan.sampled else plan.budget * _BELOW
    pace = Story(0, below, None, _spending_rate(plan, Fraction(1)))
    return Proof((fires,), (_stays_silent(plan, pace, fires.latest or fires.end),), None)


def spent_proof(plan: SloPlan, gone: Fraction) -> Proof:
    """A fault fires when it has spent the share `gone` of the budget; one that ends at nine tenths of that does not."""
    if not plan.contract.signals:
        return _NOTHING
    fires = _spends(plan, gone)
    share = _fast(plan)
    spent = burn.time_to_exhaustion(plan.period, plan.budget, share, gone * _BELOW)
    lasts = int(spent) - plan.base // 2  # a base window that is not yet full makes little of what is good
    faulty = Story(0, share, lasts, _spending_rate(plan, gone))
    ends = Story(0, Fraction(0), None) if plan.sampled or lasts <= 0 else faulty
    return Proof((fires,), (_stays_silent(plan, ends, fires.end),), None)


def _fast(plan: SloPlan) -> Fraction:
    """The share of bad events that spends a period's budget in a thirtieth of it, or everything."""
    return Fraction(1) if plan.sampled else min(Fraction(1), _DAYS_OF_BUDGET * plan.budget)


def _spending_rate(plan: SloPlan, gone: Fraction) -> Fraction:
    """Events per second of which enough are bad to be counted evenly until the share `gone` of a budget is spent."""
    share = _fast(plan)
    spent = burn.time_to_exhaustion(plan.period, plan.budget, share, gone)
    return max(_ordinary(plan), Fraction(ceil(_STEADY * _parts(plan) / (share * spent / 1000))))


def _spends(plan: SloPlan, gone: Fraction) -> Witness:
    share = _fast(plan)
    spent = burn.time_to_exhaustion(plan.period, plan.budget, share, gone)
    slack = coverage_step(plan.period) + _SLOW_STEPS * SLOW + _late(plan)
    latest = ceil(spent) + slack + plan.contract.reaction + plan.contract.cadence + min(_offsets(plan.contract.bad))
    told = phases(plan, Story(0, share, None, _spending_rate(plan, gone)))
    return Witness(told, max(0, int(spent) - slack), latest, latest + plan.interval)


def coverage_step(period: int) -> int:
    """How finely the coverage of a period is counted, ms: in 720 steps, an hour for 30 days."""
    return max(burn.MINUTE, period // 720 // burn.MINUTE * burn.MINUTE)


def _fires(plan: SloPlan, window: int, threshold: Fraction, story: Story) -> Witness:
    detect = burn.time_to_detect(window, threshold, story.bad, story.at)
    if detect is None:
        raise ValueError("a witness must exceed the threshold it is a witness of")
    detect += min(_offsets(plan.contract.bad))
    derived, slow = plan.derived(window), window > LONGEST_OWN
    evaluation = max(plan.interval, FLEET_EVERY) if slow else plan.interval
    slack = burn.detection_slack(plan.base, evaluation, derived=derived, slow=slow) + _late(plan)
    doubt = detect / (50 if plan.guard.certainty is not None else 1000)
    latest = story.at + ceil(detect + doubt) + slack
    earliest = max(story.at, story.at + int(detect - doubt) - _late(plan) - (SLOW if slow else 0))
    return Witness(phases(plan, story), earliest, latest, latest + plan.interval)


def _stays_silent(plan: SloPlan, story: Story, end: int) -> Witness:
    return Witness(phases(plan, story), None, None, end)


def _sampled_proof(plan: SloPlan, window: int, threshold: Fraction) -> Proof:
    """Bad values fire when the share of bad ticks reaches the threshold, good ones never; nothing lies in between."""
    share = needed_share(plan, window, threshold)
    at = plan.contract.reaction + 2 * plan.contract.cadence + burn.HOUR
    if plan.guard.min_bad > 1 or plan.guard.min_events > 1 or plan.guard.certainty is not None:
        at += window
    detect = burn.time_to_detect(window, share, Fraction(1), at)
    if detect is None:
        raise ValueError("a reachable threshold is below 1")
    evaluation = max(plan.interval, FLEET_EVERY)
    slack = burn.detection_slack(plan.base, evaluation, derived=True, slow=window > LONGEST_OWN) + _late(plan)
    # Time that passes before the first bad tick is healthy history, so that the share grows as much more slowly.
    late = burn.time_to_detect(window, share, Fraction(1), at + plan.contract.reaction + plan.contract.cadence)
    latest = at + plan.contract.reaction + plan.contract.cadence + ceil(late or detect) + slack
    outage = Witness(phases(plan, Story(at, Fraction(1), None)), at, latest, latest + plan.interval)
    return Proof((outage,), (_stays_silent(plan, Story(at, Fraction(0), None), latest),), None)


def _ample_rate(plan: SloPlan, window: int, threshold: Fraction) -> Fraction:
    """Events per second at which no guard is what decides."""
    seconds = Fraction(window, 1000)
    wanted = [Fraction(_RATE), _AMPLE * plan.guard.min_bad / (seconds * threshold)]
    wanted.append(_STEADY / (Fraction(scrape_interval(plan), 1000) * threshold))
    wanted.append(2 * plan.guard.min_events / seconds)
    if plan.guard.certainty is not None:
        wanted.append(_SURE / (seconds * threshold))
    return Fraction(ceil(max(wanted) * _parts(plan)))


def _late(plan: SloPlan) -> int:
    """How far the ticks of scraping and evaluating may put off anything, ms."""
    return scrape_interval(plan) + plan.interval


def _settled(plan: SloPlan) -> int:
    """How long to go on watching after everything has been decided, ms."""
    return burn.HOUR + plan.base
