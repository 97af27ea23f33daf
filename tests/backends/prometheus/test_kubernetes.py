"""PrometheusRule objects: asked for, named for DNS, small enough for the operator, and whole together."""

import re
from dataclasses import replace
from pathlib import Path

import yaml

from slogen.backends.kubernetes import KUBERNETES, LARGEST, OBJECT_TOO_LARGE
from slogen.backends.prometheus import PROMETHEUS
from slogen.diagnostics.model import Diagnostic
from slogen.emit.artifact import Artifact
from slogen.ir.later import known
from slogen.ir.program import Program
from slogen.ir.rules import RuleFile
from tests.backends.prometheus.projects import PROJECT, SPEC, program_of
from tests.printing import artifacts

ASKED = f"{PROJECT}\noutputs: {{kubernetes: {{namespace: monitoring, labels: {{release: prometheus}}}}}}\n"


def objects(program: Program) -> list[Artifact]:
    """Every object; findings are not expected."""
    found = list(KUBERNETES.emit(program))
    assert all(isinstance(one, Artifact) for one in found)
    return [one for one in found if isinstance(one, Artifact)]


def crowded(program: Program, times: int) -> Program:
    """The same project with every model's groups many times over, under names of their own."""
    production = program.environments[0]
    (component,) = production.components
    groups = tuple(
        replace(group, name=f"{group.name}:{number}") for number in range(times) for group in component.rules.groups
    )
    fuller = replace(component, rules=RuleFile(component.name, known(groups)))
    return replace(program, environments=(replace(production, components=(fuller,)),))


def test_nothing_is_written_unless_asked_for(tmp_path: Path) -> None:
    """Only where slogen.yaml has `outputs.kubernetes`."""
    assert list(KUBERNETES.emit(program_of(tmp_path, fraud=SPEC))) == []


def test_objects_hold_the_very_groups_of_the_rule_files(tmp_path: Path) -> None:
    """Same groups, in a PrometheusRule with the namespace and labels that the operator looks for."""
    program = program_of(tmp_path, ASKED, fraud=SPEC)
    files = {artifact.path: artifact for artifact in artifacts(PROMETHEUS, program)}
    for artifact in objects(program):
        document = yaml.safe_load(artifact.text)
        env, _, name = artifact.path.split("/")
        assert (document["apiVersion"], document["kind"]) == ("monitoring.coreos.com/v1", "PrometheusRule")
        assert document["metadata"]["namespace"] == "monitoring"
        assert document["metadata"]["labels"] == {"release": "prometheus"}
        assert re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", document["metadata"]["name"])
        assert document["spec"] == yaml.safe_load(files[f"{env}/prometheus/rules/{name}"].text)


def test_a_large_model_becomes_several_objects_that_together_hold_everything(tmp_path: Path) -> None:
    """No object above the operator's limit, every group once and in order, the same split every time."""
    program = crowded(program_of(tmp_path, ASKED, fraud=SPEC), 60)
    parts = [one for one in objects(program) if "fraud-detector" in one.path]
    read = [yaml.load(part.text, yaml.CSafeLoader) for part in parts]
    names = [group["name"] for each in read for group in each["spec"]["groups"]]

    assert len(parts) > 1
    assert max(len(part.text.encode()) for part in parts) <= LARGEST
    assert names == [group.name for group in program.environments[0].components[0].rules.groups]
    assert parts == [one for one in objects(program) if "fraud-detector" in one.path]
    assert len({each["metadata"]["name"] for each in read}) == len(parts)


def test_a_group_too_large_for_any_object_is_a_finding(tmp_path: Path) -> None:
    """A description of a megabyte cannot be split; it is reported, not cut."""
    long = SPEC + f"    annotations: {{story: '{'x' * 1_000_000}'}}\n"
    found = [one for one in KUBERNETES.emit(program_of(tmp_path, ASKED, fraud=long)) if isinstance(one, Diagnostic)]

    assert {one.code for one in found} == {OBJECT_TOO_LARGE}
