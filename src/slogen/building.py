"""Use cases that need the compiler alone: compile, validate, build, compare; changes with what a build does."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from slogen.backends import kubernetes, prometheus, rollouts
from slogen.backends.alertmanager import emit as alertmanager
from slogen.backends.backend import Backend
from slogen.backends.grafana import emit as grafana
from slogen.backends.promtool import emit as promtool
from slogen.backends.runbook import emit as runbook
from slogen.checks.hand_written import check_expressions
from slogen.checks.routing_policy import check_routing
from slogen.checks.target import check_target
from slogen.diagnostics.model import Diagnostic, has_errors
from slogen.diagnostics.suppression import judge
from slogen.emit.artifact import Artifact
from slogen.emit.compare import compare
from slogen.emit.layout import Layout
from slogen.emit.write import write
from slogen.ir.program import Program
from slogen.lower.program import lower
from slogen.lower.remembered import Remembered
from slogen.lower.reviews import due
from slogen.processes import in_copies, processors
from slogen.routing.findings import routing_findings
from slogen.spec.load import Loaded, load

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


def compiled(
    root: Path, today: date, backends: Sequence[Backend] = BACKENDS, remembered: Remembered | None = None
) -> Compiled:
    """The project in `root`, loaded, lowered and printed by every backend, or by those that are asked for; reads only.

    `today` decides which allowances in comments have ended; no output depends on it. What is `remembered` of the same
    specs is not lowered again. Raises `OSError` where the system refuses to read.
    """
    loaded = load(root)
    program, findings, printable = _judged(loaded, root, today, remembered)
    artifacts: list[Artifact] = []
    if program is not None and printable:
        for made in printed(program, backends):
            artifacts.append(made) if isinstance(made, Artifact) else findings.append(made)
    shown = judge(findings, loaded.texts, today).shown
    whole = () if has_errors(shown) else tuple(artifacts)
    folder = loaded.project.model.specs if loaded.project else "specs"
    return Compiled(program, whole, shown, loaded.texts, len(loaded.specs), _layout(root, loaded), folder)


def printed(program: Program, backends: Sequence[Backend]) -> list[Artifact | Diagnostic]:
    """All that the backends make of a Program, in their order; of many components on all processors."""
    parts = [part for backend in backends for part in backend.parts(program)]
    told = list(dict.fromkeys(["", *(part.about for part in parts)]))
    copies = min(processors(), 1 + len(told) // _MANY)
    share_of = {about: number % copies for number, about in enumerate(told)}

    def share(number: int) -> list[list[Artifact | Diagnostic]]:
        return [list(part.emit()) for part in parts if share_of[part.about] == number]

    made = [iter(found) for found in in_copies(share, copies)]
    return [one for part in parts for one in next(made[share_of[part.about]])]


_MANY = 50
"""So many components more are worth one more process."""


@dataclass(frozen=True, slots=True)
class Validated:
    """Everything wrong with a project; `specs` counts the specs without errors."""

    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, str]
    specs: int


def validate(root: Path, today: date) -> Validated:
    """What `compiled` finds in the project in `root`, without printing any output. Raises `OSError` as it does."""
    loaded = load(root)
    program, findings, printable = _judged(loaded, root, today)
    if program is not None and printable:
        findings += (refused for backend in BACKENDS for refused in backend.refuse(program))
    return Validated(judge(findings, loaded.texts, today).shown, loaded.texts, len(loaded.specs))


def _judged(
    loaded: Loaded, root: Path, today: date, remembered: Remembered | None = None
) -> tuple[Program | None, list[Diagnostic], bool]:
    """The Program, what is found before anything is printed, and whether anything may be."""
    program, meaning = lower(loaded, root, remembered)
    findings = [*loaded.diagnostics, *meaning, *due(loaded.specs, today)]
    if program is None or has_errors(findings):
        return program, findings, False
    findings += [*check_routing(program), *check_expressions(program), *check_target(program), *_in_included(program)]
    return program, findings, True


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
