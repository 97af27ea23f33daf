"""What is certain about the labels of a result."""

import pytest

from slogen.promql.labels import result_labels
from slogen.promql.parse import parse


@pytest.mark.parametrize(
    ("text", "always", "never", "only"),
    [
        ("x", "__name__", "", None),
        ('x{a="1",b="",c=~".+",d=~".*",e!="",f!="1",g!~".*"}', "__name__ a c e g", "b", None),
        ('{a="1"}', "a", "", None),
        ('rate(x{a="1"}[5m])', "a", "__name__", None),
        ('last_over_time(x{a="1"}[5m])', "__name__ a", "", None),
        ('-x{a="1"}', "a", "__name__", None),
        ("1 + 1", "", "", ""),
        ("vector(1)", "", "", ""),
        ("time()", "", "", ""),
        ("hour()", "", "", ""),
        ("sum(x)", "", "", ""),
        ('sum by (a, b) (x{a="1"})', "a", "", "a b"),
        ('sum by (a, b) (x{a="1",b=""})', "a", "b", "a"),
        ('sum without (a) (x{a="1",c="2"})', "c", "__name__ a", None),
        ('topk by (a) (1, x{b="1"})', "__name__ b", "", None),
        ('count_values("v", x)', "v", "", "v"),
        ('count_values by (a) ("v", x)', "v", "", "a v"),
        ('absent(x{a="1",b=~"2",c="3",c="4"})', "a", "", "a"),
        ("absent(sum(x))", "", "", ""),
        ('absent_over_time(x{a="1"}[5m])', "a", "", "a"),
        ('histogram_quantile(0.9, sum by (le, a) (rate(x{a="1",le=~".+"}[5m])))', "a", "__name__ le", "a"),
        ('label_replace(x{a="1"}, "b", "v", "a", "(.*)")', "__name__ a b", "", None),
        ('label_replace(x{a="1"}, "b", "$1", "a", "(.*)")', "__name__ a", "", None),
        ('label_replace(x{a="1"}, "a", "", "a", ".*")', "__name__", "", None),
        ('label_join(x{a="1"}, "b", "-", "a")', "__name__ a b", "", None),
        ('label_join(x{a="1"}, "b", "", "c")', "__name__ a", "", None),
        ('label_replace(sum(x), "b", "v", "", "")', "", "", "b"),
        ('x{a="1"} > 1', "__name__ a", "", None),
        ('x{a="1"} > bool 1', "a", "__name__", None),
        ('1 - x{a="1"}', "a", "__name__", None),
        ('x{a="1"} / y{b="2"}', "a b", "__name__", None),
        ('x{a="1"} > y{b="2"}', "__name__ a b", "", None),
        ('x{a="1"} / on (a, c) y{c="2"}', "a c", "__name__", "a c"),
        ('x{a="1"} / ignoring (a) y{b="2"}', "b", "__name__ a", None),
        ('x{a="1"} * on (a) group_left (t) y{t="3"}', "a t", "__name__", None),
        ('x * on (a) group_left (t) y{a="1"}', "a", "__name__", None),
        ('x{t="1"} * on (a) group_left (t) sum by (a) (y)', "", "__name__ t", None),
        ('y{t="3"} * on (a) group_right (t) x{b="1"}', "b t", "__name__", None),
        ('x{a="1"} and y{b="2"}', "__name__ a", "", None),
        ('x{a="1"} unless on () y', "__name__ a", "", None),
        ('x{a="1",b="2"} or y{a="1",c="3"}', "__name__ a", "", None),
        ("sum by (a) (x) or sum by (b) (y)", "", "", "a b"),
        ('max_over_time(x{a="1"}[5m:])', "a", "__name__", None),
    ],
)
def test_result_labels(text: str, always: str, never: str, only: str | None) -> None:
    """Matchers, aggregation, matching and the functions that write labels decide what can be there."""
    labels = result_labels(parse(text))
    assert labels.always == set(always.split())
    assert labels.only == (None if only is None else set(only.split()))
    assert {label for label in labels.never if labels.only is None or label in never} >= set(never.split())
    assert not labels.impossible
    assert not any(labels.may_have(label) for label in never.split())


@pytest.mark.parametrize(
    "text",
    ['sum by (a) (x) / y{b="2"}', 'sum(x) * on (a) y{a="1"}', 'x{a=""} / y{a="1"}', 'sum without (a) (x) - y{a=~".+"}'],
)
def test_a_match_that_can_never_succeed(text: str) -> None:
    """One side must have a label that the other cannot have."""
    assert result_labels(parse(text)).impossible
