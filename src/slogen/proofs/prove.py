"""Replays every claim of a subject's alerts against its emitted rule files, and says which hold."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from slogen.diagnostics.model import Span
from slogen.evaluator.labels import NAME, get
from slogen.evaluator.series import Storage
from slogen.ir.program import Target
from slogen.ir.rules import Alert
from slogen.ir.witness import fault_begins
from slogen.proofs.claims import Claim, Task
from slogen.proofs.retelling import BEGAN, story
from slogen.proofs.tracing import Trace, trace
from slogen.proofs.wording import describe, exact, minutes
from slogen.replay.alerts import AlertLife
from slogen.replay.order import arrange, only_what
from slogen.replay.rulefile import AlertingRule, Group, RecordingRule, read
from slogen.replay.run import Replay, Setting, replay
from slogen.scenarios.synthesis import synthesise


@dataclass(frozen=True, slots=True)
class Verdict:
    """One claim and what was seen. Times are ms since the story began.

    `fires` says which claim it is; `began` when its fault begins; `seen` are the stretches in which the alert fired,
    of all its slices together; `stops` and `recovers` are the claim's; `spent` is the share of the budget that was gone
    when the alert fired, None where it is no alert on budgets; `problem` is empty where the claim holds. `rules` are
    the recording rules that took part; `trace` is what it looked like, where somebody wanted to know.
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
    recovers: int | None
    stops: tuple[int, int] | None
    spent: float | None
    end: int
    seen: tuple[tuple[int, int | None], ...]
    problem: str
    rules: frozenset[tuple[str, str]]
    seconds: float
    span: Span
    trace: Trace | None = None

    @property
    def detected(self) -> int | None:
        """How long after the fault began the alert first fired, ms."""
        return self.seen[0][0] - self.began if self.fires and self.seen else None

    @property
    def reset(self) -> int | None:
        """How long after the fault ended the alert last stopped, ms."""
        last = self.seen[-1][1] if self.seen else None
        return None if self.recovers is None or last is None else last - self.recovers


def loaded(texts: Mapping[str, str]) -> list[Group]:
    """The groups of emitted rule files by name, as a server of the environment loads them, in a sensible order."""
    return arrange([group for name, text in sorted(texts.items()) for group in rule_groups(text, name)])


@lru_cache(maxsize=256)
def rule_groups(text: str, name: str) -> tuple[Group, ...]:
    """The groups of a rule file, read once for all stories that are told about it: that takes longer than a replay."""
    return tuple(read(text, name))


def prove(task: Task, groups: Sequence[Group], target: Target, *, traced: bool = False) -> list[Verdict]:
    """The verdicts on a task's claims about `groups`, with traces where asked."""
    claimed = [claim.alert for claim in task.claims]
    needed = only_what(groups, lambda rule: isinstance(rule, AlertingRule) and any(is_rule(rule, a) for a in claimed))
    began = time.perf_counter()
    world, played = _replayed(task, needed, target)
    each = (time.perf_counter() - began) / len(task.claims)
    verdicts = [_verdict(task, claim, world, played, each) for claim in task.claims]
    if not traced or world.failures:
        return verdicts
    pairs = zip(task.claims, verdicts, strict=True)
    return [replace(verdict, trace=_trace(task, claim, world, needed)) for claim, verdict in pairs]


def _trace(task: Task, claim: Claim, world: Replay, groups: Sequence[Group]) -> Trace | None:
    """What a claim's story looked like; None where no rule is the claim's."""
    witness = claim.witness
    story = describe(witness.phases, task.subject.signals, minutes)
    rules = (r for g in groups for r in g.rules if isinstance(r, AlertingRule) and is_rule(r, claim.alert))
    stretch = fault_begins(witness.phases), witness.end
    return next((trace(rule, world, story, stretch) for rule in rules), None)


