"""Operators where names are dropped at once, as on servers, and what they say when they fail."""

import pytest

from slogen.evaluator.errors import EvaluationError
from slogen.evaluator.times import Grid
from tests.evaluator.asking import MINUTE, ask, samples, stored


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
