"""The tree: who is told of which alert, what the file looks like, and what must never change it."""

import re
from pathlib import Path

import pytest

from slogen.backends.alertmanager.emit import emit
from slogen.diagnostics.model import Diagnostic
from slogen.routing.config import Config
from slogen.routing.inhibit import inhibitions
from slogen.routing.lint import lint
from slogen.routing.load import Dialect, load
from slogen.routing.refusals import refusals
from slogen.routing.tree import group_key, routes_for
from slogen.source.plain import load_plain
from tests.backends.alertmanager.projects import PLAIN, alert, configuration, emitted, meaning, program
from tests.golden import assert_golden

GOLDEN = Path(__file__).parent / "golden"
HOURS = """\
routing:
  hours:
    office: {weekdays: [monday, tuesday, wednesday, thursday, friday], times: ['09:00-17:30'], location: Europe/London}
  tiers: {ticket: {hours: office}}
"""
MAINTENANCE = """\
routing:
  maintenance:
    new-year: {start: 2026-12-31T18:00, end: 2027-01-02T06:00, location: Europe/Berlin}
    backups:
      weekly: {weekdays: [sunday, saturday], times: ['02:00-04:00'], location: UTC}
      teams: [search-ml]
      severities: [log]
"""
SIDE_CHANNELS = """\
routing:
  side_channels:
    audit: {to: [{sns: {topic_arn: 'arn:aws:sns:eu-west-1:1:alerts', sigv4: {region: eu-west-1}}}]}
    remediation:
      to: [{webhook: {url: 'https://remediation.example.org/hook', max_alerts: 50}}]
      severities: [page]
      teams: [payments-ml]
      labels: {remediation: rollback}
      group_by: [env, model]
"""
TIERS = """\
routing:
  tiers:
    page: {group_wait: 10s}
    chase: {priority: P2, group_by: [env, team], repeat_interval: 2h}
    ticket: {repeat_interval: 7d}
  suppression: promql
"""
TEAM = "  payments-ml:\n"
ESCALATION = PLAIN.replace(
    TEAM, TEAM + "    escalation: {after: 30m, to: [{opsgenie: {api_key_file: lead-opsgenie}}]}\n"
)
ENVIRONMENTS = PLAIN.replace(
    TEAM, TEAM + "    environments: {production: {ticket: [{email: {to: on-site@example.org}}]}}\n"
)
CASES = {
    "plain": PLAIN,
    "hours": PLAIN + HOURS,
    "maintenance": PLAIN + MAINTENANCE,
    "side-channels": PLAIN + SIDE_CHANNELS,
    "tiers": PLAIN + TIERS,
    "escalation": ESCALATION,
    "environments": ENVIRONMENTS,
}
PAGE = {"team": "payments-ml", "severity": "page", "env": "production"}


def loaded(text: str) -> Config:
    """The configuration of a project, as its Alertmanager reads it."""
    config = load(configuration(text), dialect=Dialect.of((0, 28))).config
    assert config is not None
    return config


def told(text: str, **labels: str) -> list[str]:
    """The receivers of an alert."""
    return [route.receiver for route in routes_for(loaded(text).root, labels)]


@pytest.mark.parametrize("name", CASES)
def test_golden(name: str) -> None:
    """One feature a file."""
    assert_golden(GOLDEN / f"{name}.yaml", configuration(CASES[name]))


@pytest.mark.parametrize("name", CASES)
def test_nothing_to_complain_about(name: str) -> None:
    """Our own lint finds nothing worse than a note in what we make, but for a user's own repeat interval."""
    found = sorted(f.code.slug for f in lint(loaded(CASES[name])) if f.severity.name != "INFO")
    expected = ["repeat-beyond-memory"] * 2 + ["repeat-interval-races"] * 4 if name == "tiers" else []
    assert found == expected


