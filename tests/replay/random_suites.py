"""Random rule files with random tests, made from a seed: what promtool and slogen must agree on."""

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slogen.emit.yaml import dump

JOBS = ("a", "b")
SOURCES = ("bad_total", "all_total", "depth")
TEMPLATES = (
    "{{ $labels.job }}-team",
    "{{ $value | humanize }}",
    '{{ printf "%.2f" $value }} of {{ $labels.job }}',
    "{{ if gt $value 1.0 }}high{{ else }}low{{ end }}",
    '{{ with query "depth" }}{{ . | sortByLabel "job" | first | value | humanize1024 }}{{ end }}',
    "{{ range $i, $s := query `sort_desc(depth)` }}{{ $i }}{{ .Labels.job }}{{ end }}",
    "{{ $externalLabels.env }} {{ $labels.nothing }}",
    "{{ $value | humanizeDuration }} {{ $value | humanizePercentage }}",
)


@dataclass(frozen=True)
class Suite:
    """A rule file and a test file beside it; `probes` are expressions and times (ms) to compare values at."""

    rules: dict[str, Any]
    test: dict[str, Any]
    probes: tuple[tuple[str, int], ...]

    def write(self, folder: Path) -> Path:
        """Writes both files and gives the path of the test file."""
        folder.mkdir(parents=True)
        (folder / "rules.yml").write_text(dump(self.rules))
        path = folder / "suite.test.yml"
        path.write_text(dump(self.test))
        return path


def suite(seed: int) -> Suite:
    """The suite of a seed, its tests still without expectations on alerts."""
    rng = random.Random(seed)
    names = [f"rec:{number}" for number in range(rng.randint(1, 5))]
    rules: list[dict[str, object]] = [_recording(rng, name, names[:number]) for number, name in enumerate(names)]
    rules += [_alert(rng, f"Alert{number}", names) for number in range(rng.randint(1, 3))]
    if rng.random() < 0.3:
        rng.shuffle(rules)
    cut = rng.randint(1, len(rules))
    groups: list[dict[str, Any]] = [
        {"name": f"g{number}", "rules": part} for number, part in enumerate((rules[:cut], rules[cut:])) if part
    ]
    if rng.random() < 0.2:
        groups[0]["limit"] = 2
    order = [str(group["name"]) for group in groups]
    if rng.random() < 0.3:
        order.reverse()
    minutes = rng.randint(10, 40)
    probes = tuple(
        (rng.choice([*names, "ALERTS", "ALERTS_FOR_STATE"]), rng.randint(0, minutes) * 60_000) for _ in range(6)
    )
    test = {
        "rule_files": ["rules.yml"],
        "evaluation_interval": rng.choice(["1m", "30s", "2m"]),
        "group_eval_order": order,
        "tests": [_case(rng, minutes)],
    }
    return Suite({"groups": groups}, test, probes)


def _case(rng: random.Random, minutes: int) -> dict[str, object]:
    return {
        "name": "story",
        "interval": rng.choice(["15s", "30s", "1m"]),
        "external_labels": {"env": "prod"},
        "input_series": [
            {"series": f'{name}{{job="{job}"}}', "values": _values(rng, name)} for name in SOURCES for job in JOBS
        ],
        "alert_rule_test": [],
        "promql_expr_test": [
            {"expr": "vector(1)", "eval_time": f"{minutes}m", "exp_samples": [{"labels": "{}", "value": 1}]}
        ],
    }


def _values(rng: random.Random, name: str) -> str:
    parts = []
    value = rng.randint(0, 20)
    for _ in range(rng.randint(2, 5)):
        kind = rng.random()
        length = rng.randint(3, 30)
        if kind < 0.15:
            parts.append(f"_x{length}")
        elif kind < 0.2:
            parts.append("stale")
        elif name == "depth":
            parts.append(f"{rng.randint(-5, 50)}{rng.choice(['+', '-'])}{rng.randint(0, 3)}x{length}")
        else:
            step = rng.choice([0, 1, 3, 10, 0.5])
            parts.append(f"{value}+{step}x{length}")
            value = 0 if rng.random() < 0.2 else int(value + step * length)
    return " ".join(parts)


def _vector(rng: random.Random, recorded: list[str]) -> str:
    window = rng.choice(["2m", "5m", "10m"])
    options = [
        f"sum by (job) (rate(bad_total[{window}]))",
        f"sum by (job) (increase(all_total[{window}]))",
        f"avg_over_time(depth[{window}])",
        f"max by (job) (depth offset {window})",
        "depth",
        f"sum by (job) (rate(bad_total[{window}])) / (sum by (job) (rate(all_total[{window}])) > 0)",
        f"changes(depth[{window}]) + resets(all_total[{window}])",
    ]
    if recorded:
        name = rng.choice(recorded)
        options += [name, f"sum_over_time({name}[{window}])", f"{name} or 0 * depth", f"avg({name}) without (job)"]
    return rng.choice(options)


def _recording(rng: random.Random, name: str, earlier: list[str]) -> dict[str, object]:
    rule: dict[str, object] = {"record": name, "expr": _vector(rng, earlier)}
    if rng.random() < 0.4:
        rule["labels"] = {"team": rng.choice(["x", "y"])}
    return rule


def _alert(rng: random.Random, name: str, recorded: list[str]) -> dict[str, object]:
    comparison = f"{rng.choice(['>', '<', '>=', '!='])} {rng.choice([0, 0.5, 1, 5, 20])}"
    rule: dict[str, object] = {"alert": name, "expr": f"({_vector(rng, recorded)}) {comparison}"}
    if rng.random() < 0.5:
        rule["for"] = rng.choice(["1m", "3m", "90s"])
    if rng.random() < 0.3:
        rule["keep_firing_for"] = rng.choice(["2m", "5m"])
    rule["labels"] = {"severity": "page", **({"who": rng.choice(TEMPLATES[:4])} if rng.random() < 0.5 else {})}
    rule["annotations"] = {"text": rng.choice(TEMPLATES)}
    return rule
