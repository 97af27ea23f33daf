"""Where the numbers of a preview come from: a replay of what would ship, or a server."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from slogen import names
from slogen.diagnostics.suggest import did_you_mean
from slogen.ir.program import Component, Program
from slogen.live.prometheus import Answer, Prometheus, RefusedError
from slogen.pipeline import Compiled
from slogen.preview.answers import Json
from slogen.preview.ask import Ask, Frame, When, from_storage
from slogen.preview.incident import LENGTH, TROUBLE, incident
from slogen.preview.interpolate import TimeRange
from slogen.proofs.scenarios import Ready, components_of, default_environment, prepare
from slogen.proofs.stage import play, stage
from slogen.scenarios.telling import Told
from slogen.spec.scenario_load import load_scenarios

__all__ = ["NoPreviewError", "RefusedError", "Shown", "chosen", "from_incident", "from_scenario", "from_server"]

HOUR = 3_600_000


class NoPreviewError(Exception):
    """What was asked for does not exist; the message is for the user."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A source of data with the range worth showing; `boards` are the stems that it has data for."""

    ask: Ask
    range: TimeRange
    about: str
    environment: str | None
    boards: Sequence[str]


def from_incident(source: Compiled, env: str | None, boards: Sequence[str], hours: int) -> Shown:
    """The built-in story: some healthy days, then an hour of trouble with every signal of the chosen components."""
    program = _program(source)
    environment = env or default_environment(program)
    components = _components(program, environment)
    models = {name: components[name] for name in boards if name in components} or components
    stories = {name: incident(component, program.target.scrape_interval) for name, component in models.items()}
    told = Told(stories, TROUBLE[0])
    played = play(stage(program, _rules(source), environment, tuple(models)), told)
    end = played.zero - TROUBLE[0] + LENGTH
    about = "Replayed on the rules that would ship: four days of traffic, with an hour of trouble nine hours ago"
    stems = (*models, names.OVERVIEW, names.TUNING)
    return Shown(from_storage(played.world.storage), _range(end, hours), about, environment, stems)


def from_scenario(source: Compiled, root: Path, name: str, hours: int) -> Shown:
    """The story of a scenario test, shown to its end."""
    test = _test(source, root, name)
    played = play(test.stage, test.told)
    parts = tuple(component.name for component in test.stage.components)
    stems = (*parts, names.OVERVIEW, names.TUNING)
    about = f"Replayed on the rules that would ship: the scenario {test.name} of {test.file.component}"
    shown = _range(played.end, hours)
    return Shown(from_storage(played.world.storage), shown, about, test.stage.environment.name, stems)


def from_server(url: str, headers: Sequence[str], now: int, hours: int) -> Shown:
    """Whatever the server has; `headers` are `NAME=VALUE`, `now` is Unix ms.

    Raises `NoPreviewError` for a header of another form; asking raises `RefusedError`.
    """
    wrong = [header for header in headers if not header.partition("=")[2]]
    if wrong:
        raise NoPreviewError(f"a header is written NAME=VALUE, not {wrong[0]!r}")
    pairs = dict(header.partition("=")[::2] for header in headers)
    server = Prometheus(url, pairs)

    def ask(expr: str, when: When) -> Sequence[Frame]:
        if when.step is None:
            return [_frame(answer) for answer in server.instant(expr, when.end)]
        return [_frame(answer) for answer in server.ranged(expr, when.start, when.end, when.step)]

    return Shown(ask, _range(now, hours), f"Asked of {url}", None, ())


def chosen(source: Compiled, env: str | None, boards: Sequence[str]) -> list[Json]:
    """The emitted dashboards of an environment, all of them or those named, in the order of their names.

    Raises `NoPreviewError` for an environment or a board that does not exist.
    """
    program = _program(source)
    environment = env or default_environment(program)
    _components(program, environment)
    texts = {a.path: a.text for a in source.artifacts if a.root == "dashboards" and a.path.endswith(".json")}
    prefix = names.dashboard_path(environment, "").removesuffix(".json")
    known = {
        path.removeprefix(prefix).removesuffix(".json"): text for path, text in texts.items() if path.startswith(prefix)
    }
    plain = {stem.removeprefix("_"): stem for stem in known}
    for board in boards:
        if board not in known and board not in plain:
            raise NoPreviewError(f"{environment} has no dashboard {board!r}{_nearest(board, plain)}")
    wanted = [plain.get(board, board) for board in boards] or sorted(known)
    return [json.loads(known[stem]) for stem in dict.fromkeys(wanted)]


def _program(source: Compiled) -> Program:
    if source.program is None:
        raise NoPreviewError("the specs mean nothing yet; `slogen validate` says why")
    return source.program


def _components(program: Program, environment: str) -> dict[str, Component]:
    found = {e.name: e.components for e in program.environments}
    if environment not in found:
        raise NoPreviewError(f"there is no environment {environment!r}{_nearest(environment, found)}")
    return {component.name: component for component in found[environment]}


def _rules(source: Compiled) -> dict[str, str]:
    return {artifact.path: artifact.text for artifact in source.artifacts if artifact.root == "generated"}


def _test(source: Compiled, root: Path, name: str) -> Ready:
    program = _program(source)
    stories = load_scenarios(root, source.specs_folder, components_of(program), default_environment(program))
    tests = [ready for file in stories.files for ready in prepare(file, program, _rules(source))]
    known = {test.name: test for test in tests if isinstance(test, Ready)}
    if name not in known:
        raise NoPreviewError(f"there is no scenario test {name!r}{_nearest(name, known)}")
    return known[name]


def _nearest(word: str, known: Collection[str]) -> str:
    return f"; {did_you_mean(word, known) or 'there are ' + (', '.join(sorted(known)) or 'none')}"


def _range(end: int, hours: int) -> TimeRange:
    return TimeRange(end - hours * HOUR, end)


def _frame(answer: Answer) -> Frame:
    return Frame(answer.labels, tuple(t for t, _ in answer.samples), tuple(v for _, v in answer.samples))
