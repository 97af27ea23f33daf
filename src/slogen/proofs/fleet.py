"""Proves a whole Program: every environment, every component, every alert, on as many processes as there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from slogen import names
from slogen.ir.program import Program, Target
from slogen.ir.rules import Alert
from slogen.proofs.claims import Subject, of_component, of_fleet, tasks
from slogen.proofs.ordinary import lived
from slogen.proofs.outcome import Outcome
from slogen.proofs.processes import spread
from slogen.proofs.prove import Verdict, loaded, prove


@dataclass(frozen=True, slots=True)
class Job:
    """One subject with the rule files that its server loads, by name."""

    subject: Subject
    texts: tuple[tuple[str, str], ...]
    target: Target


@dataclass(frozen=True, slots=True)
class Proven:
    """What a job came to: a verdict on every claim, and what every subject must live through without an alert."""

    verdicts: tuple[Verdict, ...]
    lived: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Unproven:
    """An alert without any claim: the reason its owner gave, or an empty one, which is an error."""

    environment: str
    component: str
    alert: Alert


def jobs(program: Program, texts: Mapping[str, str]) -> list[Job]:
    """A job for each component of each environment, and one for what they share; `texts` are emitted files by path."""
    found: list[Job] = []
    for environment in program.environments:
        subjects = [of_fleet(environment), *(of_component(environment, part) for part in environment.components)]
        for subject in subjects:
            stems = dict.fromkeys((names.FLEET, subject.name))
            files = tuple((stem, texts[names.rules_path(environment.name, stem)]) for stem in stems)
            found.append(Job(subject, files, program.target))
    return found


def run(job: Job) -> Proven:
    """All verdicts of one job, in the order of its alerts' claims."""
    groups = loaded(dict(job.texts))
    verdicts = [verdict for task in tasks(job.subject) for verdict in prove(task, groups, job.target)]
    return Proven(tuple(verdicts), tuple(lived(job.subject, groups, job.target)))


def run_all(todo: Sequence[Job], processes: int) -> list[Proven]:
    """What all jobs came to, in their order.

    Jobs whose files differ in nothing but the environment's name are replayed once and answered for all.
    """
    same: dict[object, list[int]] = {}
    for number, job in enumerate(todo):
        same.setdefault(_shape(job), []).append(number)
    results: dict[int, Proven] = {}
    chosen = sorted((numbers[0] for numbers in same.values()), key=lambda number: -len(todo[number].texts[-1][1]))
    for first, proven in zip(chosen, spread(run, [todo[number] for number in chosen], processes), strict=True):
        before = todo[first].subject.environment
        for number in same[_shape(todo[first])]:
            results[number] = _renamed(proven, before, todo[number].subject.environment)
    return [results[number] for number in range(len(todo))]


def _shape(job: Job) -> object:
    """What two jobs must share to have the same proofs: everything but the name of their environment."""
    name, subject = job.subject.environment, job.subject
    texts = tuple((stem, text.replace(name, "\0")) for stem, text in job.texts)
    return (subject.name, texts, subject.external_labels, repr(subject.signals).replace(name, "\0"), job.target)


def _renamed(proven: Proven, before: str, after: str) -> Proven:
    if before == after:
        return proven
    verdicts = [
        replace(
            verdict,
            environment=after,
            labels=tuple((key, after if value == before else value) for key, value in verdict.labels),
            rules=frozenset((group.replace(before, after), record) for group, record in verdict.rules),
        )
        for verdict in proven.verdicts
    ]
    outcomes = [replace(o, suite=o.suite.replace(f"{before}/", f"{after}/", 1)) for o in proven.lived]
    return Proven(tuple(verdicts), tuple(outcomes))


def unproven(program: Program) -> list[Unproven]:
    """Every alert that claims nothing, with the reason in its proof."""
    found: list[Unproven] = []
    for environment in program.environments:
        files = [(names.FLEET, environment.fleet), *((c.name, c.rules) for c in environment.components)]
        for stem, file in files:
            alerts = (rule for group in file.groups for rule in group.rules if isinstance(rule, Alert))
            found += [Unproven(environment.name, stem, alert) for alert in alerts if not alert.proof.witnesses]
    return found
