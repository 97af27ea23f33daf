"""Values that are made when they are first asked for."""

import pickle

import pytest

from slogen.ir.later import Later, known


def test_a_value_is_made_once_and_only_where_somebody_asks() -> None:
    """Whoever never asks does not pay."""
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return 42

    later = Later(make)

    assert made == []
    assert (later(), later(), made) == (42, 42, [1])


def test_it_counts_as_its_value() -> None:
    """Values compare, hash and print as if they had been there all the time, and travel without what makes them."""
    later = Later(lambda: ("a", 1))

    assert later == known(("a", 1)) != known(("a", 2))
    assert hash(later) == hash(("a", 1))
    assert repr(later) == "('a', 1)"
    assert pickle.loads(pickle.dumps(Later(lambda: ("a", 1)))) == later  # noqa: S301 -- what was pickled a line before


def test_what_fails_fails_every_time() -> None:
    """No half-made value is kept."""
    later = Later(lambda: 1 // 0)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            later()
