"""Hand-written configurations are kept whole, with slogen's part under the route they name."""

import pytest

from slogen.backends.alertmanager.emit import emit
from slogen.diagnostics.model import Diagnostic
from slogen.routing.config import Config
from slogen.routing.load import Dialect, load
from slogen.routing.refusals import refusals
from slogen.routing.tree import routes_for
from tests.backends.alertmanager.projects import PLAIN, emitted, meaning, program

BASE = """\
global: {resolve_timeout: 10m, slack_api_url_file: /etc/slack}
templates: [own.tmpl]
route:
  receiver: ops
  routes:
  - matchers: ['alertname="Watchdog"']
    receiver: ops
  - matchers: ['domain="ml"']
    receiver: ops
    routes:
    - match: {legacy: yes}
      receiver: old
  - matchers: ['domain="web"']
    receiver: old
inhibit_rules:
- {source_matchers: [severity=critical], target_matchers: [severity=warning], equal: [cluster]}
mute_time_intervals:
- {name: night, time_intervals: [{times: [{start_time: 00:00, end_time: 06:00}]}]}
receivers:
- name: ops
  slack_configs: [{channel: '#ops', send_resolved: yes}]
- name: old
"""
INCLUDING = (
    PLAIN
    + """\
    include: {file: base.yaml, under: ['domain="ml"']}
"""
)


def whole(base: str) -> Config:
    """The merged configuration, loaded."""
    text = emitted(INCLUDING, included={"base.yaml": base})["alertmanager/main/alertmanager.yaml"]
    assert refusals(text, "f", (0, 28)) == []
    loaded = load(text, dialect=Dialect.of((0, 28)))
    assert loaded.config is not None
    return loaded.config


def receivers(config: Config, **labels: str) -> list[str]:
    """Who is told of an alert."""
    return [route.receiver for route in routes_for(config.root, labels)]


def findings(base: str) -> list[Diagnostic]:
    """What stands in the way of a merge."""
    return [made for made in emit(program(INCLUDING, included={"base.yaml": base})) if isinstance(made, Diagnostic)]


def test_alerts_of_others_go_where_they_went() -> None:
    """Routes outside and before slogen's tree are untouched."""
    config = whole(BASE)
    assert receivers(config, domain="web") == ["old"]
    assert receivers(config, domain="ml", legacy="yes") == ["old"]
    assert receivers(config, other="x") == ["ops"]


def test_alerts_of_models_reach_their_teams() -> None:
    """What the named route takes and its own routes leave goes through slogen's tree."""
    config = whole(BASE)
    labels = {"domain": "ml", "team": "payments-ml", "severity": "page", "env": "production"}
    assert receivers(config, **labels) == ["payments-ml-page"]
    assert receivers(config, **{**labels, "env": "elsewhere"}) == ["fallback"]


def test_values_keep_their_meaning() -> None:
    """A plain `yes` stays text where a label is matched and true where a field is a switch."""
    config = whole(BASE)
    assert config.receiver("ops").channels[0].send_resolved
    assert receivers(config, domain="ml", legacy="true") == ["fallback"]


@pytest.mark.parametrize(
    ("old", "new", "slug"),
    [
        ("name: old", "name: nobody", "include-collision"),
        ("slack_api_url_file: /etc/slack", "smtp_from: other@example.org", "include-collision"),
        ('domain="ml"', 'domain="science"', "include-route-missing"),
        ('domain="web"', 'domain="ml"', "include-route-missing"),
    ],
)
def test_collisions_are_refused(old: str, new: str, slug: str) -> None:
    """Nothing written by hand is overwritten, and a route that is missing or ambiguous is named."""
    assert [finding.code.slug for finding in findings(BASE.replace(old, new))] == [slug]


@pytest.mark.parametrize(
    ("base", "slug"),
    [
        (
            BASE.replace("slack_api_url_file: /etc/slack", "slack_api_url: https://hooks.slack.com/services/T/B/xyz"),
            "include-with-secret",
        ),
        (BASE.replace("channel:", "app_token: hush, channel:"), "include-with-secret"),
        ("- 1\n", "include-no-configuration"),
        ("a: [\n", "include-no-configuration"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_lowering(base: str, slug: str) -> None:
    """Secrets and other files than configurations are findings in that file; messages never repeat a secret."""
    _, found = meaning(INCLUDING, included={"base.yaml": base})
    assert [finding.code.slug for finding in found] == [slug]
    assert [finding.span and finding.span.file for finding in found] == ["base.yaml"]
    assert [word for word in ("hooks.slack.com", "hush") if word in found[0].message] == []


def test_a_missing_file_is_named() -> None:
    """An include that cannot be read is a finding at its place in slogen.yaml."""
    _, found = meaning(INCLUDING)
    assert [finding.code.slug for finding in found] == ["include-not-found"]
