"""Rule files as servers read them: one document, plain groups, and text that survives as it was written."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from slogen.backends.prometheus import PROMETHEUS
from slogen.emit.artifact import Artifact
from slogen.ir.program import Program
from tests.backends.prometheus.projects import PROJECT, SPEC, program_of
from tests.printing import artifacts

HOSTILE = '{{ $value }} "quoted" \\ back {{- trim -}} {%raw%} }} $labels `tick` {'
SPOKEN = f"""
{SPEC.rstrip()}
    annotations: {{impact: '{HOSTILE}'}}
    labels: {{queue: '{HOSTILE}'}}
"""


def made(program: Program) -> dict[str, Artifact]:
    """Every rule file by its path."""
    return {artifact.path: artifact for artifact in artifacts(PROMETHEUS, program)}


def groups(artifact: Artifact) -> list[dict[str, Any]]:
    """The groups of a rule file, as any YAML reader sees them."""
    (document,) = yaml.safe_load_all(artifact.text)
    assert document.keys() == {"groups"}
    return list(document["groups"])


def test_each_environment_has_a_fleet_file_and_one_per_model(tmp_path: Path) -> None:
    """Paths are public: servers glob them."""
    assert list(made(program_of(tmp_path, fraud=SPEC))) == [
        f"{env}/prometheus/rules/{stem}.yaml"
        for env in ("production", "staging")
        for stem in ("_fleet", "fraud-detector")
    ]


def test_groups_hold_only_what_the_oldest_server_knows(tmp_path: Path) -> None:
    """Name, interval and at most twenty rules; the manifest's count is the number of rules."""
    for artifact in made(program_of(tmp_path, fraud=SPEC)).values():
        found = groups(artifact)
        assert artifact.rules == sum(len(group["rules"]) for group in found)
        for group in found:
            assert group.keys() == {"name", "interval", "rules"}
            assert len(group["rules"]) <= 20


def test_the_watchdog_fires_in_an_environment_without_models(tmp_path: Path) -> None:
    """Alerting itself is watched before the first model is."""
    only_production = SPEC.replace("sources:", "environments: [production]\nsources:", 1)
    fleet = made(program_of(tmp_path, fraud=only_production))["staging/prometheus/rules/_fleet.yaml"]
    alerts = [rule["alert"] for group in groups(fleet) for rule in group["rules"]]

    assert alerts == ["Watchdog", "SlogenRuleFailing", "SlogenRuleMissed"]


def test_a_small_limit_splits_groups_in_order(tmp_path: Path) -> None:
    """Rules keep their order over several groups, whose names do not depend on how many there are."""
    whole = program_of(tmp_path / "whole", fraud=SPEC)
    small = program_of(tmp_path / "small", PROJECT.replace("60s", "60s, rules_per_group: 4"), fraud=SPEC)
    path = "production/prometheus/rules/fraud-detector.yaml"
    (one,), several = groups(made(whole)[path]), groups(made(small)[path])

    assert [rule for group in several for rule in group["rules"]] == one["rules"]
    assert [group["name"] for group in several] == [one["name"], f"{one['name']}:2", f"{one['name']}:3"]


@pytest.mark.engine
@pytest.mark.parametrize("version", ["promtool35", "promtool242"])
def test_real_servers_accept_every_file(tmp_path: Path, version: str, request: pytest.FixtureRequest) -> None:
    """The oldest and the newest version that the output is made for."""
    promtool: Path = request.getfixturevalue(version)
    for number, artifact in enumerate(made(program_of(tmp_path / "project", fraud=SPOKEN)).values()):
        file = tmp_path / f"{number}.yaml"
        file.write_text(artifact.text, encoding="utf-8")
        done = subprocess.run([promtool, "check", "rules", file], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert f"{artifact.rules} rules found" in done.stdout


@pytest.mark.engine
def test_hostile_text_reaches_the_alert_as_it_was_written(tmp_path: Path, promtool35: Path) -> None:
    """Braces, quotes and backslashes of users are never executed, neither in annotations nor in labels."""
    files = made(program_of(tmp_path / "project", fraud=SPOKEN))
    rules = tmp_path / "rules.yaml"
    rules.write_text(files["production/prometheus/rules/fraud-detector.yaml"].text, encoding="utf-8")
    test = {
        "rule_files": [str(rules)],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [{"series": "other", "values": "1x60"}],
                "promql_expr_test": [
                    {
                        "expr": 'count by (queue) (ALERTS{alertname="SLONoData",alertstate="firing"})',
                        "eval_time": "40m",
                        "exp_samples": [{"labels": labelled(HOSTILE), "value": 1}],
                    }
                ],
            }
        ],
    }
    file = tmp_path / "test.yaml"
    file.write_text(yaml.safe_dump(test), encoding="utf-8")
    done = subprocess.run([promtool35, "test", "rules", file], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def labelled(text: str) -> str:
    """A label set as the test language writes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'{{queue="{escaped}"}}'