def _replayed(task: Task, groups: Sequence[Group], target: Target) -> tuple[Replay, list[Group]]:
    """What happened, and the groups that took part.

    A recorded series that the story itself tells is not recorded: the story stands for its rule, which may be broken.
    """
    named = {phase.signal for phase in task.phases}
    signals = [signal for signal in task.subject.signals if signal.id in named]
    storage = Storage()
    told = set()
    for series in synthesise(signals, story(task.phases, signals, task.end, target.scrape_interval)):
        storage.add(series.labels, series.times, series.values)
        told.add(get(series.labels, NAME))
    setting = Setting(
        start=BEGAN,
        end=BEGAN + task.end,
        interval=target.evaluation_interval,
        honour_group_intervals=True,
        external_labels=dict(task.subject.external_labels),
        external_url="",
    )
    played = [
        replace(g, rules=tuple(r for r in g.rules if not isinstance(r, RecordingRule) or r.record not in told))
        for g in groups
    ]
    return replay(played, storage, setting), played


def _verdict(task: Task, claim: Claim, world: Replay, played: Sequence[Group], seconds: float) -> Verdict:
    alert, witness, subject = claim.alert, claim.witness, task.subject
    lives = [life for life in world.alerts if is_rule(life.rule, alert)]
    seen = [(a - BEGAN, None if b is None else b - BEGAN) for life in lives for a, b in life.firing_spans()]
    seen = sorted((a, b) for a, b in seen if a <= witness.end)
    broken = [f"{found.rule}: {found.message}" for found in world.failures]
    problem = "; ".join(broken) or (_wrongly_timed(claim, lives) if claim.fires else _noisy(seen))
    began = fault_begins(witness.phases)
    return Verdict(
        environment=subject.environment,
        component=subject.name,
        alert=alert.name,
        kind=alert.kind,
        subject=alert.subject,
        labels=alert.labels,
        fires=claim.fires,
        claim=describe(witness.phases, subject.signals),
        began=began,
        earliest=witness.earliest,
        latest=witness.latest,
        recovers=claim.recovers,
        stops=claim.stops,
        spent=float(claim.spends * (seen[0][0] - began)) if claim.spends and seen else None,
        end=witness.end,
        seen=tuple(seen),
        problem=problem,
        rules=frozenset((g.name, r.record) for g in played for r in g.rules if isinstance(r, RecordingRule)),
        seconds=seconds,
        span=alert.where.span,
    )


def is_rule(rule: AlertingRule, alert: Alert) -> bool:
    """Whether an emitted rule is the one that an alert of the Program became."""
    return rule.alert == alert.name and dict(rule.labels) == dict(alert.labels)


def _wrongly_timed(claim: Claim, lives: Sequence[AlertLife]) -> str:
    """Every alert that the rule makes (one a slice) must first fire, and last stop, within the claim's bounds."""
    witness = claim.witness
    earliest, latest = witness.earliest or 0, witness.latest if witness.latest is not None else witness.end
    spans = [life.firing_spans() for life in lives]
    if not spans or not all(spans):
        return "it never fires"
    first = _outside([found[0][0] for found in spans], earliest, latest)
    if first is not None:
        return f"it fires at {exact(first)}, expected between {exact(earliest)} and {exact(latest)}"
    if claim.stops is None:
        return ""
    ends = [found[-1][1] for found in spans]
    if None in ends:
        return f"it still fires at {exact(witness.end)}, and should stop by {exact(claim.stops[1])}"
    last = _outside([end for end in ends if end is not None], *claim.stops)
    if last is not None:
        return f"it stops at {exact(last)}, expected between {exact(claim.stops[0])} and {exact(claim.stops[1])}"
    return ""


def _outside(moments: Sequence[int], earliest: int, latest: int) -> int | None:
    """The first of some moments (Unix ms) that lies outside bounds, as ms since the story began."""
    return next((at - BEGAN for at in moments if not earliest <= at - BEGAN <= latest), None)


def _noisy(seen: Sequence[tuple[int, int | None]]) -> str:
    return f"it fires at {exact(seen[0][0])}, and should not at all" if seen else ""
