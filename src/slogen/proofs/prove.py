"""Replays every claim of a component's alerts against its emitted rule files, and says which hold."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slogen.diagnostics.model import Span
from slogen.evaluator.series import Storage
from slogen.ir.program import Component, Environment, Target
from slogen.ir.rules import Alert
from slogen.ir.signals import GaugeSignal, Signal
from slogen.ir.witness import Behaviour, Level, Phase, Silent, Traffic, Witness
from slogen.proofs.retelling import BEGAN, story
from slogen.replay.alerts import AlertLife
from slogen.replay.order import arrange, only_what
from slogen.replay.rulefile import AlertingRule, Group, read
from slogen.replay.run import Replay, Setting, replay
from slogen.scenarios.synthesis import synthesise


@dataclass(frozen=True, slots=True)
class Verdict:
    """One claim and what was seen. Times are ms since the story began.

    `fires` says which claim it is; `began` when its fault begins; `seen` are the stretches in which the alert fired,
    of all its slices together; `problem` is empty where the claim holds.
    """

    environment: str
    component: str
    alert: str
    kind: str
    subject: str
    labels: tuple[tuple[str, str], ...]
    fires: bool
    claim: str
    began: int
    earliest: int | None
    latest: int | None
    end: int
    seen: tuple[tuple[int, int | None], ...]
    problem: str
    seconds: float
    span: Span

    @property
    def detected(self) -> int | None:
        """How long after the fault began the alert first fired, ms."""
        return self.seen[0][0] - self.began if self.fires and self.seen else None


Claim = tuple[Alert, Witness, bool]
"""An alert, a story, and whether the story must fire it."""


@dataclass(frozen=True, slots=True)
class Task:
    """One story of one component, to be replayed once for all claims that tell it."""

    environment: Environment
    component: Component
    phases: tuple[Phase, ...]
    claims: tuple[Claim, ...]

    @property
    def end(self) -> int:
        """How long the story must go on, ms."""
        return max(witness.end for _, witness, _ in self.claims)


def tasks(environment: Environment, component: Component) -> list[Task]:
    """The stories that the alerts of a component claim something about, each once."""
    told: dict[tuple[Phase, ...], list[Claim]] = {}
    for alert in alerts_of(component):
        for witness in alert.proof.witnesses:
            told.setdefault(witness.phases, []).append((alert, witness, True))
        for witness in alert.proof.near_misses:
            told.setdefault(witness.phases, []).append((alert, witness, False))
    return [Task(environment, component, phases, tuple(claims)) for phases, claims in told.items()]


def alerts_of(component: Component) -> list[Alert]:
    """Every alert in a component's file."""
    return [rule for group in component.rules.groups for rule in group.rules if isinstance(rule, Alert)]


def loaded(texts: Mapping[str, str]) -> list[Group]:
    """The groups of emitted rule files by name, as a server of the environment loads them, in a sensible order."""
    return arrange([group for name, text in sorted(texts.items()) for group in read(text, name)])


def prove(task: Task, groups: Sequence[Group], target: Target) -> list[Verdict]:
    """The verdicts on a task's claims about `groups`."""
    claimed = [alert for alert, _, _ in task.claims]
    needed = only_what(groups, lambda rule: isinstance(rule, AlertingRule) and any(_is(rule, a) for a in claimed))
    began = time.perf_counter()
    world = _replayed(task, needed, target)
    each = (time.perf_counter() - began) / len(task.claims)
    return [_verdict(task, claim, world, each) for claim in task.claims]


def _replayed(task: Task, groups: Sequence[Group], target: Target) -> Replay:
    named = {phase.signal for phase in task.phases}
    signals = [signal for signal in task.component.signals if signal.id in named]
    storage = Storage()
    for series in synthesise(signals, story(task.phases, signals, task.end, target.scrape_interval)):
        storage.add(series.labels, series.times, series.values)
    setting = Setting(
        start=BEGAN,
        end=BEGAN + task.end,
        interval=target.evaluation_interval,
        honour_group_intervals=True,
        external_labels=dict(task.environment.external_labels),
        external_url="",
    )
    return replay(groups, storage, setting)


