"""How fast an SLO's alerts notice a fault of a given size, as replayed on emitted rules."""

from collections.abc import Sequence
from dataclasses import dataclass

from slogen.evaluator.series import Storage
from slogen.ir.program import Component, Target
from slogen.ir.rules import Alert
from slogen.ir.signals import EventSignal
from slogen.ir.slo import Slo
from slogen.ir.witness import Phase, Traffic
from slogen.proofs.retelling import BEGAN, story
from slogen.replay.order import only_what
from slogen.replay.rulefile import AlertingRule, Group
from slogen.replay.run import Setting, replay
from slogen.scenarios.synthesis import synthesise

_HISTORY = 86_400_000
_WATCHED = 86_400_000
_RATE = 50.0


@dataclass(frozen=True, slots=True)
class Detected:
    """When the first page and ticket fire after a fault of `bad_ratio` (0-1) begins, ms; None: not within a day."""

    bad_ratio: float
    page: int | None
    ticket: int | None


def noticing(component: Component, slo: str) -> list[Alert]:
    """The alerts of a component that notice a fault of one of its SLOs while it lasts."""
    rules = (rule for group in component.rules.groups for rule in group.rules if isinstance(rule, Alert))
    return [rule for rule in rules if rule.subject == slo and rule.kind in {"burn", "collapse"}]


def detect(component: Component, slo: Slo, groups: Sequence[Group], target: Target, bad_ratio: float) -> Detected:
    """A day of healthy traffic, or as long as the longest window, then a constant fault for a day.

    With less history a long window would hold nothing but that, and notice sooner than it ever will again. Only for
    SLOs that count events.
    """
    history = max([_HISTORY, *(tier.long for tier in slo.tiers)])
    signals = [s for s in component.signals if s.id in slo.signals and isinstance(s, EventSignal)]
    phases = [
        Phase(start, signal.id, Traffic(_RATE, ratio, None, None))
        for signal in signals
        for start, ratio in ((0, 0.0), (history, bad_ratio))
    ]
    mine = {(alert.name, alert.labels) for alert in noticing(component, slo.name)}
    length = history + _WATCHED
    storage = Storage()
    for series in synthesise(signals, story(phases, signals, length, target.scrape_interval)):
        storage.add(series.labels, series.times, series.values)
    needed = only_what(groups, lambda r: isinstance(r, AlertingRule) and (r.alert, tuple(sorted(r.labels))) in mine)
    setting = Setting(BEGAN, BEGAN + length, target.evaluation_interval, True, {}, "")
    lives = replay(needed, storage, setting).alerts
    first: dict[str, int] = {}
    for life in lives:
        for start, _ in life.firing_spans():
            severity = dict(life.labels).get("severity", "")
            if start >= BEGAN + history:
                first[severity] = min(first.get(severity, start), start)
    since = BEGAN + history
    return Detected(bad_ratio, *(first[s] - since if s in first else None for s in ("page", "ticket")))
