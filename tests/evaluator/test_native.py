"""Native histograms as values: bounds, addition, scaling, reset detection, quantiles."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogen.evaluator import native_quantiles
from slogen.evaluator.annotations import Annotations
from slogen.evaluator.native import CUSTOM, MAX_FLOAT, Hint, Histogram, buckets, exponential_bound, show
from slogen.evaluator.native_arithmetic import (
    IncompatibleBounds,
    IncompatibleSchema,
    added,
    at_schema,
    detects_reset,
    divided,
    multiplied,
    subtracted,
    with_zero_threshold,
)
from slogen.evaluator.native_notation import histogram
from slogen.evaluator.native_storage import read_back
from tests.evaluator.test_notation import HISTOGRAMS


@pytest.mark.parametrize(
    ("index", "schema", "bound"),
    [
        (0, 0, 1.0),
        (3, 0, 8.0),
        (-1, 0, 0.5),
        (1, -2, 16.0),
        (1, 1, 1.414213562373095),
        (4, 2, 2.0),
        (1024, 0, MAX_FLOAT),
        (1025, 0, math.inf),
        (64, -4, MAX_FLOAT),
        (65, -4, math.inf),
        (-1100, 0, 0.0),
    ],
)
def test_bounds(index: int, schema: int, bound: float) -> None:
    """Bucket bounds are powers of two to fractions; the last finite one is the largest float."""
    assert exponential_bound(index, schema) == bound


@given(st.integers(0, 8), st.integers(-300, 300))
def test_every_other_bound_is_one_of_the_schema_below(schema: int, index: int) -> None:
    """A resolution twice as high keeps all bounds."""
    assert schema == 0 or exponential_bound(2 * index, schema) == exponential_bound(index, schema - 1)


@given(HISTOGRAMS, HISTOGRAMS)
def test_addition_keeps_counts_and_takes_the_lower_resolution(left: Histogram, right: Histogram) -> None:
    """Nothing observed is lost in a sum but what Prometheus leaves out inside a common zero bucket."""
    total = added(left, right)
    assert total.count == left.count + right.count
    assert total.schema == min(left.schema, right.schema)
    if left.zero_threshold == right.zero_threshold == 0:
        inside = [sum(h.positive.values()) + sum(h.negative.values()) + h.zero_count for h in (left, right, total)]
        assert inside[0] + inside[1] == inside[2]


@given(HISTOGRAMS)
def test_subtracting_itself_leaves_nothing(value: Histogram) -> None:
    """The difference of equal histograms is empty."""
    nothing = subtracted(value, value).compact()
    assert (nothing.count, nothing.sum, nothing.positive, nothing.negative) == (0, 0, {}, {})


@given(HISTOGRAMS)
def test_doubling_is_adding_to_itself(value: Histogram) -> None:
    """Scaling by two and adding agree."""
    assert multiplied(value, 2).compact().same(added(value, value).compact())
    assert divided(multiplied(value, 2), 2).same(value)


def test_division_by_zero_leaves_only_the_zero_bucket() -> None:
    """Counts become infinite or NaN, buckets vanish."""
    found = divided(histogram("{{count:3 sum:-2 z_bucket:0 buckets:[3]}}"), 0)
    assert (found.count, found.sum, found.positive) == (math.inf, -math.inf, {})
    assert math.isnan(found.zero_count)


def test_incompatible_histograms_are_not_combined() -> None:
    """Exponential with custom buckets, or custom ones with other bounds, do not add."""
    custom = histogram("{{schema:-53 custom_values:[1] buckets:[1]}}")
    with pytest.raises(IncompatibleSchema):
        added(custom, Histogram())
    with pytest.raises(IncompatibleBounds):
        added(custom, histogram("{{schema:-53 custom_values:[2] buckets:[1]}}"))


@pytest.mark.parametrize(
    ("left", "right", "hint"),
    [
        (Hint.UNKNOWN, Hint.UNKNOWN, Hint.UNKNOWN),
        (Hint.GAUGE, Hint.RESET, Hint.GAUGE),
        (Hint.NOT_RESET, Hint.GAUGE, Hint.GAUGE),
        (Hint.NOT_RESET, Hint.RESET, Hint.UNKNOWN),
        (Hint.NOT_RESET, Hint.NOT_RESET, Hint.NOT_RESET),
    ],
)
def test_hints_of_sums(left: Hint, right: Hint, hint: Hint) -> None:
    """A gauge stays a gauge, a contradiction is unknown."""
    assert added(Histogram(hint=left), Histogram(hint=right)).hint is hint


def test_a_wider_zero_bucket_swallows_buckets() -> None:
    """Buckets below the threshold move into the zero bucket, and a populated one that straddles it widens it."""
    value = histogram("{{count:9 z_bucket:1 z_bucket_w:0.1 offset:-3 buckets:[2 0 4] n_offset:-3 n_buckets:[2]}}")
    wide = with_zero_threshold(value, 0.25)
    assert (wide.zero_threshold, wide.zero_count, dict(wide.positive), dict(wide.negative)) == (0.25, 5, {-1: 4}, {})
    wider = with_zero_threshold(value, 0.3)
    assert (wider.zero_threshold, wider.zero_count, dict(wider.positive)) == (0.5, 9, {})
    assert with_zero_threshold(value, 0.05) is value


@pytest.mark.parametrize(
    ("previous", "current", "reset"),
    [
        ("{{count:2 buckets:[2]}}", "{{count:3 buckets:[3]}}", False),
        ("{{count:3 buckets:[3]}}", "{{count:2 buckets:[2]}}", True),
        ("{{count:3 buckets:[2 1]}}", "{{count:4 buckets:[4]}}", True),
        ("{{count:3 n_buckets:[2 1]}}", "{{count:4 n_buckets:[4]}}", True),
        ("{{count:3 buckets:[3 0]}}", "{{count:4 buckets:[4]}}", False),
        ("{{schema:0 count:3 buckets:[3]}}", "{{schema:1 count:4 buckets:[4]}}", True),
        ("{{schema:1 count:3 buckets:[1 2]}}", "{{schema:0 count:4 buckets:[1 3]}}", False),
        ("{{count:3 z_bucket_w:0.1}}", "{{count:4 z_bucket_w:0.01}}", True),
        ("{{count:3 z_bucket_w:0.1 z_bucket:3}}", "{{count:4 z_bucket_w:0.1 z_bucket:2}}", True),
        ("{{count:3 offset:-3 buckets:[3]}}", "{{count:4 z_bucket_w:0.2 z_bucket:4}}", False),
        ("{{count:3 offset:-2 buckets:[3]}}", "{{count:4 z_bucket_w:0.2 z_bucket:4}}", True),
        ("{{schema:-53 count:1 custom_values:[1] buckets:[1]}}", "{{count:4 buckets:[4]}}", True),
        ("{{count:3 buckets:[3]}}", "{{count:4 buckets:[4] counter_reset_hint:reset}}", True),
        ("{{count:3 buckets:[3]}}", "{{count:2 buckets:[2] counter_reset_hint:not_reset}}", False),
    ],
)
def test_reset_detection(previous: str, current: str, reset: bool) -> None:
    """A counter reset shows in any count that falls or any populated bucket that vanishes."""
    assert detects_reset(histogram(current), histogram(previous)) is reset


def test_hints_as_the_storage_gives_them() -> None:
    """Only a sample that follows in the same chunk is known not to be reset."""
    texts = ["{{count:1 buckets:[1]}}", "{{count:2 buckets:[2]}}", "{{count:1 buckets:[1]}}"]
    texts += ["{{count:2 buckets:[2] counter_reset_hint:reset}}", "{{count:3 schema:1 buckets:[3]}}"]
    texts += [
        "{{count:4 schema:1 buckets:[4]}}",
        "{{count:1 counter_reset_hint:gauge}}",
        "{{count:5 schema:1 buckets:[5]}}",
    ]
    times = np.arange(len(texts)) * 10
    found = read_back(times, [histogram(text) for text in texts], np.array([45]))
    assert [one.hint.name for one in found] == [
        *("UNKNOWN", "NOT_RESET", "UNKNOWN", "UNKNOWN", "UNKNOWN", "UNKNOWN", "GAUGE", "UNKNOWN")
    ]


def test_at_schema_merges_neighbours() -> None:
    """Halving the resolution merges two buckets into one and forgets the hint."""
    fine = histogram("{{schema:1 offset:1 buckets:[1 2 3] n_buckets:[4 5] counter_reset_hint:not_reset}}")
    coarse = at_schema(fine, 0)
    assert (dict(coarse.positive), dict(coarse.negative), coarse.hint) == ({1: 3, 2: 3}, {0: 4, 1: 5}, Hint.UNKNOWN)
    assert at_schema(fine, 1) is fine


def test_buckets_in_order() -> None:
    """Buckets rise from the lowest negative to the highest positive one and end at the zero bucket."""
    found = buckets(histogram("{{count:9 z_bucket:1 z_bucket_w:0.6 buckets:[2 3] n_buckets:[1 2]}}"))
    assert [(b.lower, b.upper, b.count) for b in found] == [
        (-2.0, -1.0, 2.0),
        (-1.0, -0.6, 1.0),
        (-0.6, 0.6, 1.0),
        (0.6, 1.0, 2.0),
        (1.0, 2.0, 3.0),
    ]


def test_custom_bounds() -> None:
    """Custom buckets reach from minus to plus infinity."""
    found = buckets(Histogram(schema=CUSTOM, count=3, custom=(1.0, 2.0), positive={0: 1.0, 1: 1.0, 2: 1.0}))
    assert [(b.lower, b.upper) for b in found] == [(-math.inf, 1.0), (1.0, 2.0), (2.0, math.inf)]


def test_show() -> None:
    """The text of a histogram names populated buckets only, negative ones from the lowest."""
    text = show(histogram("{{count:9 sum:1.5 z_bucket:1 z_bucket_w:0.001 buckets:[2 0 3] n_buckets:[1 2]}}"))
    assert text == "{count:9, sum:1.5, [-2,-1):2, [-1,-0.5):1, [-0.001,0.001]:1, (0.5,1]:2, (2,4]:3}"


@given(HISTOGRAMS.filter(lambda h: h.positive or h.negative or h.zero_count), st.floats(0, 1), st.floats(0, 1))
def test_quantiles_rise(value: Histogram, p: float, q: float) -> None:
    """A higher quantile is never a smaller number."""
    total = sum(value.positive.values()) + sum(value.negative.values()) + value.zero_count
    full = Histogram(value.schema, total, 0.0, value.zero_threshold, value.zero_count, value.positive, value.negative)
    low, high = (native_quantiles.quantile(one, full, "", Annotations()) for one in sorted((p, q)))
    assert low <= high or math.isclose(low, high, rel_tol=1e-9, abs_tol=1e-12)


@pytest.mark.parametrize(
    ("text", "q", "expected"),
    [
        ("{{}}", 0.5, math.nan),
        ("{{count:1 buckets:[1]}}", math.nan, math.nan),
        ("{{count:1 buckets:[1]}}", -1.0, -math.inf),
        ("{{count:1 buckets:[1]}}", 2.0, math.inf),
        ("{{schema:-53 count:2 custom_values:[-1 1] buckets:[2]}}", 0.5, -1.0),
        ("{{schema:-53 count:4 custom_values:[2] buckets:[4]}}", 0.25, 0.5),
        ("{{schema:-53 count:4 custom_values:[2] buckets:[1 3]}}", 0.9, 2.0),
        ("{{count:4 z_bucket:4 z_bucket_w:2 n_buckets:[0]}}", 0.75, -0.5),
        ("{{count:5 buckets:[4]}}", 0.1, 0.5 * 2 ** (0.5 / 4)),
        ("{{count:4}}", 0.4, 0.0),
        ("{{count:8 n_buckets:[4 4]}}", 0.75, -(2**-0.5)),
    ],
)
def test_single_quantiles(text: str, q: float, expected: float) -> None:
    """Edges: nothing, one-sided zero buckets, open custom buckets, counts beyond the buckets."""
    found = native_quantiles.quantile(q, histogram(text), "", Annotations())
    assert math.isnan(found) if math.isnan(expected) else math.isclose(found, expected, abs_tol=1e-12)


@pytest.mark.parametrize(
    ("text", "low", "high", "expected"),
    [
        ("{{}}", 0, 1, math.nan),
        ("{{count:4 buckets:[4]}}", 2, 1, 0.0),
        ("{{count:4 buckets:[2 2]}}", 0.5, 1, 0.5),
        ("{{count:4 buckets:[2 2]}}", 0, math.sqrt(2), 0.75),
        ("{{count:4 n_buckets:[4]}}", -(2**-0.5), 0, 0.5),
        ("{{count:4 z_bucket:4 z_bucket_w:1}}", 0, 1, 0.5),
        ("{{schema:-53 count:4 custom_values:[1 3] buckets:[2 2]}}", 0, 2, 0.75),
        ("{{schema:-53 count:4 custom_values:[-3 3] buckets:[2 2]}}", -5, 3, math.nan),
        ("{{count:4 buckets:[4]}}", 5, 6, 0.0),
    ],
)
def test_single_fractions(text: str, low: float, high: float, expected: float) -> None:
    """Edges of fractions: bounds between buckets, beyond them, and in an open custom bucket."""
    found = native_quantiles.fraction(low, high, histogram(text), "", Annotations())
    assert math.isnan(found) if math.isnan(expected) else math.isclose(found, expected, abs_tol=1e-12)


def test_equality_is_bit_by_bit() -> None:
    """Layout and every number count, NaN equals itself, an explicit empty bucket is not a missing one."""
    nan = histogram("{{sum:NaN count:1 buckets:[1]}}")
    assert nan.same(histogram("{{sum:NaN count:1 buckets:[1]}}"))
    assert not nan.same(histogram("{{sum:NaN count:1 buckets:[1 0]}}"))
    assert not nan.same(histogram("{{sum:NaN count:1 buckets:[2]}}"))
    assert not nan.same(histogram("{{sum:NaN count:1 z_bucket_w:1 buckets:[1]}}"))
