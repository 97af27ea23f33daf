"""The one contract every SLI lowers to, whatever its shape: how much went wrong, out of how much."""

from dataclasses import dataclass

from slogen.ir.signals import Signal
from slogen.ir.slo import SliKind
from slogen.promql.ast import Expr


@dataclass(frozen=True, slots=True)
class SliContract:
    """A pair (bad, total) with its kind and cadence.

    `counter`: both are event rates per second with ranges left as `Hole("window")`, summed over all labels (or
    `by (slice)` where `slices` is not empty): `sum(rate(requests_total{code=~"5.."}[$window]))`.
    `sampled`: both are instant expressions without a hole that give 0 or 1 (per slice) at every tick: total 1 where the
    SLI can be judged, bad 1 where it is bad.
    `bad` may be empty while `total` has a value: whoever records it adds the zero. Neither may give NaN for idle input.
    `cadence` (ms) is how often new information appears; windows are at least four of it.
    `reaction` (ms) is how long after every event, or value, turns bad a sampled SLI is surely judged bad at each tick:
    the window it averages over, the age it tolerates; 0 for counters.
    `slices` are the declared values of the label `slice`, in the order of the spec; empty where the SLI is not sliced.
    """

    bad: Expr
    total: Expr
    kind: SliKind
    cadence: int
    slices: tuple[str, ...]
    signals: tuple[Signal, ...]
    reaction: int = 0
