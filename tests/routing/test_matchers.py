"""Matchers in the three grammars: where they agree, where they do not, and what they accept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogen.routing.matchers import Grammar, Matcher, MatcherError, Op, in_order, parse
from slogen.routing.quoting import GoTextError, go_quote, go_unquote, label_set_text


def read(text: str, grammar: Grammar) -> list[tuple[str, str, str]] | None:
    """The matchers of a text, or None where it is refused."""
    try:
        return [(m.name, m.op.value, m.value) for m in parse(text, grammar).matchers]
    except MatcherError:
        return None


@pytest.mark.parametrize(
    ("text", "matchers"),
    [
        ('team="payments"', [("team", "=", "payments")]),
        ('{team="payments",severity=~"page|ticket"}', [("team", "=", "payments"), ("severity", "=~", "page|ticket")]),
        ('slo!="a b", env!~"dev.*"', [("slo", "!=", "a b"), ("env", "!~", "dev.*")]),
        (r'text="a\"b\\c\nd"', [("text", "=", 'a"b\\c\nd')]),
        ('team=""', [("team", "=", "")]),
        ('team="x",', [("team", "=", "x")]),
    ],
)
def test_what_slogen_writes_reads_the_same_everywhere(text: str, matchers: list[tuple[str, str, str]]) -> None:
    """Quoted values and plain names mean the same to every parser, without a warning."""
    assert [read(text, grammar) for grammar in Grammar] == [matchers] * 3
    assert parse(text).warning is None


@pytest.mark.parametrize(
    ("text", "classic", "modern"),
    [
        ("team==x", [("team", "=", "=x")], None),
        ("team=", [("team", "=", "")], None),
        ("team='x'", [("team", "=", "'x'")], None),
        ("team=a slo=b", [("team", "=", "a slo=b")], None),
        ("{team=x", [("team", "=", "x")], None),
        ("team=x}", [("team", "=", "x")], None),
        ("größe=x", None, [("größe", "=", "x")]),
        ('"my team"=x', None, [("my team", "=", "x")]),
        ("team.name=x", None, [("team.name", "=", "x")]),
        (r'team="\d"', [("team", "=", r"\d")], None),
        ('team="a\nb"', [("team", "=", "a\nb")], None),
        ("team", None, None),
        ('team="a"b"', None, None),
        ('team="a', None, None),
        ("1team=x", None, [("1team", "=", "x")]),
        ("a=b c=d,", [("a", "=", "b c=d")], None),
    ],
)
def test_where_grammars_part(
    text: str, classic: list[tuple[str, str, str]] | None, modern: list[tuple[str, str, str]] | None
) -> None:
    """Fallback mode takes the classic reading where only that works, and the newer one where only that does."""
    assert read(text, Grammar.CLASSIC) == classic
    assert read(text, Grammar.UTF8) == modern
    assert read(text, Grammar.FALLBACK) == (modern if classic is None else classic)


def test_a_disagreement_is_the_classic_reading_with_a_warning() -> None:
    """Both parse, and they differ."""
    text = r'team="\u0041"'
    assert read(text, Grammar.CLASSIC) == [("team", "=", r"\u0041")]
    assert read(text, Grammar.UTF8) == [("team", "=", "A")]
    assert read(text, Grammar.FALLBACK) == [("team", "=", r"\u0041")]
    assert parse(text).warning == "disagreement"


@pytest.mark.parametrize("pattern", ["(", "a**", "(?=x)", r"\1", "a{1001}", "[b-a]"])
def test_bad_patterns_are_refused(pattern: str) -> None:
    """What RE2 does not compile is no matcher in any grammar."""
    assert [read(f'a=~"{pattern}"'.replace("\\", "\\\\"), grammar) for grammar in Grammar] == [None] * 3


@pytest.mark.parametrize(
    ("matcher", "value", "accepted"),
    [
        (Matcher("a", Op.MATCH, "pag"), "page", False),
        (Matcher("a", Op.MATCH, "page|ticket"), "ticket", True),
        (Matcher("a", Op.MATCH, ".*"), "x\ny", False),
        (Matcher("a", Op.MATCH, ".*"), None, True),
        (Matcher("a", Op.MATCH, ".+"), None, False),
        (Matcher("a", Op.EQUAL, ""), None, True),
        (Matcher("a", Op.NOT_EQUAL, "x"), None, True),
        (Matcher("a", Op.NO_MATCH, "x|y"), None, True),
        (Matcher("a", Op.NO_MATCH, "x|y"), "y", False),
    ],
)
def test_what_is_accepted(matcher: Matcher, value: str | None, accepted: bool) -> None:
    """Patterns match whole values without newlines; a label that is missing is empty."""
    assert matcher.matches({} if value is None else {"a": value}) is accepted


def test_the_canonical_order() -> None:
    """Name, then value, then operator; bytes decide, not letters."""
    made = [
        Matcher("b", Op.EQUAL, "x"),
        Matcher("a", Op.NO_MATCH, "x"),
        Matcher("a", Op.EQUAL, "x"),
        Matcher("B", Op.EQUAL, ""),
    ]
    assert [str(m) for m in in_order(made)] == ['B=""', 'a="x"', 'a!~"x"', 'b="x"']


@given(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from(list(Op)[:2]))
def test_printing_reads_back(value: str, op: Op) -> None:
    """A printed matcher is the same matcher to both parsers."""
    matcher = Matcher("team", op, value)
    assert parse(str(matcher), Grammar.CLASSIC).matchers == (matcher,)
    assert parse(str(matcher), Grammar.UTF8).matchers == (matcher,)


@given(st.text(max_size=30))
def test_no_text_breaks_the_parsers(text: str) -> None:
    """Every text is matchers or a MatcherError, in every grammar."""
    for grammar in Grammar:
        read(text, grammar)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_quoting_is_undone(text: str) -> None:
    """What is quoted as Go does can be unquoted as Go does."""
    assert go_unquote(go_quote(text)) == text


@pytest.mark.parametrize(
    ("quoted", "text"),
    [(r'"\x41\102\u0043\U00000044"', "ABCD"), (r'"\xc3\xbc"', "ü"), (r'"\a\v\\\""', '\a\v\\"'), ('"ü"', "ü")],
)
def test_go_escapes(quoted: str, text: str) -> None:
    """Bytes, octal digits and code points."""
    assert go_unquote(quoted) == text


@pytest.mark.parametrize(
    "quoted", [r'"\d"', r'"\xff"', r'"\ud800"', r'"\400"', '"', '"a', '"a\nb"', r'"\U00110000"', r'"\'"']
)
def test_what_go_refuses(quoted: str) -> None:
    """Unknown escapes, invalid UTF-8, surrogates, open quotes, raw newlines."""
    with pytest.raises(GoTextError):
        go_unquote(quoted)


def test_label_sets_in_keys() -> None:
    """Sorted by name, values as Go quotes them."""
    assert label_set_text({"b": "x\ty", "a": '"', "c": "ü\x07\u2028"}) == r'{a="\"", b="x\ty", c="ü\a\u2028"}'
