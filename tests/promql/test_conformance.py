"""Expressions of public rule files and of Prometheus' own tests, and the judgement of promtool on what is printed."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slogen.promql.ast import Expr
from slogen.promql.lex import PromQLError
from slogen.promql.parse import experimental, parse
from slogen.promql.text import pretty, show
from tests.engines.servers import prometheus
from tests.laws import examples
from tests.promql.trees import trees


def shared(root: Path, name: str) -> Path:
    """A folder of the shared conformance files; without it the test skips."""
    folder = root.parent / "shared" / "conformance" / name
    if not folder.is_dir():
        pytest.skip(f"{folder} does not lie beside this checkout")
    return folder


def rule_expressions(root: Path) -> list[str]:
    """Every expression of the public rule files."""
    files = sorted(shared(root, "rules").glob("*.yaml"))
    groups = [group for file in files for group in yaml.safe_load(file.read_text())["groups"]]
    return [str(rule["expr"]) for group in groups for rule in group["rules"]]


_EVAL = re.compile(r"eval(?:_\w+)?\s+(?:instant(?:\s+at\s+\S+)?|range\s+from\s+\S+\s+to\s+\S+\s+step\s+\S+)\s+(.+)")


def evaluated_expressions(root: Path) -> list[tuple[str, bool]]:
    """Every expression of the `.test` files and whether its evaluation is expected to fail."""
    found: list[tuple[str, bool]] = []
    for file in sorted(shared(root, "promql").glob("*.test")):
        lines = [line.strip() for line in file.read_text().splitlines()]
        for i, line in enumerate(lines):
            if m := _EVAL.fullmatch(line):
                fails = line.startswith("eval_fail") or any(
                    after.startswith("expect fail") for after in lines[i + 1 : i + 4]
                )
                found.append((m[1], fails))
    return found


@pytest.mark.shared
def test_every_public_rule_survives(root: Path) -> None:
    """All 677 expressions parse, print on one line and over several, and parse to the same tree."""
    expressions = rule_expressions(root)
    assert len(expressions) == 677
    for text in expressions:
        tree = parse(text)
        assert parse(show(tree)) == tree == parse(pretty(tree, 60))
        assert experimental(tree, text) == []


@pytest.mark.shared
def test_every_expression_of_the_test_files_survives(root: Path) -> None:
    """What the parser refuses is expected to fail or is experimental arithmetic in durations."""
    refused = []
    for text, fails in evaluated_expressions(root):
        try:
            tree = parse(text)
        except PromQLError as e:
            if not fails and "arithmetic in durations" not in e.message:
                refused.append((text, e.message))
            continue
        again = parse(show(tree))
        assert again == tree or "NaN" in show(tree)
        assert show(again) == show(tree)
    assert refused == []


def meaning(node: Any) -> Any:
    """A tree of Prometheus' parser without what changes no result: parentheses, unary plus, how a name is given."""
    if isinstance(node, list):
        return [meaning(part) for part in node]
    if not isinstance(node, dict):
        return node
    if node.get("type") == "parenExpr" or (node.get("type") == "unaryExpr" and node["op"] == "+"):
        return meaning(node["expr"])
    parts = {key: meaning(value) for key, value in node.items()}
    if "matchers" in parts:
        parts["name"] = ""
        parts["matchers"] = sorted(parts["matchers"], key=str)
    return parts


@pytest.fixture(scope="module")
def prometheus_tree(prometheus35: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Any]]:
    """Asks a real Prometheus for the tree of an expression; None where it refuses."""
    folder = tmp_path_factory.mktemp("parser")
    (folder / "prometheus.yml").write_text("global: {}\n")
    flags = "--enable-feature=promql-experimental-functions"
    with (
        prometheus(prometheus35, folder / "prometheus.yml", folder / "data", flags) as url,
        requests.Session() as session,
    ):

        def tree(text: str) -> Any:
            answer = session.post(f"{url}/api/v1/parse_query", data={"query": text}, timeout=10).json()
            return meaning(answer["data"]) if answer["status"] == "success" else None

        yield tree


@pytest.mark.engine
@pytest.mark.shared
def test_prometheus_reads_the_printed_form_as_it_reads_the_original(
    prometheus_tree: Callable[[str], Any], root: Path
) -> None:
    """For every public rule and every expression of the `.test` files the trees inside a real server are equal."""
    texts = [*rule_expressions(root), *(text for text, _ in evaluated_expressions(root))]
    accepted = 0
    for text in dict.fromkeys(texts):
        theirs = prometheus_tree(text)
        try:
            ours = parse(text)
        except PromQLError as e:
            refusal = e.message
        else:
            refusal = ""
            accepted += 1
            assert prometheus_tree(pretty(ours, 40)) == theirs, text
        assert (theirs is None) == bool(refusal) or "arithmetic in durations" in refusal, text
    assert accepted > 1200


@pytest.mark.engine
@settings(
    max_examples=examples(250),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(tree=trees)
def test_prometheus_accepts_every_tree_that_type_checks(prometheus_tree: Callable[[str], Any], tree: Expr) -> None:
    """What our types allow, Prometheus parses, in one line and in several, with equal trees."""
    theirs = prometheus_tree(show(tree))
    assert theirs is not None
    assert prometheus_tree(pretty(tree, 20)) == theirs


@pytest.mark.engine
@settings(
    max_examples=examples(250),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(tree=trees, data=st.data())
def test_nothing_is_accepted_that_prometheus_refuses(
    prometheus_tree: Callable[[str], Any], tree: Expr, data: st.DataObject
) -> None:
    """A valid expression with a piece cut out or doubled: what is taken, Prometheus takes, and means the same."""
    text = show(tree)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 12)))
    damaged = text[:start] + data.draw(st.sampled_from(["", text[start:end] * 2])) + text[end:]
    theirs = prometheus_tree(damaged)
    try:
        ours = parse(damaged)
    except PromQLError:
        return
    assert theirs is not None, damaged
    assert prometheus_tree(show(ours)) == theirs
