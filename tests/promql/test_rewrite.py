"""Looking at trees and changing them."""

import pytest
from hypothesis import given, settings

from slogen.promql.ast import Expr, Matcher, MatchOp, Number, Selector
from slogen.promql.parse import experimental, parse
from slogen.promql.rewrite import add_matchers, fill_hole, holes, map_selectors, metric_names, rebuild, selectors, walk
from slogen.promql.text import show
from tests.promql.trees import trees

ENV = Matcher("env", MatchOp.EQ, "prod")


def test_the_hole_is_filled_everywhere() -> None:
    """Ranges and subqueries alike; nothing else changes."""
    tree = parse("rate(x[$window]) / max_over_time(rate(y[5m])[$window:1m])", allow_hole=True)
    assert holes(tree) == 2
    filled = fill_hole(tree, 3_600_000)
    assert holes(filled) == 0
    assert show(filled) == "rate(x[1h]) / max_over_time(rate(y[5m])[1h:1m])"


@pytest.mark.parametrize("window", [0, -1])
def test_a_hole_cannot_be_filled_with_nothing(window: int) -> None:
    """A window must be longer than zero."""
    with pytest.raises(ValueError, match="longer than zero"):
        fill_hole(parse("rate(x[$window])", allow_hole=True), window)


def test_matchers_are_added_to_every_selector_once() -> None:
    """Selectors inside ranges and subqueries get them, one that has them already stays."""
    tree = parse('rate(x[5m]) / sum(y{env="prod"} offset 1h) > scalar(z)')
    added = add_matchers(tree, [ENV])
    assert show(added) == 'rate(x{env="prod"}[5m]) / sum(y{env="prod"} offset 1h) > scalar(z{env="prod"})'
    assert add_matchers(added, [ENV]) == added


def test_walk_gives_wholes_before_parts_in_writing_order() -> None:
    """The order in which a reader meets them."""
    tree = parse("topk(2, rate(a[5m])) + b")
    assert [type(node).__name__ for node in walk(tree)] == [
        *("Binary", "Aggregate", "Number", "Call", "Range", "Selector", "Selector")
    ]
    assert [s.name for s in selectors(tree)] == ["a", "b"]
    assert metric_names(parse('a + {b="c"}')) == {"a"}


@settings(max_examples=100, deadline=None)
@given(trees)
def test_rebuilding_with_no_change_is_identity(tree: Expr) -> None:
    """Nothing is lost on the way, and every selector is seen."""
    seen: list[Selector] = []

    def look(selector: Selector) -> Selector:
        seen.append(selector)
        return selector

    assert map_selectors(tree, look) == tree
    assert sorted(seen, key=repr) == sorted(selectors(tree), key=repr)


def test_the_selector_of_a_range_must_stay_one() -> None:
    """A change that would make a range of something else is refused."""
    with pytest.raises(TypeError, match="became a Number"):
        rebuild(parse("rate(x[5m])"), lambda node: Number(1) if isinstance(node, Selector) else node)


def test_experimental_constructs_are_told_with_their_places() -> None:
    """Functions and aggregations that a server must enable; a metric or a string of the same name is none."""
    text = 'limitk by (a) (1, mad_over_time(x{a="info("}[5m])) + info + LIMITK(1, x)'
    tree = parse(text)
    assert experimental(tree, text) == [("limitk", 0), ("mad_over_time", 18), ("limitk", text.index("LIMITK"))]
    assert experimental(parse("rate(x[5m])"), "rate(x[5m])") == []