@pytest.mark.parametrize(
    ("labels", "receivers"),
    [
        (PAGE, ["payments-ml-page"]),
        ({**PAGE, "severity": "ticket"}, ["payments-ml-ticket"]),
        ({**PAGE, "severity": "log"}, ["nobody"]),
        ({**PAGE, "severity": "unheard-of"}, ["fallback"]),
        ({**PAGE, "team": "unheard-of"}, ["fallback"]),
        ({**PAGE, "env": "staging"}, ["nonproduction"]),
        ({**PAGE, "env": "staging-2"}, ["fallback"]),
        ({**PAGE, "env": ""}, ["fallback"]),
        ({**PAGE, "mode": "shadow"}, ["nobody"]),
        ({"alertname": "Watchdog", "env": "staging"}, ["heartbeat"]),
        ({}, ["fallback"]),
    ],
)
def test_who_is_told(labels: dict[str, str], receivers: list[str]) -> None:
    """Watchdog first, then trials, then what is not production, then the team and the tier, then the fallback."""
    assert told(PLAIN, **labels) == receivers


def test_every_prometheus_has_a_heartbeat_of_its_own() -> None:
    """Two servers of one environment differ in their external labels, and neither hides the silence of the other."""
    root = loaded(PLAIN).root
    pulses = [{"alertname": "Watchdog", "env": "production", "cluster": name} for name in ("eu-1", "eu-2")]
    assert len({group_key(routes_for(root, pulse)[0], pulse) for pulse in pulses}) == 2


def test_side_channels_take_nothing_away() -> None:
    """Copies come before the team's own receiver, which hears as if they were not there."""
    text = PLAIN + SIDE_CHANNELS
    assert told(text, **PAGE) == ["audit", "payments-ml-page"]
    assert told(text, **PAGE, remediation="rollback") == ["audit", "remediation", "payments-ml-page"]
    assert told(text, **{**PAGE, "env": "staging"}, remediation="rollback") == ["nonproduction"]


def test_an_escalation_is_told_as_well() -> None:
    """The lead's group has the same labels, waits as long as declared, and the page is sent all the same."""
    routes = routes_for(loaded(ESCALATION).root, PAGE)
    assert [(r.receiver, r.timers.group_wait) for r in routes] == [
        ("payments-ml-escalation", 1_800_000),
        ("payments-ml-page", 30_000),
    ]
    assert routes[0].group_by == routes[1].group_by


def test_an_environment_may_have_its_own_receivers() -> None:
    """Only the tiers that an environment declares differ there."""
    assert told(ENVIRONMENTS, **{**PAGE, "severity": "ticket"}) == ["payments-ml-production-ticket"]
    assert told(ENVIRONMENTS, **PAGE) == ["payments-ml-page"]


def test_moving_a_model_to_another_team_changes_no_file() -> None:
    """Ownership is a label of alerts; the tree names no model."""
    before = (alert("A", "page", slo="a", burn="fast", team="payments-ml", model="m"),)
    after = (alert("A", "page", slo="a", burn="fast", team="search-ml", model="m"),)
    assert emitted(PLAIN, before) == emitted(PLAIN, after)


def test_the_order_of_declarations_changes_no_file() -> None:
    """Teams, instances and side channels come in the order of their names."""
    head, teams, rest = PLAIN.partition("teams:\n")[0], PLAIN[PLAIN.index("  payments") : PLAIN.index("  search")], ""
    search = PLAIN[PLAIN.index("  search") : PLAIN.index("alertmanagers:")]
    rest = PLAIN[PLAIN.index("alertmanagers:") :]
    assert emitted(f"{head}teams:\n{search}{teams}{rest}") == emitted(PLAIN)


def mutes(source: dict[str, str], target: dict[str, str]) -> bool:
    """Whether the first alert keeps the second quiet."""
    return inhibitions(loaded(PLAIN).inhibit_rules, [source, target])[1] == [0]


FAST = {"alertname": "P", "severity": "page", "burn": "fast", "slo": "a", "model": "m", "env": "production"}
SLOW = {"alertname": "T", "severity": "ticket", "burn": "slow", "slo": "a", "model": "m", "env": "production"}
OUTAGE = {"alertname": "UpstreamOutage", "component": "feature-store", "env": "production", "severity": "ticket"}


