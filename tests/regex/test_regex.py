"""The RE2 dialect: matching, templates, and the translation that stands in where google-re2 is missing."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slogen import regex
from slogen.regex import Pattern, RegexError
from tests.laws import examples


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("a|ab", "ab", True),
        ("a", "ba", False),
        ("a.b", "a\nb", True),
        ("(?-s)a.b", "a\nb", False),
        ("(?i)fraud", "FRAUD", True),
        (r"\d", "٣", False),
        (r"\pL+", "äé", True),
        (r"a\z", "a", True),
        (r"\Qa.b\E", "a.b", True),
        ("[[:alpha:]]", "x", True),
        ("a{,2}", "a{,2}", True),
        ("a$", "a\n", False),
        ("", "", True),
        (".", "😀", True),
        (".", "\ud800", True),
        ("(a*)*b", "a" * 5000, False),
    ],
)
def test_an_anchored_match(pattern: str, text: str, matches: bool) -> None:
    """A matcher compares the whole text, a dot matches a newline."""
    assert regex.compile(pattern).fullmatch(text) is matches


def test_alertmanager_has_no_dot_for_a_newline() -> None:
    """The two servers differ in this alone."""
    assert regex.compile("a.b", dot_newline=True).fullmatch("a\nb")
    assert not regex.compile("a.b", dot_newline=False).fullmatch("a\nb")


def test_search_finds_a_part() -> None:
    """Unanchored, as template functions match."""
    assert regex.compile("b+").search("abbc")
    assert not regex.compile("^b").search("ab")


@pytest.mark.parametrize(
    "pattern", ["(", "a{1001}", r"\C", r"\\\C", "(?=a)", r"(a)\1", "a**", "[z-a]", "[d--]", "*", "\ud800"]
)
def test_what_go_refuses_is_refused(pattern: str) -> None:
    """Look-around, back references, byte escapes and whatever else Prometheus would not load."""
    with pytest.raises(RegexError):
        regex.compile(pattern)


def test_an_escaped_backslash_before_c_is_no_byte_escape() -> None:
    r"""`\\C` is a backslash and a letter."""
    assert regex.compile(r"\\C").fullmatch(r"\C")


TEMPLATES = [
    ("(.*):(.*)", "host:80", "$1", "host"),
    ("(.*):(.*)", "host:80", "${1}x$2", "hostx80"),
    ("(.*):(.*)", "host:80", "$1x", ""),
    ("(.*):(.*)", "host:80", "$1-$3-$9", "host--"),
    ("(.*):(.*)", "host:80", "$0", "host:80"),
    ("(.*):(.*)", "host:80", "$01", ""),
    ("(?P<name>.*):.*", "host:80", "$name ${name}s", "host hosts"),
    ("(a)|(b)", "b", "[$1][$2]", "[][b]"),
    (".*", "x", "$$1 $ ${ ${} $", "$1 $ ${ ${} $"),
    (".*", "x", "é$é", "é"),
    ("(.*)", "äö", "<$1>", "<äö>"),
    ("(.*)", "x", "$99999999999", ""),
]


@pytest.mark.parametrize(("pattern", "text", "template", "expected"), TEMPLATES)
def test_templates_are_expanded_as_go_does(pattern: str, text: str, template: str, expected: str) -> None:
    """The longest name counts, unknown groups are empty, a malformed dollar sign stays."""
    assert regex.compile(pattern).expand(text, template) == expected


def test_no_match_gives_no_expansion() -> None:
    """`label_replace` then leaves the label alone."""
    assert regex.compile("a").expand("b", "$0") is None


@given(st.text())
def test_an_escaped_literal_matches_itself_alone(text: str) -> None:
    """Escaping leaves no character with a meaning."""
    pattern = regex.compile(regex.escape(text))
    assert pattern.fullmatch(text)
    assert not pattern.fullmatch(text + "x")


def without_re2(pattern: str, dot_newline: bool = True) -> Pattern:
    """The pattern as it is where google-re2 is not installed."""
    return Pattern(pattern, regex._Fallback(regex.translate(pattern, dot_newline)))


ATOMS = [
    *(
        "a",
        "b",
        "k",
        "s",
        "K",
        ".",
        "^",
        "$",
        r"\d",
        r"\W",
        r"\s",
        r"\b",
        r"\.",
        r"\n",
        r"\A",
        r"\z",
        r"\x41",
        r"\x{e9}",
    ),
    *(
        "[a-c]",
        "[^a]",
        r"[\d.]",
        "[]a]",
        "[a-]",
        "[&&|~]",
        "(?:a|b)",
        "(a)",
        "(?P<n>b)",
        "(?<m>k)",
        "é",
        "ſ",
        "-",
        "{",
        "}",
    ),
    *(
        "a{,2}",
        "a{2}",
        "b{1,}",
        "(",
        ")",
        "|",
        "*",
        "+?",
        "??",
        "(?i)",
        "(?s)",
        "(?-i)",
        "(?i:a)",
        "[[:alpha:]]",
        r"\pL",
        r"\Q",
    ),
    *(r"\é", r"\Z", r"\1", "(?=a)", "a{1001}", "#", " ", "~", "&", "/", "[", "]", "\\"),
]
TEXTS = st.text(alphabet="abkKsſ\u212aABé.-{},12 \n\v\r\t|&~/#[]^$\\", max_size=5)


@settings(max_examples=examples(500), deadline=None)
@given(
    st.lists(st.sampled_from(ATOMS), max_size=5).map("".join), st.lists(TEXTS, min_size=1, max_size=6), st.booleans()
)
def test_the_translation_agrees_with_re2_or_refuses(pattern: str, texts: list[str], dot_newline: bool) -> None:
    """Whatever the translation accepts, RE2 accepts and answers alike."""
    try:
        fallback = without_re2(pattern, dot_newline)
    except RegexError:
        return
    real = regex.compile(pattern, dot_newline)
    for text in texts:
        assert fallback.fullmatch(text) == real.fullmatch(text)
        assert fallback.search(text) == real.search(text)


@pytest.mark.parametrize(
    "pattern",
    ["a|b", ".*fraud.*", "5..", "[a-z]+-[0-9]{1,3}", "(?i)prod", r"fraud\.v2", "(?:a|b)+?", "", r"\w+", "^a$", "{x}"],
)
def test_what_rules_really_use_needs_no_re2(pattern: str) -> None:
    """The patterns of everyday matchers are translated, not refused."""
    assert without_re2(pattern).text == pattern


@pytest.mark.parametrize(("pattern", "text", "template", "expected"), TEMPLATES)
def test_templates_without_re2(pattern: str, text: str, template: str, expected: str) -> None:
    """Groups and names are the same."""
    assert without_re2(pattern).expand(text, template) == expected


@settings(max_examples=examples(300), deadline=None)
@given(TEXTS, st.sampled_from(["a", "é|k", "", "b*", "[^a]"]))
def test_replacing_without_re2(text: str, pattern: str) -> None:
    """Offsets count alike, beyond ASCII too."""
    assert without_re2(pattern).replace(text, "<$0>") == regex.compile(pattern).replace(text, "<$0>")


def test_the_fallback_is_used_where_re2_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiling goes through the translation and refuses what it cannot translate."""
    monkeypatch.setattr(regex, "re2", None)
    regex._compile.cache_clear()
    try:
        assert regex.compile("a.b").fullmatch("a\nb")
        with pytest.raises(RegexError, match="google-re2"):
            regex.compile(r"\pL")
    finally:
        regex._compile.cache_clear()


def test_pythons_own_warnings_are_not_provoked(recwarn: pytest.WarningsRecorder) -> None:
    """Set operations of a later `re` are escaped."""
    assert re.compile(regex.translate("[a&&b||c~~d-]").pattern).fullmatch("&")
    assert not recwarn.list
