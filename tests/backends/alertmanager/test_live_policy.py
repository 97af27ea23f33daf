"""A built policy on a real Alertmanager: who is told, who is not, and who has to wait for the morning."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.backends.alertmanager.projects import alert, emitted
from tests.engines.servers import Sink, alertmanager, webhook_sink

PROJECT = """\
project: shop
environments:
  production: {{production: true}}
  production-us: {{production: true}}
  staging: {{production: false}}
teams:
  payments-ml:
    receivers:
      page: [{{pagerduty: {{routing_key_file: pagerduty, url: '{sink}/payments-page'}}}}]
      ticket: [{{webhook: {{url: '{sink}/payments-ticket'}}}}]
  search-ml:
    receivers:
      page: [{{pagerduty: {{routing_key_file: pagerduty, url: '{sink}/search-page'}}}}]
      ticket: [{{webhook: {{url: '{sink}/search-ticket'}}}}]
    hours: {{ticket: office}}
alertmanagers:
  main:
    version: "0.33"
    environments: [production, production-us, staging]
    fallback: [{{webhook: {{url: '{sink}/fallback'}}}}]
    nonproduction: [{{webhook: {{url: '{sink}/staging'}}}}]
    shadow: [{{webhook: {{url: '{sink}/shadow'}}}}]
    heartbeat: [{{webhook: {{url: '{sink}/heartbeat'}}}}]
    heartbeat_interval: 2s
    secrets_folder: {secrets}
routing:
  tiers:
    page: {{group_wait: 1s, group_interval: 3s}}
    ticket: {{group_wait: 2s, group_interval: 3s}}
  hours:
    office:
      weekdays: [monday, tuesday, wednesday, thursday, friday, saturday, sunday]
      times: ['{morning}']
      location: UTC
  side_channels:
    remediation:
      to: [{{webhook: {{url: '{sink}/remediation'}}}}]
      severities: [page]
      labels: {{remediation: rollback}}
      group_by: [env, model]
"""
RULES = (
    alert("ErrorBudgetBurnPage", "page", slo="availability", burn="fast"),
    alert("ErrorBudgetBurnTicket", "ticket", slo="availability", burn="slow"),
    alert("UpstreamOutage", "ticket", component="feature-store", model="feature-store"),
    replace(alert("EnvironmentOutage", "page", env="production-us", team="search-ml"), kind="environment"),
)
PAGE = {"alertname": "ErrorBudgetBurnPage", "severity": "page", "slo": "availability", "burn": "fast"}
TICKET = {"alertname": "ErrorBudgetBurnTicket", "severity": "ticket", "slo": "availability", "burn": "slow"}
PAYMENTS = {"team": "payments-ml", "env": "production"}
US = "production-us"
SEARCH = {"team": "search-ml", "env": "production"}


def fired() -> Iterator[dict[str, str]]:
    """Every alert of the scene."""
    yield {**PAGE, **PAYMENTS, "model": "fraud", "remediation": "rollback"}
    yield {**PAGE, **PAYMENTS, "model": "fraud", "remediation": "rollback", "burn": "collapse"}
    yield {**TICKET, **PAYMENTS, "model": "fraud"}
    yield {**TICKET, **SEARCH, "model": "ranking"}
    yield {**PAGE, **PAYMENTS, "model": "canary", "env": "staging"}
    yield {**PAGE, **PAYMENTS, "model": "stray", "env": "staging-2"}
    yield {**PAGE, "team": "payments-ml", "model": "nameless", "env": ""}
    yield {**PAGE, **PAYMENTS, "model": "trial", "mode": "shadow"}
    yield {"alertname": "Watchdog", "severity": "log", "env": "production"}
    yield {
        "alertname": "UpstreamOutage",
        "severity": "ticket",
        **PAYMENTS,
        "model": "feature-store",
        "component": "feature-store",
    }
    for number in range(20):
        yield {**PAGE, **PAYMENTS, "model": f"dependent-{number}", "upstreams": ",feature-store,stream,"}
    yield {**PAGE, **PAYMENTS, "model": "independent", "upstreams": ",my-feature-store,"}
    yield {"alertname": "EnvironmentOutage", "severity": "page", "env": US, "team": "search-ml"}
    yield from ({**one, **PAYMENTS, "env": US, "model": "caught"} for one in (PAGE, TICKET))
    yield {**PAGE, **PAYMENTS, "env": US, "model": "feature-store"}
    yield {**PAGE, **SEARCH, "env": US, "model": "lost", "alertname": "SLONoData"}


@dataclass(frozen=True, slots=True)
class Scene:
    """What was told until just before the hours began, what after, and when they began (Unix s)."""

    night: tuple[tuple[str, Any], ...]
    morning: tuple[tuple[str, Any], ...]


@pytest.fixture(scope="module")
def scene(alertmanager033: Path, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """All alerts fire at once, some seconds before the hours of one team's tickets begin."""
    folder = tmp_path_factory.mktemp("policy")
    (folder / "pagerduty").write_text("not-a-real-key", encoding="utf-8")
    with webhook_sink() as sink:
        now = datetime.now(UTC)
        begin = now.replace(second=0, microsecond=0) + timedelta(minutes=1 if now.second < 15 else 2)
        text = PROJECT.format(sink=sink.url, secrets=folder, morning=hours(begin))
        for path, content in emitted(text, RULES).items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")
        with alertmanager(alertmanager033, folder / "alertmanager/main/alertmanager.yaml", folder / "data") as url:
            return played(url, sink, begin.timestamp())