@pytest.mark.parametrize(
    ("source", "target", "quiet"),
    [
        (FAST, SLOW, True),
        ({**FAST, "burn": "slow"}, SLOW, True),
        (SLOW, {**SLOW, "severity": "log"}, True),
        (SLOW, FAST, False),
        (FAST, {**SLOW, "slo": "b"}, False),
        (FAST, {**SLOW, "env": "staging"}, False),
        (FAST, {**SLOW, "slice": "de"}, False),
        ({**FAST, "slice": "de"}, {**SLOW, "slice": "de"}, True),
        ({**FAST, "slo": ""}, {**SLOW, "slo": ""}, False),
        ({**FAST, "env": ""}, {**SLOW, "env": ""}, False),
        (OUTAGE, {**FAST, "upstreams": ",feature-store,stream,"}, True),
        (OUTAGE, {**FAST, "upstreams": ",stream,feature-store,"}, True),
        (OUTAGE, {**FAST, "upstreams": ",my-feature-store,"}, False),
        (OUTAGE, {**FAST, "upstreams": ",feature-store-2,"}, False),
        (OUTAGE, {**FAST, "upstreams": ",feature-store,", "env": "staging"}, False),
        (OUTAGE, {**FAST, "upstreams": ",feature-store,", "alertname": "ErrorBudgetExhausted"}, False),
        (OUTAGE, {**FAST, "upstreams": ",feature-store,", "alertname": "SLONoData"}, False),
        (FAST, {**OUTAGE, "slo": "a", "model": "m"}, False),
    ],
)
def test_what_keeps_what_quiet(source: dict[str, str], target: dict[str, str], quiet: bool) -> None:
    """Urgent over less urgent of one SLO, outages over what names them; labels must be there and agree."""
    assert mutes(source, target) is quiet


def test_sources_of_a_rule_are_unique() -> None:
    """No rule has two sources with the same values of `equal`, which Alertmanager 0.30 to 0.34.0 would confuse."""
    config = loaded(PLAIN)
    burns = [FAST, {**FAST, "burn": "slow"}, SLOW, OUTAGE]
    for rule in config.inhibit_rules:
        keys = [tuple(b.get(n, "") for n in rule.equal) for b in burns if all(m.matches(b) for m in rule.sources)]
        assert len(keys) == len(set(keys))


def test_suppression_in_the_rules_leaves_only_upstreams() -> None:
    """With PromQL suppression no page inhibits a ticket; outages still mute their dependents."""
    assert len(loaded(PLAIN + TIERS).inhibit_rules) == 1


def test_two_instances_serve_their_own_environments() -> None:
    """What an instance does not serve is unknown to it."""
    more = PLAIN + "  second: {environments: [staging], fallback: [{webhook: {url: 'http://second.example.org'}}]}\n"
    text = emitted(more)["alertmanager/second/alertmanager.yaml"]
    config = load(text).config
    assert config is not None
    assert [route.receiver for route in routes_for(config.root, {**PAGE, "env": "staging"})] == ["nobody"]
    assert [route.receiver for route in routes_for(config.root, PAGE)] == ["fallback"]
    assert "payments" not in text


