"""The traps of monitoring models: each with the expression people write first, which fails, and the one made here."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from slogen import burn
from slogen.evaluator.labels import NAME, make
from slogen.evaluator.series import Storage
from slogen.ir.signals import SeriesId
from slogen.lower.condition_statistics import wilson_upper, z_value
from slogen.lower.contract import SliContract
from slogen.lower.sli import contract_for
from slogen.lower.sli_question import Context
from slogen.lower.sources import resolve_sources
from slogen.promql import build as q
from slogen.promql.ast import Aggregate, Binary, Expr
from slogen.promql.parse import parse
from slogen.spec.slos import Slo
from slogen.spec.sources import Source
from tests.catalogue.measured import SCRAPE, WHERE, stored, value, values
from tests.lower.conditions.asking import compared, context, expression

HOUR = q.HOUR
DAY = q.DAY
MODEL = (("model", "m"),)
TP, FP, FN = (SeriesId("ml_confusion_total", (*MODEL, ("outcome", cell))) for cell in ("tp", "fp", "fn"))


def recorded(*series: tuple[SeriesId, npt.NDArray[np.floating[Any]]], step: int) -> Storage:
    """Series with these values, one every `step` ms from 1970 on."""
    storage = Storage()
    for one, numbers in series:
        times = np.arange(len(numbers), dtype=np.int64) * step
        kept = ~np.isneginf(numbers)
        storage.add(make({NAME: one.metric, **dict(one.labels)}), times[kept], numbers[kept])
    return storage


def holds(expr: Expr, storage: Storage, at: int) -> bool:
    """Whether a condition returns a series at a time, ms."""
    return bool(values(expr, storage, at=at))


def test_a_numerator_that_does_not_exist_yet() -> None:
    """With no true positive ever, precision is 0 and not missing: the plain ratio never fires."""
    storage = stored({FP: 10.0})
    naive = parse(
        'sum(increase(ml_confusion_total{outcome="tp"}[1h]))'
        ' / sum(increase(ml_confusion_total{outcome=~"tp|fp"}[1h])) < 0.95'
    )
    made = expression("threshold: {of: precision, below: 95%, over: 1h}")
    assert not holds(naive, storage, 4 * HOUR)
    assert holds(made, storage, 4 * HOUR)


def test_nothing_divided_by_nothing() -> None:
    """Idle counters give NaN in the plain ratio and no value in ours."""
    storage = stored({TP: 0.0, FP: 0.0})
    naive = parse('sum(increase(ml_confusion_total{outcome="tp"}[1h])) / sum(increase(ml_confusion_total[1h]))')
    assert math.isnan(values(naive, storage)[()])
    assert not holds(expression("threshold: {of: precision, above: 0%, over: 1h}"), storage, 4 * HOUR)
    assert not holds(expression("threshold: {of: precision, below: 100%, over: 1h}"), storage, 4 * HOUR)


def test_one_idle_hour_spoils_a_mean_of_ratios() -> None:
    """A recorded 0/0 makes every mean over it NaN, and so its alert silent; sums over the same time do not know it."""
    scrapes = HOUR // SCRAPE
    idle = np.concatenate([np.zeros(2 * scrapes), np.arange(4 * scrapes)])
    storage = recorded((TP, idle * 8.0), (FP, idle * 2.0), step=SCRAPE)
    at = len(idle) * SCRAPE - SCRAPE
    hourly = 'sum(increase(ml_confusion_total{outcome="tp"}[1h])) / sum(increase(ml_confusion_total[1h]))'
    naive = parse(f"avg_over_time(({hourly})[5h:1h])")
    assert math.isnan(values(naive, storage, at=at)[()])
    assert not holds(parse(f"avg_over_time(({hourly})[5h:1h]) < 0.95"), storage, at)
    assert value(compared("threshold: {of: precision, below: 95%, over: 5h}"), storage, at=at) == pytest.approx(0.8)


def test_no_number_is_no_bad_minute() -> None:
    """`NaN >= bool x` is 0, which counts as bad; an objective counts it as its spec says."""
    broken = stored({}, {AUC: math.nan})
    naive = parse("1 - (ml_quality >= bool 0.85)")
    assert list(values(naive, broken).values()) == [1.0]
    for no_data, bad, total in (("ignore", None, None), ("good", None, 1.0), ("bad", 1.0, 1.0)):
        made = judged_gauge(no_data)
        assert (value(made.bad, broken), value(made.total, broken)) == (bad, total), no_data


def judged_gauge(no_data: str) -> SliContract:
    """The share of time in which AUC is at least 0.85, with a spec's word for missing values."""
    slo = Slo.model_validate(
        {"objective": "99%", "sli": {"gauge": {"of": "auc", "at_least": 0.85, "no_data": no_data}}}
    )
    contract, findings = contract_for("example", slo, context(), WHERE)
    assert contract is not None, findings
    return contract


