"""What a change of routing, of receivers or of dependencies means to the people who are woken."""

from dataclasses import replace
from pathlib import Path

import pytest

from slogen.review.changes import Change, Danger, Kind
from slogen.review.compare import compare
from slogen.review.side import Side
from tests.review.projects import CHURN, FRAUD, PROJECT, build, side

STORE = """\
version: slogen/v1
component: feature-store
team: pricing
sources: {app: {template: slogen-contract, select: {model: store}}}
slos:
  availability: {objective: 99%, sli: {availability: {from: app}}, inhibits_dependents: true}
  latency: {objective: 99%, sli: {latency: {from: app, within: 250ms}}}
"""
SPECS = {"fraud-detector": FRAUD, "churn": CHURN, "feature-store": STORE}
TREE = "generated/alertmanager/main/alertmanager.yaml"
DEPENDS = "team: pricing\ndepends_on: [feature-store]\n"


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Side:
    """The side before any change: two models and a component, on which churn depends."""
    specs = {**SPECS, "churn": CHURN.replace("team: pricing\n", DEPENDS)}
    return side(build(tmp_path_factory.mktemp("before"), specs))


def told(before: Side, folder: Path, specs: dict[str, str], project: str = PROJECT) -> dict[Kind, list[Change]]:
    """The changes from the side before to these specs, by kind."""
    base = {**SPECS, "churn": CHURN.replace("team: pricing\n", DEPENDS)}
    found: dict[Kind, list[Change]] = {}
    for change in compare(before, side(build(folder, {**base, **specs}, project)), 20).changes:
        found.setdefault(change.kind, []).append(change)
    return found


def test_a_receiver_that_leads_elsewhere_is_lost_cover(tmp_path: Path, before: Side) -> None:
    """A page that goes to another place under the same receiver's name is told first, with both places."""
    found = told(before, tmp_path, {}, PROJECT.replace("url_file: payments-page", "url_file: nowhere"))

    (change,) = found[Kind.RECEIVER_CHANGED]
    assert change.danger is Danger.COVER
    assert "payments-page" in change.before
    assert "nowhere" in change.after


def test_other_words_and_further_channels_lose_nothing(before: Side) -> None:
    """A receiver that reaches the same people in other words, or further people, is no lost cover."""
    text = before.files[TREE]
    further = text.replace(
        "- name: payments-ml-page\n", "- name: payments-ml-page\n  email_configs: [{to: a@example.org}]\n"
    )
    quieter = text.replace("send_resolved: true", "send_resolved: false").replace(
        "- url_file", "- send_resolved: false\n    url_file"
    )

    for other, kind in ((further, Kind.RECEIVER_CHANGED), (quieter, Kind.MESSAGE_CHANGED)):
        assert other != text
        found = compare(before, replace(before, files={**before.files, TREE: other}), 20).changes
        assert {(change.kind, change.danger) for change in found} == {(kind, Danger.TELLING)}


def test_what_all_receivers_go_through_is_told(before: Side) -> None:
    """Another mail server is lost cover, as every receiver that mails goes through it."""
    text = before.files[TREE].replace(
        "resolve_timeout: 5m", "resolve_timeout: 5m\n  smtp_smarthost: mail.example.org:25"
    )

    (change,) = compare(before, replace(before, files={**before.files, TREE: text}), 20).changes

    assert (change.kind, change.danger, change.subject) == (Kind.RECEIVER_CHANGED, Danger.COVER, f"{TREE} global")


def test_quiet_hours_and_waiting_are_told(tmp_path: Path, before: Side) -> None:
    """Hours in which alerts reach nobody are lost cover, other waiting is behaviour."""
    policy = (
        "routing:\n  tiers: {page: {group_wait: 20m}}\n"
        "  maintenance: {night: {weekly: {weekdays: [sunday], location: UTC}, severities: [ticket]}}\n"
    )
    project = PROJECT.replace("alertmanagers:\n", f"{policy}alertmanagers:\n")
    found = told(before, tmp_path, {}, project)

    assert {change.danger for change in found[Kind.MUTED]} == {Danger.COVER}
    assert found[Kind.MUTED][0].after == "not during maintenance-night"
    assert {change.danger for change in found[Kind.TIMING_CHANGED]} == {Danger.BEHAVIOUR}
    assert "after 20m" in found[Kind.TIMING_CHANGED][0].after


