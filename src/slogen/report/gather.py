"""The use case: a project is compiled, proven and tested, and what came of it becomes the contents of a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from slogen import pipeline
from slogen.diagnostics.model import Diagnostic, has_errors
from slogen.ir.later import known
from slogen.ir.program import Environment, Program
from slogen.ir.rules import RuleFile
from slogen.processes import spread
from slogen.proofs import fleet
from slogen.proofs.coverage import Part, coverage
from slogen.proofs.outcome import Outcome
from slogen.proofs.scenarios import Ready
from slogen.proofs.scenarios import run as run_scenario
from slogen.proofs.summary import outcomes as proof_outcomes
from slogen.report.cards import Proofs, by_alert, cards
from slogen.report.contents import Contents
from slogen.report.exercised import covered, trials
from slogen.report.expenses import expenses
from slogen.report.objectives import objectives, teams
from slogen.report.overview import figures, headline, models, state
from slogen.report.told import pictures, read
from slogen.review.side import Side


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page is asked for: only these teams and models (all where none is named), replayed or not."""

    teams: frozenset[str]
    models: frozenset[str]
    replayed: bool
    processes: int
    series: int
    """Raw series that a selector finds, for the estimate of costs."""

    @property
    def whole(self) -> bool:
        """Whether the page shows the whole fleet."""
        return not self.teams and not self.models


@dataclass(frozen=True, slots=True)
class Reported:
    """The contents of a page, None where the project does not build; `unknown` are names that nothing has."""

    contents: Contents | None
    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, str]
    unknown: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    """Kind, name, and the names there are."""


def reported(root: Path, today: date, asked: Asked) -> Reported:
    """The contents of the page about the project in `root`; what it would emit now is replayed.

    Raises `OSError` where the system refuses to read.
    """
    source = pipeline.compiled(root, today)
    if source.program is None or has_errors(source.diagnostics):
        return Reported(None, source.diagnostics, source.texts)
    unknown = tuple(_unknown(source.program, asked))
    if unknown:
        return Reported(None, (), source.texts, unknown)
    program = source.program if asked.whole else _narrowed(source.program, asked)
    files = {f"{artifact.root}/{artifact.path}": artifact.text for artifact in source.artifacts}
    if not asked.replayed:
        return Reported(
            _contents(program, Side(source.program, files), asked, _NOTHING), source.diagnostics, source.texts
        )
    stories = pipeline.stories_of(root, source, source.program)
    shown = {(environment.name, part.name) for environment in program.environments for part in environment.components}
    ready = [test for test in stories.ready if (test.file.environment, test.file.component) in shown]
    played = _played(program, pipeline.emitted(source), ready, asked)
    contents = _contents(program, Side(source.program, files), asked, played)
    return Reported(contents, stories.diagnostics, stories.texts)


def _unknown(program: Program, asked: Asked) -> list[tuple[str, str, tuple[str, ...]]]:
    parts = [part for environment in program.environments for part in environment.components]
    known = {"team": {part.team for part in parts}, "model": {part.name for part in parts}}
    wanted = {"team": asked.teams, "model": asked.models}
    return [
        (kind, name, tuple(sorted(known[kind])))
        for kind, names_ in wanted.items()
        for name in sorted(names_ - known[kind])
    ]


def _narrowed(program: Program, asked: Asked) -> Program:
    """The program with only what was asked for; what watches all components is left out."""
    return replace(program, environments=tuple(_part_of(environment, asked) for environment in program.environments))


def _part_of(environment: Environment, asked: Asked) -> Environment:
    chosen = tuple(
        part
        for part in environment.components
        if (not asked.teams or part.team in asked.teams) and (not asked.models or part.name in asked.models)
    )
    return replace(environment, components=chosen, fleet=RuleFile(environment.fleet.stem, known(())))


@dataclass(frozen=True, slots=True)
class _Played:
    """What replays came to."""

    proofs: Proofs
    outcomes: tuple[Outcome, ...]
    """Of scenarios, and of what every component lives through."""
    coverage: tuple[Part, ...]


_NOTHING = _Played({}, (), ())


def _played(program: Program, texts: Mapping[str, str], ready: Sequence[Ready], asked: Asked) -> _Played:
    todo = [replace(job, traced=True) for job in fleet.jobs(program, texts, lambda _: True)]
    proven = fleet.run_all(todo, asked.processes)
    verdicts = [verdict for one in proven for verdict in one.verdicts]
    lived = [outcome for one in proven for outcome in one.lived]
    ran = spread(run_scenario, ready, asked.processes)
    every = [*proof_outcomes(verdicts), *lived, *ran]
    return _Played(by_alert(verdicts), (*ran, *lived), coverage(program, texts, every) if asked.whole else ())


def _contents(program: Program, side: Side, asked: Asked, played: _Played) -> Contents:
    trees = read(side)
    found = cards(program, played.proofs, trees, side)
    rows = objectives(program, found)
    owners = {part.name: part.team for environment in program.environments for part in environment.components}
    tests = trials(played.outcomes, owners)
    costs = tuple(expenses(program, side, asked.series))
    return Contents(
        project=program.project,
        headline=headline(found, tests, replayed=asked.replayed),
        state=state(found, tests),
        figures=tuple(figures(rows, found, tests, costs, replayed=asked.replayed)),
        teams=teams(rows, found),
        objectives=rows,
        models=tuple(models(program, found)),
        pictures=tuple(pictures(program, side)),
        expenses=costs,
        covered=covered(played.coverage),
        trials=tests,
        environments=tuple(environment.name for environment in program.environments),
        replayed=asked.replayed,
    )
