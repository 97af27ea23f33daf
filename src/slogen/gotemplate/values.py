"""The values a template computes with, and how Go prints and compares them."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

type_names = {bool: "bool", int: "int", float: "float64", str: "string", type(None): "<nil>"}


class GoError(Exception):
    """A function of a template failed; its text becomes part of the message that the user sees."""


@dataclass(frozen=True, slots=True)
class Struct:
    """A Go struct with exported fields, such as a query's sample."""

    type_name: str
    fields: Mapping[str, "Value"]


@dataclass(frozen=True, slots=True)
class GoTime:
    """A point in time, in seconds since 1970 UTC; prints as Go prints a time.Time in UTC."""

    seconds: float


Value = str | bool | int | float | None | Struct | GoTime | Mapping[str, "Value"] | Sequence["Value"]


@dataclass(frozen=True, slots=True)
class GoFunction:
    """A function for templates: `params` are Go type names (`any` is interface{}), the last repeats if `variadic`."""

    params: tuple[str, ...]
    variadic: bool
    call: Callable[..., Value]


def type_of(value: Value) -> str:
    """Go's name for the value's type."""
    if type(value) in type_names:
        return type_names[type(value)]
    if isinstance(value, Struct):
        return value.type_name
    if isinstance(value, GoTime):
        return "*time.Time"
    return "map[string]string" if isinstance(value, Mapping) else "[]*template.sample"


def truth(value: Value) -> bool:
    """Whether `if` takes the value for true: not false, not zero, not nil, not empty."""
    if isinstance(value, Struct | GoTime):
        return True
    return bool(value)


def shortest(value: float) -> str:
    """A float as `%v` prints it: the shortest digits that read back, exponent form below 1e-4 and from 1e6 on.

    strconv/ftoa.go decides for the shortest precision as if it were 6 digits, so `123456789` is `1.23456789e+08`.
    """
    special = not_a_number(value)
    if special:
        return special
    sign = "-" if math.copysign(1, value) < 0 else ""
    digits, exponent = _digits(abs(value))
    if exponent < -4 or exponent >= 6:
        mantissa = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
        return f"{sign}{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    whole = digits[: exponent + 1].ljust(exponent + 1, "0")
    rest = digits[exponent + 1 :]
    return f"{sign}{whole}{'.' + rest if rest else ''}"


def _digits(value: float) -> tuple[str, int]:
    """Shortest decimal digits and the exponent of the first one."""
    if value == 0:
        return "0", 0
    mantissa, _, exponent = f"{value!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    joined = whole + ("" if fraction == "0" and not exponent else fraction)
    shift = len(whole) - 1 + (int(exponent) if exponent else 0)
    stripped = joined.lstrip("0")
    shift -= len(joined) - len(stripped)
    return (stripped.rstrip("0") or "0"), shift


def not_a_number(value: float) -> str:
    """Go's words for NaN and the infinities, or an empty string."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return ""


def show(value: Value) -> str:
    """The value as `%v` and as a template prints it. A sample prints as an address in Go, so it is refused."""
    match value:
        case None:
            return "<nil>"
        case bool():
            return "true" if value else "false"
        case float():
            return shortest(value)
        case int() | str():
            return str(value)
        case GoTime():
            return time_text(value.seconds)
        case Struct():
            raise GoError("printing a sample prints a memory address; print its .Value or a label")
        case Mapping():
            return "map[" + " ".join(f"{key}:{show(value[key])}" for key in sorted(value)) + "]"
    return "[" + " ".join(show(item) for item in value) + "]"


def time_text(seconds: float) -> str:
    """A Unix time as Go prints it in UTC: `2015-06-23 13:19:44.128 +0000 UTC`; GoError where no calendar reaches."""
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=math.floor(seconds * 1000 + 0.5))
    except OverflowError:
        raise GoError(
            f"{shortest(seconds)} cannot be represented as a nanoseconds timestamp since it overflows int64"
        ) from None
    fraction = f".{moment.microsecond:06d}".rstrip("0") if moment.microsecond else ""
    return f"{moment:%Y-%m-%d %H:%M:%S}{fraction} +0000 UTC"