def test_a_receiver_without_channels_is_nobody(before: Side) -> None:
    """An alert that lands at a receiver which tells nobody is a lost route; a route from nobody is none."""
    text = before.files[TREE]
    start = text.index("- name: payments-ml-page\n")
    end = text.index("- name:", start + 1)
    silent = replace(before, files={**before.files, TREE: text[:start] + "- name: payments-ml-page\n" + text[end:]})

    lost, gained = (compare(*sides, 20).changes for sides in ((before, silent), (silent, before)))

    assert {change.danger for change in lost if change.kind is Kind.ROUTE_LOST} == {Danger.COVER}
    assert {change.after for change in lost if change.kind is Kind.ROUTE_LOST} == {"nobody"}
    assert not [change for change in gained if change.danger is Danger.COVER]
    assert Kind.ROUTE_ADDED in {change.kind for change in gained}


def test_an_escalation_adds_people(tmp_path: Path, before: Side) -> None:
    """Who is told as well takes nothing from anybody."""
    more = "url_file: payments-log}}]\n    escalation: {after: 30m, to: [{webhook: {url_file: lead}}]}"
    found = told(before, tmp_path, {}, PROJECT.replace("url_file: payments-log}}]", more))

    assert Kind.ROUTE_ADDED in found
    assert not [change for changes in found.values() for change in changes if change.danger is Danger.COVER]


def test_the_outage_of_an_environment_goes_with_its_team(tmp_path: Path) -> None:
    """Alerts of the whole fleet that land at another team's receiver are told, though no component changed its team."""
    projects = [
        f"{PROJECT}routing: {{outage: {{team: {team}, components: 2}}}}\n" for team in ("pricing", "payments-ml")
    ]
    old, new = (side(build(tmp_path / str(n), SPECS, text)) for n, text in enumerate(projects))

    found = {change.subject: change for change in compare(old, new, 20).changes if change.kind is Kind.ROUTE_MOVED}

    moved = found["production EnvironmentOutage"]
    assert (moved.danger, moved.before, moved.after) == (Danger.COVER, "pricing-page", "payments-ml-page")


def test_dependencies_hold_alerts_back(tmp_path: Path, before: Side) -> None:
    """A new dependency mutes a model's alerts while it is out, one that is gone does no more; both are told."""
    specs = {
        "fraud-detector": FRAUD.replace("payments-ml\n", "payments-ml\ndepends_on: [feature-store]\n"),
        "churn": CHURN,
    }
    found = told(before, tmp_path, specs)

    outage = "production/feature-store UpstreamOutage feature-store"
    assert {(c.danger, c.after, c.subject.split("/")[1]) for c in found[Kind.INHIBITED]} == {
        (Danger.COVER, outage, "fraud-detector")
    }
    assert {(c.danger, c.before, c.subject.split("/")[1]) for c in found[Kind.UNINHIBITED]} == {
        (Danger.TELLING, outage, "churn")
    }


def test_what_holds_dependents_back_is_told(tmp_path: Path, before: Side) -> None:
    """A further objective that quietens dependents is lost cover and names them."""
    (change,) = told(
        before,
        tmp_path,
        {"feature-store": STORE.replace("within: 250ms}}", "within: 250ms}}, inhibits_dependents: true")},
    )[Kind.INHIBITED]

    assert (change.danger, change.subject) == (Danger.COVER, "production/feature-store")
    assert (change.before, change.after) == ("availability", "availability, latency")
    assert "churn" in change.consequence


def test_leaving_the_shadow_loses_nothing(tmp_path: Path) -> None:
    """An alert that reaches people from now on is told once, and not as a route that moved."""
    shadow = FRAUD.replace("for: 5m}", "for: 5m, shadow: {until: 2030-01-01}}")
    sides = [side(build(tmp_path / name, {"fraud-detector": text})) for name, text in (("a", shadow), ("b", FRAUD))]

    live, trial = compare(sides[0], sides[1], 20).changes, compare(sides[1], sides[0], 20).changes

    assert {(c.kind, c.danger) for c in live if c.subject.endswith("Failing")} == {(Kind.UNSHADOWED, Danger.BEHAVIOUR)}
    assert {(c.kind, c.danger) for c in trial if c.subject.endswith("Failing")} == {(Kind.SHADOWED, Danger.COVER)}


def test_suppression_in_rules_is_told_once(tmp_path: Path, before: Side) -> None:
    """Where inhibition moves into the rules, no alert is said to reach people that it does not reach."""
    found = told(before, tmp_path, {}, f"{PROJECT}routing: {{suppression: promql}}\n")

    assert len(found[Kind.SUPPRESSION_MOVED]) == 1
    assert not {Kind.INHIBITED, Kind.UNINHIBITED} & found.keys()
