"""What must make an alert fire, and what must not: the claims that proofs replay and judge."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Traffic:
    """Events at `rate` per second of which the share `bad_ratio` (0-1) ends in the signal's bad outcome.

    `outcome` names which bad outcome; None takes the first. `slice` limits the fault to one slice.
    """

    rate: float
    bad_ratio: float
    outcome: str | None
    slice: str | None


@dataclass(frozen=True, slots=True)
class Level:
    """A gauge holds `value`; for a timestamp gauge the value is its age in seconds."""

    value: float
    series: int | None
    """Index of the one series of the signal that takes the value; None means all."""


@dataclass(frozen=True, slots=True)
class Silent:
    """The signal's series are absent."""


Behaviour = Traffic | Level | Silent


@dataclass(frozen=True, slots=True)
class Phase:
    """From `start` ms on, until the next phase of the same signal, the signal behaves so."""

    start: int
    signal: str
    behaviour: Behaviour


def fault_begins(phases: Sequence[Phase]) -> int:
    """The start of the first phase that follows another one of its signal, or 0 where none does, ms."""
    return min((phase.start for phase in phases if phase.start), default=0)


@dataclass(frozen=True, slots=True)
class Witness:
    """A story and its verdict: the alert fires no earlier than `earliest` and no later than `latest` ms.

    For a near miss both are None: the alert never fires up to `end`.
    """

    phases: tuple[Phase, ...]
    earliest: int | None
    latest: int | None
    end: int


@dataclass(frozen=True, slots=True)
class Proof:
    """What an alert claims: `witnesses` fire it, `near_misses` do not; `unproven` is the user's reason for neither."""

    witnesses: tuple[Witness, ...]
    near_misses: tuple[Witness, ...]
    unproven: str | None
