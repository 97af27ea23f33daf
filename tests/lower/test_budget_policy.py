"""The error-budget policy: which alerts it makes, when they fire on replayed budgets, and that nothing mutes them."""

from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from slogen import burn, names
from slogen.backends.alertmanager.emit import emit as emit_routing
from slogen.backends.prometheus import PROMETHEUS
from slogen.diagnostics.model import has_errors
from slogen.emit.artifact import Artifact
from slogen.ir.rules import Alert, Severity
from slogen.lower.budget_policy import FREEZE, REVIEW, Step
from slogen.proofs.claims import of_component, tasks
from slogen.proofs.prove import loaded, prove
from tests.backends.prometheus.projects import PROJECT, compiled, program_of
from tests.printing import artifacts

SPEC = """\
version: slogen/v1
model: fraud-detector
sources: {app: {template: slogen-contract, select: {model: fraud}}}
signals: {precision: {classification: {from: app, metric: precision}}}
slos:
  availability:
    objective: 99.9%
    sli: {availability: {from: app}}
"""
POLICY = "    budget_policy: {review: 50%, freeze: 25%, exhausted: rollback}\n"
SAMPLED = """\
  precise:
    objective: 99%
    sli: {timeslice: {of: precision, at_least: 95%, over: 1h}}
"""


def budget_alerts(folder: Path, spec: str, project: str = PROJECT) -> dict[str, Alert]:
    """The alerts on what is left of budgets, by name."""
    program = program_of(folder, project, fraud=spec)
    groups = program.environments[0].components[0].rules.groups
    rules = (rule for group in groups for rule in group.rules)
    return {rule.name: rule for rule in rules if isinstance(rule, Alert) and rule.kind in {"budget", "policy"}}


def test_steps_become_alerts(tmp_path: Path) -> None:
    """A review is a log, a freeze a ticket, and the end of the budget asks machines to act."""
    found = budget_alerts(tmp_path, SPEC + POLICY)
    severities: dict[str, Severity] = {name: alert.severity for name, alert in found.items()}
    assert severities == {names.BUDGET_REVIEW: "log", names.BUDGET_FREEZE: "ticket", names.BUDGET_EXHAUSTED: "ticket"}
    assert [dict(alert.labels).get(names.REMEDIATION) for alert in found.values()] == [None, None, "rollback"]
    assert "the version before goes back into service" in dict(found[names.BUDGET_EXHAUSTED].annotations)["description"]


@pytest.mark.parametrize("more", ["", "    budget_policy: {}\n"])
def test_nothing_changes_without_a_policy(tmp_path: Path, more: str) -> None:
    """An empty policy takes back the project's."""
    project = PROJECT.replace("defaults: {", "defaults: {slos: {budget_policy: {review: 50%}}, ") if more else PROJECT
    found = budget_alerts(tmp_path, SPEC + more, project)
    assert list(found) == [names.BUDGET_EXHAUSTED]
    assert names.REMEDIATION not in dict(found[names.BUDGET_EXHAUSTED].labels)


def test_the_projects_policy_is_everybodys(tmp_path: Path) -> None:
    """It holds for every objective that has none of its own; an objective without alerts has none of these either."""
    project = PROJECT.replace("defaults: {", "defaults: {slos: {budget_policy: {freeze: 10%}}, ")
    assert list(budget_alerts(tmp_path / "a", SPEC, project)) == [names.BUDGET_FREEZE, names.BUDGET_EXHAUSTED]
    assert budget_alerts(tmp_path / "b", SPEC + "    alert: []\n", project) == {}


def test_a_label_of_ones_own_stands(tmp_path: Path) -> None:
    """Whoever labels an objective's alerts for machines means it."""
    found = budget_alerts(tmp_path, SPEC + POLICY + "    labels: {remediation: none}\n")
    assert dict(found[names.BUDGET_EXHAUSTED].labels)[names.REMEDIATION] == "none"


