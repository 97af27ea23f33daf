"""Weeks of history for a Prometheus that has not started yet: raw series, then what recording rules made of them.

`promtool tsdb create-blocks-from rules` shifts evaluations and cannot chain rules, so recordings are evaluated by range
queries in the order of their dependencies and written as blocks of their own.
"""

import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
import yaml

from tests.engines.servers import prometheus

MOST_POINTS = 10_000
RETENTION = "--storage.tsdb.retention.time=90d"
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording rule as the file has it; `interval` in seconds."""

    record: str
    expr: str
    labels: dict[str, str]
    interval: float


def seconds(duration: str) -> float:
    """A Prometheus duration in seconds."""
    return sum(int(number) * _UNITS[unit] for number, unit in re.findall(r"(\d+)(ms|[smhd])", duration))


def recordings(files: Iterable[Path]) -> list[Recording]:
    """Every recording rule of the files, in order."""
    groups = [group for path in files for group in yaml.safe_load(path.read_text())["groups"]]
    return [
        Recording(rule["record"], rule["expr"], rule.get("labels", {}), seconds(group.get("interval", "1m")))
        for group in groups
        for rule in group["rules"]
        if "record" in rule
    ]


def levels(rules: list[Recording]) -> list[list[Recording]]:
    """The rules in layers: each reads only what layers before it record."""
    made = {rule.record for rule in rules}
    reads = {id(rule): {n for n in re.findall(r"[a-zA-Z_:][a-zA-Z0-9_:]*", rule.expr) if n in made} for rule in rules}
    layers: list[list[Recording]] = []
    left = list(rules)
    while left:
        open_names = {rule.record for rule in left}
        layer = [rule for rule in left if not (reads[id(rule)] - {rule.record}) & open_names]
        if not layer:
            raise ValueError(f"rules read each other in a circle: {sorted(open_names)}")
        layers.append(layer)
        left = [rule for rule in left if rule not in layer]
    return layers


def write_blocks(promtool: Path, lines: Iterable[str], data: Path) -> None:
    """Turns OpenMetrics lines into blocks below `data`."""
    page = data.parent / "backfill.om"
    with page.open("w") as file:
        file.writelines(lines)
    command = [str(promtool), "tsdb", "create-blocks-from", "openmetrics", "--quiet", "--max-block-duration=64h"]
    outcome = subprocess.run([*command, str(page), str(data)], capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stderr[-2000:]
    page.unlink()


def ranged(url: str, expr: str, start: float, end: float, step: float) -> Iterable[Any]:
    """The series of a range query, in chunks that the server accepts."""
    begin = start
    while begin <= end:
        until = min(end, begin + (MOST_POINTS - 1) * step)
        params = {"query": expr, "start": f"{begin:.3f}", "end": f"{until:.3f}", "step": f"{step:.3f}"}
        answer = requests.post(f"{url}/api/v1/query_range", data=params, timeout=120).json()
        assert answer["status"] == "success", (expr, answer)
        yield from answer["data"]["result"]
        begin = until + step


def _lines(url: str, layer: list[Recording], start: float, end: float) -> Iterable[str]:
    families: dict[str, dict[str, list[str]]] = {}
    for rule in layer:
        begin = start - start % rule.interval + rule.interval
        for series in ranged(url, rule.expr, begin, end, rule.interval):
            labels = {k: v for k, v in series["metric"].items() if k != "__name__"} | rule.labels
            inner = ",".join(f'{name}="{value}"' for name, value in sorted(labels.items()) if value)
            samples = families.setdefault(rule.record, {}).setdefault(inner, [])
            samples += (f"{rule.record}{{{inner}}} {value} {stamp}\n" for stamp, value in series["values"])
    for name, by_labels in sorted(families.items()):
        yield f"# TYPE {name} unknown\n"
        for samples in by_labels.values():
            yield from samples
    yield "# EOF\n"


def record(binaries: tuple[Path, Path], files: Iterable[Path], data: Path, start: float, end: float) -> None:
    """Adds the history of every recording rule to `data`; `binaries` are prometheus and promtool."""
    server, promtool = binaries
    config = data.parent / "backfill.yml"
    config.write_text("global: {evaluation_interval: 1h}\n")
    for layer in levels(recordings(files)):
        with prometheus(server, config, data, RETENTION) as url:
            lines = list(_lines(url, layer, start, end))
        write_blocks(promtool, lines, data)
