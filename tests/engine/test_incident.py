"""The whole main job on real servers: specs become files, servers load them, an incident reaches the right people."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests

from slogen.pipeline import build
from tests.engine.backfill import RETENTION, record, write_blocks
from tests.engine.traffic import DAY, Counter, exporter, openmetrics, outcomes
from tests.engines.servers import Sink, alertmanager, free_port, prometheus, webhook_sink

PROJECT = """
project: shop
prometheus: {{version: "{prometheus}", scrape_interval: 60s, evaluation_interval: 60s, retention: 90d}}
environments:
  production: {{production: true}}
teams:
  payments-ml:
    receivers:
      page: [{{webhook: {{url: "{sink}/payments-page"}}}}]
      ticket: [{{webhook: {{url: "{sink}/payments-ticket"}}}}]
  growth-ml:
    receivers:
      page: [{{webhook: {{url: "{sink}/growth-page"}}}}]
      ticket: [{{webhook: {{url: "{sink}/growth-ticket"}}}}]
alertmanagers:
  main:
    version: "{alertmanager}"
    environments: [production]
    fallback: [{{webhook: {{url: "{sink}/fallback"}}}}]
    heartbeat: [{{webhook: {{url: "{sink}/heartbeat"}}}}]
"""
SPEC = """
model: {model}
team: {team}
sources:
  app: {{template: slogen-contract, select: {{model: {model}}}}}
slos:
  availability: {{objective: 99.9%, period: 30d, sli: {{availability: {{from: app}}}}}}
"""
SERVER = """
global: {{scrape_interval: 15s, evaluation_interval: 60s}}
rule_files: ["{rules}/*.yaml"]
alerting: {{alertmanagers: [{{static_configs: [{{targets: ["{alertmanager}"]}}]}}]}}
scrape_configs:
  - job_name: models
    static_configs: [{{targets: ["127.0.0.1:{port}"], labels: {{instance: app}}}}]
"""
WEEKS = 3
"""How much history there is; the incident begins in its last hour."""
OUTAGE = 2700.0
SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Servers:
    """A running pair and what it told the world."""

    prometheus: str
    alertmanager: str
    sink: Sink

    def alerts(self) -> list[dict[str, Any]]:
        """The alerts that Alertmanager knows, suppressed ones too."""
        found: list[dict[str, Any]] = requests.get(f"{self.alertmanager}/api/v2/alerts", timeout=10).json()
        return found


def backfilled(folder: Path, binaries: tuple[Path, Path], rules: list[Path]) -> list[Counter]:
    """Three weeks of two models below `folder`/data, one in an outage since 45 minutes; returns the counters."""
    data = folder / "data"
    data.mkdir()
    now = time.time() // 60 * 60
    start = now - WEEKS * 7 * DAY
    counters = outcomes("fraud-detector", start, 20.0, (now - OUTAGE, SHARE)) + outcomes(
        "churn-scorer", start, 5.0, (now + DAY, 0.0)
    )
    scraped = {"job": "models", "instance": "app"}
    write_blocks(binaries[1], openmetrics(counters, scraped, start, now, 60.0), data)
    record(binaries, rules, data, start, now)
    return counters


PAIRS = (("3.5", "0.33"), ("2.42", "0.25"))


@pytest.fixture(scope="module")
def pairs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[tuple[str, str], Servers]]:
    """All pairs of servers at once, because their tests mostly wait."""
    with ExitStack() as stack:
        folders = {versions: tmp_path_factory.mktemp("shop") for versions in PAIRS}
        yield {versions: started(stack, request, versions, folder) for versions, folder in folders.items()}


def started(stack: ExitStack, request: pytest.FixtureRequest, versions: tuple[str, str], folder: Path) -> Servers:
    """Real servers on the files of a fresh build, with a history that ends in an incident."""
    names = [version.replace(".", "") for version in versions]
    server, promtool = (request.getfixturevalue(f"{name}{names[0]}") for name in ("prometheus", "promtool"))
    routed = request.getfixturevalue(f"alertmanager0{names[1][1:]}")
    sink = stack.enter_context(webhook_sink())
    write_project(folder, versions, sink.url)
    rules = folder / "generated/production/prometheus/rules"
    counters = backfilled(folder, (server, promtool), sorted(rules.glob("*.yaml")))
    port = free_port()
    stack.enter_context(exporter(counters, port))
    config = folder / "generated/alertmanager/main/alertmanager.yaml"
    router = stack.enter_context(alertmanager(routed, config, folder / "alerts"))
    text = SERVER.format(rules=rules, alertmanager=router.removeprefix("http://"), port=port)
    (folder / "prometheus.yml").write_text(text)
    url = stack.enter_context(prometheus(server, folder / "prometheus.yml", folder / "data", RETENTION))
    return Servers(url, router, sink)


def write_project(folder: Path, versions: tuple[str, str], sink: str) -> None:
    """A project of two models and two teams, built."""
    project = PROJECT.format(prometheus=versions[0], alertmanager=versions[1], sink=sink)
    (folder / "slogen.yaml").write_text(project)
    (folder / "specs").mkdir()
    for model, team in (("fraud-detector", "payments-ml"), ("churn-scorer", "growth-ml")):
        (folder / f"specs/{model}.yaml").write_text(SPEC.format(model=model, team=team))
    outcome = build(folder, date(2026, 1, 1))
    assert outcome.written, outcome.diagnostics


@pytest.mark.engine
@pytest.mark.parametrize("versions", PAIRS, ids="+".join)
def test_an_incident_reaches_the_owners_and_nobody_else(
    versions: tuple[str, str], pairs: dict[tuple[str, str], Servers]
) -> None:
    """The page arrives at the owning team, whole; its ticket is inhibited; the other team sleeps."""
    servers = pairs[versions]
    page = servers.sink.wait(lambda path, _: path == "/payments-page", within=300)
    assert page is not None, servers.alerts()
    [alert, *_] = page["alerts"]
    wanted = {
        "alertname": "ErrorBudgetBurnPage",
        "model": "fraud-detector",
        "slo": "availability",
        "env": "production",
        "severity": "page",
        "team": "payments-ml",
    }
    assert wanted.items() <= alert["labels"].items()
    assert {"summary", "description"} <= alert["annotations"].keys()
    assert all(text and "<no value>" not in text for text in alert["annotations"].values()), alert["annotations"]

    ticket = inhibited_ticket(servers)
    assert ticket is not None, servers.alerts()
    assert ticket["labels"]["model"] == "fraud-detector"

    told = {path for path, _ in servers.sink.received}
    assert told <= {"/payments-page", "/heartbeat"}
    assert servers.sink.wait(lambda path, _: path == "/heartbeat", within=60) is not None
    assert [a for a in servers.alerts() if a["labels"].get("model") == "churn-scorer"] == []
    pending = requests.get(f"{servers.prometheus}/api/v1/alerts", timeout=10).json()["data"]["alerts"]
    assert [a for a in pending if a["labels"].get("model") == "churn-scorer"] == []


def inhibited_ticket(servers: Servers) -> dict[str, Any] | None:
    """The ticket of the same burn, once Alertmanager holds it back because of the page."""
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        for alert in servers.alerts():
            if alert["labels"].get("severity") == "ticket" and alert["status"]["inhibitedBy"]:
                return alert
        time.sleep(1)
    return None
