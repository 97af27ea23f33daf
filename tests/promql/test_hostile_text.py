"""No text, however broken, deep or long, ends in anything but a tree or a PromQLError."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slogen.promql.ast import Expr
from slogen.promql.lex import PromQLError
from slogen.promql.parse import MAX_DEPTH, parse
from slogen.promql.text import pretty, show
from tests.laws import examples
from tests.promql.trees import trees

WORDS = [
    *("x", "sum", "by", "(", ")", "{", "}", "[", "]", "[5m]", "[1h:]", "[$window]", ",", "+", "-", "*", "/", "^", "@"),
    *(
        "==",
        "=",
        "=~",
        "!=",
        ">",
        "bool",
        "on",
        "ignoring",
        "group_left",
        "offset",
        "5m",
        "1e400",
        "Inf",
        "NaN",
        "0x1p",
    ),
    *(
        "1_0",
        '"a"',
        "'b'",
        "`c`",
        '"',
        "\\",
        "#",
        "\n",
        "rate",
        "topk",
        "and",
        "or",
        "unless",
        "start()",
        "\x00",
        "é",
        "$",
    ),
]


def outcome(text: str) -> Expr | PromQLError:
    """The tree or the refusal, whose offsets must lie in the text."""
    try:
        return parse(text, allow_hole=True)
    except PromQLError as e:
        refusal = e
    assert 0 <= refusal.start <= refusal.end <= len(text)
    assert refusal.message
    return refusal


@settings(max_examples=examples(600), deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=25), st.sampled_from(["", " "]))
def test_any_heap_of_words(words: list[str], glue: str) -> None:
    """Random tokens never raise anything else."""
    outcome(glue.join(words))


@settings(max_examples=examples(300), deadline=None)
@given(st.text())
def test_any_text(text: str) -> None:
    """Random text never raises anything else."""
    outcome(text)


@settings(max_examples=examples(300), deadline=None)
@given(trees, st.data())
def test_any_damaged_expression(tree: Expr, data: st.DataObject) -> None:
    """A valid expression with a piece cut out never raises anything else, and what is accepted prints and parses."""
    text = show(tree)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    result = outcome(text[:start] + text[end:])
    if not isinstance(result, PromQLError):
        assert parse(show(result)) == result


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000 + "x" + ")" * 10_000,
        "(" * 100_000,
        "x" + "+x" * 10_000,
        "2" + "^2" * 10_000,
        "-" * 10_000 + "x",
        "a" + " and a" * 10_000,
        "a" + " AND a" * 10_000,
        "abs(" * 10_000 + "x" + ")" * 10_000,
        "sum by (a) (" * 5_000 + "x" + ")" * 5_000,
        "max_over_time(" * 5_000 + "x" + "[5m:])" * 5_000,
        "x" + "[5m:]" * 10_000,
        "f(" + "x," * 10_000 + "x" + "+x" * 300 + ")",
    ],
    ids=lambda text: text[:12],
)
def test_deep_texts_are_refused(text: str) -> None:
    """What could overflow a stack is refused with a position."""
    with pytest.raises(PromQLError, match="nested deeper than"):
        parse(text)


def test_the_deepest_tree_that_is_accepted_can_be_printed_and_compared() -> None:
    """At the limit everything still works, in a thread of the smallest usual stack as well."""
    program = f"""
import threading
from slogen.promql.parse import parse
from slogen.promql.text import pretty, show
n = {MAX_DEPTH} - 3
texts = ["(" * n + "x" + ")" * n, "x" + "+x" * n, "-" * n + "x", "2" + "^2" * n, "abs(" * n + "x" + ")" * n]
def work():
    for text in texts:
        tree = parse(text)
        assert parse(show(tree)) == tree == parse(pretty(tree, 10)) and hash(tree)
    done.append(True)
done = []
threading.stack_size(1 << 20)
thread = threading.Thread(target=work)
thread.start()
thread.join()
assert done
"""
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("value", ["a" * 1_000_000, "é" * 1_000_000, '"\\\n' * 100_000])
def test_long_strings_come_through(value: str) -> None:
    """A megabyte in a label value is no problem."""
    text = f"x{{a={quote_slowly(value)}}}"
    tree = parse(text)
    assert parse(show(tree)) == tree == parse(pretty(tree))


def quote_slowly(value: str) -> str:
    """A Go string literal by the plainest rule, so that the test does not rest on the printer."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n",
        "#",
        "# only\n# comments",
        "\x00",
        "x\x00",
        "\ud800",
        'x{a="\ud800"}',
        "x[5m\x00]",
        "\ufeffx",
        "x\u00a0+ y",
    ],
)
def test_texts_that_are_no_expression(text: str) -> None:
    """Empty texts, control characters, byte order marks and lone surrogates are refused by name."""
    with pytest.raises(PromQLError):
        parse(text)


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("a +", "ends where an operand", ""),
        ("a b", "an operator is expected before b", "b"),
        ("a + * b", "an operand is expected before", "*"),
        ("(a", "never closed", "("),
        ("a)", "no parenthesis is open", ")"),
        ("x[5", "never closed", "["),
        ('x{a="b', "unterminated string", '"'),
        ("foo(x)", "unknown function", "foo"),
        ("rate(x)", "expected type matrix", "rate"),
        ("x + start()", "unknown function", "start"),
        ("x[0s]", "longer than zero", "0s"),
        ("x[5m:0s]", "longer than zero", "0s"),
        ("x[1m1h]", "not a valid duration", "1m1h"),
        ("x[5m+1m]", "arithmetic in durations", "5m+1m"),
        ("x[9999999y]", "out of range", "9999999y"),
        ("x offset 9.5e10", "out of range", "9.5e10"),
        ("x offset 0.0001", "whole number of milliseconds", "0.0001"),
        ("x offset Inf", "out of range", "Inf"),
        ("x @ NaN", "out of bounds", "NaN"),
        ("1 + x @ -Inf", "out of bounds", "Inf"),
        ("x @ 1e400", "not a valid number", "1e400"),
        ("1e400", "not a valid number", "1e400"),
        ("1.5h", "not a valid number", "1.5h"),
        ("1__0", "not a valid number", "1__0"),
        ('x{a=~"("}', "invalid regular expression", "a"),
        ('x{a="\\q"}', "unknown escape sequence", "\\q"),
        ('"\\ud800"', "unknown escape sequence", "\\ud800"),
        ('x{a="1" or b="2"}', "`or` between matchers", "or"),
        ("a + fill(0) b", "after Prometheus 3.5", "fill"),
        ('{a=""}', "does not match the empty string", '{a=""}'),
        ('{a=~".*",b!="c"}', "does not match the empty string", '{a=~".*",b!="c"}'),
        ('x{__name__="y"}', "set twice", "__name__"),
        ('x{"y"}', "set twice", "x"),
        ('{""="a"}', "label name cannot be empty", '{""="a"}'),
        ("x and 1", "not allowed", "and"),
        ("1 == 1", "BOOL", "1 == 1"),
        ("a + on(x) group_left(x) b", "must not occur in both", "group_left"),
        ("x[$window]", "has no place here", "$window"),
    ],
)
def test_a_refusal_says_what_and_where(text: str, message: str, place: str) -> None:
    """Each mistake has its sentence and the place of the construct it is about."""
    with pytest.raises(PromQLError) as caught:
        parse(text)
    assert message in caught.value.message
    assert text[caught.value.start : caught.value.end] == place