def _verdict(task: Task, claim: Claim, world: Replay, seconds: float) -> Verdict:
    alert, witness, fires = claim
    lives = [life for life in world.alerts if _is(life.rule, alert)]
    seen = [(a - BEGAN, None if b is None else b - BEGAN) for life in lives for a, b in life.firing_spans()]
    seen = sorted((a, b) for a, b in seen if a <= witness.end)
    broken = [f"{found.rule}: {found.message}" for found in world.failures]
    problem = "; ".join(broken) or (_late_or_early(witness, lives) if fires else _noisy(witness, seen))
    return Verdict(
        environment=task.environment.name,
        component=task.component.name,
        alert=alert.name,
        kind=alert.kind,
        subject=alert.subject,
        labels=alert.labels,
        fires=fires,
        claim=describe(witness.phases, task.component.signals),
        began=fault_begins(witness.phases),
        earliest=witness.earliest,
        latest=witness.latest,
        end=witness.end,
        seen=tuple(seen),
        problem=problem,
        seconds=seconds,
        span=alert.where.span,
    )


def _is(rule: AlertingRule, alert: Alert) -> bool:
    """Whether an emitted rule is the one that an alert of the Program became."""
    return rule.alert == alert.name and dict(rule.labels) == dict(alert.labels)


def _late_or_early(witness: Witness, lives: Sequence[AlertLife]) -> str:
    """Every alert that the rule makes (one a slice) must first fire within the witness's bounds."""
    earliest, latest = witness.earliest or 0, witness.latest if witness.latest is not None else witness.end
    firsts = [spans[0][0] - BEGAN if (spans := life.firing_spans()) else None for life in lives]
    if not firsts or None in firsts:
        return "it never fires"
    wrong = [first for first in firsts if first is not None and not earliest <= first <= latest]
    if not wrong:
        return ""
    return f"it fires at {_minutes(wrong[0])}, expected between {_minutes(earliest)} and {_minutes(latest)}"


def _noisy(witness: Witness, seen: Sequence[tuple[int, int | None]]) -> str:
    del witness
    return f"it fires at {_minutes(seen[0][0])}, and should not at all" if seen else ""


def fault_begins(phases: Sequence[Phase]) -> int:
    """The start of the first phase that follows another one of its signal, or 0 where none does."""
    return min((phase.start for phase in phases if phase.start), default=0)


def describe(phases: Sequence[Phase], signals: Sequence[Signal]) -> str:
    """The fault in a few words: `55% bad`, `60% bad for 30m`, `no series`, `value 0.3`."""
    known = {signal.id: signal for signal in signals}
    several = len({phase.signal for phase in phases}) > 1
    faults = []
    for signal in dict.fromkeys(phase.signal for phase in phases):
        own = sorted((phase for phase in phases if phase.signal == signal), key=lambda phase: phase.start)
        worst = own[1] if len(own) > 1 else own[0]
        lasting = f" for {_minutes(own[2].start - own[1].start)}" if len(own) > 2 else ""
        name = f"{signal}: " if several else ""
        faults.append(f"{name}{_fault(worst.behaviour, known[signal])}{lasting}")
    return ", ".join(dict.fromkeys(faults)) or "an idle server"


def _fault(behaviour: Behaviour, signal: Signal) -> str:
    match behaviour:
        case Traffic(0.0):
            return "no traffic"
        case Traffic(rate, bad_ratio, _, part):
            where = f" in {part}" if part else ""
            return f"{bad_ratio * 100:.4g}% bad{where}" + (f" at {rate:.2g}/s" if rate < 1 else "")
        case Level(value):
            return (
                f"age {_minutes(round(value * 1000))}"
                if isinstance(signal, GaugeSignal) and signal.timestamp
                else f"value {value:g}"
            )
        case Silent():
            return "no series"


def _minutes(millis: int) -> str:
    minutes, rest = divmod(millis, 60_000)
    return f"{minutes}m" if not rest else f"{minutes}m{rest / 1000:g}s"
