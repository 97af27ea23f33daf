"""The servers that other tests rely on really start, answer and stop."""

from pathlib import Path

import pytest
import requests

from tests.engines.servers import alertmanager, prometheus, webhook_sink

CONFIG = "global: {scrape_interval: 1s}\n"
ROUTING = """
route: {receiver: hook, group_wait: 0s, group_interval: 1s}
receivers: [{name: hook, webhook_configs: [{url: "URL/team"}]}]
"""


@pytest.mark.engine
@pytest.mark.parametrize("fixture", ["prometheus35", "prometheus242"])
def test_prometheus_answers_a_query_and_is_gone_after(
    fixture: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """A started Prometheus answers; after the block nobody does."""
    config = tmp_path / "prometheus.yml"
    config.write_text(CONFIG)
    with prometheus(request.getfixturevalue(fixture), config, tmp_path / "data") as url:
        answer = requests.get(f"{url}/api/v1/query", params={"query": "1+1"}, timeout=5).json()
        assert answer["data"]["result"][1] == "2"
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=1)


@pytest.mark.engine
@pytest.mark.parametrize("fixture", ["alertmanager033", "alertmanager025"])
def test_an_alert_reaches_the_sink(fixture: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """An alert posted to a started Alertmanager arrives at the webhook."""
    config = tmp_path / "alertmanager.yml"
    with webhook_sink() as sink:
        config.write_text(ROUTING.replace("URL", sink.url))
        with alertmanager(request.getfixturevalue(fixture), config, tmp_path / "data") as url:
            alerts = [{"labels": {"alertname": "Test"}}]
            assert requests.post(f"{url}/api/v2/alerts", json=alerts, timeout=5).status_code == 200
            body = sink.wait(lambda path, _: path == "/team", within=20)
    assert body["alerts"][0]["labels"] == {"alertname": "Test"}
