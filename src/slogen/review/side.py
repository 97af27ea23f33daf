"""One side of a comparison, and the stable identities by which two sides are laid beside each other."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from slogen import names
from slogen.emit.template_text import literal
from slogen.ir.program import Component, Environment, Program
from slogen.ir.rules import Alert, Recording, RuleGroup
from slogen.ir.slo import Slo
from slogen.replay.fields import FieldError
from slogen.replay.rulefile import AlertingRule, Group, RecordingRule, Rule, read

RULES = "/prometheus/rules/"
"""Part of the path of every rule file."""

VARIABLE = frozenset(
    {
        names.SEVERITY,
        names.TEAM,
        names.LONG,
        names.SHORT,
        names.MODE,
        names.UPSTREAMS,
        names.CRITICALITY,
        names.PRIORITY,
    }
)
"""Labels that may change without an alert becoming another one."""

AlertKey = tuple[str, str, str, str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Side:
    """What one side means and what it emits: file texts by path, with the root in front.

    `known` holds the groups of rule files by path and text, where somebody knows them without reading: what a Program
    has just been printed to says what the Program says.
    """

    program: Program
    files: Mapping[str, str]
    known: Mapping[tuple[str, str], tuple[Group, ...]] = field(default_factory=dict)

    def rule_groups(self) -> dict[tuple[str, str], Group]:
        """The groups of all rule files by path and name; files that cannot be read hold none."""
        found: dict[tuple[str, str], Group] = {}
        for path, text in self.files.items():
            if RULES in path:
                groups = self.known.get((path, text))
                try:
                    found.update({(path, group.name): group for group in groups or read(text, path)})
                except FieldError:
                    continue
        return found

    def components(self) -> dict[tuple[str, str], tuple[Environment, Component]]:
        """Every component by environment and name."""
        return {(e.name, c.name): (e, c) for e in self.program.environments for c in e.components}

    def slos(self) -> dict[tuple[str, str, str], Slo]:
        """Every SLO by environment, component and name."""
        return {(e, c, slo.name): slo for (e, c), (_, component) in self.components().items() for slo in component.slos}

    def alerts(self) -> dict[AlertKey, Alert]:
        """Every alert by what it is about; burn tiers of one SLO are told apart by their label `burn`."""
        return dict(self._alerts())

    def _alerts(self) -> Iterator[tuple[AlertKey, Alert]]:
        for environment in self.program.environments:
            files = [("", environment.fleet), *((c.name, c.rules) for c in environment.components)]
            for component, file in files:
                for group in file.groups:
                    for rule in group.rules:
                        if isinstance(rule, Alert):
                            yield _key(environment.name, component, rule), rule


def built(program: Program, files: Mapping[str, str], like: Side | None = None) -> Side:
    """The side of files that were just printed from the Program; groups that `like` has as well are the very same."""
    known: dict[tuple[str, str], tuple[Group, ...]] = {}
    for environment in program.environments:
        for file in (environment.fleet, *(component.rules for component in environment.components)):
            path = f"generated/{names.rules_path(environment.name, file.stem)}"
            if path in files:
                shared = None if like is None else like.known.get((path, files[path]))
                known[path, files[path]] = shared or tuple(_group(group, path) for group in file.groups)
    return Side(program, files, known)


def committed(program: Program, files: Mapping[str, str], like: Side) -> Side:
    """The side of files that lie somewhere, each rule file read once; those that `like` has as well are its own."""
    known = dict(like.known)
    for path, text in files.items():
        if RULES in path and (path, text) not in known:
            try:
                known[path, text] = read(text, path)
            except FieldError:
                continue  # what lies there may be torn; it is told as alerts that are new on the other side
    return Side(program, files, known)


def paths(program: Program) -> Iterator[str]:
    """The paths of all rule files that a Program is printed to."""
    for environment in program.environments:
        for file in (environment.fleet, *(component.rules for component in environment.components)):
            yield f"generated/{names.rules_path(environment.name, file.stem)}"


def groups_of(program: Program, paths: Collection[str]) -> dict[tuple[str, str], Group]:
    """The groups that a Program is printed to in these files, by path and name."""
    return {
        (path, group.name): _group(group, path)
        for environment in program.environments
        for file in (environment.fleet, *(component.rules for component in environment.components))
        for path in [f"generated/{names.rules_path(environment.name, file.stem)}"]
        if path in paths
        for group in file.groups
    }


def _group(group: RuleGroup, path: str) -> Group:
    return Group(path, group.name, group.interval, 0, 0, (), tuple(map(_rule, group.rules)))


def _rule(rule: Recording | Alert) -> Rule:
    """The rule without its annotations: what they say is compared on the Programs, and no server remembers it."""
    match rule:
        case Recording():
            return RecordingRule(rule.record, rule.expr, rule.labels)
        case Alert():
            labels = tuple((name, literal(value)) for name, value in rule.labels)
            return AlertingRule(rule.name, rule.expr, rule.hold, rule.keep_firing, labels, ())


def _key(environment: str, component: str, alert: Alert) -> AlertKey:
    name = "burn" if alert.kind == "burn" else alert.name
    kept = tuple(pair for pair in alert.labels if pair[0] in {names.BURN, names.SLICE, names.WINDOW, names.COMPONENT})
    return environment, component, alert.subject, name, kept


def called(key: AlertKey) -> str:
    """An alert's identity in words: `production/fraud-detector/availability burn fast`."""
    environment, component, subject, name, labels = key
    place = "/".join(part for part in (environment, component, subject) if part)
    return " ".join((place, name, *(value for _, value in labels)))
