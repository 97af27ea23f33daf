"""Which series an SLO is laid out as, and that one fleet rule serves exactly those that need it."""

from collections.abc import Iterable

import numpy as np

from slogen import burn, names
from slogen.evaluator import labels as label
from slogen.evaluator.series import Storage, stale_mask
from slogen.ir.rules import Alert, Recording, RuleGroup
from slogen.lower.plan import SloPlan
from slogen.promql.ast import Range, Selector
from slogen.promql.rewrite import selectors, walk
from slogen.replay import rulefile
from slogen.replay.run import Setting, replay
from tests.lower.planned import counted, groups_of, planned, rule_text

HOUR, DAY = burn.HOUR, burn.DAY


def recordings(groups: Iterable[RuleGroup]) -> list[Recording]:
    """Every recording in these groups."""
    return [rule for group in groups for rule in group.rules if isinstance(rule, Recording)]


def replayed(plans: list[SloPlan], hours: int, bad_from: int | None = 0) -> Storage:
    """Series after some hours of ten requests a second with 1 % errors, whose series is born at `bad_from` ms."""
    storage = Storage()
    times = list(range(0, hours * HOUR + 1, 30_000))
    good = label.make({"__name__": "requests_total", "code": "200"})
    storage.add(good, times, [at * 0.0099 for at in times])
    if bad_from is not None:
        born = [at for at in times if at >= bad_from]
        bad = label.make({"__name__": "requests_total", "code": "500"})
        storage.add(bad, born, [(at - bad_from) * 0.0001 for at in born])
    setting = Setting(0, hours * HOUR, 60_000, True, {}, "")
    outcome = replay(rulefile.read(rule_text(groups_of(plans)), "rules.yaml"), storage, setting)
    assert outcome.failures == ()
    return outcome.storage


def last(storage: Storage, name: str) -> list[float]:
    """The newest value of every series of that name, in order of labels."""
    found = storage.select(Selector(name)).series
    return [float(series.values[-1]) for series in sorted(found, key=lambda series: series.labels)]


def test_an_slo_has_at_most_twelve_rules_beside_the_fleet() -> None:
    """For every objective and period, recordings and alerts together."""
    for days in (7, 14, 28, 30, 90):
        for objective in ("99.99", "99.95", "99.9", "99", "95", "90", "80", "60"):
            (own,) = [g for g in groups_of([planned(objective, days * DAY)]) if ":slo:" in g.name]

            assert len(own.rules) <= 12, (objective, days)


def test_the_fleet_has_as_many_rules_for_a_thousand_slos_as_for_one() -> None:
    """The fleet's rules depend on windows and periods, not on models."""
    one = [g for g in groups_of([planned()]) if ":fleet:" in g.name]
    many = [g for g in groups_of([planned(slo=f"slo-{n}") for n in range(50)]) if ":fleet:" in g.name]

    assert [[rule.expr for rule in g.rules] for g in many] == [[rule.expr for rule in g.rules] for g in one]


def test_page_alerts_stand_behind_the_ratios_they_read() -> None:
    """Everything up to an hour that an alert reads is recorded before it, in its own group."""
    (own,) = [g for g in groups_of([planned()]) if ":slo:" in g.name]
    recorded: list[str] = []
    for rule in own.rules:
        if isinstance(rule, Recording):
            recorded.append(rule.record)
        elif rule.kind == "burn":
            read = {s.name for s in selectors(rule.expr)} & {names.error_ratio(w) for w in (30 * burn.MINUTE, HOUR)}
            assert read <= set(recorded)


def test_no_window_depends_on_how_many_samples_it_holds() -> None:
    """Recorded ratios are quotients of sums over the same window: never averages, counts or subqueries."""
    for rule in recordings(groups_of([planned("90"), planned("99.9", 7 * DAY, slo="other")])):
        if rule.record.startswith("slogen:error:ratio"):
            windows = {node.window for node in walk(rule.expr) if isinstance(node, Range)}
            assert len(windows) == 1, rule.record


