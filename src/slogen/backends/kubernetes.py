"""The same rules as PrometheusRule objects of the prometheus-operator, small enough for it to accept."""

from collections.abc import Iterator
from functools import partial

from slogen import names
from slogen.backends.backend import Backend, Part
from slogen.backends.prometheus import group, rule_count, rule_files
from slogen.diagnostics.model import Code, Diagnostic, Severity
from slogen.emit.artifact import Artifact
from slogen.emit.yaml import YamlValue, dump
from slogen.ir.program import Program, Target
from slogen.ir.rules import RuleFile, RuleGroup

LARGEST = 480 * 1024
"""Bytes. The operator refuses rules above 512 KiB, and adds its own part to what it stores."""
OBJECT_TOO_LARGE = Code(
    "SLO500",
    "object-too-large",
    Severity.ERROR,
    "one rule group is larger than the prometheus-operator accepts",
    """\
A PrometheusRule above 512 KiB is rejected, and a group cannot be torn over two objects without losing the order of its
rules. Lower `rules_per_group` in slogen.yaml, or shorten the texts that the alerts carry.
""",
)


def parts(program: Program) -> Iterator[Part]:
    """A part for each rule file, where slogen.yaml asks for objects."""
    if program.target.kubernetes:
        for environment in program.environments:
            for file in rule_files(environment):
                yield Part(file.stem, partial(_objects, file, environment.name, program.target))


def _objects(file: RuleFile, env: str, target: Target) -> Iterator[Artifact | Diagnostic]:
    """The objects of a file; one too large becomes several."""
    for number, (groups, text) in enumerate(_fitting(file, env, target), start=1):
        if len(text) > LARGEST:
            message = f"the group {groups[0].name} needs {len(text) // 1024} KiB"
            yield Diagnostic(OBJECT_TOO_LARGE, message, groups[0].rules[0].where.span)
        else:
            yield Artifact("generated", names.kubernetes_path(env, file.stem, number), text, rule_count(groups))


def _refuse(program: Program) -> Iterator[Diagnostic]:
    """What is too large, found by printing everything: few ask for objects."""
    return (made for made in KUBERNETES.emit(program) if isinstance(made, Diagnostic))


def _fitting(file: RuleFile, env: str, target: Target) -> Iterator[tuple[tuple[RuleGroup, ...], str]]:
    """Groups in their order, as many in an object as fit; text is ASCII, so that characters are bytes."""
    taken: tuple[RuleGroup, ...] = ()
    text, part = "", 1
    for each in file.groups:
        longer = _object(file.stem, env, part, (*taken, each), target)
        if taken and len(longer) > LARGEST:
            yield taken, text
            part += 1
            taken, text = (each,), _object(file.stem, env, part, (each,), target)
        else:
            taken, text = (*taken, each), longer
    if taken:
        yield taken, text


def _object(stem: str, env: str, part: int, groups: tuple[RuleGroup, ...], target: Target) -> str:
    metadata: dict[str, YamlValue] = {"name": names.kubernetes_name(env, stem, part)}
    if target.kubernetes_namespace:
        metadata["namespace"] = target.kubernetes_namespace
    if target.kubernetes_labels:
        metadata["labels"] = dict(target.kubernetes_labels)
    document: YamlValue = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": metadata,
        "spec": {"groups": [group(each) for each in groups]},
    }
    return dump(document)


KUBERNETES = Backend("kubernetes", parts, _refuse)
