"""Plays a scenario: series in, rules over them, alerts through the routing tree; nothing is judged here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from slogen import names
from slogen.evaluator.series import Storage
from slogen.ir.program import Component, Environment, Program, Target
from slogen.proofs.prove import loaded
from slogen.replay.run import Replay, Setting, replay
from slogen.routing.config import Config
from slogen.routing.load import load
from slogen.routing.story import Episode, Story, canonical
from slogen.routing.timeline import simulate
from slogen.scenarios.synthesis import synthesise
from slogen.scenarios.telling import Told


@dataclass(frozen=True, slots=True)
class Stage:
    """What a scenario needs of a build: the components that take part, the emitted rules and the emitted routing."""

    environment: Environment
    components: tuple[Component, ...]
    rules: tuple[tuple[str, str], ...]
    instance: str
    """The Alertmanager that serves the environment; empty where none does."""
    routing: str
    target: Target


@dataclass(frozen=True, slots=True)
class Played:
    """Everything that happened: the replay, and who was told. Times are Unix ms; `zero` is the scenario's own zero."""

    world: Replay
    routing: Config | None
    notices: Story
    zero: int
    end: int


def stage(program: Program, texts: Mapping[str, str], environment: str, parts: Sequence[str]) -> Stage:
    """The stage for `parts` (names of components) in an environment; `texts` are emitted files by path."""
    found = next(e for e in program.environments if e.name == environment)
    components = tuple(component for component in found.components if component.name in parts)
    stems = (names.FLEET, *(component.name for component in components))
    rules = tuple((stem, texts[names.rules_path(environment, stem)]) for stem in stems)
    served = (i.name for i in program.routing.instances if environment in {*i.production, *i.other})
    instance = next(served, "")
    routing = texts[names.alertmanager_path(instance)] if instance else ""
    return Stage(replace(found, components=()), components, rules, instance, routing, program.target)


def play(on: Stage, told: Told) -> Played:
    """Replays the story on the emitted files and follows every alert to whoever hears of it."""
    storage = Storage()
    for component in on.components:
        for series in synthesise(component.signals, told.stories[component.name]):
            storage.add(series.labels, series.times, series.values)
    story = next(iter(told.stories.values()))
    end = story.began + story.length
    external = dict(on.environment.external_labels)
    setting = Setting(story.began, end, on.target.evaluation_interval, True, external, "")
    world = replay(loaded(dict(on.rules)), storage, setting)
    episodes = [
        Episode(canonical({**external, **dict(life.all_labels)}), start, stop)
        for life in world.alerts
        for start, stop in life.firing_spans()
    ]
    config = load(on.routing).config if on.routing else None
    notices = simulate(config, episodes, end) if config else Story((), (), ())
    return Played(world, config, notices, told.zero, end)
