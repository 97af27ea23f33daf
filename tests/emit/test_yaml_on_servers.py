"""What we dump is what the real servers read: hostile values come back from their APIs unchanged."""

import random
import subprocess
from pathlib import Path

import pytest
import requests

from slogen.emit.yaml import YamlValue, dump
from tests.emit.test_yaml import HOSTILE
from tests.engines.servers import alertmanager, prometheus


def values() -> list[str]:
    """The known traps, and random text over every plane of Unicode."""
    rng = random.Random(7)
    scalars = [
        *range(0x20),
        *range(0x7F, 0xA1),
        0x2028,
        0xFEFF,
        0xFFFD,
        0x1F600,
        *map(ord, "\"'\\{}[]:#|>&*!%@`,?- \n\t"),
    ]
    return [*HOSTILE, *("".join(chr(rng.choice(scalars)) for _ in range(12)) for _ in range(1000))]


@pytest.mark.engine
@pytest.mark.parametrize("fixture", ["prometheus35", "prometheus242"])
def test_prometheus_reads_label_values_as_written(fixture: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """A label value of any text comes back from the rules API exactly; expressions of several lines too."""
    wanted = values()
    rules: list[YamlValue] = [
        {"alert": f"A{i}", "expr": "sum(\n  up\n)", "labels": {"text": text}} for i, text in enumerate(wanted)
    ]
    (tmp_path / "rules.yaml").write_text(dump({"groups": [{"name": "hostile", "interval": "1h", "rules": rules}]}))
    (tmp_path / "prometheus.yml").write_text("rule_files: [rules.yaml]\n")
    with prometheus(request.getfixturevalue(fixture), tmp_path / "prometheus.yml", tmp_path / "data") as url:
        [group] = requests.get(f"{url}/api/v1/rules", timeout=10).json()["data"]["groups"]
    # A label with an empty value is no label.
    assert [rule["labels"].get("text", "") for rule in group["rules"]] == wanted


@pytest.mark.engine
@pytest.mark.parametrize("fixture", ["alertmanager033", "alertmanager025"])
def test_alertmanager_reads_matchers_as_written(fixture: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """A receiver's name of any text comes back from the receivers API exactly."""
    wanted = [text for text in dict.fromkeys(values()) if text]
    receivers: list[YamlValue] = [{"name": text} for text in wanted]
    (tmp_path / "alertmanager.yml").write_text(dump({"route": {"receiver": wanted[0]}, "receivers": receivers}))
    with alertmanager(request.getfixturevalue(fixture), tmp_path / "alertmanager.yml", tmp_path / "data") as url:
        names = [receiver["name"] for receiver in requests.get(f"{url}/api/v2/receivers", timeout=10).json()]
    assert sorted(names) == sorted(wanted)


@pytest.mark.engine
def test_promtool_accepts_every_value(promtool35: Path, promtool242: Path, tmp_path: Path) -> None:
    """Both versions load the hostile file."""
    rules: list[YamlValue] = [{"record": "a:b", "expr": "up", "labels": {"text": text}} for text in values() if text]
    (tmp_path / "rules.yaml").write_text(dump({"groups": [{"name": "hostile", "rules": rules}]}))
    for promtool in (promtool35, promtool242):
        command = [str(promtool), "check", "rules", "--lint=none", str(tmp_path / "rules.yaml")]
        outcome = subprocess.run(command, capture_output=True, text=True, check=False)
        assert outcome.returncode == 0, outcome.stderr[-2000:]
