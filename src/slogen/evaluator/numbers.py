"""Numbers as Go reads and prints them; changes only with the text forms of Prometheus."""

import math
import re
import struct
from decimal import Decimal

STALE_BITS = 0x7FF0000000000002
STALE = struct.unpack("<d", STALE_BITS.to_bytes(8, "little"))[0]
"""The NaN that marks the end of a series; never equal to any other NaN by its bits."""

_NUMBER = re.compile(r"[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|inf|infinity|nan)", re.IGNORECASE)


def is_stale(value: float) -> bool:
    """Whether a single value is the stale marker."""
    return struct.pack("<d", value) == STALE_BITS.to_bytes(8, "little")


def parse_number(text: str) -> float | None:
    """A decimal number, `Inf` or `NaN` with any sign and in any case; None for everything else."""
    return float(text) if _NUMBER.fullmatch(text) else None


def quotient(numerator: float, denominator: float) -> float:
    """Division as floats have it everywhere but in Python: by zero it gives an infinity or NaN."""
    if denominator != 0:
        return numerator / denominator
    return numerator * math.copysign(math.inf, denominator)


def log2(value: float) -> float:
    """The logarithm to base 2, minus infinity for zero."""
    return math.log2(value) if value > 0 else -math.inf


def exp2(value: float) -> float:
    """Two to the power of a number, infinity where that is too large."""
    return math.exp2(value) if value < 1024 else math.inf


def _special(value: float) -> str | None:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return None


def show_plain(value: float) -> str:
    """Shortest digits that read back to `value`, never with an exponent (`strconv.FormatFloat(v, 'f', -1, 64)`)."""
    special = _special(value)
    if special is not None:
        return special
    text = format(Decimal(repr(value)), "f")
    return text.removesuffix(".0")


def show_general(value: float) -> str:
    """Shortest digits, with an exponent below 1e-4 and from 1e6 on (Go's `%v` and `%g`)."""
    special = _special(value)
    if special is not None:
        return special
    if value == 0:
        return "-0" if math.copysign(1, value) < 0 else "0"
    number = Decimal(repr(value))
    power = number.adjusted()
    text = "".join(map(str, number.as_tuple().digits)).rstrip("0")
    if -4 <= power < 6:
        return show_plain(value)
    mantissa = text[0] + ("." + text[1:] if len(text) > 1 else "")
    return f"{'-' if value < 0 else ''}{mantissa}e{'-' if power < 0 else '+'}{abs(power):02d}"
