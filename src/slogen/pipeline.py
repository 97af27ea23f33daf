"""The use cases, each a straight composition of stages: slogen's public Python API; changes with what slogen is for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from slogen.building import BACKENDS, Built, Checked, Compiled, build, check, compiled
from slogen.diagnostics.model import Diagnostic, has_errors
from slogen.ir.program import Program
from slogen.processes import spread
from slogen.proofs import fleet, memory
from slogen.proofs.coverage import Part, coverage
from slogen.proofs.outcome import Outcome
from slogen.proofs.scenarios import Ready, components_of, default_environment, prepare
from slogen.proofs.scenarios import run as run_scenario
from slogen.proofs.summary import outcomes as proof_outcomes
from slogen.proofs.summary import suite_outcomes, unproven_outcome
from slogen.replay import suite
from slogen.spec.scenario_load import load_scenarios

__all__ = [
    "BACKENDS", "Asked", "Built", "Checked", "Compiled", "Stories", "Tested", "build", "check", "compiled", "emitted",
    "stories", "stories_of", "tested", "tested_files",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What a test run is asked for: only names that hold `only`, on so many processes, proofs or tests or both."""

    only: str
    processes: int
    proofs: bool
    tests: bool
    last_failed: bool
    first: bool = False
    """Whether the first failure ends the run."""

    @property
    def whole(self) -> bool:
        """Whether everything there is was asked for, so that what is missing from the results is missing from tests."""
        return not self.only and self.proofs and self.tests and not self.last_failed and not self.first


@dataclass(frozen=True, slots=True)
class Tested:
    """What a test run came to."""

    outcomes: tuple[Outcome, ...]
    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, str]
    coverage: tuple[Part, ...] = ()
    """What no test exercised; empty where only some tests were asked for."""


def tested(root: Path, today: date, asked: Asked) -> Tested:
    """Proves the alerts of the project in `root`; what it would emit now is replayed, not what lies on disk.

    Remembers in `.slogen-cache` which tests failed. Raises `OSError` where the system refuses to read.
    """
    source = compiled(root, today)
    if source.program is None or has_errors(source.diagnostics):
        return Tested((), source.diagnostics, source.texts)
    program, remembered = source.program, memory.recalled(root)
    texts = emitted(source)
    told = stories_of(root, source, program) if asked.tests else Stories((), source.diagnostics, source.texts)

    def wanted(name: str) -> bool:
        return asked.only in name and (not (asked.last_failed and remembered) or name in remembered)

    found = _proven(program, texts, asked, wanted) if asked.proofs else []
    if not (asked.first and any(not outcome.passed for outcome in found)):
        chosen = [test for test in told.ready if wanted(test.id)]
        found += spread(run_scenario, chosen, asked.processes, (lambda o: not o.passed) if asked.first else None)
    failed = {outcome.id for outcome in found if not outcome.passed}
    memory.remember(root, failed if asked.whole else (remembered - {outcome.id for outcome in found}) | failed)
    left_out = coverage(program, texts, found) if asked.whole else ()
    return Tested(tuple(found), told.diagnostics, told.texts, left_out)


@dataclass(frozen=True, slots=True)
class Stories:
    """The scenario tests of a project that can be played, and what is wrong with it or with the others."""

    ready: tuple[Ready, ...]
    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, str]


def stories(root: Path, today: date) -> Stories:
    """The scenario tests of the project in `root`. Raises `OSError` where the system refuses to read."""
    source = compiled(root, today)
    if source.program is None or has_errors(source.diagnostics):
        return Stories((), source.diagnostics, source.texts)
    return stories_of(root, source, source.program)


def stories_of(root: Path, source: Compiled, program: Program) -> Stories:
    """The scenario tests of a project that has been compiled to `program`. Raises `OSError` as `stories` does."""
    texts = emitted(source)
    loaded = load_scenarios(root, source.specs_folder, components_of(program), default_environment(program))
    findings = [*source.diagnostics, *loaded.diagnostics]
    ready: list[Ready] = []
    for file in loaded.files:
        for test in prepare(file, program, texts):
            ready.append(test) if isinstance(test, Ready) else findings.extend(test)
    return Stories(tuple(ready), tuple(findings), {**source.texts, **loaded.texts})


def emitted(source: Compiled) -> dict[str, str]:
    """The files that a server would be given, by path."""
    return {artifact.path: artifact.text for artifact in source.artifacts if artifact.root == "generated"}


def _proven(program: Program, texts: Mapping[str, str], asked: Asked, wanted: Callable[[str], bool]) -> list[Outcome]:
    """One outcome for every alert of the project, and for what every component must live through."""
    todo = fleet.jobs(program, texts, wanted)
    proven = fleet.run_all(todo, asked.processes, first=asked.first)
    verdicts = [verdict for one in proven for verdict in one.verdicts]
    lived = [outcome for one in proven for outcome in one.lived]
    listed = (outcome for outcome in map(unproven_outcome, fleet.unproven(program)) if wanted(outcome.id))
    return [*proof_outcomes(verdicts), *lived, *listed]


def tested_files(files: Sequence[Path], asked: Asked) -> Tested:
    """Runs test files in promtool's format. Raises `OSError` where one cannot be read."""
    results = [suite.run_suite(file, file.as_posix(), asked.only) for file in files]
    findings = tuple(finding for result in results for finding in result.findings)
    texts = {file.as_posix(): file.read_text("utf-8", errors="replace") for file in files}
    return Tested(tuple(o for result in results for o in suite_outcomes(result)), findings, texts)