def test_slices_have_policies_of_their_own(tmp_path: Path) -> None:
    """The alert of a slice says which one it is."""
    bad = "{metric: ml_predictions_total, where: {outcome: error}}"
    signal = f"signals:\n  served: {{from: app, bad: {bad}, total: ml_predictions_total}}\n"
    parts = "slices: {by: version, values: [v1, v2]}, budget_policy: {review: 50%}"
    slo = f"slos:\n  served: {{objective: 99%, sli: {{events: served}}, {parts}}}\n"
    found = budget_alerts(tmp_path, SPEC.partition("signals:")[0] + signal + slo)
    summary = dict(found[names.BUDGET_REVIEW].annotations)["summary"]
    assert summary == "fraud-detector/served ({{ $labels.slice }}) has less than 50% of its error budget left"


@pytest.mark.parametrize("spec", [SPEC + POLICY, SPEC + SAMPLED + POLICY], ids=["counter", "sampled"])
def test_every_step_is_proven(tmp_path: Path, spec: str) -> None:
    """Each fires when its share is spent, and does not at nine tenths of it, on the rules that ship."""
    program = program_of(tmp_path, fraud=spec)
    environment = program.environments[0]
    subject = of_component(environment, environment.components[0])
    groups = loaded(
        {made.path: made.text for made in artifacts(PROMETHEUS, program) if made.path.startswith("production/")}
    )
    verdicts = [
        verdict
        for task in tasks(subject)
        if any(claim.alert.kind == "policy" for claim in task.claims)
        for verdict in prove(task, groups, program.target)
        if verdict.kind == "policy"
    ]
    assert [verdict.problem for verdict in verdicts if verdict.problem] == []
    assert {(v.alert, v.fires) for v in verdicts} == {
        (step.alert, fires) for step in (REVIEW, FREEZE) for fires in (True, False)
    }


@pytest.mark.parametrize(("step", "left"), [(REVIEW, Fraction(1, 2)), (FREEZE, Fraction(1, 4))])
def test_proofs_are_the_closed_form(tmp_path: Path, step: Step, left: Fraction) -> None:
    """A fault of thirty budgets spends the share after that share of a day, give or take how coverage is counted."""
    witness = budget_alerts(tmp_path, SPEC + POLICY)[step.alert].proof.witnesses[0]
    expected = burn.DAY * (1 - left)
    assert witness.earliest is not None
    assert witness.latest is not None
    assert witness.earliest <= expected <= witness.latest
    assert witness.latest - expected < 2 * burn.HOUR


def test_no_page_and_no_outage_silences_a_budget(tmp_path: Path) -> None:
    """Every inhibition leaves the budget's alerts out of its targets, and none has them as a source."""
    instance = 'alertmanagers: {main: {version: "0.28", environments: [production], fallback: [{webhook: {url: "https://a.example.org"}}]}}\n'
    program = program_of(tmp_path, PROJECT + instance, fraud=SPEC + POLICY)
    config = next(
        made for made in emit_routing(program) if isinstance(made, Artifact) and made.path.endswith("alertmanager.yaml")
    )
    rules = yaml.safe_load(config.text)["inhibit_rules"]
    assert rules
    for rule in rules:
        kept = next(matcher for matcher in rule["target_matchers"] if matcher.startswith("alertname!~"))
        assert {names.BUDGET_REVIEW, names.BUDGET_FREEZE, names.BUDGET_EXHAUSTED} <= set(
            kept.partition('"')[2].rstrip('"').split("|")
        )
        assert not any("ErrorBudgetReview" in matcher for matcher in rule["source_matchers"])


@pytest.mark.parametrize(
    "policy",
    ["{review: 25%, freeze: 50%}", "{review: 50%, freeze: 50%}", "{freeze: 0%}", "{review: 100%}", "{exhausted: pray}"],
)
def test_policies_that_cannot_be_meant(tmp_path: Path, policy: str) -> None:
    """Steps out of order, or at no point on the way, are refused."""
    program, findings = compiled(tmp_path, PROJECT, fraud=SPEC + f"    budget_policy: {policy}\n")
    assert program is None or has_errors(findings)
