"""Four weeks of a small fleet with one incident, replayed through its own rules, as a server would hold them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from slogen.backends.prometheus import PROMETHEUS
from slogen.evaluator.labels import NAME, Labels, get, make
from slogen.evaluator.numbers import STALE_BITS
from slogen.evaluator.series import Storage
from slogen.ir.program import Program
from slogen.replay.rulefile import Group, read
from slogen.replay.run import Setting, replay
from tests.printing import artifacts

Floats = npt.NDArray[np.float64]
Times = npt.NDArray[np.int64]

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
END = 1_780_272_000_000
"""2026-06-01 00:00 UTC, in ms."""
START = END - 28 * DAY
OUTAGE = (END - 10 * HOUR, END - 10 * HOUR + 40 * MINUTE)
"""When half of the fraud detector's requests failed, all of them on one pod."""
RATE = 10.0
"""Requests per second of each service."""
BASELINE = 0.0002
"""Share of failed requests on a good day."""
OUTAGE_RATIO = 0.5


@dataclass(frozen=True, slots=True)
class Clock:
    """The scrapes of four weeks."""

    times: Times

    def counter(self, per_second: Floats | float) -> Floats:
        """A counter of whole events that grows so fast."""
        rates = np.broadcast_to(np.asarray(per_second, dtype=np.float64), self.times.shape)
        grown: Floats = np.floor(np.cumsum(rates * (MINUTE / 1000)))
        return grown

    def during(self, start: int, end: int, inside: float, outside: float) -> Floats:
        """A value that holds from `start` to `end`, and another at other times."""
        held: Floats = np.where((self.times > start) & (self.times <= end), inside, outside)
        return held


CLOCK = Clock(np.arange(START, END + 1, MINUTE, dtype=np.int64))


def raw_series() -> Iterator[tuple[dict[str, str], Floats]]:
    """What the exporters of the fleet in `program` would have served; the feature store never had an error."""
    bad = CLOCK.during(*OUTAGE, inside=OUTAGE_RATIO, outside=BASELINE)
    for pod, share in (("fraud-a", 0.0), ("fraud-b", 1.0)):
        who = {"job": "fraud", "pod": pod, "instance": f"{pod}:8080"}
        yield {NAME: "requests_total", **who, "code": "503"}, CLOCK.counter(RATE * bad * share)
        yield {NAME: "requests_total", **who, "code": "200"}, CLOCK.counter(RATE * (0.5 - bad * share))
        for le, part in (("0.1", 0.6), ("0.25", 0.98), ("1.0", 0.999), ("+Inf", 1.0)):
            yield {NAME: "latency_seconds_bucket", **who, "le": le}, CLOCK.counter(RATE / 2 * part)
        yield {NAME: "latency_seconds_count", **who}, CLOCK.counter(RATE / 2)
        yield {NAME: "latency_seconds_sum", **who}, CLOCK.counter(RATE / 2 * 0.12)
    yield {NAME: "auc", "job": "fraud"}, CLOCK.during(END - 3 * DAY, END - 2 * DAY, inside=0.8, outside=0.92)
    for feature, psi in (("amount", 0.31), ("merchant", 0.05), ("hour", 0.12)):
        yield {NAME: "psi", "job": "fraud", "feature": feature}, np.full(len(CLOCK.times), psi)
    for language, unhelpful in (("en", 0.01), ("de", 0.02)):
        who = {"job": "chat", "slice": language}
        yield {NAME: "answers_total", **who, "helpful": "no"}, CLOCK.counter(RATE * unhelpful)
        yield {NAME: "answers_total", **who, "helpful": "yes"}, CLOCK.counter(RATE * (1 - unhelpful))
    yield {NAME: "requests_total", "job": "store", "pod": "store-a", "code": "200"}, CLOCK.counter(RATE)


def groups_of(program: Program) -> tuple[Group, ...]:
    """The emitted rule files, read back; the fleet's after those it reads."""
    files = sorted(artifacts(PROMETHEUS, program), key=lambda item: "_fleet" in item.path)
    return tuple(group for item in files for group in read(item.text, item.path))


def recorded_history(program: Program) -> Storage:
    """Raw and recorded series of the four weeks, alerts included; a rule that fails is an error."""
    storage = Storage()
    for labels, values in raw_series():
        storage.add(make(labels), CLOCK.times, values)
    setting = Setting(START, END, MINUTE, honour_group_intervals=True, external_labels={}, external_url="")
    done = replay(groups_of(program), storage, setting)
    if done.failures:
        raise AssertionError(done.failures)
    return storage


def thinned(storage: Storage, end: int) -> Storage:
    """What a server that keeps less would hold: each minute of the last day, before it each tenth of raw series.

    Recorded ones, which queries over weeks read at full hours, keep each hour: `step_of` gives nothing between.
    """
    kept = Storage()
    for series in storage:
        name, times = get(series.labels, NAME), series.times
        coarse = HOUR if name.startswith("slogen:") else 10 * MINUTE
        wanted = ((times > end - DAY - 2 * HOUR) & (times % MINUTE == 0)) | (times % coarse == 0)
        kept.add(series.labels, times[wanted], series.values[wanted])
    return kept


def openmetrics(storage: Storage, end: int) -> Iterator[str]:
    """Every series as lines of OpenMetrics; long ones keep each minute of the day up to `end`, before it each tenth."""
    by_name: dict[str, list[tuple[Labels, Times, Floats]]] = {}
    for series in storage:
        fresh = series.values.view(np.uint64) != STALE_BITS
        times, values = series.times[fresh], series.values[fresh]
        kept = np.full(len(times), len(times) < 15_000) | (times > end - DAY - 2 * HOUR) | (times % (10 * MINUTE) == 0)
        by_name.setdefault(get(series.labels, NAME), []).append((series.labels, times[kept], values[kept]))
    for name in sorted(by_name):
        yield f"# TYPE {name} unknown\n"
        for labels, times, values in by_name[name]:
            head = name + _braces(labels)
            pairs = zip(times.tolist(), values.tolist(), strict=True)
            yield from (f"{head} {value!r} {time / 1000}\n" for time, value in pairs)
    yield "# EOF\n"


def _braces(labels: Labels) -> str:
    inner = ",".join(f'{name}="{value}"' for name, value in labels if name != NAME)
    return f"{{{inner}}}" if inner else ""
