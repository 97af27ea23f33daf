"""Runs rule groups over a whole time range: recorded series feed later rules, alerts live and die."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from slogen.evaluator import labels as label
from slogen.evaluator.context import Options
from slogen.evaluator.errors import EvaluationError, Unsupported
from slogen.evaluator.evaluate import evaluate
from slogen.evaluator.labels import Labels
from slogen.evaluator.series import Storage
from slogen.evaluator.times import Grid, Ints
from slogen.evaluator.vector import Scalar, Vector
from slogen.replay.alerts import AlertLife, ExpansionContext, LabelCollision, lives
from slogen.replay.order import Step, plan
from slogen.replay.recording import STALE, renamed, write, write_alert
from slogen.replay.rulefile import AlertingRule, Group, RecordingRule, Rule


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and when a replay happens: ticks from `start` to at most `end` every `interval`, all in ms.

    `honour_group_intervals` is how servers behave; promtool's tests run every group at `interval`.
    """

    start: int
    end: int
    interval: int
    honour_group_intervals: bool
    external_labels: Mapping[str, str]
    external_url: str


@dataclass(frozen=True, slots=True)
class RuleFailure:
    """A rule that Prometheus could not evaluate somewhere in the range, in the engine's words."""

    group: str
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class Replay:
    """What happened: the storage with recorded series in it, the life of every alert, and rules that failed."""

    storage: Storage
    setting: Setting
    alerts: tuple[AlertLife, ...]
    failures: tuple[RuleFailure, ...]


@dataclass(frozen=True, slots=True)
class _Job:
    """A rule with what its group says about when and how it runs."""

    rule: Rule
    group: Group
    grid: Grid


def replay(groups: Sequence[Group], storage: Storage, setting: Setting) -> Replay:
    """Evaluates `groups` in the given order over the setting's range; recorded series are added to `storage`.

    A rule that fails anywhere in the range records nothing and is listed; so is one that this evaluator refuses.
    """
    jobs = [_Job(rule, group, _grid(group, setting)) for group in groups for rule in group.rules]
    run = _Run(jobs, storage, setting, [frozenset()] * len(jobs), [], [])
    for step in plan([job.rule for job in jobs]):
        try:
            run.step(step)
        except (EvaluationError, Unsupported, LabelCollision, ValueError) as error:
            run.failures.extend(_failure(jobs[index], error) for index in step.rules)
    order = {id(job.rule): number for number, job in enumerate(jobs)}
    run.alerts.sort(key=lambda life: order[id(life.rule)])
    return Replay(storage, setting, tuple(run.alerts), tuple(run.failures))


def _failure(job: _Job, error: Exception) -> RuleFailure:
    name = job.rule.record if isinstance(job.rule, RecordingRule) else job.rule.alert
    return RuleFailure(job.group.name, name, str(error))


def _grid(group: Group, setting: Setting) -> Grid:
    interval = group.interval if setting.honour_group_intervals and group.interval else setting.interval
    return Grid(setting.start, setting.end, interval)


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    """A replay in progress: `written` says for each job which series it has made."""

    jobs: Sequence[_Job]
    storage: Storage
    setting: Setting
    written: list[frozenset[Labels]]
    alerts: list[AlertLife]
    failures: list[RuleFailure]

    def step(self, step: Step) -> None:
        late = [frozenset(series for writer in writers for series in self.written[writer]) for writers in step.late]
        if step.stepped:
            self.circle(step.rules, late)
            return
        index = step.rules[0]
        job = self.jobs[index]
        vector = self.evaluated(job, job.grid, late[0])
        if isinstance(job.rule, RecordingRule):
            self.record(index, job.rule, vector, job.grid)
        else:
            self.alert(index, job.rule, vector)

    def evaluated(self, job: _Job, grid: Grid, late: frozenset[Labels]) -> Vector:
        """The expression over `grid`, moved back by the query offset; a scalar is one nameless series."""
        options = Options(late=late)
        value = evaluate(job.rule.expr, self.storage, grid.shifted(job.group.query_offset), options).value
        match value:
            case Vector():
                return value
            case Scalar(values):
                held = np.ones((1, len(values)), np.bool_)
                return Vector((label.EMPTY,), values[np.newaxis, :], held, np.zeros(1, np.bool_))
        raise EvaluationError("rule result is not a vector or scalar")

    def record(self, index: int, rule: RecordingRule, vector: Vector, grid: Grid) -> Vector:
        named = renamed(vector, rule)
        _check_limit(named.holding().sum(axis=0), self.jobs[index].group.limit, "series")
        write(self.storage, named, grid.times())
        self.written[index] |= frozenset(named.labels)
        return named

    def alert(self, index: int, rule: AlertingRule, vector: Vector) -> None:
        job = self.jobs[index]
        setting = self.setting
        context = ExpansionContext(self.storage, setting.external_labels, setting.external_url, job.group.query_offset)
        found = lives(rule, job.group.name, vector, job.grid.times(), context)
        active = np.zeros(len(job.grid), np.intp)
        for life in found:
            active += life.states.state > 0
        _check_limit(active, job.group.limit, "alerts")
        for life in found:
            self.written[index] |= write_alert(self.storage, life)
        self.alerts.extend(found)

    def circle(self, rules: Sequence[int], late: Sequence[frozenset[Labels]]) -> None:
        """Rules that read each other in a circle: tick by tick, each on what the others have written so far.

        Alerts inside a circle would have to be read while they change, which no sensible rule file does: refused.
        """
        members = [self.jobs[index] for index in rules]
        if any(isinstance(job.rule, AlertingRule) for job in members):
            raise Unsupported("ALERTS", "an alert that is read by the rules it is made from cannot be replayed")
        before: dict[int, frozenset[Labels]] = {}
        for at in sorted({int(at) for job in members for at in job.grid.times()}):
            for index, job, unseen in zip(rules, members, late, strict=True):
                if isinstance(job.rule, RecordingRule) and (at - job.grid.start) % job.grid.step == 0:
                    instant = Grid.instant(at)
                    named = self.record(index, job.rule, self.evaluated(job, instant, unseen), instant)
                    now = frozenset(named.labels)
                    for labels in sorted(before.get(index, frozenset()) - now):
                        self.storage.add(labels, [at], [STALE])
                    before[index] = now


def _check_limit(counts: Ints, limit: int, what: str) -> None:
    exceeding = np.flatnonzero(counts > limit) if limit else np.empty(0, np.intp)
    if len(exceeding):
        raise EvaluationError(f"exceeded limit of {limit} with {counts[exceeding[0]]} {what}")
