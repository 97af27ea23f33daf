"""The use cases, each a straight composition of stages: slogen's public Python API; changes with what slogen is for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from slogen.backends import kubernetes, prometheus, rollouts
from slogen.backends.alertmanager import emit as alertmanager
from slogen.backends.backend import Backend
from slogen.backends.grafana import emit as grafana
from slogen.backends.promtool import emit as promtool
from slogen.backends.runbook import emit as runbook
from slogen.checks import target
from slogen.checks.hand_written import check_expressions
from slogen.checks.routing_policy import check_routing
from slogen.diagnostics.model import Diagnostic, has_errors
from slogen.diagnostics.suppression import judge
from slogen.emit.artifact import Artifact
from slogen.emit.compare import compare
from slogen.emit.layout import Layout
from slogen.emit.write import write
from slogen.ir.program import Program
from slogen.lower.program import lower
from slogen.lower.reviews import due
from slogen.proofs import fleet, memory
from slogen.proofs.coverage import Part, coverage
from slogen.proofs.outcome import Outcome
from slogen.proofs.processes import spread
from slogen.proofs.scenarios import Ready, components_of, default_environment, prepare
from slogen.proofs.scenarios import run as run_scenario
from slogen.proofs.summary import outcomes as proof_outcomes
from slogen.proofs.summary import suite_outcomes, unproven_outcome
from slogen.replay import suite
from slogen.routing.findings import routing_findings
from slogen.spec.load import Loaded, load
from slogen.spec.scenario_load import load_scenarios

BACKENDS: tuple[Backend, ...] = (
    prometheus.PROMETHEUS,
    kubernetes.KUBERNETES,
    alertmanager.BACKEND,
    grafana.BACKEND,
    promtool.PROMTOOL,
    runbook.BACKEND,
    rollouts.ROLLOUTS,
)
"""Every output there is, in the order in which files are made."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """What a project's specs mean and what they become; `artifacts` is empty where an error stops the build.

    `texts` has the text of every file that a finding may point into; `specs` counts those without errors.
    """

    program: Program | None
    artifacts: tuple[Artifact, ...]
    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, str]
    specs: int
    layout: Layout | None
    specs_folder: str


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did; paths are relative to the project."""

    written: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Checked:
    """How the output on disk differs from a fresh build: findings, and unified diffs of the files that are stale."""

    diffs: tuple[str, ...]
    unchanged: int
    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, str]


def compiled(root: Path, today: date) -> Compiled:
    """The project in `root`, loaded, lowered and printed by every backend; reads only.

    `today` decides which allowances in comments have ended; no output depends on it. Raises `OSError` where the
    system refuses to read.
    """
    loaded = load(root)
    program, meaning = lower(loaded, root)
    findings = [*loaded.diagnostics, *meaning, *due(loaded.specs, today)]
    artifacts: list[Artifact] = []
    if program is not None and not has_errors(findings):
        findings += [*check_routing(program), *check_expressions(program), *target.check_target(program)]
        findings += _in_included(program)
        for made in (made for backend in BACKENDS for made in backend.emit(program)):
            artifacts.append(made) if isinstance(made, Artifact) else findings.append(made)
    shown = judge(findings, loaded.texts, today).shown
    whole = () if has_errors(shown) else tuple(artifacts)
    folder = loaded.project.model.specs if loaded.project else "specs"
    return Compiled(program, whole, shown, loaded.texts, len(loaded.specs), _layout(root, loaded), folder)


def _in_included(program: Program) -> Iterator[Diagnostic]:
    """What is wrong or doubtful in the hand-written Alertmanager configurations that a project keeps."""
    for instance in program.routing.instances:
        if instance.included is not None:
            file = instance.included
            yield from routing_findings(file.text, file.file, instance.version)


def _layout(root: Path, loaded: Loaded) -> Layout | None:
    if loaded.project is None:
        return None
    outputs = loaded.project.model.outputs
    return Layout(root, outputs.generated, outputs.dashboards)


def build(root: Path, today: date, *, force: bool = False) -> Built:
    """Compiles the project and writes its output, or nothing where a spec has an error.

    `force` overwrites output files that were edited. Raises `OSError` where the system refuses.
    """
    source = compiled(root, today)
    if source.layout is None or has_errors(source.diagnostics):
        return Built((), (), 0, source.diagnostics, source.texts)
    outcome = write(source.layout, source.artifacts, force=force)
    return Built(
        outcome.written, outcome.removed, outcome.unchanged, source.diagnostics + outcome.findings, source.texts
    )


def check(root: Path, today: date) -> Checked:
    """Compiles the project and compares with what is on disk; writes nothing. Raises `OSError` as `build` does."""
    source = compiled(root, today)
    if source.layout is None or has_errors(source.diagnostics):
        return Checked((), 0, source.diagnostics, source.texts)
    differences = compare(source.layout, source.artifacts)
    findings = source.diagnostics + tuple(difference.finding for difference in differences)
    diffs = tuple(difference.diff for difference in differences if difference.diff)
    return Checked(diffs, len(source.artifacts) - len(diffs), findings, source.texts)


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
