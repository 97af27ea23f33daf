"""Every claim of every alert, replayed on the emitted rules: the closed forms are what the rules really do."""

from decimal import Decimal

import pytest

from slogen import burn, names
from slogen.ir.rules import Alert
from slogen.ir.where import Labels
from slogen.lower.plan import Guard, SloPlan
from tests.lower.planned import alerts_of, counted, firing_from, planned

CASES = [("99.9", 30), ("95", 14), ("80", 7)]
"""Thirty combinations hold; these have every kind of window and a collapse page, and are quick."""


def claims_hold(plan: SloPlan) -> list[tuple[str, str]]:
    """Which claims fail, as (alert, what was seen); every claim is played."""
    failed = []
    for alert in alerts_of(plan):
        for witness in alert.proof.witnesses:
            seen = firing_from(plan, alert, witness)
            assert witness.earliest is not None
            assert witness.latest is not None
            if seen is None or not witness.earliest <= seen <= witness.latest:
                failed.append((name_of(alert), f"fired at {seen}, not in {witness.earliest}..{witness.latest}"))
        for witness in alert.proof.near_misses:
            seen = firing_from(plan, alert, witness)
            failed += [(name_of(alert), f"fired at {seen}")] if seen is not None else []
    return failed


def name_of(alert: Alert) -> str:
    """The alert's name and burn tier."""
    labels: Labels = alert.labels
    return f"{alert.name} {dict(labels).get(names.BURN, '')}"


@pytest.mark.parametrize(("objective", "days"), CASES)
def test_every_alert_fires_when_theory_says_and_stays_silent_else(objective: str, days: int) -> None:
    """Outages and faults just above the threshold fire in time; just below, blips and quiet failures never do."""
    assert claims_hold(planned(objective, days * burn.DAY)) == []


def test_claims_hold_at_thirty_seconds_and_with_every_guard() -> None:
    """A faster evaluation, a minimum of events and a confidence bound change no verdict."""
    assert claims_hold(planned("99", interval=30_000, guard=Guard(500, 20, Decimal("0.95")))) == []


def test_claims_hold_for_a_slow_source() -> None:
    """Counters that a batch job renews every five minutes have a longer base and longer windows."""
    assert claims_hold(planned("99", contract=counted(cadence=300_000))) == []


def test_without_a_guard_one_failure_in_a_quiet_night_would_page() -> None:
    """The guard is what keeps the quiet night quiet: the same story without it pages."""
    guarded, bare = planned(), planned(guard=Guard(0, 0, None))
    (quiet,) = alerts_of(guarded)[0].proof.near_misses[2:]

    assert firing_from(guarded, alerts_of(guarded)[0], quiet) is None
    assert firing_from(bare, alerts_of(bare)[0], quiet) is not None
