"""Cases in Prometheus' test language rewritten as a unit-test file of promtool.

Promtool knows no annotations, failures, orders, or NaN that equals NaN; evals that ask for one of these are left out.
"""

import math
import re
from collections.abc import Iterator
from typing import Any

from slogen.evaluator import labels as label
from slogen.evaluator import native_notation
from slogen.evaluator.native import Histogram
from slogen.evaluator.notation import Sample
from slogen.evaluator.render import series_name
from slogen.evaluator.test_language import Clear, Eval, Load, commands

UNSAID = {"fail", "ordered"}


def unit_tests(text: str) -> dict[str, Any]:
    """The document of a unit-test file: one test for every state of the storage that has evals."""
    lines = [line.strip() for line in text.split("\n")]
    tests = []
    loads: list[Load] = []
    asked: list[dict[str, Any]] = []
    for command in [*commands(text), Clear(0)]:
        if isinstance(command, Eval):
            asked += expressions(command)
            continue
        if asked:
            tests.append(_test(loads, asked, lines))
            asked = []
        loads = [*loads, command] if isinstance(command, Load) else []
    return {"evaluation_interval": "1s", "fuzzy_compare": True, "tests": tests}


def _test(loads: list[Load], asked: list[dict[str, Any]], lines: list[str]) -> dict[str, Any]:
    (interval,) = {load.interval for load in loads}
    end = max(len(series.samples) * load.interval for load in loads for series in load.series)
    series = [_split(line) for load in loads for line in lines[load.line : load.line + len(load.series)]]
    last = {"expr": "vector(0)", "eval_time": f"{end}ms", "exp_samples": [{"labels": "{}", "value": 0}]}
    return {"interval": f"{interval}ms", "input_series": series, "promql_expr_test": [*asked, last]}


def _split(line: str) -> dict[str, str]:
    end = re.match(r'(?:[a-zA-Z_:][a-zA-Z0-9_:]*)?\s*(?:\{(?:[^"{}]|"(?:[^"\\]|\\.)*")*\})?', line)
    assert end is not None
    return {"series": line[: end.end()], "values": line[end.end() :].strip()}


def expressions(command: Eval) -> Iterator[dict[str, Any]]:
    """One expression test for every step of an eval that promtool can judge."""
    if any(expect.kind.value in UNSAID for expect in command.expects if expect.kind.value == "fail"):
        return
    if command.scalar is not None:
        yield from _expression(command.expr, command.start, [({}, command.scalar)])
        return
    if re.search(r"@\s*(?:start|end)\s*\(|:\s*\]", command.expr) and not command.is_instant:
        return
    steps = 1 if command.is_instant else (command.end - command.start) // command.step + 1
    for step in range(steps):
        found = [(dict(result.labels), _at(result.samples, step)) for result in command.results]
        at = command.start + step * command.step
        yield from _expression(command.expr, at, [(labels, sample) for labels, sample in found if sample is not None])


def _at(samples: tuple[Sample, ...], step: int) -> Sample:
    return samples[step] if step < len(samples) else None


def _expression(expr: str, at: int, samples: "list[tuple[dict[str, str], Sample]]") -> Iterator[dict[str, Any]]:
    if any(isinstance(sample, float) and math.isnan(sample) for _, sample in samples):
        return
    wanted: list[dict[str, Any]] = []
    for labels, sample in samples:
        named = {"labels": series_name(label.make(labels)) or "{}"}
        if isinstance(sample, Histogram):
            wanted.append(named | {"histogram": native_notation.show(sample)})
        elif sample is not None:
            wanted.append(named | {"value": sample})
    yield {"expr": expr, "eval_time": f"{at}ms", "exp_samples": wanted}
