"""The arithmetic of burn rates, against the workbook's own figures and against laws that hold for any objective."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogen import burn
from slogen.burn import DAY, HOUR, LADDER, MINUTE, REACHABLE, Ask, Tier

PERIODS = st.sampled_from([7 * DAY, 14 * DAY, 28 * DAY, 30 * DAY, 90 * DAY])
BUDGETS = st.fractions(min_value=Fraction(1, 100_000), max_value=Fraction(60, 100))
FRACTIONS = st.fractions(min_value=Fraction(1, 1000), max_value=Fraction(1, 2))


def made(objective: str, period: int, cadence: int = 30_000) -> dict[str, Tier]:
    """The workbook's tiers by burn label."""
    budget = 1 - Fraction(objective) / 100
    shortest = burn.shortest_window(cadence, period)
    return {tier.burn: tier for tier in burn.tiers(burn.workbook(period), budget, period, shortest)}


def test_thirty_days_at_three_nines_is_the_workbook_table() -> None:
    """1h/5m at 14.4, 6h/30m at 6, 1d/2h at 3 and 3d/6h at 1, with thresholds that are exact ratios."""
    found = made("99.9", 30 * DAY)

    assert [(t.burn, t.long, t.short, t.factor, t.severity) for t in found.values()] == [
        ("fast", HOUR, 5 * MINUTE, Fraction("14.4"), "page"),
        ("slow", 6 * HOUR, 30 * MINUTE, Fraction(6), "page"),
        ("sustained", DAY, 2 * HOUR, Fraction(3), "ticket"),
        ("creeping", 3 * DAY, 6 * HOUR, Fraction(1), "ticket"),
    ]
    assert found["fast"].threshold == Fraction("0.0144")


@pytest.mark.parametrize(
    ("period", "factors"),
    [
        (28 * DAY, {"fast": "13.44", "slow": "5.6", "sustained": "2.8", "creeping": "1"}),
        (7 * DAY, {"fast": "13.44", "slow": "4.2", "sustained": "2.8", "creeping": "1"}),
        (90 * DAY, {"fast": "14.4", "slow": "4.5", "sustained": "3", "creeping": "1"}),
    ],
)
def test_other_periods_recompute_the_factor_from_the_rung(period: int, factors: dict[str, str]) -> None:
    """Windows scale with the period, are rounded up to the ladder, and the factor follows from the fraction."""
    assert {name: tier.factor for name, tier in made("99.9", period).items()} == {
        name: Fraction(factor) for name, factor in factors.items()
    }


def test_an_unreachable_factor_lengthens_the_window_and_keeps_the_fraction() -> None:
    """At 90 % in 30 days 14.4 would mean 144 % errors: 2 % of the budget in 3 h instead of 1 h."""
    fast = made("90", 30 * DAY)["fast"]

    assert (fast.long, fast.fraction, fast.factor) == (3 * HOUR, Fraction(2, 100), Fraction("4.8"))


def test_slow_data_merges_tiers_and_leaves_the_page_to_the_ticket() -> None:
    """Data renewed once a day has no window below a week; one ticket says all that can be said."""
    found = made("99", 30 * DAY, cadence=DAY)

    assert [(t.severity, t.long, t.short, t.factor) for t in found.values()] == [
        ("ticket", 7 * DAY, 7 * DAY, Fraction(1))
    ]


def test_a_year_is_watched_over_a_fortnight() -> None:
    """No alert reads a window of 365 days: beyond the last rung the window stays and the factor grows."""
    found = made("99.9", 365 * DAY)

    assert [(t.burn, t.long) for t in found.values()] == [("fast", DAY), ("slow", 7 * DAY), ("sustained", 14 * DAY)]
    assert found["sustained"].factor == Fraction(365, 140)


def test_the_ladder_keeps_the_number_of_windows_small() -> None:
    """Five periods and six objectives share the rungs of one ladder."""
    windows = {
        window
        for period in (7, 14, 28, 30, 90)
        for objective in ("99.95", "99.9", "99", "95", "90", "80")
        for tier in made(objective, period * DAY).values()
        for window in (tier.long, tier.short)
    }

    assert windows <= set(LADDER)


