"""Scenario tests: what they expect is what is judged, and a wrong expectation says what was seen."""

from pathlib import Path

import pytest

from slogen.proofs.outcome import Outcome
from tests.proofs.stories import one

OUTAGE = "lasts: 3h, history: 6h, faults: [{errors: 100%, of: answers, at: 1h, lasts: 30m}]"


def outcome(folder: Path, test: str) -> Outcome:
    """The single outcome of a test that could be told."""
    result = one(folder, test)
    assert [finding.message for finding in result.diagnostics if finding.severity.name == "ERROR"] == []
    (found,) = result.outcomes
    return found


@pytest.mark.parametrize(
    "expected",
    [
        "alert: ErrorBudgetBurnPage, slo: answers, burn: fast, fires: 1h9m, until: 1h34m",
        "alert: ErrorBudgetBurnPage, slo: answers, fires: 1h9m, labels: {burn: fast}, annotations: {summary: burns}",
        "alert: ErrorBudgetBurnPage, slo: answers, burn: slow, fires: 1h25m, within: 4m",
        "alert: ErrorBudgetBurnTicket, slo: by-locale, slice: de, never: true",
        "notified: payments-ml-page, at: 1h10m",
        "notified: payments-ml-page, alert: ErrorBudgetBurnPage",
        "not_notified: payments-ml-page, until: 1h",
        "not_notified: fallback, because: not routed",
        "budget: answers, at: 50m, remaining: 100%",
    ],
)
def test_an_expectation_that_holds(tmp_path: Path, expected: str) -> None:
    """Half an hour without an answer: every kind of expectation that is true of it passes."""
    assert outcome(tmp_path, f"{OUTAGE}, expect: [{{{expected}}}]").problem == ""


@pytest.mark.parametrize(
    ("expected", "seen"),
    [
        ("silent: true", "fires at 1h 9m"),
        ("alert: ErrorBudgetBurnPage, slo: answers, burn: fast, fires: 2h", "expected at 2h"),
        ("alert: ErrorBudgetBurnPage, slo: answers, burn: fast, fires: 1h9m, until: 3h", "stops at 1h 3"),
        ("alert: ErrorBudgetBurnPage, slo: answers, burn: fast, never: true", "it fires at 1h 9m"),
        ("alert: ErrorBudgetBurnTicket, slo: by-locale, fires: 1h", "it never fires"),
        ("alert: ErrorBudgetBurnPage, slo: answers, burn: fast, pending: 2h", "is pending"),
        (
            "alert: ErrorBudgetBurnPage, slo: answers, burn: fast, fires: 1h9m, labels: {severity: ticket}",
            "label severity is 'page'",
        ),
        (
            "alert: ErrorBudgetBurnPage, slo: answers, burn: fast, fires: 1h9m, annotations: {summary: fine}",
            "annotation summary is",
        ),
        ("notified: payments-ml-page, at: 2h30m", "it hears at"),
        ("notified: fallback", "it hears nothing; those who hear are"),
        ("notified: nobody-at-all", "there is no receiver"),
        ("not_notified: payments-ml-page", "it hears of"),
        ("not_notified: nobody-at-all", "there is no receiver"),
        ("not_notified: fallback, because: muted", "because not routed"),
        ("budget: answers, at: 2h, remaining: 100%", "of the budget is left"),
        ("budget: questions, at: 2h, remaining: 100%", "has no objective"),
    ],
)
def test_an_expectation_that_does_not_hold(tmp_path: Path, expected: str, seen: str) -> None:
    """The same half hour: each wrong expectation fails and says what was seen instead."""
    found = outcome(tmp_path, f"{OUTAGE}, expect: [{{{expected}}}]")

    assert seen in found.problem
    assert found.expected
    assert found.picture
    assert found.span is not None
    assert (found.span.file, found.span.line) == ("specs/shop.test.yaml", 2)


def test_dependents_hear_nothing_of_an_outage_above_them(tmp_path: Path) -> None:
    """The component pages; the model that depends on it burns as well, and its page is held back."""
    story = (
        "lasts: 2h, history: 6h, with: [store], "
        "faults: [{outage: store, at: 30m}, {errors: 100%, of: answers, at: 35m}], "
        "expect: [{alert: UpstreamOutage, model: store, fires: 39m, within: 3m}, "
        "{alert: ErrorBudgetBurnPage, slo: answers, burn: fast, fires: 44m}, "
        "{not_notified: payments-ml-page, alert: ErrorBudgetBurnPage, until: 20m}]"
    )
    found = outcome(tmp_path, story)

    assert found.problem == ""


@pytest.mark.parametrize(
    "quiet",
    [
        "faults: [{restart: app, at: 1h}]",
        "faults: [{scrape_gap: app, at: 1h, lasts: 10m}]",
        "traffic: {app: {diurnal: {mean: 10/s, swing: 90%}}}",
        'traffic: {app: {weekly: {mean: 10/s, swing: 50%, weekend: 20%, busiest_at: "12:00"}}}, starts: saturday 06:00',
        "traffic: {app: {spiky: {base: 1/m, peak: 500/s, every: 1h, lasts: 5m}}}",
        "traffic: {app: {recorded: {rates: [1/s, 50/s, 7/s], every: 20m}}}",
        "faults: [{errors: 0.5%, of: answers}]",
    ],
)
def test_stories_without_a_fault_wake_nobody(tmp_path: Path, quiet: str) -> None:
    """Restarts, gaps, every shape of traffic and errors within the objective."""
    assert outcome(tmp_path, f"lasts: 4h, history: 4h, {quiet}, expect: [{{silent: true}}]").problem == ""


def test_vanished_series_are_missing_data(tmp_path: Path) -> None:
    """Nothing of the source is there any more: the alert on missing data, and no other, fires."""
    story = (
        "lasts: 2h, history: 2h, faults: [{missing: app, at: 10m}], "
        "expect: [{alert: SLONoData, slo: answers, fires: 45m, within: 5m}, {alert: ErrorBudgetBurnPage, never: true}]"
    )
    assert outcome(tmp_path, story).problem == ""
