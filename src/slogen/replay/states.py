"""The life of one alert: from where its expression has a result to when it pends and fires (rules/alerting.go)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

INACTIVE, PENDING, FIRING = 0, 1, 2


@dataclass(frozen=True, slots=True)
class States:
    """`state[T]` is inactive, pending or firing at each tick; `active_at[T]` the tick (ms) at which the alert became
    active, meaningful where the state is not inactive; `result[T]` the index of the tick whose result it shows.
    """

    state: npt.NDArray[np.int8]
    active_at: npt.NDArray[np.int64]
    result: npt.NDArray[np.int64]


def states(ticks: npt.NDArray[np.int64], present: npt.NDArray[np.bool_], hold: int, keep_firing: int) -> States:
    """Runs the state machine over `ticks[T]` (ms) for an alert whose expression has a result where `present[T]`.

    A result makes it active; it fires once it has been active for `hold` ms. Without a result a pending alert is
    dropped at once; a firing one goes on for less than `keep_firing` ms, showing its last result.
    The loop is over runs of presence, not over ticks.
    """
    count = len(ticks)
    state = np.zeros(count, np.int8)
    active_at = np.zeros(count, np.int64)
    result = np.zeros(count, np.int64)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], present, [False])).astype(np.int8)))
    began: int | None = None
    for index in range(0, len(edges), 2):
        first, after = int(edges[index]), int(edges[index + 1])
        began = int(ticks[first]) if began is None else began
        span = slice(first, after)
        active_at[span] = began
        result[span] = np.arange(first, after)
        state[span] = np.where(ticks[span] - began >= hold, FIRING, PENDING)
        following = int(edges[index + 2]) if index + 2 < len(edges) else count
        kept = _kept(ticks, after, following, keep_firing) if state[after - 1] == FIRING else after
        state[after:kept], active_at[after:kept], result[after:kept] = FIRING, began, after - 1
        if kept < following:
            began = None
    return States(state, active_at, result)


def _kept(ticks: npt.NDArray[np.int64], after: int, following: int, keep_firing: int) -> int:
    """The index up to which a firing alert goes on without a result."""
    if after >= len(ticks) or not keep_firing:
        return after
    return min(following, int(np.searchsorted(ticks, ticks[after] + keep_firing, side="left")))
