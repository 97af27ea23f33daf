"""SLIs that judge moments: every window is summed from ticks, and silence counts as declared."""

from dataclasses import replace
from typing import Literal

import pytest

from slogen import burn, names
from slogen.evaluator import labels as label
from slogen.evaluator.series import Storage
from slogen.lower.contract import SliContract
from slogen.lower.plan import Guard, SloPlan
from slogen.promql.ast import Selector
from slogen.promql.parse import parse
from slogen.replay import rulefile
from slogen.replay.run import Setting, replay
from tests.lower.planned import groups_of, planned, rule_text

HOUR, MINUTE = burn.HOUR, burn.MINUTE


def judged(no_traffic: Literal["omit", "good", "bad"] = "omit", slices: tuple[str, ...] = ()) -> SloPlan:
    """A gauge that must not pass 0.5, judged at every tick at which it has a value."""
    by = " by (slice)" if slices else ""
    contract = SliContract(
        bad=parse(f"max{by} (psi) > bool 0.5"),
        total=parse(f"group{by} (psi)"),
        kind="sampled",
        cadence=MINUTE,
        slices=slices,
        signals=(),
    )
    return replace(planned("99", contract=contract, guard=Guard(0, 0, None)), no_traffic=no_traffic)


def after(plan: SloPlan, series: dict[tuple[tuple[str, str], ...], list[tuple[int, float]]], hours: int) -> Storage:
    """The storage after some hours of these samples (ms, value)."""
    storage = Storage()
    for labels, samples in series.items():
        storage.add(label.make({"__name__": "psi", **dict(labels)}), *zip(*samples, strict=True))
    setting = Setting(0, hours * HOUR, MINUTE, True, {}, "")
    outcome = replay(rulefile.read(rule_text(groups_of([plan])), "rules.yaml"), storage, setting)
    assert outcome.failures == ()
    return outcome.storage


def newest(storage: Storage, name: str) -> dict[str, float]:
    """The last value of each series of a name, by slice."""
    return {
        label.get(series.labels, names.SLICE): float(series.values[-1])
        for series in storage.select(Selector(name)).series
    }


def ticks(begin: int, end: int, value: float) -> list[tuple[int, float]]:
    """A sample every minute."""
    return [(at, value) for at in range(begin, end, MINUTE)]


def test_a_quarter_of_bad_time_is_a_ratio_of_a_quarter() -> None:
    """Three good hours and a bad one, in every window that holds them."""
    samples = ticks(0, 3 * HOUR, 0.1) + ticks(3 * HOUR, 4 * HOUR + MINUTE, 0.9)
    storage = after(judged(), {(): samples}, hours=4)

    assert newest(storage, names.error_ratio(HOUR))[""] == pytest.approx(1.0, abs=0.02)
    assert newest(storage, names.error_ratio(6 * HOUR))[""] == pytest.approx(0.25, abs=0.02)
    assert newest(storage, names.ERROR_RATIO_PERIOD)[""] == pytest.approx(0.25, abs=0.02)


@pytest.mark.parametrize(("counts_as", "ratio"), [("omit", 0.0), ("good", 0.0), ("bad", 0.5)])
def test_silence_counts_as_declared(counts_as: Literal["omit", "good", "bad"], ratio: float) -> None:
    """Two good hours, then nothing: left out, counted as good, or counted as bad."""
    storage = after(judged(counts_as), {(): ticks(0, 2 * HOUR, 0.1)}, hours=4)

    assert newest(storage, names.ERROR_RATIO_PERIOD)[""] == pytest.approx(ratio, abs=0.03)


def test_silent_slices_are_counted_one_by_one() -> None:
    """Of two declared slices one reports: the other is bad all the time."""
    plan = judged("bad", slices=("en", "de"))
    storage = after(plan, {(("slice", "en"),): ticks(0, 2 * HOUR, 0.1)}, hours=2)

    assert newest(storage, names.ERROR_RATIO_PERIOD) == {"en": pytest.approx(0, abs=0.03), "de": 1.0}


def test_windows_are_not_shorter_than_four_cadences() -> None:
    """Data renewed every ten minutes has no window below an hour."""
    plan = judged()
    slow = planned("99", contract=replace(plan.contract, cadence=10 * MINUTE))

    assert min((*slow.windows, *(t.short for t in slow.tiers))) == HOUR
