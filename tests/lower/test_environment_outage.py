"""A whole environment that fails or vanishes: one page, not many, and nothing held back that has another cause."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from slogen import names
from slogen.ir.rules import Alert
from slogen.pipeline import Compiled
from slogen.promql.text import show
from slogen.proofs import fleet
from slogen.proofs.stage import Played, play, stage
from slogen.review.explain import explain
from slogen.review.routes import labels_of
from slogen.review.routes import trees as trees_of
from slogen.routing.inhibit import inhibitions
from slogen.routing.lint import lint
from slogen.scenarios.story import Fault, Happening, Missing, Story
from slogen.scenarios.telling import Told
from tests.review.projects import PROJECT, build, side

MODELS = [f"model-{number}" for number in range(6)]
OWNED = PROJECT + "defaults: {team: pricing}\n"
MODEL = """\
version: slogen/v1
model: {name}
team: payments-ml
depends_on: [store]
sources:
  app: {{template: slogen-contract, select: {{job: {name}}}}}
slos:
  availability: {{objective: 99.9%, sli: {{availability: {{from: app}}}}}}
alerts:
  odd: {{severity: ticket, threshold: {{of: app.fpr, above: 2%, over: 15m, min_events: 200}}}}
  quiet: {{severity: page, absent: {{from: app, what: target, over: 30m}}}}
"""
STORE = """\
version: slogen/v1
component: store
team: payments-ml
sources:
  app: {template: slogen-contract, select: {model: store}}
slos:
  availability: {objective: 99.9%, sli: {availability: {from: app}}, inhibits_dependents: true}
