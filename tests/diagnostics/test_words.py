"""Suggestions, the pages of codes, and the register of codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogen.diagnostics.explain import explain, find, registered
from slogen.diagnostics.suggest import did_you_mean, distance, nearest
from tests.diagnostics.samples import ERROR, INFO, WARNING

_WORDS = st.text(alphabet="abc", max_size=6)


@pytest.mark.parametrize(
    ("a", "b", "steps"),
    [("", "", 0), ("a", "", 1), ("availabilty", "availability", 1), ("form", "from", 1), ("ab", "cd", 2)],
)
def test_distance(a: str, b: str, steps: int) -> None:
    """One for each letter too many, missing or wrong, and for two neighbours that swapped places."""
    assert distance(a, b) == steps


@given(_WORDS, _WORDS)
def test_distance_is_symmetric_and_zero_only_for_equals(a: str, b: str) -> None:
    """Distance measures difference."""
    assert distance(a, b) == distance(b, a)
    assert (distance(a, b) == 0) == (a == b)
    assert distance(a, b) <= max(len(a), len(b))


def test_nearest() -> None:
    """The nearest word wins; of equals the first by name; nothing where nothing is near."""
    assert nearest("treshold", ["threshold", "quantile"]) == "threshold"
    assert nearest("cat", {"car", "bat"}) == "bat"
    assert nearest("elephant", ["ant"]) is None
    assert nearest("x" * 1000, ["x"]) is None
    assert did_you_mean("pages", ["page"]) == "did you mean `page`?"
    assert did_you_mean("q", []) is None


def test_a_page_says_how_to_allow_it() -> None:
    """Warnings and notes can be allowed, errors cannot."""
    assert explain(WARNING).startswith("# SLO902 odd-thing\n\nWarning: A thing is odd.\n\nIt is odd.")
    assert "slogen: allow SLO902" in explain(WARNING)
    assert "slogen: allow SLO903" in explain(INFO)
    assert "slogen: allow" not in explain(ERROR)


def test_codes_are_found_by_id_and_slug() -> None:
    """By either name, in any case; a misspelt one gets a suggestion."""
    codes = (ERROR, WARNING)
    assert find(codes, "slo901") is ERROR
    assert find(codes, "odd-thing") is WARNING
    assert find(codes, "ood-thing") == "did you mean `odd-thing`?"
    assert find(codes, "SLO991") == "did you mean `SLO901`?"
    assert find(codes, "zzzzzzz") is None


def test_a_code_is_registered_once() -> None:
    """Two codes of one id or slug are a bug that no release can have."""
    assert registered((WARNING,), (ERROR,)) == (ERROR, WARNING)
    with pytest.raises(ValueError, match="SLO901"):
        registered((ERROR,), (ERROR,))
