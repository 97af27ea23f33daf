"""Proves a whole Program: every environment, every component, every alert, on as many processes as there are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from slogen import names
from slogen.ir.program import Program, Target
from slogen.ir.rules import Alert
from slogen.processes import spread
from slogen.proofs.claims import Subject, alert_name, of_component, of_fleet, tasks
from slogen.proofs.ordinary import custom_name, customs, lived
from slogen.proofs.outcome import Outcome
from slogen.proofs.prove import Verdict, loaded, prove, rule_groups
from slogen.replay.rulefile import AlertingRule, Rule


@dataclass(frozen=True, slots=True)
class Job:
    """One subject with the rule files that its server loads, by name."""

    subject: Subject
    texts: tuple[tuple[str, str], ...]
    target: Target
    chosen: frozenset[str]
    """The names of the proofs to run, of those that `proofs_of` lists."""
    traced: bool = False
    """Whether verdicts are to carry what the replay looked like."""


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


def jobs(program: Program, texts: Mapping[str, str], wanted: Callable[[str], bool]) -> list[Job]:
    """A job for each component of each environment, and one for what they share; `texts` are emitted files by path.

    Only proofs whose id (`production/fraud-detector::availability SLONoData`) is wanted are run.
    """
    found: list[Job] = []
    for environment in program.environments:
        subjects = [of_fleet(environment), *(of_component(environment, part) for part in environment.components)]
        for subject in subjects:
            suite = f"{subject.environment}/{subject.name}"
            chosen = frozenset(name for name in proofs_of(subject) if wanted(f"{suite}::{name}"))
            stems = dict.fromkeys((names.FLEET, subject.name))
            files = tuple((stem, texts[names.rules_path(environment.name, stem)]) for stem in stems)
            if chosen:
                found.append(Job(subject, files, program.target, chosen))
    return found


def proofs_of(subject: Subject) -> list[str]:
    """The names of all proofs about a subject."""
    return [*(alert_name(alert) for alert in subject.alerts), *(custom_name(custom) for custom in customs(subject))]


def run(job: Job) -> Proven:
    """All verdicts of one job, in the order of its alerts' claims."""
    groups = loaded(dict(job.texts))
    chosen = tuple(alert for alert in job.subject.alerts if alert_name(alert) in job.chosen)
    claimed = tasks(replace(job.subject, alerts=chosen))
    verdicts = [verdict for task in claimed for verdict in prove(task, groups, job.target, traced=job.traced)]
    ordinary = (custom for custom in customs(job.subject) if custom_name(custom) in job.chosen)
    return Proven(tuple(verdicts), tuple(lived(custom, job.subject, groups, job.target) for custom in ordinary))


def run_all(todo: Sequence[Job], processes: int, *, first: bool = False) -> list[Proven]:
    """What all jobs came to, in their order; with `first`, of those that were begun before the first failure.

    Jobs whose files differ in nothing but the environment's name are replayed once and answered for all.
    """
    same: dict[object, list[int]] = {}
    shapes = [_shape(job) for job in todo]
    for number, shape in enumerate(shapes):
        same.setdefault(shape, []).append(number)
    results: dict[int, Proven] = {}
    chosen = sorted((numbers[0] for numbers in same.values()), key=lambda number: -len(todo[number].texts[-1][1]))
    done = spread(run, [todo[number] for number in chosen], processes, _failed if first else None)
    for played, proven in zip(chosen, done, strict=False):
        before = todo[played].subject.environment
        for number in same[shapes[played]]:
            results[number] = _renamed(proven, before, todo[number].subject.environment)
    return [results[number] for number in sorted(results)]


def _failed(proven: Proven) -> bool:
    return any(verdict.problem for verdict in proven.verdicts) or any(not outcome.passed for outcome in proven.lived)


def _shape(job: Job) -> object:
    """What two jobs must share to have the same proofs: everything but the name of their environment.

    Rules are compared as read, since names of different lengths wrap lines differently; no proof judges annotations. A
    server's external labels are seen by templates alone.
    """
    name, subject = job.subject.environment, job.subject
    groups = (replace(g, rules=tuple(map(_bare, g.rules))) for stem, text in job.texts for g in rule_groups(text, stem))
    rules = repr(tuple(groups)).replace(name, "\0")
    signals = repr(subject.signals).replace(name, "\0")
    external = subject.external_labels if "xternalLabels" in rules else ()
    return (subject.name, rules, external, signals, job.target, job.chosen, job.traced)


def _bare(rule: Rule) -> Rule:
    return replace(rule, annotations=()) if isinstance(rule, AlertingRule) else rule


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
