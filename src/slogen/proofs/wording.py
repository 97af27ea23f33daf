"""Faults and moments in words: how the stories of proofs are told to people."""

from collections.abc import Callable, Sequence

from slogen.ir.signals import GaugeSignal, Signal
from slogen.ir.witness import Behaviour, Level, Phase, Silent, Traffic


def describe(phases: Sequence[Phase], signals: Sequence[Signal], time: Callable[[int], str] | None = None) -> str:
    """The fault in a few words: `55% bad`, `60% bad for 30m`, `no series`, `value 0.3`; healthy signals go unsaid.

    `time` says how durations (ms) are told; exactly where none is given.
    """
    told_as = time or exact
    known = {signal.id: signal for signal in signals}
    told: dict[str, list[Phase]] = {}
    for phase in sorted(phases, key=lambda phase: phase.start):
        told.setdefault(phase.signal, []).append(phase)
    changing = {name: own for name, own in told.items() if len(own) > 1} or told
    alike: dict[str, list[str]] = {}
    for name, own in changing.items():
        lasting = f" for {told_as(own[2].start - own[1].start)}" if len(own) > 2 else ""
        alike.setdefault(f"{_fault(own[min(1, len(own) - 1)].behaviour, known[name], told_as)}{lasting}", []).append(
            name
        )
    words = (f"{_of(names)}: {fault}" if len(told) > 1 else fault for fault, names in alike.items())
    return ", ".join(words) or "an idle server"


def _of(signals: Sequence[str]) -> str:
    return signals[0] if len(signals) == 1 else f"{signals[0]} and {len(signals) - 1} more"


def _fault(behaviour: Behaviour, signal: Signal, time: Callable[[int], str]) -> str:
    match behaviour:
        case Traffic(0.0):
            return "no traffic"
        case Traffic(rate, bad_ratio, _, part):
            where = f" in {part}" if part else ""
            return f"{bad_ratio * 100:.4g}% bad{where}" + (f" at {rate:.2g}/s" if rate < 1 else "")
        case Level(value):
            return (
                f"age {time(round(value * 1000))}"
                if isinstance(signal, GaugeSignal) and signal.timestamp
                else f"value {value:g}"
            )
        case Silent():
            return "no series"


def exact(millis: int) -> str:
    """A time in minutes and seconds, nothing rounded away: `90m30s`."""
    minutes, rest = divmod(millis, 60_000)
    return f"{minutes}m" if not rest else f"{minutes}m{rest / 1000:g}s"


def minutes(millis: int) -> str:
    """A duration in the two largest units that it has: `2d 3h`, `1h 5m`, `90s`."""
    rest, parts = max(0, round(millis / 1000)), []
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts[:2]) or "0s"
