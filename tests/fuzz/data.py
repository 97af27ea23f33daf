"""Random series for the fuzzer: what monitoring systems write, and what they should not; changes with its shapes."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from slogen.evaluator import labels as label
from slogen.evaluator.labels import Labels
from slogen.evaluator.numbers import STALE
from slogen.evaluator.series import Storage

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
EPOCHS = (0, 1_709_164_800_000, 1_698_796_817_123)
"""Where a world begins: at zero as tests do, at the turn to a leap day, and at no round time at all."""

BOUNDS = ("0.1", "0.5", "1", "2.5", "+Inf")
WILD = (math.nan, math.inf, -math.inf, 0.0, -0.0, 1e-300, 5e-324, 1e15 + 0.3, -7.25, 1e100, -1e100)


@dataclass(frozen=True, slots=True)
class Sampled:
    """One series as it is sent: times in ms, strictly rising, and values with stale markers among them."""

    labels: Labels
    times: tuple[int, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class World:
    """All series of one server, sorted by labels, and the time they span in ms."""

    start: int
    end: int
    series: tuple[Sampled, ...]

    def storage(self) -> Storage:
        """The same series for this evaluator."""
        storage = Storage()
        for one in self.series:
            storage.add(one.labels, one.times, one.values)
        return storage


def world(seed: int) -> World:
    """The series of a seed: hours of frequent samples, or days of rarer ones."""
    rng = random.Random(seed)
    start = rng.choice(EPOCHS)
    span, intervals = rng.choice(
        (
            (2 * HOUR, (5 * SECOND, 15 * SECOND, 30 * SECOND, MINUTE)),
            (8 * HOUR, (15 * SECOND, MINUTE, 2 * MINUTE)),
            (3 * DAY, (MINUTE, 5 * MINUTE, 7 * MINUTE)),
        )
    )
    targets = [_Target(rng, start, span, rng.choice(intervals), f"{job}-{i}") for job in "ab" for i in range(2)]
    series = [one for target in targets for one in target.series()]
    return World(start, start + span, tuple(sorted(series, key=lambda one: one.labels)))


class _Target:
    """One scraped process: its series share their timestamps unless they come and go."""

    def __init__(self, rng: random.Random, start: int, span: int, interval: int, name: str) -> None:
        self.rng = rng
        self.name = name
        self.times = _scrapes(rng, start, span, interval)

    def series(self) -> list[Sampled]:
        rng, made = self.rng, []
        for code in rng.sample(("200", "404", "500"), 2):
            made.append(self.one("requests_total", self.counter(5.0, whole=True), code=code))
            made.append(self.one("errors_total", self.counter(0.3, whole=False), code=code))
        made.append(self.one("up", [float(rng.random() < 0.9) for _ in self.times]))
        made.append(self.one("build_info", [1.0] * len(self.times), version=rng.choice("123")))
        made.append(self.one("depth", self.walk(), queue=rng.choice(("in", "out", ""))))
        made.append(self.one("depth", self.walk(), queue="main"))
        made.append(self.one("steps", [float(rng.randint(-3, 3)) for _ in self.times]))
        if rng.random() < 0.7:
            made.append(self.one("wild", [rng.choice(WILD) for _ in self.times], kind=rng.choice("xy")))
        if rng.random() < 0.7:
            made.append(self.one("wild", self.broken(), kind="z"))
        if rng.random() < 0.5:
            made.append(self.one("queue.länge", self.walk(), **{"service.name": "köln"}))
        return made + self.histogram()

    def one(self, metric: str, values: Sequence[float], **labels: str) -> Sampled:
        job, instance = self.name.split("-")
        own = label.make({label.NAME: metric, "job": job, "instance": instance, **labels})
        return _torn(self.rng, Sampled(own, self.times, tuple(values)))

    def counter(self, rate: float, *, whole: bool) -> list[float]:
        """Rising with resets, to zero or to somewhere below."""
        rng, value, values = self.rng, self.rng.choice((0.0, 1e3, 1e9)), []
        resets = rng.choice((0.0, 0.003, 0.05))
        for _ in self.times:
            if rng.random() < resets:
                value = 0.0 if rng.random() < 0.6 else float(int(value * rng.random()))
            step = rng.expovariate(1) * rate * rng.choice((0, 1, 1, 20))
            value += round(step) if whole else step
            values.append(value)
        return values

    def walk(self) -> list[float]:
        rng, value, values = self.rng, self.rng.uniform(-50, 50), []
        digits = rng.choice((0, 1, 17))
        for _ in self.times:
            value += rng.gauss(0, 2)
            values.append(round(value, digits))
        return values

    def broken(self) -> list[float]:
        """A gauge that is not a number now and then."""
        return [value if self.rng.random() < 0.97 else self.rng.choice(WILD[:3]) for value in self.walk()]

    def histogram(self) -> list[Sampled]:
        """Classic buckets; sometimes one is missing, falls behind another, or has no bound that is a number."""
        rng = self.rng
        below = [0.0] * len(BOUNDS)
        columns: list[list[float]] = [[] for _ in BOUNDS]
        flawed = rng.random() < 0.25
        for _ in self.times:
            for place in range(len(BOUNDS)):
                below[place] += rng.randint(0, 6)
            for place, column in enumerate(columns):
                column.append(sum(below[: place + 1]) - (rng.randint(0, 9) if flawed else 0))
        names = [rng.choice(("1", "1.0")) if bound == "1" else bound for bound in BOUNDS]
        if rng.random() < 0.1:
            names[rng.randrange(len(names))] = rng.choice(("all", "0.5"))
        made = {name: self.one("latency_bucket", column, le=name) for name, column in zip(names, columns, strict=True)}
        if rng.random() < 0.15:
            made.pop(rng.choice(names))
        return list(made.values())


def _scrapes(rng: random.Random, start: int, span: int, interval: int) -> tuple[int, ...]:
    """Regular or jittered times, maybe with another interval from some moment on, and with gaps."""
    jitter = rng.choice((0, 0, 3, interval // 4))
    changes = start + int(span * rng.random()) if rng.random() < 0.3 else start + span
    gaps = [start + int(span * rng.random()) for _ in range(rng.randint(0, 3))]
    lengths = [rng.choice((2 * interval, 4 * MINUTE, 6 * MINUTE, span // 8)) for _ in gaps]
    times: list[int] = []
    at = start + rng.choice((0, 0, rng.randrange(interval)))
    while at <= start + span:
        sent = at + rng.randint(-jitter, jitter) if jitter else at
        quiet = any(gap <= at < gap + length for gap, length in zip(gaps, lengths, strict=True))
        if not quiet and sent >= start and (not times or sent > times[-1]):
            times.append(sent)
        at += interval if at < changes else 2 * interval
    return tuple(times)


def _torn(rng: random.Random, whole: Sampled) -> Sampled:
    """The series with a late birth, an early death, missing samples, or stale markers."""
    pairs = list(zip(whole.times, whole.values, strict=True))
    if len(pairs) > 10 and rng.random() < 0.2:
        pairs = pairs[rng.randrange(len(pairs) // 2) :]
    if len(pairs) > 10 and rng.random() < 0.15:
        pairs = pairs[: -rng.randrange(1, len(pairs) // 2)]
    if rng.random() < 0.2:
        pairs = [pair for pair in pairs if rng.random() < 0.9] or pairs[:1]
    if rng.random() < 0.25:
        share = rng.choice((0.005, 0.1))
        pairs = [(at, STALE if rng.random() < share else value) for at, value in pairs]
    return Sampled(whole.labels, tuple(at for at, _ in pairs), tuple(value for _, value in pairs))
