"""A real Prometheus whose past is written by us: raw series are backfilled, rules are evaluated over whole ranges.

`promtool` cannot replay long windows (it refuses queries over 10,000 samples) and a server cannot wait for 30 days.
So each recording rule is asked as a range query at its group's interval, and what comes back is backfilled in turn, in
the order in which rules read each other: the same engine, the same expressions, the same samples as in thirty days.
"""

import contextlib
import math
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from slogen.ir.rules import Alert, Recording
from slogen.promql.atoms import quote
from slogen.promql.text import show
from tests.engines.servers import prometheus

CHUNK = 11_000
"""The most steps that a range query may have."""
Samples = Sequence[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Series:
    """A named series: samples are (ms, value)."""

    name: str
    labels: Mapping[str, str]
    samples: Samples


@dataclass(slots=True)
class Past:
    """One TSDB folder and the binaries to fill and read it."""

    server: Path
    promtool: Path
    folder: Path
    imports: int = field(default=0)

    @property
    def data(self) -> Path:
        """The TSDB."""
        return self.folder / "data"

    def write(self, series: Iterable[Series]) -> None:
        """Backfills series; samples of one series must not be written twice."""
        self.imports += 1
        file = self.folder / f"import-{self.imports}.om"
        file.write_text("".join(open_metrics(series)), encoding="utf-8")
        command = [self.promtool, "tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=64h", "-q"]
        subprocess.run([*map(str, command), str(file), str(self.data)], check=True, capture_output=True)
        file.unlink()

    @contextlib.contextmanager
    def reading(self) -> Iterator["Asked"]:
        """A server on what has been written so far."""
        config = self.folder / "prometheus.yml"
        config.write_text("global: {scrape_interval: 1h}\n", encoding="utf-8")
        with prometheus(self.server, config, self.data, "--storage.tsdb.retention.time=100y") as url:
            yield Asked(url)

    def record(self, rules: Sequence[tuple[Recording, int]], start: int, end: int) -> None:
        """Evaluates rules that do not read each other at their interval (ms) and writes what they record."""
        with self.reading() as server:
            made = [series for rule, every in rules for series in recorded(server, rule, start, end, every)]
        self.write(made)


@dataclass(frozen=True, slots=True)
class Asked:
    """A running server's query API."""

    url: str

    def now(self, promql: str, at: int) -> list[tuple[dict[str, str], float]]:
        """An instant query at `at` ms."""
        found = self._ask("query", query=promql, time=at / 1000)
        return [(one["metric"], float(one["value"][1])) for one in found["result"]]

    def over(self, promql: str, start: int, end: int, step: int) -> list[Series]:
        """A range query, in as many parts as the server needs."""
        found: dict[tuple[tuple[str, str], ...], list[tuple[int, float]]] = {}
        for begin in range(start, end + 1, CHUNK * step):
            stop = min(end, begin + (CHUNK - 1) * step)
            answer = self._ask("query_range", query=promql, start=begin / 1000, end=stop / 1000, step=step / 1000)
            for one in answer["result"]:
                samples = found.setdefault(tuple(sorted(one["metric"].items())), [])
                samples.extend((round(at * 1000), float(value)) for at, value in one["values"])
        return [Series(dict(key).get("__name__", ""), dict(key), samples) for key, samples in found.items()]

    def statistics(self, promql: str, at: int) -> int:
        """How many samples an instant query reads, by the server's own count."""
        answer = self._ask("query", query=promql, time=at / 1000, stats="all")
        return int(answer["stats"]["samples"]["totalQueryableSamples"])

    def _ask(self, endpoint: str, **arguments: Any) -> Any:
        answer = requests.post(f"{self.url}/api/v1/{endpoint}", data=arguments, timeout=120).json()
        if answer["status"] != "success":
            raise AssertionError(f"{arguments['query']}: {answer['error']}")
        return answer["data"]


def recorded(server: Asked, rule: Recording, start: int, end: int, every: int) -> list[Series]:
    """What a recording rule would have written: labels of the result, the rule's over them, under its name."""
    found = server.over(show(rule.expr), start, end, every)
    return [Series(rule.record, {**one.labels, **dict(rule.labels)}, one.samples) for one in found]


def firing(server: Asked, alert: Alert, start: int, end: int, every: int) -> int | None:
    """When an alert without a hold first fires, ms."""
    times = [one.samples[0][0] for one in server.over(show(alert.expr), start, end, every) if one.samples]
    return min(times, default=None)


def open_metrics(series: Iterable[Series]) -> Iterator[str]:
    """The text that `promtool tsdb create-blocks-from openmetrics` reads: series of one name stand together."""
    for one in sorted(series, key=lambda one: (one.name, sorted(one.labels.items()))):
        pairs = ",".join(f"{k}={quote(v)}" for k, v in sorted(one.labels.items()) if k != "__name__" and v)
        head = f"{one.name}{{{pairs}}}"
        yield "".join(f"{head} {_number(value)} {at / 1000:.3f}\n" for at, value in one.samples)
    yield "# EOF\n"


def _number(value: float) -> str:
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return "NaN" if math.isnan(value) else repr(value)
