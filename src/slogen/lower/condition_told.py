"""What a lowered condition is: its expression, how to say it, and what must happen for it to hold or not to hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from slogen import names
from slogen.diagnostics.model import Diagnostic
from slogen.ir.signals import Signal
from slogen.ir.witness import Behaviour
from slogen.promql import build as q
from slogen.spec.units import Change, Quantity


@dataclass(frozen=True, slots=True)
class Told:
    """A condition.

    `expr` gives a series while it holds: one without labels, or one per `slice`. `says` completes "alerts when …".
    `good` are the signals' behaviours under which it does not hold, `bad` those under which it does, both by signal id;
    `misses` are further behaviours that look bad and are not (they replace those of `bad`). `history` (ms) is how much
    good past it needs, `delay` (ms) how long after everything has turned bad it surely holds. `proven` is False where
    nothing is known of its raw series.
    """

    expr: q.Vector
    says: str
    signals: tuple[Signal, ...]
    good: Mapping[str, Behaviour]
    bad: Mapping[str, Behaviour]
    misses: tuple[Mapping[str, Behaviour], ...] = ()
    history: int = 0
    delay: int = 0
    proven: bool = True
    notes: tuple[Diagnostic, ...] = field(default=())


Answer = tuple[Told | None, list[Diagnostic]]


def window(millis: int) -> str:
    """A duration as people and PromQL write it."""
    return names.window(millis)


def shown(bound: Quantity | Decimal | Change) -> str:
    """A number with its unit, as a spec writes it."""
    match bound:
        case Quantity(value, "ratio"):
            return f"{_plain(value * 100)}%"
        case Quantity(value, "seconds"):
            return f"{_plain(value)}s"
        case Quantity(value, _):
            return _plain(value)
        case Change(amount, "points"):
            return f"{_plain(amount * 100)} points"
        case Change(amount, "percent"):
            return f"{_plain(amount * 100)}%"
        case Change(amount, _):
            return _plain(amount)
        case _:
            return _plain(bound)


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
