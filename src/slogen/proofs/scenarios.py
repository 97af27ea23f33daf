"""Runs scenario tests: told, played, judged, one outcome each."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from slogen.diagnostics.model import Diagnostic, has_errors
from slogen.ir.program import Program
from slogen.proofs.expectations import problem
from slogen.proofs.life import lines
from slogen.proofs.outcome import Exercised, Outcome
from slogen.proofs.prove import loaded
from slogen.proofs.stage import Played, Stage, play, stage
from slogen.proofs.wording import minutes
from slogen.replay.rulefile import RecordingRule
from slogen.scenarios.checking import findings
from slogen.scenarios.telling import Told, tell
from slogen.spec.scenario import Expectation
from slogen.spec.scenario_load import LoadedScenarios


@dataclass(frozen=True, slots=True)
class Ready:
    """One test with all it needs and no more, so that another process can play it."""

    file: LoadedScenarios
    name: str
    stage: Stage
    told: Told

    @property
    def id(self) -> str:
        """The id of its outcome."""
        return f"{self.file.environment}/{self.file.component}::{self.name}"


def components_of(program: Program) -> dict[str, tuple[str, ...]]:
    """The names of all components by environment."""
    return {e.name: tuple(component.name for component in e.components) for e in program.environments}


def default_environment(program: Program) -> str:
    """The environment of tests that name none: the first production one, else the first."""
    found = [environment.name for environment in program.environments if environment.production]
    return (found or [environment.name for environment in program.environments])[0]


def prepare(
    file: LoadedScenarios, program: Program, texts: Mapping[str, str]
) -> Iterator[Ready | tuple[Diagnostic, ...]]:
    """The tests of a file, each ready to be played, or the findings that keep it from that.

    `texts` are the emitted files by path.
    """
    environment = next(e for e in program.environments if e.name == file.environment)
    for name, scenario in file.model.tests.items():
        wanted = {file.component, *scenario.others}
        parts = {component.name: component for component in environment.components if component.name in wanted}
        told, unclear = tell(file, name, parts, program.target.scrape_interval)
        found = (*unclear, *findings(file, name, environment))
        if told is None or has_errors(found):
            yield found
        else:
            yield Ready(file, name, stage(program, texts, environment.name, tuple(parts)), told)


def run(test: Ready) -> Outcome:
    """Plays and judges a test."""
    began = time.perf_counter()
    played = play(test.stage, test.told)
    return _judged(test, played, time.perf_counter() - began)


def _judged(test: Ready, played: Played, seconds: float) -> Outcome:
    file, scenario = test.file, test.file.model.tests[test.name]
    objectives = {component.name: component.slos for component in test.stage.components}
    broken = [f"rule {failure.rule}: {failure.message}" for failure in played.world.failures]
    wrong: list[tuple[int, str]] = []
    for number, expected in enumerate(scenario.expect):
        slos = objectives.get(expected.model or file.component, ())
        found = problem(expected, played, file.component, slos)
        if found:
            wrong.append((number, found))
    words = {number: _words(scenario.expect[number]) for number, _ in wrong}
    path = ("tests", test.name, "expect", wrong[0][0]) if wrong else ("tests", test.name)
    return Outcome(
        kind="scenario",
        suite=f"{file.environment}/{file.component}",
        name=test.name,
        problem="; ".join([*broken, *(f"{words[number]}: {text}" for number, text in wrong)]),
        expected=tuple(words.values()),
        seen=tuple(text for _, text in wrong),
        picture=tuple(lines(played)) if wrong else (),
        note=" ".join((scenario.description or "").split()) or _all_hold(len(scenario.expect)),
        seconds=seconds,
        span=file.span(*path),
        exercised=_exercised(file.environment, test.stage, played),
    )


def _all_hold(count: int) -> str:
    return "1 expectation holds" if count == 1 else f"{count} expectations hold"


def _exercised(environment: str, on: Stage, played: Played) -> Exercised:
    fired = {(environment, x.rule.alert, frozenset(x.rule.labels)) for x in played.world.alerts if x.firing_spans()}
    groups = loaded(dict(on.rules))
    rules = {(environment, g.name, rule.record) for g in groups for rule in g.rules if isinstance(rule, RecordingRule)}
    routes = {(on.instance, notice.route) for notice in played.notices.notifications}
    return Exercised(frozenset(fired), frozenset(rules), frozenset(routes))


def _words(expected: Expectation) -> str:
    """An expectation as it was written, in one line."""
    written = expected.model_dump(exclude_defaults=True)
    return ", ".join(f"{key}: {_word(key, value)}" for key, value in written.items())


def _word(key: str, value: object) -> object:
    if key in {"fires", "pending", "until", "at", "within"} and isinstance(value, int):
        return minutes(value)
    return f"{float(value) * 100:g}%" if isinstance(value, Decimal) else value
