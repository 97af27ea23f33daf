"""The test language: what a file means, what is no file, and runs that must not pass."""

import pytest

from slogen.evaluator.test_language import Clear, Eval, Expectation, Load, TestSyntaxError, commands
from slogen.evaluator.test_runner import Verdict, loaded, run

FILE = """
# A comment.
clear
load 5m
  a{x="1"} 0+1x3   # not a comment

LOAD_with_nhcb 30s
  h_bucket{le="1"} 1x2

eval instant at 1h a
  expect ordered
  a{x="1"} 5

eval_fail instant at 0 a
  expected_fail_message no

eval range from 0 to 10m step 5m a > 1
  expect no_warn
  expect warn_is_not_a_kind
"""


def test_a_file_as_commands() -> None:
    """Comments and empty lines end blocks, every command knows its line."""
    text = FILE.replace("   # not a comment", "").replace("  expect warn_is_not_a_kind\n", '  {x="1"} _ 2 3\n')
    clear, load, nhcb, first, second, third = commands(text)
    assert clear == Clear(3)
    assert isinstance(load, Load)
    assert (load.line, load.interval, load.convert, load.series[0].samples) == (4, 300_000, False, (0.0, 1.0, 2.0, 3.0))
    assert isinstance(nhcb, Load)
    assert nhcb.convert
    assert isinstance(first, Eval)
    assert (first.line, first.expr, first.start, first.is_instant) == (10, "a", 3_600_000, True)
    assert [expect.kind for expect in first.expects] == [Expectation.ORDERED]
    assert isinstance(second, Eval)
    assert [(expect.kind, expect.text) for expect in second.expects] == [(Expectation.FAIL, "no")]
    assert isinstance(third, Eval)
    assert (third.start, third.end, third.step, third.results[0].samples) == (0, 600_000, 300_000, (None, 2.0, 3.0))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("nonsense", 1),
        ("\nload", 2),
        ("load x\n a 1", 1),
        ("load 1m\n a 1\n a x", 3),
        ("eval a", 1),
        ("eval instant at x a", 1),
        ("eval range from 5m to 0 step 1m a", 1),
        ("eval range from 0 to 5m step 0 a", 1),
        ("eval instant at 0 a\n a 1 2", 2),
        ("eval instant at 0 a\n expect nothing", 2),
        ("eval instant at 0 a\n expect string x", 2),
        ('eval instant at 0 a\n expect string "\\q"', 2),
        ("eval instant at 0 a\n expect warn\n expect no_warn", 1),
        ("eval instant at 0 a\n expect fail\n expect fail", 1),
    ],
)
def test_faults_name_their_line(text: str, line: int) -> None:
    """A file that is not in the language is refused where it goes wrong."""
    with pytest.raises(TestSyntaxError) as caught:
        list(commands(text))
    assert caught.value.line == line


DATA = 'load 1m\n  a{x="1"} 1 2 3\n  a{x="2"} 4 5 6\n  h {{count:1 sum:1 buckets:[1]}}\n  g 1 2 3\n\n'

