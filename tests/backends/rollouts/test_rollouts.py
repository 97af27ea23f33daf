"""Analysis templates: fit for the CRD, with conditions that Argo Rollouts itself has evaluated."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from slogen.backends import rollouts
from slogen.diagnostics.model import Diagnostic
from slogen.emit.artifact import Artifact
from slogen.ir.rules import Alert
from slogen.lower.condition_statistics import z_value
from slogen.promql.ast import Binary, Number
from slogen.promql.parse import parse
from tests.backends.prometheus.projects import PROJECT, program_of
from tests.golden import assert_golden

HERE = Path(__file__).parent
ASKED = PROJECT + "outputs: {rollouts: {labels: {team: ml}}}\n"
CANARY = "canary: {track: canary}, control: {track: stable}"


def spec(condition: str, shape: str = "canary") -> str:
    """A model with one alert that compares versions."""
    return f"""\
version: slogen/v1
model: recommender
sources: {{app: {{template: slogen-contract, select: {{model: rec}}}}}}
alerts: {{canary-clicks: {{severity: page, {shape}: {condition}}}}}
"""


def emitted(folder: Path, condition: str, shape: str = "canary", project: str = ASKED) -> list[Artifact | Diagnostic]:
    """What the backend makes of it."""
    return list(rollouts.emit(program_of(folder, project, rec=spec(condition, shape))))


def template(folder: Path, condition: str) -> dict[str, Any]:
    """The template of the production environment."""
    made = next(found for found in emitted(folder, condition) if isinstance(found, Artifact))
    read: dict[str, Any] = yaml.safe_load(made.text)
    return read


def crd() -> dict[str, Any]:
    """The schema that the API server holds templates to."""
    read: dict[str, Any] = json.loads((HERE / "analysis-template.schema.json").read_text(encoding="utf-8"))
    return read


CLICKS = f"{{of: app.clicks, {CANARY}, margin: 0.1 points, over: 1h, decide_within: 60m}}"
CASES = {
    "points": CLICKS,
    "relative": f"{{of: app.clicks, {CANARY}, margin: 5%, over: 6h, min_events: 1000}}",
    "errors-one-day": (
        "{of: app.availability, canary: {version: v2}, control: {version: v1}, margin: 1 points, over: 1d, "
        "decide_within: 12d}"
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_golden(tmp_path: Path, case: str) -> None:
    """The whole file."""
    made = emitted(tmp_path, CASES[case])
    assert [found.path for found in made if isinstance(found, Artifact)] == [
        "production/argo-rollouts/recommender/canary-clicks.yaml",
        "staging/argo-rollouts/recommender/canary-clicks.yaml",
    ]
    first = made[0]
    assert isinstance(first, Artifact)
    assert_golden(HERE / "golden" / f"{case}.yaml", first.text)


@pytest.mark.parametrize("case", CASES)
def test_fits_the_crd(tmp_path: Path, case: str) -> None:
    """Every field is known to the CRD and of its type."""
    jsonschema.Draft202012Validator(crd()).validate(template(tmp_path, CASES[case]))


def test_the_schema_refuses_what_the_crd_does_not_know(tmp_path: Path) -> None:
    """A misspelt field and a number as text are noticed."""
    made = template(tmp_path, CLICKS)
    made["spec"]["metrics"][0]["inconclusivelimit"] = 3
    made["spec"]["metrics"][0]["interval"] = 300
    assert len(list(jsonschema.Draft202012Validator(crd()).iter_errors(made))) == 2


def test_conditions_are_those_that_argo_rollouts_evaluated(tmp_path: Path) -> None:
    """The phases of `cases.json` are those that argo-rollouts v1.7.2 gives these texts (`evaluate.go.txt`)."""
    proven = json.loads((HERE / "cases.json").read_text(encoding="utf-8"))
    metric = template(tmp_path, CLICKS)["spec"]["metrics"][0]
    assert metric["successCondition"] == proven["success"] == rollouts.success(proven["z"])
    assert metric["failureCondition"] == proven["failure"] == rollouts.failure(proven["z"])
    limits = ("count", "failureLimit", "inconclusiveLimit")
    assert [metric[name] for name in limits] == [proven[name] for name in limits]


def test_looks_share_the_doubt(tmp_path: Path) -> None:
    """Twelve looks of five minutes decide within the hour, each as sure as a twelfth of 5 % asks (Bonferroni)."""
    metric = template(tmp_path, CLICKS)["spec"]["metrics"][0]
    assert (metric["initialDelay"], metric["interval"], metric["count"]) == ("5m", "5m", 12)
    assert f"> {z_value(1 - 0.05 / 12):.4f}" in metric["failureCondition"]
    assert (metric["failureLimit"], metric["inconclusiveLimit"]) == (0, 11)


@pytest.mark.parametrize(("within", "interval", "count"), [("1m", "1m", 1), ("10m", "1m", 10), ("2d", "4h", 12)])
def test_looks_are_no_denser_than_data(tmp_path: Path, within: str, interval: str, count: int) -> None:
    """Between two looks there are two scrapes at least, and no day is written that Go could not read."""
    condition = f"{{of: app.clicks, {CANARY}, margin: 1 points, over: 1h, decide_within: {within}}}"
    metric = template(tmp_path, condition)["spec"]["metrics"][0]
    assert (metric["interval"], metric["count"]) == (interval, count)
    assert re.fullmatch(r"\d+(ms|s|m|h)", metric["interval"])


@pytest.mark.parametrize(("millis", "text"), [(90_000, "90s"), (86_400_000, "24h"), (172_800_000, "48h")])
def test_durations_are_gos(millis: int, text: str) -> None:
    """Go's durations have no day."""
    assert rollouts.duration(millis) == text


def test_asks_what_the_alert_asks(tmp_path: Path) -> None:
    """With the spec's own values for the arguments the query is the left side of the alert."""
    program = program_of(tmp_path, ASKED, rec=spec(CLICKS))
    alerts = [r for g in program.environments[0].components[0].rules.groups for r in g.rules if isinstance(r, Alert)]
    compared = alerts[0].expr
    assert isinstance(compared, Binary)
    assert compared.right == Number(z_value(0.95))
    made = next(found for found in rollouts.emit(program) if isinstance(found, Artifact))
    written = yaml.safe_load(made.text)["spec"]
    query = written["metrics"][0]["provider"]["prometheus"]["query"]
    for arg in written["args"]:
        query = query.replace(f"{{{{args.{arg['name']}}}}}", arg.get("value", ""))
    assert parse(query) == compared.left


def test_part_of_a_combination_is_found(tmp_path: Path) -> None:
    """A canary inside `any` gets its template."""
    made = emitted(tmp_path, f"[{{canary: {CLICKS}}}, {{threshold: {{of: app.fpr, above: 2%, over: 1h}}}}]", "any")
    assert [type(found) for found in made] == [Artifact, Artifact]


def test_nothing_without_being_asked(tmp_path: Path) -> None:
    """Without `outputs.rollouts` there is no template."""
    assert emitted(tmp_path, CLICKS, project=PROJECT) == []


def test_double_braces_are_refused(tmp_path: Path) -> None:
    """Argo Rollouts would look for an argument."""
    braces = CLICKS.replace("track: stable", 'track: "a{{b}}"')
    found = emitted(tmp_path, braces)
    assert [one.code.id for one in found if isinstance(one, Diagnostic)] == ["SLO520", "SLO520"]
