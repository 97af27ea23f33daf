"""The notation of series: every form, exact expansion, and faults that say where they are."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogen.evaluator import notation
from slogen.evaluator.native import CUSTOM, Hint, Histogram
from slogen.evaluator.native_notation import HistogramError, histogram, show
from slogen.evaluator.notation import NotationError
from slogen.evaluator.numbers import is_stale


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 2.5 -3", (1.0, 2.5, -3.0)),
        ("1x2", (1.0, 1.0, 1.0)),
        ("0x5", (0.0,) * 6),
        ("1+2x3", (1.0, 3.0, 5.0, 7.0)),
        ("1-2x3", (1.0, -1.0, -3.0, -5.0)),
        ("-1+0.5x2", (-1.0, -0.5, 0.0)),
        ("_ 1 _x2 2", (None, 1.0, None, None, 2.0)),
        ("1e3 .5 5.", (1000.0, 0.5, 5.0)),
        ("Inf +Inf -inf", (math.inf, math.inf, -math.inf)),
        ("1+1x0", (1.0,)),
        ("  7  ", (7.0,)),
        ("", ()),
    ],
)
def test_samples_expand(text: str, expected: tuple[float | None, ...]) -> None:
    """Each form of the notation gives exactly these samples, and is counted without making them."""
    assert notation.samples(text) == expected
    assert notation.count(text) == len(expected)


def test_repeated_addition_is_not_multiplication() -> None:
    """`0+0.1x10` ends where ten additions end, as in Prometheus."""
    total = 0.0
    for _ in range(10):
        total += 0.1
    assert notation.samples("0+0.1x10")[-1] == total != 1.0


def test_stale_and_nan_are_different() -> None:
    """A stale marker is known by its bits."""
    marks = notation.samples("stale NaN stalex1")
    assert [isinstance(mark, float) and is_stale(mark) for mark in marks] == [True, False, True, True]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("up", (("__name__", "up"),)),
        ('a:b{c="d"}', (("__name__", "a:b"), ("c", "d"))),
        ('{x="1", a="2",}', (("a", "2"), ("x", "1"))),
        ('{"a.b", "c-d"="e"}', (("__name__", "a.b"), ("c-d", "e"))),
        ("m{a='x', b=`y\\n`}", (("__name__", "m"), ("a", "x"), ("b", "y\\n"))),
        ('m{a="\\"\\u00e9\\\\", empty=""}', (("__name__", "m"), ("a", '"é\\'))),
        ("{}", ()),
    ],
)
def test_metrics(text: str, labels: tuple[tuple[str, str], ...]) -> None:
    """Names and labels in every way they may be written; empty labels do not exist."""
    assert notation.metric(text) == labels
    assert notation.series(text + " 1").labels == labels


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("up x", 4),
        ("up 1x", 4),
        ("up 1+x3", 4),
        ("up 1 2,3", 6),
        ("=5 1", 1),
        ('up{a=1} "', 6),
        ('up{a="1" b="2"} 1', 10),
        ('up{a="\\q"} 1', 6),
        ("up {{schema:9}}", 4),
        ("up {{nonsense:1}}", 4),
        ("up {{sum:x}}", 4),
        ("up {{buckets:3}}", 4),
        ("up {{buckets:[1 x]}}", 4),
        ("up {{counter_reset_hint:maybe}}", 4),
        ("up {{sum 1}}", 4),
        ("up {{schema:1}}+{{schema:0}}x2", 4),
        ("up {{schema:0}}+{{schema:-53}}x2", 4),
        ("up {{schema:-53 custom_values:[1]}}+{{schema:-53 custom_values:[2]}}x2", 4),
        ("up 1x99999999", 4),
    ],
)
def test_faults_name_their_column(text: str, column: int) -> None:
    """What is no series is refused where it goes wrong."""
    with pytest.raises(NotationError) as caught:
        notation.series(text)
    assert caught.value.column == column
    assert caught.value.message


def test_a_metric_alone_takes_nothing_behind_it() -> None:
    """Samples behind a metric are not silently dropped."""
    with pytest.raises(NotationError):
        notation.metric("up 1")


def test_histograms() -> None:
    """All parts of a histogram are read, and sums of histograms expand."""
    text = (
        "{{schema:1 sum:-0.5 count:4 z_bucket:1 z_bucket_w:0.001 buckets:[1 0 2] offset:-3 "
        "n_buckets:[4] n_offset:2 counter_reset_hint:gauge}}"
    )
    found = histogram(text)
    assert found == Histogram(
        schema=1,
        count=4,
        sum=-0.5,
        zero_threshold=0.001,
        zero_count=1,
        positive={-3: 1, -2: 0, -1: 2},
        negative={2: 4},
        hint=Hint.GAUGE,
    )
    first, second, third = notation.samples("{{count:1 buckets:[1]}}+{{count:2 buckets:[0 2]}}x2")
    assert isinstance(first, Histogram)
    assert isinstance(third, Histogram)
    assert (first.count, third.count, third.positive) == (1, 5, {0: 1, 1: 4})
    less = notation.samples("{{count:5 buckets:[5]}}-{{count:2 buckets:[2]}}x1")[1]
    assert isinstance(less, Histogram)
    assert (less.count, less.positive) == (3, {0: 3})
    assert notation.samples("{{}}x1") == (Histogram(), Histogram())
    assert second != third


def test_custom_buckets() -> None:
    """Custom bounds are part of the notation."""
    found = histogram("{{schema:-53 sum:3 count:4 custom_values:[0.5 2] buckets:[1 1 2]}}")
    assert (found.schema, found.custom, found.positive) == (CUSTOM, (0.5, 2.0), {0: 1, 1: 1, 2: 2})


def test_offsets_are_whole_numbers() -> None:
    """A fractional offset is refused."""
    with pytest.raises(HistogramError):
        histogram("{{offset:1.5}}")


COUNTS = st.dictionaries(st.integers(-5, 5), st.integers(1, 9).map(float), max_size=4).map(
    lambda counts: dict(sorted(counts.items()))
)
HISTOGRAMS = st.builds(
    Histogram,
    schema=st.integers(0, 8),
    count=st.integers(0, 99).map(float),
    sum=st.floats(-1e6, 1e6),
    zero_threshold=st.sampled_from([0.0, 0.001]),
    zero_count=st.integers(0, 3).map(float),
    positive=COUNTS,
    negative=COUNTS,
    hint=st.sampled_from(Hint),
) | st.builds(Histogram, schema=st.integers(-4, -1), count=st.just(5.0), positive=COUNTS, negative=COUNTS)


@given(HISTOGRAMS)
def test_shown_histograms_read_back(value: Histogram) -> None:
    """Printing and reading a histogram gives an equal one."""
    again = histogram(show(value)).compact()
    assert again.same(value.compact()) or (value.sum == 0 and again.sum == 0)
    assert again.hint is value.hint
