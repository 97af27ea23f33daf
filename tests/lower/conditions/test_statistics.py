"""Statistics computed in PromQL against scipy and closed forms, to 1e-9."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import rel_entr

from slogen.ir.signals import SeriesId
from slogen.lower.condition_statistics import (
    events_per_arm,
    standard_error,
    wilson_lower,
    wilson_upper,
    z_value,
)
from slogen.promql import build as q
from tests.catalogue.measured import SCRAPE, stored, value
from tests.lower.conditions.asking import compared

EXACT = 1e-9
SOME = settings(max_examples=40, deadline=None)
"""Each example is a query; how long one takes depends on what else the machine does."""
SHARES = st.floats(0.001, 0.999)
COUNTS = st.integers(5, 10**7)


@SOME
@given(SHARES, COUNTS, st.sampled_from([0.9, 0.95, 0.99]))
def test_wilson_bounds(share: float, events: int, certainty: float) -> None:
    """Both ends are those of scipy's Wilson interval without continuity correction."""
    k = round(share * events)
    expected = stats.binomtest(k, events).proportion_ci(2 * certainty - 1, method="wilson")
    p, n = q.vector(k / events), q.vector(float(events))
    upper = value(wilson_upper(p, n, z_value(certainty)), stored({}))
    lower = value(wilson_lower(p, n, z_value(certainty)), stored({}))
    assert upper == pytest.approx(expected.high, abs=EXACT)
    assert lower == pytest.approx(expected.low, abs=EXACT)


@pytest.mark.parametrize("certainty", [0.8, 0.9, 0.95, 0.975, 0.99, 0.999])
def test_z_values(certainty: float) -> None:
    """One-sided normal quantiles."""
    assert z_value(certainty) == pytest.approx(stats.norm.ppf(certainty), abs=EXACT)


@SOME
@given(SHARES, SHARES, COUNTS, COUNTS)
def test_the_standard_error_of_a_difference(first: float, second: float, n: int, m: int) -> None:
    """The square root of the sum of both variances of a mean of 0/1 events."""
    expr = standard_error((q.vector(first), q.vector(float(n))), (q.vector(second), q.vector(float(m))))
    expected = math.hypot(stats.bernoulli.std(first) / math.sqrt(n), stats.bernoulli.std(second) / math.sqrt(m))
    assert value(expr, stored({})) == pytest.approx(expected, abs=EXACT)


@SOME
@given(st.floats(0.01, 0.99), st.floats(0.001, 0.1))
def test_power(share: float, margin: float) -> None:
    """With so many events per arm a one-sided z-test finds the margin four times in five, and not with one fewer."""
    n = events_per_arm(share, margin)

    def power(events: int) -> float:
        error = math.sqrt(2 * share * (1 - share) / events)
        return float(1 - stats.norm.cdf(stats.norm.ppf(0.95) - margin / error))

    assert power(n) + EXACT >= 0.8
    assert power(n - 1) - EXACT < 0.8


def test_the_textbook_power() -> None:
    """A tenth of a point at a click rate of 5 % needs 587 343 impressions in each arm."""
    assert events_per_arm(0.05, 0.001) == 587_343


SCORES = st.lists(st.integers(1, 400), min_size=3, max_size=3)


def distance(test: str, now: list[int], reference: list[float]) -> float:
    """The distance that a condition computes between scores that arrive at a steady pace and a fixed reference."""
    shares = ", ".join(f"{share * 100:.10f}%" for share in reference)
    settled = f"test: {test}, above: 0.1, over: 1h, bins: [0.25, 0.5, 1], reference: [{shares}]"
    expr = compared(f"score_distribution: {{from: app, {settled}}}")
    base = (("model", "m"),)
    steps: dict[SeriesId, float] = {SeriesId("ml_prediction_score_count", base): float(sum(now))}
    for le, reached in (("0.25", now[:1]), ("0.5", now[:2]), ("1.0", now)):
        steps[SeriesId("ml_prediction_score_bucket", (("le", le), *base))] = float(sum(reached))
    found = value(expr, stored(steps), at=4 * 3_600_000)
    assert found is not None
    return found


@SOME
@given(SCORES, SCORES)
def test_distances_of_score_distributions(now: list[int], then: list[int]) -> None:
    """PSI and KL are sums of relative entropies, JS is half of two of them to the mixture."""
    p = np.array(now) / sum(now)
    r = np.array([round(count / sum(then), 12) for count in then])
    middle = (p + r) / 2
    kl, back = rel_entr(p, r).sum(), rel_entr(r, p).sum()
    js = (rel_entr(p, middle).sum() + rel_entr(r, middle).sum()) / 2
    assert distance("kl", now, list(r)) == pytest.approx(kl, abs=EXACT)
    assert distance("psi", now, list(r)) == pytest.approx(kl + back, abs=EXACT)
    assert distance("js", now, list(r)) == pytest.approx(js, abs=EXACT)


def test_an_empty_bin_is_no_infinity() -> None:
    """A bin without scores counts as one in ten thousand."""
    expected = sum((p - r) * math.log(p / r) for p, r in ((0.5, 0.4), (0.5, 0.3), (1e-4, 0.3)))
    assert distance("psi", [10, 10, 0], [0.4, 0.3, 0.3]) == pytest.approx(expected, abs=EXACT)


@SOME
@given(st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=12))
def test_bonferroni(p_values: list[float]) -> None:
    """The smallest p-value times the number of tests, at most 1, as in a family-wise correction."""
    expr = compared("drift: {from: hourly, test: ks_pvalue, below: 0.05, correction: bonferroni}")
    left = expr.left  # type: ignore[union-attr]  # the verdict, before the guard on freshness
    names = (("model", "m"), ("test", "ks_pvalue"))
    gauges = {SeriesId("ml_feature_drift", (("feature", f"f{n}"), *names)): p for n, p in enumerate(p_values)}
    assert value(left, stored({}, gauges)) == pytest.approx(min(1.0, min(p_values) * len(p_values)), abs=EXACT)


@SOME
@given(st.integers(50, 5000), st.integers(50, 5000), st.integers(1, 49), st.integers(1, 49))
def test_the_canary_test(n_new: int, n_old: int, clicks_new: int, clicks_old: int) -> None:
    """Z is the difference beyond the margin, in standard errors (counts per scrape, one hour of 120 scrapes)."""
    expr = compared(
        "canary: {of: app.clicks, canary: {track: canary}, control: {track: stable}, margin: 1 points, over: 1h}"
    )
    base = (("model", "m"),)

    def series(event: str, track: str) -> SeriesId:
        return SeriesId("ml_business_events_total", (("event", event), *base, ("track", track)))

    steps = {
        series("impression", "canary"): float(n_new),
        series("click", "canary"): float(clicks_new),
        series("impression", "stable"): float(n_old),
        series("click", "stable"): float(clicks_old),
    }
    scrapes = 3_600_000 // SCRAPE
    p, r = clicks_new / n_new, clicks_old / n_old
    error = math.sqrt(p * (1 - p) / (n_new * scrapes) + r * (1 - r) / (n_old * scrapes))
    assert value(expr, stored(steps)) == pytest.approx((r - p - 0.01) / error, rel=EXACT)
