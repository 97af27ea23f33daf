"""What the alerts that watch the rules claim: broken rules told as recorded series that are not there."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from slogen import burn, names
from slogen.ir.signals import EventSignal, GaugeSignal, Outcome, SeriesId, Signal
from slogen.ir.where import Where, labels
from slogen.ir.witness import Behaviour, Level, Phase, Proof, Silent, Traffic, Witness
from slogen.lower.plan import FLEET_EVERY, SLOW_READ, SloPlan

FAILURES: Final = ("prometheus_rule_evaluations_total", "prometheus_rule_evaluation_failures_total")
MISSED: Final = ("prometheus_rule_group_iterations_total", "prometheus_rule_group_iterations_missed_total")
_SOURCE: Final = "prometheus"
_AT: Final = burn.HOUR
"""When a fault begins, ms."""
_LATE: Final = 3 * burn.MINUTE
"""What scraping and evaluating may put off, ms; an increase needs a second sample to be seen."""
_BUSY: Final = 10.0


def fleet_signals(env: str, plans: Sequence[SloPlan], where: Where) -> tuple[Signal, ...]:
    """Prometheus' own counters about the rules of an environment, and the series that its components record."""
    of_rules = tuple(_counters(env, pair, where) for pair in (FAILURES, MISSED))
    return of_rules + tuple(watched.signal for plan in _shown(plans) for watched in _watched(plan, where))


def rules_proof(pair: tuple[str, str], hold: int) -> Proof:
    """Evaluations that go wrong again and again fire after the hold; one that goes wrong does not."""
    broken = (_phase(0, pair[1], 0.0), _phase(_AT, pair[1], 0.5))
    once = (*broken, _phase(_AT + burn.MINUTE, pair[1], 0.0))
    latest = _AT + hold + _LATE
    fires = Witness(broken, _AT + hold, latest, latest + FLEET_EVERY)
    return Proof((fires,), (Witness(once, None, None, _AT + 2 * hold),), None)


def idle_proof(plans: Sequence[SloPlan], hold: int, where: Where) -> Proof:
    """Series that stand still fire after the hold; series that are gone are another alert's matter."""
    shown = _shown(plans)
    latest = _AT + hold + _LATE
    idle = _told(shown, where, lambda watched: Level(0.0, None) if watched.window == _BASE else None)
    gone = _told(shown, where, lambda watched: Silent() if watched.window == _BASE else None)
    fires = Witness(idle, _AT + hold, latest, latest + FLEET_EVERY)
    return Proof((fires,), (Witness(gone, None, None, latest + hold),), None)


def blind_proof(plans: Sequence[SloPlan], hold: int, where: Where) -> Proof:
    """Each window that is recorded for nobody fires; while somebody's is recorded, or nobody has traffic, none does."""
    shown = _shown(plans)
    windows = dict.fromkeys(watched.window for plan in shown for watched in _watched(plan, where))
    fires = tuple(
        _fires(_told(shown, where, lambda w, window=window: Silent() if w.window == window else None), hold)  # type: ignore[misc]
        for window in windows
        if window not in {_BASE, _INFO}
    )
    return Proof(fires, (_idle(shown, where),), None)


def missing_proof(plans: Sequence[SloPlan], hold: int, where: Where) -> Proof:
    """A single SLO that is not recorded fires; one without traffic does not."""
    shown = _shown(plans)
    first = next(watched for watched in _watched(shown[0], where) if watched.window not in {_BASE, _INFO})
    one = _told(shown, where, lambda watched: Silent() if watched.signal.id == first.signal.id else None)
    return Proof((_fires(one, hold),), (_idle(shown, where),), None)


_BASE: Final = "base"
_INFO: Final = "info"


@dataclass(frozen=True, slots=True)
class _Watched:
    """A recorded series as a signal, and what the alerts call the window it is about."""

    window: str
    signal: GaugeSignal


def _shown(plans: Sequence[SloPlan]) -> list[SloPlan]:
    """One SLO for each way in which SLOs are recorded: the others differ in nothing but their names."""
    ways: dict[tuple[str, int, tuple[int, ...]], SloPlan] = {}
    for plan in plans:
        ways.setdefault((plan.total_base, plan.period, plan.fleet_windows), plan)
    return list(ways.values())


def _watched(plan: SloPlan, where: Where) -> list[_Watched]:
    series = [(names.window(window), names.error_ratio(window)) for window in plan.fleet_windows]
    series += [("total base", names.TOTAL_SLOW), ("bad base", names.BAD_SLOW), ("period", names.ERROR_RATIO_PERIOD)]
    found = [_Watched(window, recorded(plan, metric, 0.0, where)) for window, metric in series]
    info = recorded(plan, names.INFO, float(plan.objective), where)
    owned = tuple(replace(one, labels=labels({**dict(one.labels), names.TEAM: plan.model})) for one in info.series)
    return [
        _Watched(_BASE, recorded(plan, plan.total_base, _BUSY, where)),
        *found,
        _Watched(_INFO, replace(info, series=owned)),
    ]


def recorded(plan: SloPlan, metric: str, value: float, where: Where) -> GaugeSignal:
    """A recorded series of an SLO as a signal that a story can tell; `value` is its usual one."""
    one = SeriesId(metric, plan.identity)
    name = f"{plan.model}/{plan.slo}/{metric}"
    return GaugeSignal(name, _SOURCE, (one,), value, 0.0, FLEET_EVERY, False, where)


def _counters(env: str, pair: tuple[str, str], where: Where) -> EventSignal:
    group = labels({"rule_group": f"/etc/prometheus/rules/{names.FLEET}.yaml;{names.fleet_group(env, 'health')}"})
    done, wrong = (SeriesId(metric, group) for metric in pair)
    outcomes = (Outcome("good", False, (done,), ()), Outcome("bad", True, (done, wrong), ()))
    return EventSignal(pair[1], f"{_SOURCE}.{pair[1]}", outcomes, (), where)


def _phase(start: int, signal: str, bad: float) -> Phase:
    return Phase(start, signal, Traffic(1.0, bad, None, None))


def _told(shown: Iterable[SloPlan], where: Where, fault: Callable[[_Watched], Behaviour | None]) -> tuple[Phase, ...]:
    """All series as they should be, and from `_AT` on those that have a fault."""
    told: list[Phase] = []
    for plan in shown:
        for watched in _watched(plan, where):
            told.append(Phase(0, watched.signal.id, Level(watched.signal.good, None)))
            wrong = fault(watched)
            if wrong is not None:
                told.append(Phase(_AT, watched.signal.id, wrong))
    return tuple(told)


def _fires(phases: tuple[Phase, ...], hold: int) -> Witness:
    latest = _AT + SLOW_READ + hold + _LATE
    return Witness(phases, _AT + hold, latest, latest + FLEET_EVERY)


def _idle(shown: Sequence[SloPlan], where: Where) -> Witness:
    """No traffic and no windows: nothing is blind where there is nothing to see."""
    phases = _told(shown, where, lambda watched: Level(0.0, None) if watched.window == _BASE else Silent())
    return Witness(phases, None, None, _AT + burn.HOUR)