WRONG = [
    ("eval instant at 0 a", "unexpected series"),
    ('eval instant at 0 a\n  a{x="1"} 1\n  a{x="2"} 4\n  a{x="3"} 4', "missing series"),
    ('eval instant at 0 a\n  a{x="1"} 1\n  a{x="2"} 4.1', "expected 4.1, got 4"),
    ('eval instant at 0 sort_desc(a)\n  expect ordered\n  a{x="1"} 1\n  a{x="2"} 4', "another order"),
    ("eval instant at 0 1 + 1\n  3", "expected scalar 3, got 2"),
    ("eval instant at 0 a\n  3", "expected scalar 3, got vector of 2 series"),
    ("eval instant at 0 1 + 1\n  a 2", "expected series, got scalar 2"),
    ("eval instant at 0 h\n  h 1", "expected 1, got {{count:1 sum:1 buckets:[1]}}"),
    ("eval instant at 0 h\n  h {{count:2 sum:1 buckets:[1]}}", "got {{count:1"),
    ("eval instant at 0 h\n  h {{count:1 sum:1 buckets:[2]}}", "got {{count:1"),
    ("eval range from 0 to 2m step 1m g\n  g 1 2", "step 2: expected _, got 3"),
    ("eval range from 0 to 1m step 1m g\n  g 1 2 3", "only 2 steps"),
    ("eval range from 0 to 2m step 1m g\n  g 1 _ 3", "step 1: expected _, got 2"),
    ("eval instant at 0 a * on() a\n", "failed: found duplicate"),
    ("eval instant at 0 a * on() a\n  expect fail msg: other", "failed otherwise"),
    ("eval instant at 0 a * on() a\n  expect fail regex: ^other", "failed otherwise"),
    ("eval instant at 0 a\n  expect fail", "expected a failure, got vector of 2 series"),
    ("eval instant at 0 g\n  expect warn\n  g 1", "expected warn annotation '', got none"),
    ("eval instant at 0 quantile(2, g)\n  expect no_warn\n  {} Inf", "unexpected warn annotation"),
    ("eval instant at 0 quantile(2, g)\n  expect warn msg: other\n  {} Inf", "expected warn annotation 'other'"),
    (
        "eval range from 0 to 1m step 1m quantile(time() / 20 - 1, g)\n  expect warn regex: got 2\n  {} -Inf Inf",
        "unexpected warn annotation: PromQL warning: quantile value should be between 0 and 1, got -1",
    ),
    ("eval instant at 0 (", "cannot be parsed"),
    ('eval instant at 0 "x"\n  expect string "y"', "expected string 'y', got string"),
    ('eval instant at 0 g\n  expect string "y"', "got vector of 1 series"),
    ("eval instant at 1m g[5m]\n  expect range vector from 0 to 1m step 1m\n  g 1 3", "expected 1 3, got 1 2"),
    ("eval instant at 1m g\n  expect range vector from 0 to 1m step 1m\n  g 1 3", "expected a range vector"),
    ("eval instant at 1m g[5m]\n  expect range vector from 0 to 1m step 1m\n  g 1 2\n  i 1", "missing series"),
    ("eval instant at 1m g[5m]\n  g 2", "got range vector of 1 series"),
]


@pytest.mark.parametrize(("text", "reason"), WRONG)
def test_wrong_expectations_fail(text: str, reason: str) -> None:
    """A run that is not as expected fails and says how it differs."""
    (outcome,) = run(DATA + text)
    assert outcome.verdict is Verdict.FAIL
    assert reason in outcome.reason


RIGHT = [
    'eval instant at 0 a\n  a{x="2"} 4\n  a{x="1"} 1',
    "eval instant at 0 1 + 1\n  2.0000001",
    "eval range from 0 to 2m step 1m 1 + 1\n  {} 2 2 2",
    'eval instant at 0 "x"\n  expect string `x`',
    "eval instant at 1m g[5m]\n  expect range vector from 0 to 1m step 1m\n  g 1 2",
    "eval_warn instant at 0 quantile(2, g)\n  {} Inf",
    "eval_info instant at 1m rate(g[5m])\n  {} 0.005",
    "eval_fail instant at 0 a * on() a",
    "eval_fail instant at 0 a * on() a\n  expected_fail_regexp many-to-many",
    'eval_ordered instant at 0 sort_desc(a)\n  a{x="2"} 4\n  a{x="1"} 1',
    "eval range from 0 to 2m step 1m g > 5\n  g _ _ _",
]


@pytest.mark.parametrize("text", RIGHT)
def test_right_expectations_pass(text: str) -> None:
    """Tolerances, orders, failures and blanks as the language has them."""
    (outcome,) = run(DATA + text)
    assert (outcome.verdict, outcome.reason) == (Verdict.PASS, "")