@given(FRACTIONS, BUDGETS, PERIODS, st.integers(MINUTE, 90 * DAY))
def test_every_tier_can_fire_and_fits_its_period(fraction: Fraction, budget: Fraction, period: int, asked: int) -> None:
    """Thresholds are reachable, windows are rungs or the period, short is never longer than long."""
    (tier,) = burn.tiers([Ask("any", "page", fraction, Fraction(asked), None)], budget, period, 5 * MINUTE)

    assert tier.threshold <= max(REACHABLE, budget)
    assert tier.factor >= 1
    assert tier.factor == tier.fraction * period / tier.long
    assert tier.long in {*LADDER, period}
    assert tier.short in {*LADDER, period}
    assert tier.short <= tier.long <= period
    assert tier.fraction >= fraction


@given(BUDGETS, PERIODS)
def test_a_total_outage_is_detected_after_its_share_of_the_budget(budget: Fraction, period: int) -> None:
    """Whatever the window, `fraction * period * (1 - objective)`."""
    for tier in burn.tiers(burn.workbook(period), budget, period, 5 * MINUTE):
        detected = burn.time_to_detect(tier.long, tier.threshold, Fraction(1), history=tier.long)

        assert detected == tier.fraction * period * budget


@given(BUDGETS, PERIODS, st.fractions(Fraction(1, 100), Fraction(1)), st.integers(0, 30 * DAY))
def test_detection_solves_the_window_equation(budget: Fraction, period: int, bad: Fraction, history: int) -> None:
    """At the detection time the share of bad events in what the window holds is exactly the threshold."""
    tier = burn.tiers(burn.workbook(period), budget, period, 5 * MINUTE)[0]

    detected = burn.time_to_detect(tier.long, tier.threshold, bad, history)

    if detected is None:
        assert bad <= tier.threshold
    else:
        assert bad * detected == tier.threshold * min(Fraction(tier.long), history + detected)


def test_eighty_percent_in_thirty_days_needs_a_collapse_page() -> None:
    """A total outage takes 2.88 h to page by burn rate; three nines take under a minute."""
    assert burn.needs_collapse(made("80", 30 * DAY).values())
    assert min(t.long * t.threshold for t in made("80", 30 * DAY).values()) == Fraction("2.88") * HOUR
    assert not burn.needs_collapse(made("99.9", 30 * DAY).values())


@pytest.mark.parametrize(
    ("budget", "threshold"), [("0.001", "0.5"), ("0.1", "0.5"), ("0.2", "0.6"), ("0.4", "0.9"), ("0.6", "0.9")]
)
def test_collapse_means_half_or_three_budgets(budget: str, threshold: str) -> None:
    """Above max(50 %, 3 x budget), but never above what an outage reaches."""
    assert burn.collapse_threshold(Fraction(budget)) == Fraction(threshold)


def test_reset_and_exhaustion_follow_the_short_window_and_the_budget() -> None:
    """A total outage at three nines resets within the short window and spends 30 days' budget in 43.2 minutes."""
    assert burn.time_to_reset(5 * MINUTE, Fraction("0.0144"), Fraction(1)) == 5 * MINUTE * Fraction("0.9856")
    assert burn.time_to_exhaustion(30 * DAY, Fraction("0.001"), Fraction(1), Fraction(1)) == Fraction("43.2") * MINUTE


def test_slack_grows_with_what_stands_between_counter_and_window() -> None:
    """Raw windows cost one evaluation, derived ones half the base, the slow base five minutes more."""
    assert burn.detection_slack(5 * MINUTE, MINUTE, derived=False, slow=False) == MINUTE
    assert burn.detection_slack(5 * MINUTE, MINUTE, derived=True, slow=False) == 4.5 * MINUTE
    assert burn.detection_slack(5 * MINUTE, MINUTE, derived=True, slow=True) == 9.5 * MINUTE
