"""The state machine of alerts against a plain retelling of rules/alerting.go, tick by tick."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from slogen.replay.states import FIRING, INACTIVE, PENDING, states


def told(ticks: list[int], present: list[bool], hold: int, keep: int) -> list[tuple[int, int, int]]:
    """State, active-since and shown result at each tick, by stepping."""
    seen = []
    state, since, kept, shown = INACTIVE, 0, None, 0
    for index, (now, result) in enumerate(zip(ticks, present, strict=True)):
        if result:
            kept, shown = None, index
            if state == INACTIVE:
                state, since = PENDING, now
        elif state == FIRING and keep:
            kept = now if kept is None else kept
            state = FIRING if now - kept < keep else INACTIVE
        else:
            state = INACTIVE
        if state == PENDING and now - since >= hold:
            state = FIRING
        seen.append((state, since, shown) if state else (INACTIVE, 0, 0))
    return seen


@given(st.lists(st.booleans(), max_size=60), st.integers(0, 6), st.integers(0, 6))
def test_agrees_with_stepping(present: list[bool], hold: int, keep: int) -> None:
    """Runs of presence give the same life as stepping from tick to tick."""
    ticks = [index * 60_000 for index in range(len(present))]
    found = states(np.array(ticks, np.int64), np.array(present, bool), hold * 60_000, keep * 60_000)

    got = [
        (int(s), int(a) if s else 0, int(r) if s else 0)
        for s, a, r in zip(found.state, found.active_at, found.result, strict=True)
    ]

    assert told(ticks, present, hold * 60_000, keep * 60_000) == got


def test_fires_when_the_hold_is_reached() -> None:
    """With `for: 5m` at one-minute ticks an alert is pending for five ticks and fires at the sixth."""
    found = states(np.arange(8, dtype=np.int64) * 60_000, np.ones(8, bool), 300_000, 0)

    assert found.state.tolist() == [PENDING] * 5 + [FIRING] * 3


def test_keeps_firing_for_less_than_its_time() -> None:
    """`keep_firing_for: 3m` counts from the first tick without a result and ends before three minutes are over."""
    present = np.array([True, True, False, False, False, False, False])

    found = states(np.arange(7, dtype=np.int64) * 60_000, present, 0, 180_000)

    assert found.state.tolist() == [FIRING, FIRING, FIRING, FIRING, FIRING, INACTIVE, INACTIVE]
    assert found.result.tolist()[2:5] == [1, 1, 1]