@pytest.mark.parametrize(
    ("integration", "version", "needed"),
    [
        ("msteams: {webhook_url_file: x}", "0.27", "0.28"),
        ("webhook: {url_file: x}", "0.25", "0.26"),
        ("mattermost: {webhook_url_file: x}", "0.29", "0.30"),
        ("slack: {app_token_file: x}", "0.28", "0.30"),
        ("webhook: {url: 'http://x.example.org', http_config: {no_proxy: a, proxy_url: 'http://p'}}", "0.25", "0.26"),
    ],
)
def test_what_a_version_lacks_is_named(integration: str, version: str, needed: str) -> None:
    """A receiver or field that is too new is a finding at its place, with the first version that has it."""
    text = PLAIN.replace("pagerduty: {routing_key_file: payments-pagerduty}", integration)
    text = text.replace("  main:\n", f'  main:\n    version: "{version}"\n')
    found = [made for made in emit(program(text)) if isinstance(made, Diagnostic)]
    assert [finding.code.slug for finding in found] == ["alertmanager-too-old"]
    assert f"Alertmanager {needed}" in found[0].message
    assert found[0].span is not None
    assert found[0].span.line == 6
    accepted = text.replace(f'"{version}"', f'"{needed}"')
    assert [made for made in emit(program(accepted)) if isinstance(made, Diagnostic)] == []


def test_receivers_of_one_name_are_refused() -> None:
    """A team and a tier that read like another team and tier are told apart by a finding."""
    text = PLAIN.replace("  search-ml:", "  payments-ml-x:") + "routing: {tiers: {x-page: {}}}\n"
    text = text.replace("      ticket: [{slack", "      x-page: [{slack", 1)
    found = [made for made in emit(program(text)) if isinstance(made, Diagnostic)]
    assert [finding.code.slug for finding in found] == ["receiver-name-twice"]


@pytest.mark.parametrize(
    ("old", "new", "slug", "place"),
    [
        ("environments: [production, staging]", "environments: [prod, staging]", "unknown-routing-name", (15, 20)),
        ("      log:", "      logg:", "unknown-routing-name", (12, 7)),
        ("    smtp:", "    # smtp:", "mail-without-server", (11, 17)),
        (
            "environments: [production, staging]",
            "environments: [production]",
            "environment-without-alertmanager",
            (2, 48),
        ),
    ],
)
def test_mistakes_have_places(old: str, new: str, slug: str, place: tuple[int, int]) -> None:
    """Names that nothing declares, mail without a server, environments nobody serves."""
    _, found = meaning(PLAIN.replace(old, new))
    first = next(finding for finding in found if finding.code.slug == slug)
    assert first.span is not None
    assert (first.span.line, first.span.column) == place


@pytest.mark.parametrize(
    ("routing", "slug"),
    [
        ("hours: {o: {weekdays: [monday], location: Mars/X}}", "unknown-time-zone"),
        ("maintenance: {m: {start: 2027-02-30T00:00, end: 2027-03-02T00:00}}", "impossible-maintenance"),
        ("maintenance: {m: {start: 2027-01-01T00:00, end: 2028-01-01T00:00}}", "impossible-maintenance"),
        (
            "maintenance: {m: {start: 2027-01-01T00:00, end: 2027-01-02T00:00, teams: [paymets-ml]}}",
            "unknown-routing-name",
        ),
        ("side_channels: {s: {to: [{webhook: {url: 'http://x.y'}}], severities: [pge]}}", "unknown-routing-name"),
        ("tiers: {page: {hours: nowhere}}", "unknown-routing-name"),
    ],
)
def test_times_and_scopes_are_checked(routing: str, slug: str) -> None:
    """Places, dates, teams and tiers that do not exist are findings."""
    _, found = meaning(f"{PLAIN}routing:\n  {routing}\n")
    assert [finding.code.slug for finding in found] == [slug]


def test_mimir_gets_one_file_with_placeholders() -> None:
    """No file on the server is named; what Mimir is sent loads once the placeholders are filled in."""
    files = emitted(PLAIN.replace("  main:\n", "  main:\n    mimir: true\n"))
    envelope = load_plain(files["alertmanager/main/mimir.yaml"]).data
    assert isinstance(envelope, dict)
    assert set(envelope) == {"template_files", "alertmanager_config"}
    text = str(envelope["alertmanager_config"])
    assert "_file:" not in text
    assert "routing_key: ${PAYMENTS_PAGERDUTY}" in text
    filled = re.sub(r"\$\{[A-Z_]+\}", "https://filled.example.org", text)
    assert refusals(filled, "mimir", (0, 28)) == []
