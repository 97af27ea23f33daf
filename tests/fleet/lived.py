"""A story of the fleet, replayed in process with only the rules that one alert needs, and what to ask a server."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from slogen.evaluator.labels import NAME, Labels
from slogen.evaluator.series import Storage
from slogen.promql.ast import Expr, Range, Selector
from slogen.promql.rewrite import metric_names, rebuild
from slogen.promql.text import show
from slogen.proofs.prove import loaded
from slogen.proofs.scenarios import Ready
from slogen.replay.order import only_what, plan
from slogen.replay.rulefile import AlertingRule, Group, RecordingRule, Rule
from slogen.replay.run import Replay, Setting, replay
from slogen.scenarios.synthesis import synthesise
from slogen.scenarios.telling import tell
from tests.engines.past import Series
from tests.fleet.rows import Row

WEEK = 7 * 86_400_000
SLOT = 4 * WEEK
"""Stories share one database, each in weeks of its own: longer than the longest with its past."""


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A rule with the expression that gives at a server what it gave here, and its group's interval in ms.

    A rule that is evaluated before one it reads sees that one's samples but the newest; asked of a database that holds
    them all, it must leave the newest out.
    """

    rule: Rule
    expr: str
    interval: int


@dataclass(frozen=True, slots=True, eq=False)
class Lived:
    """A story as it went: `zero` is its own zero and `end` its end, Unix ms; `rules` in the order of evaluation."""

    world: Replay
    rules: tuple[Asked, ...]
    zero: int
    end: int

    def series(self) -> Iterator[Series]:
        """Everything that any of the rules reads, raw and recorded."""
        names = {name for asked in self.rules for name in metric_names(asked.rule.expr)}
        for one in self.world.storage:
            labels = dict(one.labels)
            kept = ~np.isnan(one.values)
            if labels[NAME] in names:
                samples = list(zip(one.times[kept].tolist(), one.values[kept].tolist(), strict=True))
                yield Series(labels[NAME], labels, samples)


def live(story: Ready, row: Row, slot: int) -> Lived:
    """Plays a story for one alert, in weeks of its own."""
    file = story.file
    scenario = file.model.tests[story.name]
    moved = scenario.model_copy(update={"starts": scenario.starts + slot * SLOT})
    model = file.model.model_copy(update={"tests": {story.name: moved}})
    components = {component.name: component for component in story.stage.components}
    told, findings = tell(replace(file, model=model), story.name, components, story.stage.target.scrape_interval)
    assert told is not None, findings
    storage = Storage()
    for name, component in components.items():
        for series in synthesise(component.signals, told.stories[name]):
            storage.add(series.labels, series.times, series.values)
    groups = only_what(loaded(dict(story.stage.rules)), lambda rule: wanted(rule, row))
    began = told.zero - told.history
    end = began + told.stories[row.component].length
    setting = Setting(began, end, story.stage.target.evaluation_interval, True, {}, "")
    world = replay(groups, storage, setting)
    assert not world.failures
    return Lived(world, tuple(_asked(groups, setting.interval)), told.zero, end)


def wanted(rule: Rule, row: Row) -> bool:
    """Whether a rule is the alert of a row."""
    named = isinstance(rule, AlertingRule) and rule.alert == row.alert
    return named and ({"model": row.component, **row.labels}).items() <= dict(rule.labels).items()


def _asked(groups: Sequence[Group], interval: int) -> Iterator[Asked]:
    owned = [(rule, group) for group in groups for rule in group.rules]
    rules = [rule for rule, _ in owned]
    for step in plan(rules):
        for index, late in zip(step.rules, step.late, strict=True):
            rule, group = owned[index]
            unseen = {other.record for other in (rules[n] for n in late) if isinstance(other, RecordingRule)}
            yield Asked(rule, show(_but_newest(rule.expr, unseen)), group.interval or interval)


def _but_newest(expr: Expr, names: set[str]) -> Expr:
    """Ranges and selectors of these series end one millisecond earlier, and begin where they began."""

    def change(node: Expr) -> Expr:
        match node:
            case Selector(name) if name in names:
                return replace(node, offset=node.offset + 1)
            case Range(Selector(name), int(window)) if name in names:
                return replace(node, window=window - 1)
            case _:
                return node

    return rebuild(expr, change)


def labels_of(rule: RecordingRule, labels: Labels) -> Labels:
    """What a recorded series is called: the result's labels, the rule's over them, under its name."""
    return tuple(sorted({**dict(labels), **dict(rule.labels), NAME: rule.record}.items()))