def test_no_series_computes_a_window_it_does_not_use() -> None:
    """Objectives of one period that need different windows are told apart by name, periods by their label."""
    plans = [
        planned("99.9", slo="strict"),
        planned("90", slo="loose"),
        planned("80", slo="looser"),
        planned("99.9", 7 * DAY, slo="weekly"),
    ]
    storage = replayed(plans, hours=2)
    for plan in plans:
        made = {
            label.get(series.labels, label.NAME)
            for series in storage
            if label.get(series.labels, "slo") == plan.slo
            and label.get(series.labels, label.NAME).startswith("slogen:error:ratio")
        }

        assert made == {names.error_ratio(w) for w in plan.windows} | {names.ERROR_RATIO_PERIOD}


def test_environments_in_one_server_never_record_the_same_series() -> None:
    """Every selector of a fleet rule names its environment."""
    for rule in recordings(groups_of([planned()])):
        for selector in selectors(rule.expr):
            if (selector.name or "").startswith("slogen:"):
                assert ("env", "prod") in {(m.label, m.value) for m in selector.matchers}


def test_an_error_series_that_was_never_born_counts_as_zero() -> None:
    """Every ratio is a number from the first minutes on, and the whole budget is left."""
    storage = replayed([planned()], hours=3, bad_from=None)

    assert last(storage, names.error_ratio(HOUR)) == [0.0]
    assert last(storage, names.error_ratio(6 * HOUR)) == [0.0]
    assert last(storage, names.BUDGET_REMAINING) == [1.0]
    assert last(storage, names.BURN_RATE) == [0.0]


def test_one_percent_errors_burn_a_three_nines_budget_ten_times_too_fast() -> None:
    """Ratio, burn rate, budget and time to exhaustion agree with arithmetic."""
    storage = replayed([planned()], hours=12)
    (remaining,) = last(storage, names.BUDGET_REMAINING)
    (burning,) = last(storage, names.BURN_RATE)
    (coverage,) = last(storage, names.PERIOD_COVERAGE)

    assert abs(burning - 10) < 0.05
    assert abs(remaining - (1 - 10)) < 0.05
    assert abs(coverage - 12 / 720) < 1.01 / 720
    assert last(storage, names.BUDGET_EXHAUSTION) == [0.0]


def test_no_recorded_value_is_ever_nan_or_infinite() -> None:
    """Neither before the first event, nor with traffic, nor without errors; markers of staleness are no values."""
    for bad_from in (None, 0, HOUR):
        for series in replayed([planned(), planned("80", slo="loose")], hours=2, bad_from=bad_from):
            if label.get(series.labels, label.NAME).startswith("slogen:"):
                values = series.values[~stale_mask(series.values)]
                assert len(values)
                assert np.isfinite(values).all(), series.labels


def test_a_slow_source_gets_a_longer_base_and_still_shares_the_fleet() -> None:
    """Counters renewed every five minutes are read over half an hour, and the fleet's slow base reads both."""
    slow = planned("99", contract=counted(cadence=300_000), slo="slow")
    storage = replayed([slow, planned("99", slo="quick")], hours=8)

    assert slow.base == 30 * burn.MINUTE
    assert names.error_ratio(30 * burn.MINUTE) not in {r.record for r in recordings(groups_of([slow]))}
    slow_ratio, quick_ratio = sorted(last(storage, names.error_ratio(6 * HOUR)))
    assert abs(slow_ratio - 0.01) < 1e-4
    assert abs(quick_ratio - 0.01) < 1e-4


def test_alerts_carry_identity_and_tier() -> None:
    """Severity, burn, long and short, and every identity label: routing and inhibition compare them."""
    for group in groups_of([planned()]):
        for rule in group.rules:
            if isinstance(rule, Alert) and rule.kind == "burn":
                carried = dict(rule.labels)
                assert carried.keys() >= {"severity", "burn", "long", "short", "env", "model", "slo", "period", "team"}
                assert rule.hold == 0