JOBS = {"template": "slogen-contract", "select": {"job_name": "j"}, "cadence": "1h"}
P_VALUE = SeriesId("ml_feature_drift", (("feature", "age"), *MODEL, ("test", "ks_pvalue")))
LAST_RUN = SeriesId("ml_drift_last_run_timestamp_seconds", MODEL)
THREE_RUNS = "drift: {from: hourly, test: ks_pvalue, below: 0.05, consecutive_runs: 3}"


def drift_job(p_values: list[float], runs_until: int, late: int = 0) -> Storage:
    """An hourly job whose results stay on the page; it dies after its run number `runs_until`.

    Its run number 7 is `late` ms late.
    """
    scrapes = np.arange(0, 12 * HOUR, SCRAPE)
    began = np.array([n * HOUR + late * (n == 7) for n in range(min(runs_until, 11) + 1)])
    last = np.searchsorted(began, scrapes, side="right") - 1
    results = np.array([p_values[min(n, len(p_values) - 1)] for n in range(len(began))])
    return recorded((P_VALUE, results[last]), (LAST_RUN, began[last] / 1000), step=SCRAPE)


def firing(expr: Expr, storage: Storage, hold: int, until: int) -> bool:
    """Whether a condition holds at every minute of some stretch of `hold` ms."""
    lasting = 0
    for at in range(0, until, q.MINUTE):
        lasting = lasting + q.MINUTE if holds(expr, storage, at) else 0
        if lasting > hold:
            return True
    return False


def test_for_does_not_count_results() -> None:
    """One bad result of a job that then dies satisfies `for: 2h`; three results in a row are something else."""
    storage = drift_job([0.5, 0.5, 0.01], runs_until=2)
    naive = parse('min(ml_feature_drift{test="ks_pvalue"}) < 0.05')
    assert firing(naive, storage, 2 * HOUR, 12 * HOUR)
    assert not firing(expression(THREE_RUNS), storage, 0, 12 * HOUR)


