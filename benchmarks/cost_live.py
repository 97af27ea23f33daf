"""What `slogen cost` estimates beside what a real Prometheus 3.5 counts, for the example fleet multiplied.

    python -m benchmarks.cost_live [--models 100] [--series 2] [--whole 2]

Every model of `specs/` is copied under other names until there are so many; all copies read the same raw series, of
each of which the server has `--series`. A first server evaluates the recording rules and tells which series they
record; a second one is given all of them with as much history as any rule reads. Then every rule of the fleet's file
and of `--whole` copies is asked as a query, and the samples that the server's statistics count are laid beside the
estimate, by kind of rule and in all. The rules of the other copies are the same under other names and counted so.
Ends with 1 where a kind of at least a hundredth of the cost, or the whole, is off by more than a tenth.
"""

import argparse
import contextlib
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from shutil import copytree

from benchmarks.remote_write import Constant, write
from slogen import names, pipeline
from slogen.promql.ast import Expr, Range, Selector, Subquery
from slogen.promql.rewrite import walk
from slogen.promql.text import show
from slogen.promql.types import children
from slogen.replay.rulefile import AlertingRule, Group, RecordingRule, Rule
from slogen.review.cost import Facts, facts
from slogen.review.prices import Prices
from slogen.review.side import built
from tests.engines.past import Asked
from tests.engines.servers import prometheus

ROOT = Path(__file__).resolve().parent.parent
ENGINE = ROOT / ".engines" / "prom-3.5" / "prometheus"
END = 1_700_006_400_000
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
TOLERATED = 0.1
WORTH_JUDGING = 0.01
FLAGS = (
    "--web.enable-remote-write-receiver",
    "--storage.tsdb.min-block-duration=2d",
    "--storage.tsdb.max-block-duration=2d",
    "--storage.tsdb.retention.time=100y",
    "--query.max-samples=500000000",
)
Labels = tuple[tuple[str, str], ...]


def fleet(folder: Path, copies: int) -> None:
    """The example project in production alone, each spec `copies` times."""
    (folder / "specs").mkdir()
    copytree(ROOT / "specs" / "samples", folder / "specs" / "samples")
    text = (ROOT / "slogen.yaml").read_text()
    text = re.sub(r"^  staging: .*\n", "", text, flags=re.MULTILINE).replace("[production, staging]", "[production]")
    (folder / "slogen.yaml").write_text(text)
    for path in sorted((ROOT / "specs").glob("*.yaml")):
        if path.name.endswith(".test.yaml"):
            continue
        spec = re.sub(r"^overrides:\n(?:  .*\n)*", "", path.read_text(), flags=re.MULTILINE)
        spec = re.sub(r"^depends_on: .*\n", "", spec, flags=re.MULTILINE)
        for number in range(copies):
            told = re.sub(r"^((?:model|component): .*)$", rf"\1{suffix(number)}", spec, flags=re.MULTILINE)
            (folder / "specs" / f"{path.stem}{suffix(number)}.yaml").write_text(told)


def suffix(number: int) -> str:
    """What tells the copies of a model apart; the first keeps its name."""
    return f"-copy-{number}" if number else ""


@dataclass(frozen=True, slots=True)
class Fleet:
    """The groups of all rules, what is declared of the server, and how many copies of each model there are."""

    groups: tuple[Group, ...]
    facts: Facts
    copies: int

    @classmethod
    def compiled(cls, copies: int, series: int) -> "Fleet":
        """The example fleet multiplied. Raises SystemExit where it does not compile."""
        with tempfile.TemporaryDirectory() as folder:
            fleet(Path(folder), copies)
            made = pipeline.compiled(Path(folder), date(2026, 1, 1))
        if made.program is None or not made.artifacts:
            sys.exit("\n".join(f"{d.code.id} {d.message} {d.span}" for d in made.diagnostics if d.severity > 1))
        side = built(made.program, {f"{a.root}/{a.path}": a.text for a in made.artifacts})
        return cls(tuple(side.rule_groups().values()), facts(made.program, series), copies)

    def rules(self) -> Iterator[tuple[Group, Rule]]:
        """Every rule with its group."""
        return ((group, rule) for group in self.groups for rule in group.rules)

    def interval(self, group: Group) -> int:
        """How often a group runs, ms."""
        return group.interval or self.facts.evaluation


def needed(whole: Fleet) -> dict[str, int]:
    """How far back any rule reads each metric, ms, at least ten minutes."""
    found: dict[str, int] = defaultdict(lambda: 10 * MINUTE)
    for _, rule in whole.rules():
        for name, back in _reach(rule.expr, 0):
            found[name] = max(found[name], back)
    return found


def _reach(expr: Expr, outer: int) -> Iterator[tuple[str, int]]:
    match expr:
        case Selector():
            yield expr.name or "", outer + expr.offset + 6 * MINUTE
        case Range(selector, int() as window):
            yield from _reach(selector, outer + window)
        case Subquery(inner, int() as window):
            yield from _reach(inner, outer + window + expr.offset)
        case _:
            for child in children(expr):
                yield from _reach(child, outer)


@contextlib.contextmanager
def server(folder: Path) -> Iterator[Asked]:
    """An empty Prometheus that takes what is written to it."""
    folder.mkdir()
    config = folder / "prometheus.yml"
    config.write_text("global: {evaluation_interval: 30s, scrape_interval: 30s}\n")
    with prometheus(ENGINE, config, folder / "data", *FLAGS) as url:
        yield Asked(url)


