"""Where things come from: a line of a spec forwards to what it compiles to, a line of a rule file back to its spec."""

from collections.abc import Iterator
from dataclasses import dataclass

from slogen import names
from slogen.ir.program import Component, Environment
from slogen.ir.rules import Alert, Recording, RuleFile, RuleGroup
from slogen.ir.where import Where
from slogen.promql.text import pretty
from slogen.review.side import Side
from slogen.source.go_yaml import Fields, Items, NotYamlError, read

Rule = Recording | Alert


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a spec: what it is in words, the subject that `explain` knows it by (if any), and its place."""

    called: str
    subject: str
    where: Where

    @property
    def last(self) -> int:
        """The last line that belongs to it."""
        return max([self.where.span.end_line, *(span.end_line for _, span in self.where.fields)])


def of_spec(side: Side, file: str, line: int) -> tuple[str, str] | None:
    """What a line of a spec or of slogen.yaml is about: a heading with what it becomes, and the subject to explain.

    None where the line declares nothing that the Program keeps.
    """
    covering = [
        part
        for part in dict.fromkeys(_parts(side))
        if part.where.span.file == file and part.where.span.line <= line <= part.last
    ]
    if not covering:
        return None
    part = min(covering, key=lambda one: (one.last - one.where.span.line, -len(one.subject)))
    fields = [name for name, span in part.where.fields if span.line <= line <= span.end_line]
    field = f"`{min(fields, key=len)}` of " if fields else ""
    lines = [f"{file}:{line} is {field}{part.called}", *_becomes(side, part)]
    return "\n".join(lines), part.subject


def _parts(side: Side) -> Iterator[Part]:
    for environment in side.program.environments:
        for component in environment.components:
            yield from _of_component(component)
    routing = side.program.routing
    for team in routing.teams:
        yield Part(f"the team {team.name}", "", team.where)
    for instance in routing.instances:
        yield Part(f"the Alertmanager {instance.name}", "", instance.where)
    for tier in routing.tiers:
        yield Part(f"the severity {tier.name}", "", tier.where)


def _of_component(component: Component) -> Iterator[Part]:
    yield Part(f"the {component.kind} {component.name}", "", component.where)
    for source in component.sources:
        template = f" (template {source.template})" if source.template else ""
        yield Part(f"the source {source.name} of {component.name}{template}", "", source.where)
    for slo in component.slos:
        yield Part(f"the objective {component.name}/{slo.name}", f"{component.name}/{slo.name}", slo.where)
    for rule in _rules(component.rules):
        if isinstance(rule, Alert) and rule.kind == "condition":
            yield Part(f"the alert {component.name}/{rule.subject}", f"{component.name}/{rule.subject}", rule.where)
    for signal in component.signals:
        yield Part(f"the signal {signal.id} of {component.name}", "", signal.where)


def _rules(file: RuleFile) -> Iterator[Rule]:
    for group in file.groups:
        yield from group.rules


def _becomes(side: Side, part: Part) -> Iterator[str]:
    """Every rule that was made for the part, by environment and group, each with its sentence."""
    made = False
    for environment in side.program.environments:
        for component in environment.components:
            for group in component.rules.groups:
                own = [rule for rule in group.rules if rule.where == part.where]
                if own:
                    made = True
                    yield f"  becomes in {names.rules_path(environment.name, component.name)}, group {group.name}"
                    yield from (f"    {_called(rule):<44} {rule.why}" for rule in own)
    if not made:
        yield from _readers(side, part)


def _readers(side: Side, part: Part) -> Iterator[str]:
    """What reads a source or a signal, by the objectives and alerts of its component."""
    found: dict[str, None] = {}
    for _, component in side.components().values():
        ids = {
            signal.id
            for signal in component.signals
            if signal.where == part.where
            or any(source.where == part.where and source.name == signal.source for source in component.sources)
        }
        for slo in component.slos:
            if ids & set(slo.signals):
                found[f"{component.name}/{slo.name}"] = None
        for rule in _rules(component.rules):
            if isinstance(rule, Alert) and rule.kind == "condition" and ids & _signals(rule):
                found[f"{component.name}/{rule.subject}"] = None
    if found:
        yield f"  read by {', '.join(found)}"


def _signals(alert: Alert) -> set[str]:
    return {phase.signal for witness in alert.proof.witnesses for phase in witness.phases}


def _called(rule: Rule) -> str:
    match rule:
        case Recording():
            return rule.record
        case Alert():
            burn = dict(rule.labels).get(names.BURN)
            return f"{rule.name} ({burn})" if burn else rule.name


def of_rules(side: Side, paths: tuple[str, str], text: str, line: int) -> str | None:
    """What a line of a generated rule file says and where it comes from; `text` is the file as it lies on disk.

    `paths` are that of the file among the side's files, and that under which people know it.

    None where the path is no rule file of the project or the line lies in no group that the specs make now.
    """
    path, shown = paths
    found, place = _file(side, path), _rule_at(text, path, line)
    if found is None or place is None:
        return None
    environment, component, file = found
    name, position = place
    group = next((group for group in file.groups if group.name == name), None)
    if group is None:
        return None
    stale = "" if side.files.get(path) == text else "; the file is not what the specs say now, `slogen build` renews it"
    of = f"{component.kind} {component.name}" if component else "the whole fleet"
    head = f"{shown}:{line} is in group {name} of {of} in {environment.name}{stale}"
    if position is None or position >= len(group.rules):
        told = (f"  {_called(rule):<44} {rule.why}" for rule in group.rules)
        return "\n".join(
            [head, f"its {len(group.rules)} rules run in order, every {names.window(group.interval)}", *told]
        )
    return "\n".join([head, *_rule(group, position)])


def _file(side: Side, path: str) -> tuple[Environment, Component | None, RuleFile] | None:
    for environment in side.program.environments:
        files = [(None, environment.fleet), *((c, c.rules) for c in environment.components)]
        for component, file in files:
            if path == f"generated/{names.rules_path(environment.name, file.stem)}":
                return environment, component, file
    return None


def _rule(group: RuleGroup, position: int) -> Iterator[str]:
    rule = group.rules[position]
    span = rule.where.span
    yield f"rule {position + 1} of {len(group.rules)}, every {names.window(group.interval)}: {_called(rule)}"
    yield f"  why: {rule.why}"
    yield f"  from: {span.file}:{span.line}, {_stage(rule)}"
    readers = [_called(other) for other in group.rules if _reads(other, rule)]
    if readers:
        yield f"  read in this group by: {', '.join(dict.fromkeys(readers))}"
    yield "  expression:"
    yield from (f"    {line}" for line in pretty(rule.expr).splitlines())


def _reads(other: Rule, rule: Rule) -> bool:
    return isinstance(rule, Recording) and other is not rule and f"{rule.record}{{" in pretty(other.expr)


_STAGES = (
    (("slogen:bad:rate", "slogen:total:rate"), "the base of a counted indicator: events a second"),
    (("slogen:bad:sample", "slogen:total:sample"), "the base of a sampled indicator: one verdict a tick"),
    ((names.BAD_SLOW, names.TOTAL_SLOW), "the slow base, from which the long windows of the fleet are read"),
    (("slogen:bad:count",), "the guard against low traffic: events over a window"),
    ((names.ERROR_RATIO_PERIOD, names.PERIOD_COVERAGE, "slogen:budget:"), "the budget of the period"),
    (("slogen:error:ratio",), "an error ratio over one window, which alerts and boards read"),
    ((names.BURN_RATE,), "the present burn rate, for people and boards"),
    ((names.INFO,), "the facts of an objective as labels, for joins; its value is the objective"),
)
_KINDS = {
    "burn": "a tier of an objective's burn-rate alerts",
    "collapse": "an objective's alert for an outage that burn rates would notice too late",
    "no-data": "the alert for an objective's silence",
    "budget": "the alert for a spent budget",
    "condition": "an alert that the spec declares",
    "upstream": "the one alert that quietens the dependents of a failed component",
    "watchdog": "the heartbeat of the whole chain",
    "health": "an alert about the rules themselves",
}


def _stage(rule: Rule) -> str:
    """Which step of the way from raw series to people a rule is."""
    match rule:
        case Recording():
            return next((told for stems, told in _STAGES if rule.record.startswith(stems)), "a recording of its alert")
        case Alert():
            return _KINDS.get(rule.kind, f"an alert of kind {rule.kind}")


def meaning(side: Side, series: str) -> str | None:
    """What a recorded series is, by the first rule of the project that records it."""
    for environment in side.program.environments:
        for file in (environment.fleet, *(component.rules for component in environment.components)):
            for rule in _rules(file):
                if isinstance(rule, Recording) and rule.record == series:
                    return _stage(rule)
    return None


def _rule_at(text: str, path: str, line: int) -> tuple[str, int | None] | None:
    """The group's name and the position of the rule in it at a line; the position is None between rules."""
    try:
        root = read(text, path)
    except NotYamlError:
        return None
    match root:
        case Fields(fields={"groups": Items(groups)}):
            for group in groups:
                if isinstance(group, Fields) and group.span.line <= line < max(
                    group.span.end_line, group.span.line + 1
                ):
                    return _within(group, line)
    return None


def _within(group: Fields, line: int) -> tuple[str, int | None] | None:
    name = group.fields.get("name")
    text = getattr(name, "text", None)
    if text is None:
        return None
    match group.fields.get("rules"):
        case Items(rules):
            starts = [rule.span.line for rule in rules]
            before = [position for position, start in enumerate(starts) if start <= line]
            return text, before[-1] if before else None
    return text, None