@pytest.mark.parametrize(
    ("expr", "name", "column"),
    [
        ("sum(mad_over_time(g[5m]))", "mad_over_time", 5),
        ("limitk(1, g)", "limitk", 1),
        ("rate(g[2m*5])", "duration expression", None),
        ("rate(g[5m+1m])", "duration expression", None),
        ("g offset (5m+1m)", "duration expression", None),
        ("g offset -(2*1m)", "duration expression", None),
        ("rate(g[step()])", "duration expression", None),
    ],
)
def test_experimental_constructs_are_refused_by_name(expr: str, name: str, column: int | None) -> None:
    """What 3.5 only has as an experiment is neither passed nor failed, but named with its place."""
    (outcome,) = run(DATA + f"eval instant at 0 {expr}")
    assert outcome.verdict is Verdict.UNSUPPORTED
    assert name in outcome.reason
    assert f"(column {column if column is not None else ''}" in outcome.reason


@pytest.mark.parametrize("expr", ["g[5m", "rate(g)", "sum by (a g)", "g offset x", "1 +"])
def test_mistakes_are_not_taken_for_experiments(expr: str) -> None:
    """A plain syntax error is a failure."""
    (outcome,) = run(DATA + f"eval instant at 0 {expr}")
    assert outcome.verdict is Verdict.FAIL


def test_instants_are_also_tried_within_a_range() -> None:
    """A result that holds at an instant must hold in the middle of a range; this one fails at a neighbouring step."""
    text = 'load 1m\n  a{x="1"} 1 stale\n  a{x="2"} _ 2\n  b 1x5\n\neval instant at 1m abs(b)\n  {} 1\n'
    (outcome,) = run(text)
    assert outcome.verdict is Verdict.PASS


def test_loaded_leaves_out_evals() -> None:
    """Series of a file may be had without running it; `clear` counts."""
    assert len(loaded(DATA + "clear\nload 1m\n  b 1\n\neval instant at 0 b\n  b 9\n")) == 1


NHCB = """
load_with_nhcb 1m
  h_bucket{le="1"} 1+1x3
  h_bucket{le="1.0"} 9x3
  h_bucket{le="+Inf"} 3+3x3
  h_count 3+3x3
  h_sum 5+5x3
  only_bucket{le="2", job="a"} 1.5x3
  odd_bucket{le="x"} 1
  plain 1

"""


def test_classic_histograms_become_native_ones() -> None:
    """`load_with_nhcb` keeps the classic series and adds one with custom buckets."""
    text = NHCB + (
        "eval instant at 0 h\n  h {{schema:-53 count:3 sum:5 custom_values:[1] buckets:[1 2]}}\n\n"
        'eval instant at 0 only\n  only{job="a"} {{schema:-53 count:1.5 custom_values:[2] buckets:[1.5]}}\n\n'
        'eval instant at 1m h_bucket{le="+Inf"}\n  h_bucket{le="+Inf"} 6\n'
    )
    assert [outcome.verdict for outcome in run(text)] == [Verdict.PASS] * 3


@pytest.mark.parametrize("series", ['h_bucket{le="1"} 5\n  h_bucket{le="2"} 3', 'h_bucket{le="+Inf"} 5\n  h_count 4'])
def test_inconsistent_histograms_are_not_converted(series: str) -> None:
    """Counts that fall or do not add up are an error of the file."""
    with pytest.raises(ValueError, match="cumulative"):
        list(run(f"load_with_nhcb 1m\n  {series}\n"))


def test_histograms_may_have_only_a_count() -> None:
    """A count without buckets is one bucket up to infinity."""
    text = "load_with_nhcb 1m\n  h_count 4\n  h_sum 2\n\neval instant at 0 histogram_avg(h)\n  {} 0.5\n"
    assert [outcome.verdict for outcome in run(text)] == [Verdict.PASS]