def test_three_bad_results_in_a_row_fire() -> None:
    """The third bad result fires, the second does not, and one good result ends it."""
    made = expression(THREE_RUNS)
    storage = drift_job([0.5, 0.5, 0.01, 0.01, 0.01, 0.01, 0.5], runs_until=11)
    firing_minutes = [at // q.MINUTE for at in range(0, 12 * HOUR, q.MINUTE) if holds(made, storage, at)]
    assert 4 * 60 <= firing_minutes[0] <= 4 * 60 + 5
    assert firing_minutes[-1] < 6 * 60 + 1
    assert firing_minutes == list(range(firing_minutes[0], firing_minutes[-1] + 1)), "it must not flap"


def test_jobs_are_not_punctual() -> None:
    """When a run is two minutes late, a range of just two periods flaps before it; slack does not."""
    storage = drift_job([0.01], runs_until=11, late=2 * q.MINUTE)
    naive = parse("changes(ml_drift_last_run_timestamp_seconds[2h]) >= 2")
    minutes = range(7 * HOUR, 9 * HOUR, q.MINUTE)
    assert not all(holds(naive, storage, at) for at in minutes)
    assert all(holds(expression(THREE_RUNS), storage, at) for at in minutes)


def test_a_range_does_not_hold_its_left_end() -> None:
    """An hourly counter has one sample in a range of one hour, of which no increase can be taken."""
    jobs = SeriesId("ml_job_runs_total", (("job_name", "j"), ("result", "failure")))
    storage = recorded((jobs, np.arange(12.0)), step=HOUR)
    naive = parse('sum(increase(ml_job_runs_total{result="failure"}[1h])) > 0')
    assert not holds(naive, storage, 10 * HOUR)
    source = resolve_sources({"jobs": Source.model_validate(JOBS)}, {"jobs": WHERE}, Path(), HOUR)[0]
    slo = Slo.model_validate({"objective": "99.5%", "sli": {"jobs": {"from": "jobs"}}})
    contract, findings = contract_for("example", slo, Context(source, {}, HOUR), WHERE)
    assert contract is not None, findings
    window = burn.shortest_window(contract.cadence, 30 * DAY)
    assert window >= 4 * HOUR
    assert value(contract.bad, storage, window, 10 * HOUR) == pytest.approx(1 / 3600)


def test_drift_of_a_dead_job_is_no_drift() -> None:
    """A gauge above its threshold says nothing once its job has not run for two periods."""
    psi = SeriesId("ml_feature_drift", (("feature", "age"), *MODEL, ("test", "psi")))
    scrapes = HOUR // SCRAPE
    ran = np.repeat(np.array([min(n, 2) * 3600.0 for n in range(12)]), scrapes)
    storage = recorded((psi, np.full(len(ran), 0.9)), (LAST_RUN, ran), step=SCRAPE)
    made = expression("drift: {from: hourly, test: psi, above: 0.2}")
    assert holds(parse('max(ml_feature_drift{test="psi"}) > 0.2'), storage, 11 * HOUR)
    assert holds(made, storage, 3 * HOUR)
    assert not holds(made, storage, 11 * HOUR)


AUC = SeriesId("ml_quality", (("metric", "auc"), *MODEL))
STEP = 5 * q.MINUTE
PER_DAY = DAY // STEP


def test_a_baseline_that_contains_the_fault() -> None:
    """A drop of 12 points is outside the band of the week before, but inside the band it widens itself."""
    weeks = np.tile(np.repeat([0.89, 0.91], PER_DAY // 2), 10)
    weeks[-PER_DAY:] = 0.78
    storage = recorded((AUC, weeks), step=STEP)
    at = (len(weeks) - 1) * STEP
    naive = parse("ml_quality < avg_over_time(ml_quality[7d]) - 3 * stddev_over_time(ml_quality[7d])")
    made = expression("baseline: {of: auc, deviations: 3, direction: below}")
    assert not holds(naive, storage, at)
    assert holds(made, storage, at)


def test_a_band_of_no_width() -> None:
    """A gauge that never moved has no spread: without a floor the smallest change fires."""
    flat = np.full(9 * PER_DAY, 0.9)
    flat[-10:] = 0.899
    storage = recorded((AUC, flat), step=STEP)
    at = (len(flat) - 1) * STEP
    assert holds(expression("baseline: {of: auc, deviations: 3}"), storage, at)
    assert not holds(expression("baseline: {of: auc, deviations: 3, min_deviation: 0.005}"), storage, at)


def test_a_new_model_has_no_last_week() -> None:
    """Without a past the comparison is silent; a reference speaks for it."""
    storage = recorded((AUC, np.full(PER_DAY, 0.6)), step=STEP)
    at = (PER_DAY - 1) * STEP
    assert not holds(expression("drop: {of: auc, by: 5 points, against: 1w}"), storage, at)
    assert holds(expression("drop: {of: auc, by: 5 points, against: 1w, reference: 0.9}"), storage, at)


def test_a_drop_of_five_percent_is_not_five_points() -> None:
    """From 0.60 to 0.56: more than five percent, less than five points."""
    fallen = np.concatenate([np.full(7 * PER_DAY, 0.60), np.full(PER_DAY, 0.56)])
    storage = recorded((AUC, fallen), step=STEP)
    at = (len(fallen) - 1) * STEP
    assert holds(expression('drop: {of: auc, by: "5%", against: 1w}'), storage, at)
    assert not holds(expression("drop: {of: auc, by: 5 points, against: 1w}"), storage, at)


ASKED = SeriesId("ml_predictions_total", (*MODEL, ("outcome", "valid")))


def weekly(*per_week: float) -> Storage:
    """A counter with an even rate a week, in events a five-minute step."""
    steps = np.repeat(np.array(per_week), 7 * PER_DAY)
    return recorded((ASKED, np.cumsum(steps)), step=STEP)


def test_one_bad_week_is_not_usual() -> None:
    """The median of three weeks survives a week of outage; last week alone, and weeks joined by `or`, do not."""
    storage = weekly(100, 100, 1, 100)
    at = 4 * 7 * DAY - STEP
    made = expression("volume: {of: app.requests, above: 3}")
    week = "sum(increase(ml_predictions_total[1h] offset {}w))"
    weeks = " or ".join(week.format(n) for n in (1, 2, 3))
    joined = parse(f"sum(increase(ml_predictions_total[1h])) > 3 * quantile(0.5, {weeks})")
    assert holds(joined, storage, at), "`or` keeps last week alone"
    assert not holds(made, storage, at)


def test_a_week_that_began_in_its_hour() -> None:
    """The hour in which the model was born is no measure of the hours after."""
    storage = weekly(100, 100)
    made = expression("volume: {of: app.requests, above: 3}")
    early = 7 * DAY + 15 * q.MINUTE
    naive = parse("sum(increase(ml_predictions_total[1h])) > 3 * sum(increase(ml_predictions_total[1h] offset 1w))")
    assert holds(naive, storage, early)
    assert not holds(made, storage, early)


def test_too_few_events_say_nothing_too_many_say_it_surely() -> None:
    """Wilson's bound: 94 % of 600 may be 95 %, of 6000 it is not; 50 % of 120 is not, below any fixed floor of 200."""
    part, whole = 'sum(increase(ml_confusion_total{outcome="tp"}[1h]))', "sum(increase(ml_confusion_total[1h]))"
    floor = parse(f"({part} / {whole} < 0.95) and {whole} >= 200")
    share, events = parse(f"{part} / {whole}"), parse(whole)
    assert isinstance(share, Binary)
    assert isinstance(events, Aggregate)
    surely = q.lt(wilson_upper(share, events, z_value(0.95)), 0.95)
    for good, every, naive, sure in ((0.94, 600, True, False), (0.94, 6000, True, True), (0.5, 120, False, True)):
        steps = every * SCRAPE / HOUR
        storage = stored({TP: steps * good, FP: steps * (1 - good)})
        assert holds(floor, storage, 4 * HOUR) is naive, (good, every)
        assert holds(surely, storage, 4 * HOUR) is sure, (good, every)


def test_labels_arrive_after_the_drift_is_over() -> None:
    """Drift in the morning, recall falls at noon: without looking back the two never meet."""
    psi = SeriesId("ml_feature_drift", (("feature", "age"), *MODEL, ("test", "psi")))
    scrapes = HOUR // SCRAPE
    run = np.repeat(np.arange(12) * 3600.0, scrapes)
    drifted = np.repeat(np.array([0.0, 0.0, 0.9, *[0.0] * 9]), scrapes)
    storage = recorded(
        (psi, drifted), (LAST_RUN, run), (TP, np.arange(len(run)) * 5.0), (FN, np.arange(len(run)) * 5.0), step=SCRAPE
    )
    low = "{threshold: {of: recall, below: 90%, over: 1h}}"
    blind = expression(f"all: [{{drift: {{from: hourly, test: psi, above: 0.2}}}}, {low}]")
    seeing = expression(f"all: [{{drift: {{from: hourly, test: psi, above: 0.2, within: 6h}}}}, {low}]")
    assert not holds(blind, storage, 6 * HOUR)
    assert holds(seeing, storage, 6 * HOUR)


@pytest.mark.parametrize("le", ["1.0", "1"])
def test_both_forms_of_le(le: str) -> None:
    """Prometheus 3 stores `1.0` where 2.x kept what the client printed; a selector for one form misses the other."""
    steps = {
        SeriesId("ml_prediction_score_count", MODEL): 10.0,
        SeriesId("ml_prediction_score_bucket", (("le", "0.5"), *MODEL)): 4.0,
        SeriesId("ml_prediction_score_bucket", (("le", le), *MODEL)): 10.0,
    }
    made = expression(
        "score_distribution: {from: app, test: kl, above: 0.001, over: 1h, bins: [0.5, 1], reference: [50%, 50%]}"
    )
    assert holds(made, stored(steps), 4 * HOUR)
    other = "1" if le == "1.0" else "1.0"
    assert not values(parse(f'ml_prediction_score_bucket{{le="{other}"}}'), stored(steps))


def test_counters_that_stand_still_are_not_missing() -> None:
    """No traffic and no metric are two alerts: each fires in its own case only."""
    silent = stored({ASKED: 0.0})
    gone = stored({})
    traffic = expression("absent: {from: app, what: traffic, over: 30m}")
    metric = expression("absent: {from: app, what: metric, over: 30m}")
    assert (holds(traffic, silent, 4 * HOUR), holds(metric, silent, 4 * HOUR)) == (True, False)
    assert (holds(traffic, gone, 4 * HOUR), holds(metric, gone, 4 * HOUR)) == (False, True)
