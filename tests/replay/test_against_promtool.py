"""Random suites: the same verdicts and the same values as the real promtool 3.5."""

import os
import random
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from slogen.emit.yaml import dump
from slogen.evaluator.evaluate import instant
from slogen.evaluator.labels import show
from slogen.evaluator.vector import Vector
from slogen.promql.parse import parse
from slogen.replay.run import Replay
from slogen.replay.states import FIRING
from slogen.replay.suite import run_suite
from tests.replay.random_suites import Suite, suite

SUITES = int(os.environ.get("SLOGEN_PROMTOOL_SUITES", "200"))


def _checks(made: Suite, world: Replay, rng: random.Random) -> None:
    """Writes what the replay saw into the test file as expectations, and spoils some of them."""
    case = made.test["tests"][0]
    for life in world.alerts:
        moment = rng.randint(0, 40) * 60_000
        if moment > world.setting.end:
            continue
        same = [x for x in world.alerts if x.rule is life.rule and x.state_at(moment) == FIRING]
        expected = [{"exp_labels": dict(x.labels), "exp_annotations": dict(x.annotations_at(moment))} for x in same]
        if rng.random() < 0.15:
            expected = [{"exp_labels": {"severity": "none"}}] if not expected or rng.random() < 0.5 else expected[1:]
        check = {"eval_time": f"{moment // 60_000}m", "alertname": life.rule.alert, "exp_alerts": expected}
        case["alert_rule_test"].append(check)
    for expr, moment in made.probes:
        impossible = {
            "expr": expr,
            "eval_time": f"{moment // 1000}s",
            "exp_samples": [{"labels": "no_such_series", "value": 7}],
        }
        case["promql_expr_test"].append(impossible)


def _values(world: Replay, expr: str, moment: int) -> dict[str, float]:
    vector = instant(parse(expr), world.storage, moment).value
    assert isinstance(vector, Vector)
    return {show(labels): float(vector.values[row, 0]) for row, labels in enumerate(vector.labels)}


def _told(output: str) -> list[dict[str, float]]:
    """Promtool's `got:` blocks of expressions, in order."""
    blocks = []
    for part in re.split(r"\n\s*expr: ", output)[1:]:
        got = part.partition("got:")[2].split("\n\n")[0]
        pairs = re.findall(r"(\{.*?\}) ([-+\w.]+)(?=[,\n]|$)", got)
        blocks.append({labels: float(value.replace("E", "e")) for labels, value in pairs})
    return blocks


def _close(ours: dict[str, float], theirs: dict[str, float]) -> bool:
    return ours.keys() == theirs.keys() and all(
        abs(ours[key] - theirs[key]) <= 1e-9 * max(1.0, abs(theirs[key])) or ours[key] != ours[key] for key in ours
    )


@dataclass
class Tally:
    """What a run has compared so far."""

    values: int = 0
    checks: int = 0
    failing: int = 0


def _compare(number: int, folder: Path, promtool: Path, tally: Tally) -> None:
    """One suite in both tools; AssertionError where they differ."""
    made = suite(number)
    path = made.write(folder)
    world = run_suite(path, path.name).cases[0].replayed
    assert world is not None
    if not world.failures:
        _checks(made, world, random.Random(number))
        path.write_text(dump(made.test))
    ours = run_suite(path, path.name)
    done = subprocess.run([promtool, "test", "rules", path], capture_output=True, text=True, check=False)
    output = done.stdout + done.stderr
    rules, failures = (folder / "rules.yml").read_text(), [case.failures for case in ours.cases]
    context = f"seed {number}\n{rules}\n{path.read_text()}\n{output}\n{failures}"
    assert ours.passed == (done.returncode == 0), context
    if world.failures:
        assert any(failure.message in output for failure in world.failures), context
        return
    wrong = {failure.span.line for failure in ours.cases[0].failures if failure.message.startswith("alertname")}
    assert len(wrong) == output.count("alertname: Alert"), context
    told = _told(output)
    mine = [_values(world, expr, moment) for expr, moment in made.probes]
    assert len(told) == len(mine), context
    for value, expected in zip(mine, told, strict=True):
        assert _close(value, expected), f"{value} is not {expected}\n{context}"
    tally.values += len(told)
    tally.checks += len(made.test["tests"][0]["alert_rule_test"])
    tally.failing += bool(wrong)


@pytest.mark.engine
def test_random_suites_agree_with_promtool(tmp_path: Path, promtool35: Path) -> None:
    """Every random suite gets promtool's verdict, and every probe the value that promtool prints."""
    seed = int(os.environ.get("SLOGEN_SEED", "1"))
    tally = Tally()
    for number in range(seed, seed + SUITES):
        _compare(number, tmp_path / str(number), promtool35, tally)

    assert tally.values > SUITES
    assert tally.failing
    sys.stdout.write(f"{SUITES} suites from seed {seed}: {tally}\n")
