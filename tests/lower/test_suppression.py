"""Tickets that wait for the page in PromQL: the expression, its claims, and what a replay sees."""

from pathlib import Path

import pytest

from slogen.ir.rules import Alert
from slogen.pipeline import Compiled
from slogen.promql.text import show
from slogen.proofs import fleet
from tests.review.projects import CHURN, PROJECT, build

WAITING = PROJECT + "routing: {suppression: promql}\n"


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    """A project whose tickets wait in PromQL."""
    return build(tmp_path_factory.mktemp("waiting"), {"churn": CHURN}, WAITING)


def burn_alerts(made: Compiled) -> dict[str, Alert]:
    """The burn alerts of the churn model by tier."""
    assert made.program is not None
    component = made.program.environments[0].components[0]
    alerts = [rule for group in component.rules.groups for rule in group.rules if isinstance(rule, Alert)]
    return {dict(alert.labels)["burn"]: alert for alert in alerts if alert.kind == "burn"}


def test_tickets_end_while_the_page_fires(waiting: Compiled, tmp_path: Path) -> None:
    """A ticket's expression leaves it out while the page of the same objective fires; a page is as it was."""
    usual = burn_alerts(build(tmp_path, {"churn": CHURN}))
    found = burn_alerts(waiting)
    page = (
        'ALERTS{alertname="ErrorBudgetBurnPage",alertstate="firing",env="production",model="churn",slo="availability"}'
    )

    assert show(found["sustained"].expr) == f"{show(usual['sustained'].expr)} unless on (env, model, slo) {page}"
    assert found["fast"] == usual["fast"]
    assert not found["sustained"].proof.unproven
    assert len(found["sustained"].proof.witnesses) < len(usual["sustained"].proof.witnesses)


def test_the_configuration_needs_no_inhibition_for_them(waiting: Compiled) -> None:
    """Where the expression holds the ticket back, Alertmanager does not."""
    tree = next(a.text for a in waiting.artifacts if a.path.endswith("alertmanager.yaml"))

    assert 'burn="fast"' not in tree.partition("inhibit_rules")[2]


def test_every_claim_of_theirs_holds(waiting: Compiled) -> None:
    """What the alerts claim of themselves is seen in a replay of the emitted rules."""
    assert waiting.program is not None
    texts = {artifact.path: artifact.text for artifact in waiting.artifacts if artifact.root == "generated"}
    wanted = {rule.name for rule in burn_alerts(waiting).values()}
    todo = fleet.jobs(waiting.program, texts, lambda _: True)

    verdicts = [verdict for job in todo for verdict in fleet.run(job).verdicts if verdict.alert in wanted]

    assert {verdict.alert for verdict in verdicts} == wanted
    assert [verdict.problem for verdict in verdicts if verdict.problem] == []
