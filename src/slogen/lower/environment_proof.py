"""What the alerts on a whole environment claim: recorded series of several components that fail or vanish together."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import Final

from slogen import burn, names
from slogen.ir.signals import GaugeSignal
from slogen.ir.where import Where
from slogen.ir.witness import Behaviour, Level, Phase, Proof, Silent, Witness
from slogen.lower.health_proof import recorded
from slogen.lower.plan import FLEET_EVERY, SloPlan

_AT: Final = burn.HOUR
"""When the fault begins, ms."""
_LATE: Final = 3 * burn.MINUTE
"""What scraping and evaluating may put off, ms."""
_LOOKBACK: Final = 5 * burn.MINUTE
_BUSY: Final = 10.0
"""Events per second of a component with traffic."""
_ALMOST: Final = 0.9


@dataclass(frozen=True, slots=True)
class Quorum:
    """When an environment speaks as one: at least `share` (0-1) of its components agree, of at least `components`."""

    share: Decimal
    components: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """The SLOs that an alert on an environment reads, and its quorum."""

    plans: Sequence[SloPlan]
    quorum: Quorum
    where: Where

    @property
    def told(self) -> list[SloPlan]:
        """One SLO of each of as many components as a story needs: what is not told does not exist in it."""
        first: dict[str, SloPlan] = {}
        for plan in self.plans:
            first.setdefault(plan.model, plan)
        return list(first.values())[: 2 * self.quorum.components]

    @property
    def enough(self) -> int:
        """How many of the told components must agree."""
        return ceil(self.quorum.share * len(self.told))

    def signals(self) -> Iterator[GaugeSignal]:
        """The recorded series that the stories tell."""
        for plan in self.told:
            for metric, value in _series(plan).items():
                yield recorded(plan, metric, value, self.where)


def failing_proof(claimed: Claimed, bound: Callable[[SloPlan], float]) -> Proof:
    """A quorum that fails fires at once; one fewer, all a little below their bounds, or too few with traffic do not.

    `bound` is the share of bad events (0-1) above which an SLO fails.
    """
    told, enough = claimed.told, claimed.enough
    failing = {plan.model: Level(_BUSY, None) for plan in told[:enough]}
    below = {plan.model: Level(_BUSY * bound(plan) * _ALMOST, None) for plan in told}
    quiet = {plan.model: Level(0.0, None) for plan in told[claimed.quorum.components - 1 :]}
    latest = _AT + _LATE
    fires = Witness(_told(claimed, {_bad: failing}), _AT, latest, latest + FLEET_EVERY)
    misses = (
        _told(claimed, {_bad: dict(list(failing.items())[:-1])}),
        _told(claimed, {_bad: below}),
        _told(claimed, {_bad: failing, _total: quiet}),
    )
    return Proof((fires,), tuple(Witness(phases, None, None, latest + burn.HOUR) for phases in misses), None)


def vanished_proof(claimed: Claimed, hold: int) -> Proof:
    """A quorum whose series are gone fires after the hold; one fewer, or traffic that merely stops, does not."""
    told, enough = claimed.told, claimed.enough
    gone = {plan.model: Silent() for plan in told[:enough]}
    idle = {plan.model: Level(0.0, None) for plan in told}
    latest = _AT + _LOOKBACK + hold + _LATE
    fires = Witness(_told(claimed, {_total: gone, _bad: gone}), _AT + hold, latest, latest + FLEET_EVERY)
    fewer = dict(list(gone.items())[:-1])
    misses = (_told(claimed, {_total: fewer, _bad: fewer}), _told(claimed, {_total: idle}))
    return Proof((fires,), tuple(Witness(phases, None, None, latest + burn.HOUR) for phases in misses), None)


def _bad(plan: SloPlan) -> str:
    return plan.bad_base


def _total(plan: SloPlan) -> str:
    return plan.total_base


def _series(plan: SloPlan) -> dict[str, float]:
    """What is recorded of an SLO while nothing fails."""
    usual = {plan.total_base: _BUSY, plan.bad_base: 0.0, names.TOTAL_SLOW: _BUSY}
    return {**usual, names.INFO: float(plan.objective)}


Faults = Mapping[Callable[[SloPlan], str], Mapping[str, Behaviour]]
"""Which series -> what it does from the fault's beginning on, by component."""


def _told(claimed: Claimed, faults: Faults) -> tuple[Phase, ...]:
    """All series as they should be, and from `_AT` on those that have a fault."""
    phases: list[Phase] = []
    for plan in claimed.told:
        wrong = {of(plan): behaviours[plan.model] for of, behaviours in faults.items() if plan.model in behaviours}
        for metric, value in _series(plan).items():
            signal = recorded(plan, metric, value, claimed.where).id
            phases.append(Phase(0, signal, Level(value, None)))
            if metric in wrong:
                phases.append(Phase(_AT, signal, wrong[metric]))
    return tuple(phases)
