"""How fast the replay of Sloth-like rules is beside `promtool test rules`, on the same files and with equal results.

    python -m benchmarks.promtool [--quick]

Every SLO has 17 rules (seven ratios from raw counters, the period, seven figures, two alerts), four counters whose rate
changes every hour, a restart, and an hour in which 20 % fail. Both tools run the same test file in processes of their
own, one after the other, and the seconds are those of whole processes, start and imports included. How much faster one
is, is judged by the processor's time, which other work on the machine changes least. Alerts are checked
before, in and after the fault, and at random times all recorded series and states of alerts of an SLO are asked for.
Such a question expects something impossible, because promtool prints what it found only then; values agree within
1e-9. promtool gives up on windows of more than 10,000 samples, so the last case is timed alone. `--quick` takes
seconds: fewer days, and hardly a target.
"""

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import workbook_rules
from slogen.emit.yaml import YamlValue, dump
from slogen.replay.states import FIRING
from slogen.replay.suite import run_suite

ROOT = Path(__file__).resolve().parent.parent
PROMTOOL = ROOT / ".engines" / "prom-3.5" / "promtool"
HOUR, DAY = 60, 1_440
PROBES = 30
TOLERANCE = 1e-9
OBJECTIVE = 0.999
CODES = ("200", "201", "404", "503")


@dataclass(frozen=True, slots=True)
class Case:
    """A number of SLOs over a number of days, with or without the rules over 30 days, and what it must reach."""

    slos: int
    days: int
    period: bool
    faster: float | None = None
    seconds: float | None = None
    mebibytes: float | None = None

    @property
    def name(self) -> str:
        """As the table shows it."""
        return f"{self.slos} SLOs x {self.days} d, {'with' if self.period else 'without'} 30 d rules"


CASES = (
    Case(10, 1, period=True, faster=50),
    Case(10, 7, period=False, faster=200),
    Case(50, 30, period=True, seconds=30, mebibytes=2048),
)
QUICK = (Case(2, 1, period=True, faster=4), Case(5, 3, period=True))


@dataclass(frozen=True, slots=True)
class Run:
    """One process: wall seconds, seconds of CPU, the most memory it held, and what it printed."""

    seconds: float
    cpu: float
    mebibytes: float
    code: int
    output: str


def timed(command: Sequence[str | Path]) -> Run:
    """Runs a command to its end."""
    with tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        process = subprocess.Popen(list(map(str, command)), stdout=output, stderr=output)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode()
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, process.returncode, text)


def write(folder: Path, case: Case) -> Path:
    """The rule file and the test file of a case; gives the path of the latter."""
    models = [f"model-{number:02}" for number in range(case.slos)]
    groups = [group for model in models for group in _groups(model, case.period)]
    (folder / "rules.yml").write_text(dump({"groups": groups}), encoding="utf-8")
    rng = random.Random(case.name)
    test: dict[str, YamlValue] = {
        "name": case.name,
        "interval": "1m",
        "input_series": [series for model in models for series in _inputs(rng, model, case.days * DAY)],
        "alert_rule_test": [],
        "promql_expr_test": [],
    }
    names = [str(group["name"]) for group in groups]
    document: YamlValue = {
        "rule_files": ["rules.yml"],
        "evaluation_interval": "1m",
        "group_eval_order": list(names),
        "tests": [test],
    }
    path = folder / "rules.test.yml"
    test["promql_expr_test"] = list(_probes(rng, models, case))
    test["alert_rule_test"] = list(_alert_checks(path, document, models, case))
    path.write_text(dump(document), encoding="utf-8")
    return path


def _groups(model: str, period: bool) -> list[dict[str, YamlValue]]:
    """Three groups of 17 rules; without the period and what is derived from it, 14."""
    selector = f'http_requests_total{{service="{model}"'
    bad, total = f'sum(rate({selector},code=~"5.."}}[$window]))', f"sum(rate({selector}}}[$window]))"
    found: list[dict[str, YamlValue]] = []
    for group in workbook_rules.groups(model, bad, total, OBJECTIVE):
        assert isinstance(group, dict)
        rules = group["rules"]
        assert isinstance(rules, list)
        kept = [rule for rule in rules if period or not re.search("30d|period_", dump(rule))]
        found.append({**group, "rules": kept})
    return found


def _inputs(rng: random.Random, model: str, minutes: int) -> Iterator[YamlValue]:
    """Four counters in the expanding notation: an hour a piece, a fault in the middle, a restart after a third."""
    fault = minutes // 2
    for code in CODES:
        value, pieces = 0, []
        for start in range(0, minutes, HOUR):
            usual = (
                rng.randint(400, 800) if code == "200" else rng.randint(0, 3) if code == "503" else rng.randint(5, 50)
            )
            step = rng.randint(110, 170) if code == "503" and start <= fault < start + HOUR else usual
            value = 0 if start <= minutes // 3 < start + HOUR else value
            pieces.append(f"{value}+{step}x{HOUR - 1}")
            value += step * HOUR
        labels = f'service="{model}",code="{code}",instance="{model}-0"'
        yield {"series": f"http_requests_total{{{labels}}}", "values": " ".join(pieces)}


