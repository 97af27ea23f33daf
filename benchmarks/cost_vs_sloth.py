"""What the rules cost a server, beside rules that read every window from raw counters.

    python -m benchmarks.cost_vs_sloth samples          # samples read per minute, by Prometheus' own statistics
    python -m benchmarks.cost_vs_sloth cpu --models 1000 # CPU seconds of one evaluation round

Needs the engines that `.ci/engines` unpacks. The first takes half a minute. The second loads three days of history and
takes about ten minutes; so that it does not take hours, groups of models read the same raw series, each of them 20.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import requests

from benchmarks import workbook_rules
from slogen import burn, names
from slogen.emit.yaml import YamlValue, dump
from slogen.lower.contract import SliContract
from slogen.lower.plan import SLOW, SloPlan
from slogen.promql.parse import parse
from slogen.promql.text import show
from tests.engines.past import Past, Series
from tests.engines.servers import prometheus
from tests.lower.planned import SIGNAL, groups_of, planned, rule_text

ENGINES = Path(__file__).resolve().parent.parent / ".engines" / "prom-3.5"
DAYS = 3
ROUNDS = 2
IMPORTED_PER_SECOND = 30_000
"""Samples that are surely written in a second."""
END = 1_700_000_100_000 + 31 * burn.DAY
MINUTE = burn.MINUTE


@dataclass(frozen=True, slots=True)
class Shape:
    """How much is scraped of one model: a tenth of its series count errors."""

    series: int
    scrape: int

    def raw(self, model: str, begin: int, end: int) -> Iterator[Series]:
        """Counters that go up by one a second, but for those of errors: a healthy fleet has no alert to send."""
        times = range(begin, end + 1, self.scrape)
        good = [(at, float((at - begin) // 1000)) for at in times]
        bad = [(at, 5.0) for at in times]
        for number in range(self.series):
            code, samples = ("500", bad) if number < self.series // 10 else ("200", good)
            yield Series("requests_total", {"model": model, "code": code, "pod": str(number)}, samples)


BAD, TOTAL = (f'sum(rate(requests_total{{{extra}model="MODEL"}}[$window]))' for extra in ('code="500",', ""))


def plan_of(model: str, scrape: int, source: str | None = None) -> SloPlan:
    """A three-nines SLO over 30 days, on the raw series of `source`, by default its own."""
    bad, total = (parse(text.replace("MODEL", source or model), allow_hole=True) for text in (BAD, TOTAL))
    contract = SliContract(bad, total, "counter", scrape, (), (SIGNAL,))
    return planned("99.9", contract=contract, slo=model)


def our_series(plan: SloPlan, end: int, days: int) -> Iterator[Series]:
    """What our rules read of each other; values do not change the cost. The base reaches back thinly for coverage."""
    minutes = [*range(end - days * burn.DAY, end - 70 * MINUTE, burn.HOUR), *range(end - 70 * MINUTE, end + 1, MINUTE)]
    labels = dict(plan.identity)
    for name in (plan.total_base, plan.bad_base):
        yield _constant(name, labels, minutes)
    for name in (names.TOTAL_SLOW, names.BAD_SLOW):
        yield _constant(name, labels, range(end - days * burn.DAY, end + 1, SLOW))
    counts = map(names.bad_count, plan.counted_windows)
    for name in (*map(names.error_ratio, plan.windows), *counts, names.BURN_RATE, names.INFO):
        yield _constant(name, labels, range(end - 10 * MINUTE, end + 1, MINUTE))
    for name in (names.ERROR_RATIO_PERIOD, names.PERIOD_COVERAGE, names.BUDGET_REMAINING, names.BUDGET_SPENT):
        yield _constant(name, labels, range(end - 30 * MINUTE, end + 1, SLOW))


def their_series(model: str, end: int, days: int) -> Iterator[Series]:
    """What their rules read of each other: the period is computed from the 5m ratio of every minute."""
    labels = workbook_rules.labels(model)
    for window in (*workbook_rules.WINDOWS, "30d"):
        since = end - days * burn.DAY if window == "5m" else end - 10 * MINUTE
        name = f"slo:sli_error:ratio_rate{window}"
        yield _constant(name, {**labels, "window": window}, range(since, end + 1, MINUTE))
    for name in ("slo:error_budget:ratio", "slo:period_burn_rate:ratio"):
        yield _constant(name, labels, range(end - 10 * MINUTE, end + 1, MINUTE))


def _constant(name: str, labels: dict[str, str], times: Iterable[int]) -> Series:
    value = 1.0 if "total" in name or "remaining" in name else 0.0
    return Series(name, labels, [(at, value) for at in times])


def their_groups(model: str, source: str | None = None) -> list[YamlValue]:
    """The other rule set for the same SLO."""
    bad, total = (text.replace("MODEL", source or model) for text in (BAD, TOTAL))
    return workbook_rules.groups(model, bad, total, 0.999)


def samples(shape: Shape) -> tuple[float, float]:
    """Samples per minute for one SLO, everything evaluated every minute but our five-minute groups: ours, theirs."""
    model = "fraud-detector"
    plan = plan_of(model, shape.scrape)
    with tempfile.TemporaryDirectory() as folder:
        past = Past(ENGINES / "prometheus", ENGINES / "promtool", Path(folder))
        past.write(
            [
                *shape.raw(model, END - 3 * burn.DAY - burn.HOUR, END),
                *our_series(plan, END, 30),
                *their_series(model, END, 30),
            ]
        )
        with past.reading() as server:
            ours = [
                (server.statistics(show(rule.expr), END), each.interval)
                for each in groups_of([plan])
                for rule in each.rules
            ]
            theirs = [server.statistics(text, END) for text in workbook_rules.expressions(their_groups(model))]
    return sum(read * MINUTE / interval for read, interval in ours), float(sum(theirs))


def cpu(rules: str, series: Callable[[int], Iterable[Series]], samples: int, rounds: int) -> float:
    """CPU seconds per round of one minute, with those of an idle server taken off.

    The history ends when the server starts, so that rules find it and can record behind it; `samples` (about as many
    as will be written) says how long writing may take.
    """
    with tempfile.TemporaryDirectory() as name:
        past = Past(ENGINES / "prometheus", ENGINES / "promtool", Path(name))
        end = int(time.time() + 90 + samples / IMPORTED_PER_SECOND) // 60 * MINUTE
        past.write(series(end))
        if time.time() > end / 1000:
            raise SystemExit("writing the history took longer than planned; the machine is too busy to measure")
        time.sleep(end / 1000 - time.time())
        return _busy(past, rules, rounds) - _busy(past, "", 1)


def _busy(past: Past, rules: str, rounds: int) -> float:
    (past.folder / "rules.yaml").write_text(rules or "groups: []\n", encoding="utf-8")
    config = past.folder / "busy.yml"
    config.write_text("global: {evaluation_interval: 1m}\nrule_files: [rules.yaml]\n", encoding="utf-8")
    with prometheus(past.server, config, past.data, "--storage.tsdb.retention.time=100y") as url:
        time.sleep(5)
        before = _cpu_seconds(url)
        time.sleep(60 * rounds)
        return (_cpu_seconds(url) - before) / rounds


def _cpu_seconds(url: str) -> float:
    text = requests.get(f"{url}/metrics", timeout=10).text
    return next(float(line.split()[1]) for line in text.splitlines() if line.startswith("process_cpu_seconds_total"))


def cpu_of_a_fleet(models: int, sources: int) -> tuple[float, float]:
    """CPU seconds per round for so many models of 20 series at 60 s and three days of history: ours, theirs."""
    shape = Shape(20, 60_000)
    source_of = {f"model-{n}": f"model-{n % sources}" for n in range(models)}
    plans = [plan_of(model, shape.scrape, source) for model, source in source_of.items()]
    raw_samples = sources * shape.series * DAYS * 1440

    def raw(end: int) -> Iterator[Series]:
        for source in sorted(set(source_of.values())):
            yield from shape.raw(source, end - DAYS * burn.DAY - burn.HOUR, end)

    ours = cpu(
        rule_text(groups_of(plans)),
        lambda end: (*raw(end), *(one for plan in plans for one in our_series(plan, end, DAYS))),
        raw_samples + models * 2200,
        ROUNDS,
    )
    theirs = cpu(
        dump({"groups": [each for model, source in source_of.items() for each in their_groups(model, source)]}),
        lambda end: (*raw(end), *(one for model in source_of for one in their_series(model, end, DAYS))),
        raw_samples + models * DAYS * 1500,
        ROUNDS,
    )
    return ours, theirs


def main() -> None:
    """Prints both sides."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["samples", "cpu"])
    parser.add_argument("--models", type=int, default=1000)
    parser.add_argument("--sources", type=int, default=50)
    chosen = parser.parse_args()
    if chosen.what == "cpu":
        ours, theirs = cpu_of_a_fleet(chosen.models, min(chosen.sources, chosen.models))
        print(f"CPU seconds per round, {chosen.models} models x 20 series")
        print(f"ours {ours:.2f}, from raw counters {theirs:.2f}: {ours / theirs:.1%}")
        return
    print("samples read per minute for one SLO, 99.9 % in 30 days")
    print(f"{'series':>8} {'scrape':>8} {'ours':>10} {'from raw':>12} {'share':>8}")
    for shape in (Shape(120, 30_000), Shape(20, 60_000)):
        ours, theirs = samples(shape)
        print(f"{shape.series:8} {shape.scrape // 1000:7}s {ours:10,.0f} {theirs:12,.0f} {ours / theirs:8.2%}")


if __name__ == "__main__":
    main()