def raw(whole: Fleet, back: dict[str, int]) -> list[Constant]:
    """The raw series that rules read, in so many copies as are declared; all of them grow."""
    return [
        Constant(
            (("__name__", one.metric), ("pod", str(pod)), *one.labels),
            whole.facts.scrape,
            END - back[one.metric],
            1.0,
            grows=True,
        )
        for one in whole.facts.known
        if one.metric in back
        for pod in range(whole.facts.series)
    ]


def recorded(one: Fleet, folder: Path) -> dict[str, list[tuple[Labels, int]]]:
    """The labels and interval of every series that the rules record, by name, as a real server evaluates them."""
    found: dict[str, list[tuple[Labels, int]]] = defaultdict(list)
    with server(folder) as asked:
        write(asked.url, raw(one, dict.fromkeys(needed(one), 6 * HOUR)), END, DAY)
        left = [(group, rule) for group, rule in one.rules() if isinstance(rule, RecordingRule)]
        written: dict[Labels, None] = {}
        while left:
            names_left = {rule.record for _, rule in left}
            ready = [(g, r) for g, r in left if not _names(r.expr) & (names_left - {r.record})] or left
            left = [pair for pair in left if pair not in ready]
            for group, rule in ready:
                for labels, _ in asked.now(show(rule.expr), END):
                    full = {**labels, **dict(rule.labels), "__name__": rule.record}
                    kept = tuple(sorted(pair for pair in full.items() if pair[1]))
                    found[rule.record].append((kept, one.interval(group)))
            fresh = {labels: None for _, rule in ready for labels, _ in found[rule.record] if labels not in written}
            if fresh:
                write(asked.url, [Constant(labels, MINUTE, END - HOUR, 1.0) for labels in fresh], END, DAY)
                written |= fresh
    return found


def _names(expr: Expr) -> set[str]:
    return {node.name or "" for node in walk(expr) if isinstance(node, Selector)}


def multiplied(found: dict[str, list[tuple[Labels, int]]], copies: int, back: dict[str, int]) -> Iterator[Constant]:
    """The series of every copy of every model, with as much history as anybody reads."""
    for name, series in found.items():
        if name not in back:
            continue
        for labels, interval in dict.fromkeys(series):
            value = 0.0 if "bad" in name else 1.0
            for number in range(copies):
                renamed = tuple((k, v + suffix(number) if k == names.MODEL else v) for k, v in labels)
                yield Constant(renamed, interval, END - back[name], value)


def kind(group: Group, rule: Rule) -> str:
    """What a rule is, for the table."""
    where = "fleet" if names.FLEET in group.file else "model"
    match rule:
        case RecordingRule(record):
            what = re.sub(r"[0-9]+(?:ms|[smhd])$", "", record.removeprefix(names.SERIES))
            return f"{where} records {what}"
        case AlertingRule(alert):
            return f"{where} alerts {'burn rates' if alert.startswith('ErrorBudgetBurn') else 'other'}"


def reach_of(rule: Rule) -> int:
    """How far back a rule reads anything, ms."""
    return max((back for _, back in _reach(rule.expr, 0)), default=0)


def measure(whole: Fleet, rules: Iterable[tuple[Group, Rule]], asked: Asked, copies: int) -> dict[str, list[float]]:
    """Samples a minute by kind: estimated and counted; the rules of `copies` copies stand for those of all."""
    prices = Prices(whole.groups, whole.facts)
    table: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for group, rule in rules:
        number = re.search(r"-copy-([0-9]+)", group.file)
        if number and int(number[1]) >= copies:
            continue
        weight = 1 if names.FLEET in group.file else whole.copies / copies
        minute = weight * MINUTE / whole.interval(group)
        row = table[kind(group, rule)]
        row[0] += sum(samples for _, samples in prices.reads(rule.expr)) * minute
        row[1] += asked.statistics(show(rule.expr), END) * minute
    return dict(table)


def report(table: dict[str, list[float]]) -> bool:
    """Prints the table; whether everything worth judging is within the tolerance."""
    total = [sum(row[side] for row in table.values()) for side in (0, 1)]
    good = True
    print(f"{'samples a minute':<34} {'estimated':>15} {'counted':>15} {'ratio':>7}")
    for name, (estimated, counted) in [*sorted(table.items()), ("all", total)]:
        ratio = estimated / counted if counted else 1.0 if not estimated else float("inf")
        judged = max(estimated, counted) >= WORTH_JUDGING * total[1]
        off = judged and abs(ratio - 1) > TOLERATED
        good &= not off
        print(f"{name:<34} {estimated:>15,.0f} {counted:>15,.0f} {ratio:>7.3f}{'  off' if off else ''}")
    return good


def main() -> None:
    """Compiles, fills two servers, counts and judges."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=int, default=100)
    parser.add_argument("--series", type=int, default=2)
    parser.add_argument("--whole", type=int, default=2)
    asked = parser.parse_args()
    models = len([path for path in (ROOT / "specs").glob("*.yaml") if not path.name.endswith(".test.yaml")])
    copies = -(-asked.models // models)
    began = time.perf_counter()
    whole = Fleet.compiled(copies, asked.series)
    rules, seconds = sum(len(group.rules) for group in whole.groups), time.perf_counter() - began
    print(f"{copies * models} models, {rules} rules, compiled in {seconds:.0f} s", flush=True)
    back = needed(whole)
    with tempfile.TemporaryDirectory() as folder:
        found = recorded(Fleet.compiled(1, asked.series), Path(folder) / "small")
        series = [*raw(whole, back), *multiplied(found, copies, back)]
        with server(Path(folder) / "large") as large:
            began = time.perf_counter()
            sent = write(large.url, series, END, DAY)
            print(f"{len(series)} series, {sent:,} samples written in {time.perf_counter() - began:.0f} s", flush=True)
            good = report(measure(whole, whole.rules(), large, min(asked.whole, copies)))
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
