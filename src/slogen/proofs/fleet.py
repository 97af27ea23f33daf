"""Proves a whole Program: every environment, every component, every alert, on as many processes as there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from slogen import names
from slogen.ir.program import Component, Environment, Program, Target
from slogen.ir.rules import Alert
from slogen.proofs.processes import spread
from slogen.proofs.prove import Verdict, loaded, prove, tasks


@dataclass(frozen=True, slots=True)
class Job:
    """One component of one environment with the rule files its server loads, by name."""

    environment: Environment
    component: Component
    texts: tuple[tuple[str, str], ...]
    target: Target


@dataclass(frozen=True, slots=True)
class Unproven:
    """An alert without any claim: the reason its owner gave, or an empty one, which is an error."""

    environment: str
    component: str
    alert: Alert


def jobs(program: Program, texts: Mapping[str, str]) -> list[Job]:
    """A job for each component of each environment; `texts` are emitted files by path."""
    found: list[Job] = []
    for environment in program.environments:
        fleet = replace(environment, components=())
        for component in environment.components:
            stems = (names.FLEET, component.name)
            files = tuple((stem, texts[names.rules_path(environment.name, stem)]) for stem in stems)
            found.append(Job(fleet, component, files, program.target))
    return found


def run(job: Job) -> list[Verdict]:
    """All verdicts of one job, in the order of its alerts' claims."""
    groups = loaded(dict(job.texts))
    return [verdict for task in tasks(job.environment, job.component) for verdict in prove(task, groups, job.target)]


def run_all(todo: Sequence[Job], processes: int) -> list[Verdict]:
    """The verdicts of all jobs, in their order.

    Jobs whose files differ in nothing but the environment's name are replayed once and answered for all.
    """
    same: dict[object, list[int]] = {}
    for number, job in enumerate(todo):
        same.setdefault(_shape(job), []).append(number)
    results: dict[int, list[Verdict]] = {}
    chosen = sorted((numbers[0] for numbers in same.values()), key=lambda number: -len(todo[number].texts[1][1]))
    for first, verdicts in zip(chosen, spread(run, [todo[number] for number in chosen], processes), strict=True):
        for number in same[_shape(todo[first])]:
            results[number] = [
                _renamed(v, todo[first].environment.name, todo[number].environment.name) for v in verdicts
            ]
    return [verdict for number in range(len(todo)) for verdict in results[number]]


def _shape(job: Job) -> object:
    """What two jobs must share to have the same proofs: everything but the name of their environment."""
    name = job.environment.name
    texts = tuple((stem, text.replace(name, "\0")) for stem, text in job.texts)
    return (job.component.name, texts, job.environment.external_labels, repr(job.component.signals), job.target)


def _renamed(verdict: Verdict, before: str, after: str) -> Verdict:
    if before == after:
        return verdict
    labels = tuple((key, after if value == before else value) for key, value in verdict.labels)
    return replace(verdict, environment=after, labels=labels)


def unproven(program: Program) -> list[Unproven]:
    """Every alert that claims nothing, with the reason in its proof."""
    found: list[Unproven] = []
    for environment in program.environments:
        files = [(names.FLEET, environment.fleet), *((c.name, c.rules) for c in environment.components)]
        for stem, file in files:
            alerts = (rule for group in file.groups for rule in group.rules if isinstance(rule, Alert))
            found += [Unproven(environment.name, stem, alert) for alert in alerts if not alert.proof.witnesses]
    return found