"""
SPECS = {name: MODEL.format(name=name) for name in MODELS}
MINUTE, AT, LENGTH = 60_000, 2 * 3_600_000, 3 * 3_600_000


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    """Six models that need one component, and a team that owns what nobody else does."""
    return build(tmp_path_factory.mktemp("outage"), {**SPECS, "store": STORE}, OWNED)


def alerts_of(made: Compiled) -> list[Alert]:
    """Every alert of the one environment."""
    assert made.program is not None
    (environment,) = made.program.environments
    files = (environment.fleet, *(component.rules for component in environment.components))
    return [rule for file in files for group in file.groups for rule in group.rules if isinstance(rule, Alert)]


def emitted(made: Compiled) -> dict[str, str]:
    """The files that servers would load."""
    return {artifact.path: artifact.text for artifact in made.artifacts if artifact.root == "generated"}


def test_every_claim_of_theirs_holds(project: Compiled) -> None:
    """A quorum fires them; one component fewer, faults below the bound, too few with traffic and idleness do not."""
    assert project.program is not None
    todo = fleet.jobs(project.program, emitted(project), lambda name: "Environment" in name)
    verdicts = [verdict for job in todo for verdict in fleet.run(job).verdicts]

    assert {(v.alert, v.fires) for v in verdicts} == {
        (name, fires) for name in (names.ENVIRONMENT_OUTAGE, names.ENVIRONMENT_NO_DATA) for fires in (True, False)
    }
    assert [verdict.problem for verdict in verdicts if verdict.problem] == []


def played(made: Compiled, failing: Sequence[str], event: str = "fault") -> Played:
    """Two good hours, then everything fails, or vanishes, in some of the models."""
    assert made.program is not None
    on = stage(made.program, emitted(made), "production", (*MODELS, "store"))
    stories = {}
    for component in on.components:
        wrong = [
            Fault(signal.id, 1.0, None, None) if event == "fault" else Missing(signal.id)
            for signal in component.signals
            if component.name in failing and (event != "fault" or signal.id in component.slos[0].signals)
        ]
        happenings = tuple(Happening(AT, None, one) for one in wrong)
        stories[component.name] = Story(1_704_067_200_000, LENGTH, 30_000, 10.0, happenings)
    return play(on, Told(stories, AT))


def heard(world: Played, receiver: str) -> set[tuple[str, str]]:
    """Which alerts of which models a receiver was told of."""
    told = (n for n in world.notices.notifications if n.receiver == receiver)
    alerts = (dict(alert) for n in told for alert in n.firing)
    return {(alert["alertname"], alert.get("model", "")) for alert in alerts}


def test_one_page_for_an_environment_that_is_out(project: Compiled) -> None:
    """All models fail at the same moment: the owner is paged once, before any of the pages it holds back was sent."""
    world = played(project, MODELS)

    assert heard(world, "pricing-page") == {(names.ENVIRONMENT_OUTAGE, "")}
    assert heard(world, "payments-ml-page") == set()
    assert heard(world, "payments-ml-ticket") == set()


def test_the_cause_keeps_its_voice(project: Compiled) -> None:
    """The component that all of them need fails, too: its own page is the one that says where to look."""
    world = played(project, [*MODELS, "store"])

    assert heard(world, "pricing-page") == {(names.ENVIRONMENT_OUTAGE, "")}
    assert heard(world, "payments-ml-page") == {(names.BURN_PAGE, "store")}


def test_a_few_models_speak_for_themselves(project: Compiled) -> None:
    """Two of seven are no outage of the environment."""
    world = played(project, MODELS[:2])

    assert heard(world, "payments-ml-page") == {(names.BURN_PAGE, model) for model in MODELS[:2]}
    assert heard(world, "pricing-page") == set()


def test_an_environment_that_vanishes_is_noticed(project: Compiled) -> None:
    """Nothing of six models is scraped any more: the owner is paged, and no alert on lost data is held back."""
    world = played(project, MODELS, "vanish")

    assert heard(world, "pricing-page") == {(names.ENVIRONMENT_NO_DATA, "")}
    assert heard(world, "payments-ml-page") == {("Quiet", model) for model in MODELS}
    assert heard(world, "payments-ml-ticket") >= {(names.NO_DATA, model) for model in MODELS}


def test_it_holds_back_only_what_it_explains(project: Compiled) -> None:
    """No alert on lost data, budgets, rules or outages, nor any of a component that others need; no circle."""
    alerts = alerts_of(project)
    ((_, config),) = trees_of(side(project))
    outage = next(index for index, alert in enumerate(alerts) if alert.name == names.ENVIRONMENT_OUTAGE)
    sent = [dict(labels_of(alert)) for alert in alerts]
    held = [alert for alert, by in zip(alerts, inhibitions(config.inhibit_rules, sent), strict=True) if outage in by]

    assert {alert.kind for alert in held} == {"burn", "condition"}
    assert {alert.severity for alert in held} == {"page", "ticket"}
    assert {dict(alert.labels)["model"] for alert in held} == set(MODELS)
    assert [finding for finding in lint(config) if finding.code.slug == "mutual-inhibition"] == []


@pytest.mark.parametrize("missing", ["env", "model"])
def test_a_missing_label_matches_nothing(project: Compiled, missing: str) -> None:
    """Neither an outage of no environment nor an alert without one is on any side; nor is one of no model."""
    ((_, config),) = trees_of(side(project))
    outage = {"alertname": names.ENVIRONMENT_OUTAGE, "env": "production", "severity": "page", "team": "pricing"}
    page = {"alertname": names.BURN_PAGE, "env": "production", "model": "model-1", "severity": "page", "slo": "a"}
    bare = [{k: v for k, v in one.items() if k != missing} for one in (outage, page)]

    assert inhibitions(config.inhibit_rules, [outage, page]) == [[], [0]]
    assert inhibitions(config.inhibit_rules, bare) == [[], []]


def test_rules_that_wait_need_no_inhibition(tmp_path: Path) -> None:
    """With suppression in PromQL the same alerts end within an evaluation, and who heard of one hears of its end."""
    made = build(tmp_path, {**SPECS, "store": STORE}, OWNED + "routing: {suppression: promql}\n")
    waits = 'unless on () ALERTS{alertname="EnvironmentOutage",alertstate="firing",env="production"}'
    waiting = [alert for alert in alerts_of(made) if show(alert.expr).endswith(waits)]
    world = played(made, MODELS)
    spans = [s for life in world.world.alerts if life.rule.alert == names.BURN_PAGE for s in life.firing_spans()]

    assert {alert.kind for alert in waiting} == {"burn", "condition"}
    assert {dict(alert.labels)["model"] for alert in waiting} == set(MODELS)
    assert f'- alertname="{names.ENVIRONMENT_OUTAGE}"' not in emitted(made)["alertmanager/main/alertmanager.yaml"]
    assert all(end is not None and end - start <= 60_000 for start, end in spans)
    assert not [left for left in world.notices.left_open if left.receiver == "payments-ml-page"]


def test_too_few_to_compare(tmp_path: Path) -> None:
    """Four models are no quorum, unless the project says so."""
    few = {name: SPECS[name].replace("depends_on: [store]\n", "") for name in MODELS[:4]}
    asked = OWNED + "routing: {outage: {components: 4}}\n"

    assert names.ENVIRONMENT_OUTAGE not in {alert.name for alert in alerts_of(build(tmp_path / "a", few, OWNED))}
    assert names.ENVIRONMENT_OUTAGE in {alert.name for alert in alerts_of(build(tmp_path / "b", few, asked))}


def test_who_holds_back_must_speak(tmp_path: Path) -> None:
    """Where no team is paged for the outage, it holds nothing back, and slogen says so."""
    made = build(tmp_path, {**SPECS, "store": STORE})
    rules = emitted(made)["alertmanager/main/alertmanager.yaml"].partition("inhibit_rules")[2]

    assert f'- alertname="{names.ENVIRONMENT_OUTAGE}"' not in rules
    assert [d.code.slug for d in made.diagnostics if d.code.id == "SLO737"] == ["outage-without-owner"]


def test_it_can_be_explained(project: Compiled) -> None:
    """By environment and name: why it is there, who is paged, what was proven."""
    text = explain(side(project), "production/EnvironmentOutage")

    assert "told: pricing-page" in text
    assert "fires in 1 story, stays silent in 3" in text
