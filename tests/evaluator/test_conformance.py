"""Prometheus' own engine tests and the rules of public mixins, where they lie beside the checkout."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import yaml

from slogen.evaluator import labels as label
from slogen.evaluator.evaluate import evaluate, selectors_of
from slogen.evaluator.series import Storage
from slogen.evaluator.test_runner import Verdict, run
from slogen.evaluator.times import Grid
from slogen.promql.ast import Expr, MatchOp, Selector
from slogen.promql.parse import parse

SHARED = Path(__file__).resolve().parents[3] / "shared" / "conformance"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the conformance files are not beside the checkout"),
]


def test_engine_tests_of_prometheus() -> None:
    """All evals that SLOs and the long tail use pass, and of the rest none is wrong."""
    tiers = {(one["file"], one["line"]): one["tier"] for one in json.loads((SHARED / "promql/tiers.json").read_text())}
    found: Counter[tuple[str, Verdict]] = Counter()
    wrong = []
    for file in sorted((SHARED / "promql").glob("*.test")):
        for outcome in run(file.read_text(encoding="utf-8")):
            found[tiers[file.name, outcome.line], outcome.verdict] += 1
            wrong += [outcome] if outcome.verdict is Verdict.FAIL else []
    assert wrong == []
    assert found["slo", Verdict.PASS] + found["long-tail", Verdict.PASS] == 483
    assert found["slo", Verdict.UNSUPPORTED] + found["long-tail", Verdict.UNSUPPORTED] == 0
    native = found["native-histogram", Verdict.PASS]
    assert native / (native + found["native-histogram", Verdict.UNSUPPORTED]) > 0.9


def expressions() -> list[str]:
    """The expressions of every rule."""
    texts = [file.read_text(encoding="utf-8") for file in sorted((SHARED / "rules").glob("*.yaml"))]
    return [rule["expr"] for text in texts for group in yaml.safe_load(text)["groups"] for rule in group["rules"]]


def test_rules_of_public_mixins() -> None:
    """Every rule evaluates on series of its own metrics without an error."""
    found = expressions()
    assert len(found) == 677
    grid = Grid(0, 2 * 3_600_000, 60_000)
    for number, text in enumerate(found):
        expr = parse(text)
        evaluate(expr, _series_for(expr, number), grid)


def _series_for(expr: Expr, seed: int) -> Storage:
    """One counter for every selector, with labels that satisfy its matchers."""
    storage, random, made = Storage(), np.random.default_rng(seed), set()
    for selector in selectors_of(expr):
        labels = _labels(selector)
        if labels not in made:
            made.add(labels)
            storage.add(labels, np.arange(240) * 30_000, np.cumsum(random.integers(0, 5, 240)))
    return storage


def _labels(selector: Selector) -> label.Labels:
    found = {label.NAME: selector.name or "some_metric", "le": "+Inf"}
    for matcher in selector.matchers:
        if matcher.op is MatchOp.EQ:
            found[matcher.label] = matcher.value
        elif matcher.op is MatchOp.RE:
            found[matcher.label] = matcher.value.split("|")[0].replace(".*", "x").replace(".+", "x")
    return label.make(found)
