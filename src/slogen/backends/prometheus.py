"""Prometheus rule files: one for each model and one for the fleet of an environment."""

from collections.abc import Iterator
from functools import partial

from slogen import names
from slogen.backends.backend import Backend, Part, nothing
from slogen.emit.artifact import Artifact
from slogen.emit.template_text import literal
from slogen.emit.yaml import YamlValue, dump
from slogen.ir.program import Environment, Program
from slogen.ir.rules import Alert, Recording, RuleFile, RuleGroup
from slogen.promql.text import pretty


def parts(program: Program) -> Iterator[Part]:
    """A part for each file."""
    for environment in program.environments:
        for file in rule_files(environment):
            yield Part(file.stem, partial(_file, environment.name, file))


def _file(env: str, file: RuleFile) -> Iterator[Artifact]:
    """One document where there are rules. Groups have a name, an interval and rules, as every version accepts."""
    if not file.groups:
        return
    document: YamlValue = {"groups": [group(each) for each in file.groups]}
    yield Artifact("generated", names.rules_path(env, file.stem), dump(document), rule_count(file.groups))


def rule_files(environment: Environment) -> Iterator[RuleFile]:
    """The files of an environment, the fleet's first; one without any rule is not printed."""
    yield environment.fleet
    yield from (component.rules for component in environment.components)


def rule_count(groups: tuple[RuleGroup, ...]) -> int:
    """How many rules these groups hold."""
    return sum(len(each.rules) for each in groups)


def group(each: RuleGroup) -> dict[str, YamlValue]:
    """A group as Prometheus and the prometheus-operator read it."""
    return {
        "name": each.name,
        "interval": names.window(each.interval),
        "rules": [_rule(rule) for rule in each.rules],
    }


def _rule(rule: Recording | Alert) -> dict[str, YamlValue]:
    match rule:
        case Recording():
            written: dict[str, YamlValue] = {"record": rule.record, "expr": pretty(rule.expr)}
            return written | ({"labels": dict(rule.labels)} if rule.labels else {})
        case Alert():
            return _alert(rule)


def _alert(alert: Alert) -> dict[str, YamlValue]:
    written: dict[str, YamlValue] = {"alert": alert.name, "expr": pretty(alert.expr)}
    if alert.hold:
        written["for"] = names.window(alert.hold)
    if alert.keep_firing:
        written["keep_firing_for"] = names.window(alert.keep_firing)
    if alert.labels:
        written["labels"] = {name: literal(value) for name, value in alert.labels}
    if alert.annotations:
        written["annotations"] = dict(alert.annotations)
    return written


PROMETHEUS = Backend("prometheus", parts, nothing)
