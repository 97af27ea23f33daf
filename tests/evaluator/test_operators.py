"""Operators where names are dropped at once, as on servers, and what they say when they fail."""

import math

import pytest

from slogen.evaluator.context import Options
from slogen.evaluator.errors import EvaluationError
from slogen.evaluator.times import Grid
from tests.evaluator.asking import MINUTE, ask, samples, stored

DELAYED = Options(delayed_name_removal=True)


def test_a_comparison_with_bool_drops_the_name_at_once() -> None:
    """What comes out of `bool` has no name that a function inside the query could still see."""
    storage = stored('a{i="0"} 1', 'b{i="0"} 2')
    assert samples(storage, 'label_replace(a < bool b, "was", "$1", "__name__", "(.*)")', 0) == {'{i="0"}': [1.0]}
    assert samples(storage, 'label_replace(a < b, "was", "$1", "__name__", "(.*)")', 0) == {'a{i="0", was="a"}': [1.0]}


def test_unary_minus_may_make_series_the_same() -> None:
    """Without their names two series are one, which is an error even where they are never there together."""
    storage = stored("a 1 stale", "b stale 2")
    with pytest.raises(EvaluationError, match="same labelset"):
        ask(storage, '-{__name__=~"a|b"}', Grid(0, MINUTE, MINUTE))


def test_a_function_of_ranges_may_make_series_the_same() -> None:
    """Rates of two metrics with the same labels are an error at once, but not where the name goes last."""
    storage = stored('a{i="0"} 1 2 3', 'b{i="0"} 1 3 5')
    assert samples(storage, 'last_over_time({__name__=~"a|b"}[5m])', 2) == {'a{i="0"}': [3.0], 'b{i="0"}': [5.0]}
    assert samples(storage, 'sum(rate({__name__=~"a|b"}[2m]))', 2, DELAYED) == {"{}": [pytest.approx(3 / 60)]}
    with pytest.raises(EvaluationError, match="same labelset"):
        ask(storage, 'sum(rate({__name__=~"a|b"}[2m]))', 2)


@pytest.mark.parametrize(
    ("middle", "delayed", "named"),
    [
        ("9 11 11", False, ["h"]),
        ("11 9 11", False, [""]),
        ("11 11 9", False, [""]),
        ("9 9 11", False, ["h", ""]),
        ("11 9 9", True, ["h"]),
        ("11 11 11", False, []),
        ("11 11 11", True, []),
        ("_ 9 11", False, ["h"]),
    ],
)
def test_repaired_buckets_are_named_at_their_first_step(middle: str, delayed: bool, named: list[str]) -> None:
    """Later repairs are reported without a name, unless names go last."""
    first = "_ 10 10" if middle.startswith("_") else "10 10 10"
    storage = stored(f'h{{le="1"}} {first}', f'h{{le="2"}} {middle}', f'h{{le="+Inf"}} {first.replace("10", "20")}')
    notes = ask(storage, "histogram_quantile(0.5, h)", Grid(0, 2 * MINUTE, MINUTE), DELAYED if delayed else None).infos
    assert sorted(note.split("metric name ")[1] for note in notes) == sorted(f'"{name}"' for name in named)


def test_of_zero_and_minus_zero_the_first_is_the_largest_and_the_smallest() -> None:
    """What is divided by it tells them apart; the groups have different sizes."""
    storage = stored(
        'a{r="x", i="0"} 0', 'a{r="x", i="1"} -0', 'a{r="y", i="0"} -0', 'a{r="y", i="1"} 0', 'a{r="z"} -0'
    )
    for op in ("max", "min"):
        signs = samples(storage, f"1 / {op} by (r) (a)", 0)
        assert signs == {'{r="x"}': [math.inf], '{r="y"}': [-math.inf], '{r="z"}': [-math.inf]}


def test_nothing_matches_nothing() -> None:
    """An operand without series gives none, on whichever side it stands."""
    storage = stored("a 1")
    for expr in ("a + nothing", "nothing + a", "nothing + nothing", "a == on () group_left () nothing"):
        assert samples(storage, expr, 0) == {}


def test_the_earliest_clash_is_reported() -> None:
    """Of several match groups with duplicates the message names the one that fails first in time."""
    storage = stored(
        'many{r="x"} 1 1 1',
        'many{r="y"} 1 1 1',
        'one{r="x", i="0"} stale 1 1',
        'one{r="x", i="1"} stale stale 1',
        'one{r="y", i="0"} stale 1 1',
        'one{r="y", i="1"} stale 1 1',
    )
    grid = Grid(0, 2 * MINUTE, MINUTE)
    with pytest.raises(EvaluationError, match=r'match group \{r="y"\} on the right hand-side'):
        ask(storage, "many + on (r) group_left () one", grid)
    with pytest.raises(EvaluationError, match=r'match group \{r="x"\} on the right hand-side'):
        ask(storage, "many + on (r) group_left () one", 2)
