"""Words for patterns: what is found always matches, and the patterns that people write find one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slogen import regex
from slogen.lower.source_labels import example
from slogen.lower.source_words import words_of
from slogen.promql.ast import Matcher, MatchOp


def found(pattern: str) -> str | None:
    """The first word that really matches."""
    return next((word for word in words_of(pattern) if regex.compile(pattern).fullmatch(word)), None)


@pytest.mark.parametrize(
    ("pattern", "word"),
    [
        ("features-.+", "features-x"),
        ("5..", "500"),
        ("5..|0", "500"),
        ("a(b|c)d", "abd"),
        ("(?:prod|live)-eu-[0-9]+", "prod-eu-0"),
        ("v\\d+\\.\\d+", "v0.0"),
        (".*get-online-features", "xget-online-features"),
        ("/v1/.*|/generate", "/v1/x"),
        ("[^a-z]{3}", "000"),
        ("(?P<name>x)y?", "xy"),
        ("^a$", "a"),
        ("a{2,4}b*?", "aab"),
    ],
)
def test_common_patterns(pattern: str, word: str) -> None:
    """The word that a reader would give as an example."""
    assert found(pattern) == word


ATOMS = st.sampled_from(["a", "b-", "1", "\\.", "\\d", "\\w", "[a-c]", "[^x]", ".", "_"])
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"({'|'.join(parts)})"),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{2}", "{1,3}"])).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(PATTERNS)
def test_every_pattern_of_these_parts_has_a_word(pattern: str) -> None:
    """Groups, classes, alternatives and repetitions, however they nest."""
    assert found(pattern) is not None


@settings(deadline=None)
@given(st.text(alphabet="ab.*+?()[]{}|\\^$0123,-", max_size=30))
def test_no_pattern_breaks_the_search(pattern: str) -> None:
    """Whatever stands there, there are words or none."""
    assert len(words_of(pattern)) <= 24


@pytest.mark.parametrize("pattern", ["(" * 5000, "a" * 100_000, "(" * 400 + "a" + ")" * 400])
def test_monstrous_patterns_are_not_searched(pattern: str) -> None:
    """They have no words, so that nothing overflows."""
    assert words_of(pattern) == ()


def test_an_example_satisfies_all_conditions() -> None:
    """Known values come first, then words; what must be avoided is avoided where that can be."""
    service = Matcher("service", MatchOp.RE, "api|web")
    assert example((service,), {"service": ("db", "web")}) == {"service": "web"}
    failed = Matcher("code", MatchOp.RE, "5..")
    assert example((service,), {"code": ("500", "204")}, ((failed,),)) == {"service": "api"}
    counted = Matcher("code", MatchOp.NE, "404")
    assert example((counted,), {"code": ("500", "204")}, ((failed,),)) == {"code": "204"}
    assert example((failed,), {}, ((failed,),)) is None
