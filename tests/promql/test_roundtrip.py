"""Laws of parser and printer: what is printed is read back as the same tree."""

from dataclasses import replace

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slogen.promql.ast import Expr, Matcher, MatchOp, Selector
from slogen.promql.atoms import duration, quote
from slogen.promql.lex import duration as read_duration
from slogen.promql.lex import tokens, unquote
from slogen.promql.parse import parse
from slogen.promql.rewrite import map_selectors
from slogen.promql.text import pretty, show
from tests.laws import examples
from tests.promql.trees import trees, values

laws = settings(max_examples=examples(400), deadline=None, suppress_health_check=[HealthCheck.too_slow])


@laws
@given(trees)
def test_a_printed_tree_parses_to_itself(tree: Expr) -> None:
    """Parsing undoes printing for every well-typed tree."""
    assert parse(show(tree)) == tree


@laws
@given(trees, st.sampled_from([1, 30, 100]))
def test_a_tree_printed_over_several_lines_parses_to_itself(tree: Expr, width: int) -> None:
    """Parsing undoes the layout of rule files at every width."""
    assert parse(pretty(tree, width)) == tree


@laws
@given(trees, st.sampled_from([1, 30]))
def test_the_layout_survives_a_yaml_block_scalar(tree: Expr, width: int) -> None:
    """A block scalar holds the lines as they are: no leading or trailing white space, no tabs."""
    text = pretty(tree, width)
    assert not text.startswith(" ")
    assert all(line == line.rstrip() and "\t" not in line for line in text.split("\n"))
    assert yaml.safe_load("expr: |-\n" + "".join(f"  {line}\n" for line in text.split("\n"))) == {"expr": text}


@laws
@given(trees, values)
def test_no_label_value_changes_the_shape_of_a_tree(tree: Expr, value: str) -> None:
    """Whatever the value of a matcher, the printed expression differs in that value alone."""

    def planted(selector: Selector, text: str) -> Selector:
        return replace(selector, matchers=(*selector.matchers, Matcher("planted", MatchOp.EQ, text)))

    def undone(selector: Selector) -> Selector:
        return replace(
            selector, matchers=tuple(replace(m, value="") if m.label == "planted" else m for m in selector.matchers)
        )

    read = parse(show(map_selectors(tree, lambda s: planted(s, value))))
    assert map_selectors(read, undone) == map_selectors(tree, lambda s: planted(s, ""))


@given(st.text())
def test_a_quoted_string_is_read_back(value: str) -> None:
    """Quoting and unquoting are inverse for every text that has an encoding."""
    (token,) = tokens(quote(value))
    assert unquote(token) == value


@given(st.binary())
def test_bytes_that_are_no_text_survive(value: bytes) -> None:
    """A Go string of arbitrary bytes comes back byte by byte."""
    text = value.decode("utf-8", "surrogateescape")
    (token,) = tokens(quote(text))
    assert unquote(token).encode("utf-8", "surrogateescape") == value


@given(st.integers(0, 2**53))
def test_a_printed_duration_is_worth_what_it_was(millis: int) -> None:
    """Units may change, the length never does."""
    (token,) = tokens(duration(millis))
    assert read_duration(token.text) == millis


def test_a_lone_surrogate_becomes_its_bytes() -> None:
    """A surrogate has no UTF-8; its three bytes are printed, so nothing else can be meant."""
    assert quote("\ud800") == r'"\xed\xa0\x80"'


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("-1^2", "-1 ^ 2"),
        ("(-1)^2", "(-1) ^ 2"),
        ("-(1)", "-(1)"),
        ("--1", "1"),
        ("- -x", "--x"),
        ("-0", "-0"),
        ("2^-1", "2 ^ -1"),
        ("(2^3)^4", "(2 ^ 3) ^ 4"),
        ("2^(3^4)", "2 ^ 3 ^ 4"),
        ("a-(b-c)", "a - (b - c)"),
        ("(a-b)-c", "a - b - c"),
        ("(a or b) and c", "(a or b) and c"),
        ("a or (b and c)", "a or b and c"),
        ("-(x*y)", "-(x * y)"),
        ("(-x)*y", "-x * y"),
        ("(-x)[5m:]", "(-x)[5m:]"),
        ("(x offset 1m)[5m:]", "(x offset 1m)[5m:]"),
        ("x[90m:1m] offset -1h @ start()", "x[1h30m:1m] @ start() offset -1h"),
        ("x @ -5.5", "x @ -5.5"),
        ("x[1y2w3d4h5m6s7ms]", "x[382d4h5m6s7ms]"),
        ("x[52w]", "x[52w]"),
        ("x[365d]", "x[1y]"),
        ("x[24h]", "x[1d]"),
        ("1e6 + 1e21 + 0.00001 + Inf + -Inf", "1000000 + 1e+21 + 1e-05 + +Inf + -Inf"),
        ("sum(x) BY (a, b)", "sum by (a, b) (x)"),
        ("sum without() (x)", "sum without () (x)"),
        ("sum by() (x)", "sum(x)"),
        ("a >bool on(x)group_left(y)b", "a > bool on (x) group_left (y) b"),
        ("a + ignoring() b", "a + ignoring () b"),
        ('{"a.b",c="d"}', '{"a.b",c="d"}'),
        ('{__name__="x", a="b"}', 'x{a="b"}'),
        ('{"sum"}', '{__name__="sum"}'),
        ('sum by ("a b", inf_) (x{"c d"!="e"})', 'sum by ("a b", inf_) (x{"c d"!="e"})'),
        ("x{a='\\'\\x41\\u00e9\\101'}", 'x{a="\'AéA"}'),
        ("x{a=`\\n`}", 'x{a="\\\\n"}'),
        ("x # comment [5m]\n+ y", "x + y"),
        ("1h30m", "5400"),
        ("x[300]", "x[5m]"),
        ("x offset 1_000", "x offset 16m40s"),
    ],
)
def test_one_form(text: str, printed: str) -> None:
    """Every expression has one printed form, with no parenthesis more than it needs."""
    assert show(parse(text)) == printed
    assert parse(printed) == parse(text)