def _probes(rng: random.Random, models: Sequence[str], case: Case) -> Iterator[YamlValue]:
    """Questions at random times, and one at the end, so that the whole story is played."""
    last = case.days * DAY - 1
    for moment in (*(rng.randrange(last) for _ in range(PROBES - 1)), last):
        model = rng.choice(models)
        matchers = f'id="{model}"' if rng.random() < 0.8 else f'alertname="{model}-burns"'
        expr = f'{{{matchers},__name__!="http_requests_total"}}'
        impossible: YamlValue = [{"labels": "impossible", "value": 1}]
        yield {"expr": expr, "eval_time": f"{moment}m", "exp_samples": impossible}


def _alert_checks(path: Path, document: YamlValue, models: Sequence[str], case: Case) -> Iterator[YamlValue]:
    """What fires before, in and after the fault, by this replay; promtool is to judge it."""
    path.write_text(dump(document), encoding="utf-8")
    world = run_suite(path, path.name).cases[0].replayed
    assert world is not None
    middle = case.days * DAY // 2
    for minute in (middle - 30, middle + 55, middle + 8 * HOUR):
        for model in models:
            lives = [life for life in world.alerts if life.rule.alert == f"{model}-burns"]
            firing = [dict(life.labels) for life in lives if life.state_at(minute * 60_000) == FIRING]
            expected: list[YamlValue] = [{"exp_labels": labels} for labels in firing]
            yield {"alertname": f"{model}-burns", "eval_time": f"{minute}m", "exp_alerts": expected}


def replayed(path: Path) -> str:
    """What this replay has to say about a test file: the findings, and for every check that failed what was seen."""
    result = run_suite(path, path.name)
    failures = [(failure.message, failure.seen) for case in result.cases for failure in case.failures]
    return json.dumps({"findings": [finding.message for finding in result.findings], "failures": failures})


Samples = dict[str, float]


def _ours(output: str) -> list[Samples]:
    said = json.loads(output)
    if said["findings"] or any(not message.startswith("expr: ") for message, _ in said["failures"]):
        raise ValueError(output[:2000])
    return [_samples("\n".join(seen)) for _, seen in said["failures"]]


def _theirs(output: str) -> list[Samples]:
    if "alertname:" in output:
        raise ValueError(f"promtool does not agree on alerts:\n{output[:2000]}")
    blocks = re.findall(r"got:(.*?)(?=\n\s*expr: |\Z)", output, re.DOTALL)
    return [_samples(block) for block in blocks]


def _samples(text: str) -> Samples:
    return {labels: float(value) for labels, value in re.findall(r"(\{.*?\}) ([-+\w.]+)(?=[,\n]|\Z)", text)}


def compared(ours: Sequence[Samples], theirs: Sequence[Samples]) -> tuple[int, int, list[str]]:
    """How many values both found, how many are the same to the bit, and what differs."""
    problems = [] if len(ours) == len(theirs) == PROBES else [f"{len(ours)} and {len(theirs)} answers to {PROBES}"]
    values = identical = 0
    for mine, real in zip(ours, theirs, strict=False):
        if mine.keys() != real.keys():
            problems.append(f"series of one tool only: {sorted(mine.keys() ^ real.keys())}")
            continue
        values += len(mine)
        identical += sum(mine[key] == real[key] for key in mine)
        apart = [key for key in mine if abs(mine[key] - real[key]) > TOLERANCE * max(abs(mine[key]), abs(real[key]))]
        problems += [f"{key}: {mine[key]!r}, promtool {real[key]!r}" for key in apart]
    return values, identical, problems


def measured(case: Case, folder: Path) -> bool:
    """Runs one case, prints its lines, and says whether it reached what it must."""
    path = write(folder, case)
    ours = timed([sys.executable, "-m", "benchmarks.promtool", "--replay", path])
    _print(case.name, "slogen", ours)
    answers = _ours(ours.output)
    problems = []
    if case.seconds is not None and ours.seconds > case.seconds:
        problems.append(f"more than {case.seconds:g} s")
    if case.mebibytes is not None and ours.mebibytes > case.mebibytes:
        problems.append(f"more than {case.mebibytes:g} MiB")
    if case.faster is not None:
        theirs = timed([PROMTOOL, "test", "rules", path])
        _print("", "promtool", theirs)
        values, identical, different = compared(answers, _theirs(theirs.output))
        ratio, on_the_clock = theirs.cpu / ours.cpu, theirs.seconds / ours.seconds
        told = f"{ratio:.0f} times faster (target {case.faster:g}), {on_the_clock:.0f} on the clock; verdicts equal"
        sys.stdout.write(f"{'':<36} {told}; {values} values compared, {identical} equal to the bit\n")
        problems += different
        if ratio < case.faster:
            problems.append(f"only {ratio:.0f} times faster")
    for problem in problems:
        sys.stdout.write(f"  PROBLEM: {problem}\n")
    return not problems


def _print(name: str, tool: str, run: Run) -> None:
    figures = f"{run.seconds:8.2f} s {run.cpu:8.2f} s CPU {run.mebibytes:6.0f} MiB"
    sys.stdout.write(f"{name:<36} {tool:<8} {figures}\n")
    sys.stdout.flush()


def main() -> int:
    """Runs the cases; the exit status is 1 where one falls short."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small cases only")
    parser.add_argument("--only", type=int, help="one case by its number from 0")
    parser.add_argument("--replay", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.replay is not None:
        sys.stdout.write(replayed(arguments.replay))
        return 0
    cases = QUICK if arguments.quick else CASES
    good = True
    for case in cases if arguments.only is None else (cases[arguments.only],):
        with tempfile.TemporaryDirectory() as folder:
            good &= measured(case, Path(folder))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