def hours(begin: datetime) -> str:
    """Half an hour from `begin` on, in one day: a morning that lasts until midnight holds the minute before it."""
    end = begin + timedelta(minutes=30)
    return f"{begin:%H:%M}-{end:%H:%M}" if end.date() == begin.date() else f"{begin:%H:%M}-24:00"


def played(url: str, sink: Sink, begin: float) -> Scene:
    """Fire, listen until the hours begin and a little longer."""
    body = [{"labels": labels} for labels in fired()]
    requests.post(f"{url}/api/v2/alerts", json=body, timeout=5).raise_for_status()
    time.sleep(max(8.0, begin - time.time() - 1))
    night = tuple(sink.received)
    time.sleep(max(0.0, begin + 7 - time.time()))
    return Scene(night, tuple(sink.received[len(night) :]))


def models(told: tuple[tuple[str, Any], ...], path: str) -> set[str]:
    """The models that a webhook receiver heard of."""
    return {a["labels"].get("model", "") for where, body in told if where == f"/{path}" for a in body["alerts"]}


def paged(told: tuple[tuple[str, Any], ...], path: str) -> list[str]:
    """The models that PagerDuty heard of, one entry for each incident; empty for one of a whole environment."""
    return sorted(body["payload"].get("component", "") for where, body in told if where == f"/{path}")


@pytest.mark.engine
def test_a_page_reaches_the_pager_and_not_the_ticket_receiver(scene: Scene) -> None:
    """The page of an SLO is sent once, for both of its tiers, and keeps the ticket of that SLO quiet."""
    assert paged(scene.night, "payments-page").count("fraud") == 1
    assert "fraud" not in models(scene.night + scene.morning, "payments-ticket")


@pytest.mark.engine
def test_a_ticket_at_night_waits_for_the_morning(scene: Scene) -> None:
    """Nothing is sent before the hours begin; once they have begun, the ticket is."""
    assert models(scene.night, "search-ticket") == set()
    assert models(scene.morning, "search-ticket") == {"ranking"}


@pytest.mark.engine
def test_what_is_not_production_never_pages(scene: Scene) -> None:
    """A declared staging environment, an unknown one and none at all reach readers, never the pager."""
    assert set(paged(scene.night + scene.morning, "payments-page")) == {"fraud", "independent", "feature-store"}
    assert models(scene.night, "fallback") == {"stray", "nameless"}


@pytest.mark.engine
def test_an_upstream_outage_silences_its_dependents_alone(scene: Scene) -> None:
    """Twenty models that need the component keep quiet; the one that needs another of a similar name does not."""
    assert not [model for model in paged(scene.night, "payments-page") if model.startswith("dependent")]
    assert paged(scene.night, "payments-page").count("independent") == 1
    assert models(scene.night, "payments-ticket") == {"feature-store"}


@pytest.mark.engine
def test_an_outage_of_an_environment_is_one_page(scene: Scene) -> None:
    """Its owner is paged; models of that environment keep quiet, lost data and the component they share do not."""
    assert paged(scene.night, "search-page") == ["", "lost"]
    assert "caught" not in {*paged(scene.night + scene.morning, "payments-page")}
    assert "caught" not in models(scene.night + scene.morning, "payments-ticket")


@pytest.mark.engine
def test_remediation_takes_the_page_from_nobody(scene: Scene) -> None:
    """The side channel hears once per group, and the human is paged all the same."""
    calls = [body for where, body in scene.night if where == "/remediation"]
    assert len(calls) == 1
    assert {(a["labels"]["model"], a["status"]) for a in calls[0]["alerts"]} == {("fraud", "firing")}
    assert "fraud" in paged(scene.night, "payments-page")


@pytest.mark.engine
def test_shadows_and_heartbeats_have_their_own_receivers(scene: Scene) -> None:
    """An alert on trial wakes nobody, and the Watchdog reports at every interval."""
    assert "trial" not in paged(scene.night, "payments-page")
    assert len([where for where, _ in scene.night if where == "/heartbeat"]) >= 3
