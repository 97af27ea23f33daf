"""How quantities are written: durations, percentages, points, dates, money; changes with the units of the language."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from slogen.source.scalars import text_of

_MILLISECONDS = {
    "ms": 1,
    "s": 1_000,
    "m": 60_000,
    "h": 3_600_000,
    "d": 86_400_000,
    "w": 604_800_000,
    "y": 31_536_000_000,
}
_DURATION = re.compile(
    r"(?:(\d{1,9})y)?(?:(\d{1,9})w)?(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?(?:(\d{1,9})ms)?",
    re.ASCII,
)
_DURATION_PATTERN = r"^([0-9]+y)?([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$"
_LONGEST = 10 * _MILLISECONDS["y"]
_NUMBER = re.compile(r"[+-]?(?:\d{1,20}(?:\.\d{1,20})?|\.\d{1,20})", re.ASCII)
_EVENTS = re.compile(r"(\d{1,20}(?:\.\d{1,20})?)\s*/\s*(s|m|h|d)", re.ASCII)
_CURRENCY = re.compile(r"(.+?)\s*([A-Z]{3})", re.ASCII)


def _problem(message: str, hint: str) -> PydanticCustomError:
    return PydanticCustomError("unit", "{problem}", {"problem": message, "hint": hint})


def duration_ms(value: object) -> int:
    """The milliseconds of a Prometheus duration such as `150ms`, `1h30m`, `30d` (a day is 24 h, a year 365 d)."""
    if isinstance(value, bool) or not isinstance(value, str):
        hint = f"add the unit: {value}s, {value}m or {value}h" if isinstance(value, int | float) else "write 5m or 30d"
        raise _problem("a duration needs a unit", hint)
    match = _DURATION.fullmatch(value)
    if match is None or not value:
        raise _problem(
            f"{shown(value)} is not a duration", "write 150ms, 5m, 1h30m or 30d, whole numbers, largest unit first"
        )
    units = ("y", "w", "d", "h", "m", "s", "ms")
    total = sum(int(n) * _MILLISECONDS[unit] for n, unit in zip(match.groups(), units, strict=True) if n)
    if total == 0:
        raise _problem("a duration of zero means nothing here", "leave the field out, or write how long")
    if total > _LONGEST:
        raise _problem(f"{shown(value)} is longer than ten years", "write at most 10y")
    return total


def shown(value: object) -> str:
    """A user's value for use in a message: quoted and cut to a readable length."""
    text = str(value)
    return f"`{text if len(text) <= 60 else text[:57] + '…'}`"


def _decimal(text: str) -> Decimal | None:
    if _NUMBER.fullmatch(text) is None:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _percent(value: object) -> Decimal | None:
    """The ratio that a text like `99.9%` states, exact; None where it is not a percentage."""
    if isinstance(value, str) and value.endswith("%"):
        number = _decimal(value[:-1].rstrip(" "))
        return None if number is None else number.scaleb(-2)
    return None


def percentage(value: object) -> Decimal:
    """A share of a whole as a ratio 0-1, exact: `99.9%` is `Decimal("0.999")`."""
    ratio = _percent(value)
    if ratio is None:
        hint = f"write {_number_hint(value)}%" if isinstance(value, int | float | str) else "write 99.9%"
        raise _problem("a percentage is written with its sign", hint)
    if not 0 <= ratio <= 1:
        raise _problem(f"{shown(value)} is not between 0% and 100%", "a share of a whole lies between 0% and 100%")
    return ratio


def _number_hint(value: object) -> str:
    number = None if isinstance(value, bool) else _decimal(str(value))
    if number is None:
        return "99.9"
    return f"{(number.scaleb(2) if 0 < number <= 1 else number):f}"


def number(value: object) -> Decimal:
    """A plain finite number, exact as written."""
    if not isinstance(value, bool) and isinstance(value, int | float | Decimal):
        written = Decimal(str(value))
        if written.is_finite():
            return written
        raise _problem(f"{shown(value)} is not a finite number", "write a number")
    raise _problem(f"{shown(value)} is not a number", "write a number without quotes or unit")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A bound for a measured value: `value` is in the base unit (a plain number, a ratio 0-1, or seconds)."""

    value: Decimal
    unit: Literal["number", "ratio", "seconds"]


def quantity(value: object) -> Quantity:
    """A bound as written: `0.2` (number), `2%` (ratio), `150ms` (seconds)."""
    if isinstance(value, Quantity):
        return value
    if isinstance(value, str):
        ratio = _percent(value)
        if ratio is not None:
            return Quantity(ratio, "ratio")
        if _DURATION.fullmatch(value) and value:
            return Quantity(Decimal(duration_ms(value)).scaleb(-3), "seconds")
        raise _problem(f"{shown(value)} is no number, percentage or duration", "write 0.2, 2% or 150ms")
    return Quantity(number(value), "number")


@dataclass(frozen=True, slots=True)
class Change:
    """How far a value moves.

    `points`: absolute, in hundredths (`5 points` is 0.05). `percent`: relative to where it was (`5%` is 0.05 of it).
    `number`: absolute, in the value's own unit.
    """

    amount: Decimal
    unit: Literal["points", "percent", "number"]


def change(value: object) -> Change:
    """A change as written: `5 points` (absolute), `5%` (relative), `0.4` (in the value's own unit)."""
    if isinstance(value, Change):
        return value
    if not isinstance(value, str):
        amount, unit = number(value), "number"
    elif value.endswith(("points", "point")) and (points := _decimal(value.rpartition("point")[0].strip(" "))):
        amount, unit = points.scaleb(-2), "points"
    elif (ratio := _percent(value)) is not None:
        amount, unit = ratio, "percent"
    else:
        raise _problem(f"{shown(value)} is no change", "write `5 points` (absolute), `5%` (relative) or a plain number")
    if amount <= 0:
        raise _problem(f"{shown(value)} is no change", "write how far it moves as a number above zero")
    return Change(amount, unit)  # type: ignore[arg-type]  # the three branches above are the three units


@dataclass(frozen=True, slots=True)
class Money:
    """An amount; `currency` is None where the project's is meant."""

    amount: Decimal
    currency: str | None


def money(value: object) -> Money:
    """An amount as written: `0.12` or `0.12 EUR`."""
    if isinstance(value, Money):
        return value
    currency = None
    amount = None
    if isinstance(value, str):
        match = _CURRENCY.fullmatch(value)
        if match is not None:
            currency, amount = match[2], _decimal(match[1])
        if amount is None:
            raise _problem(f"{shown(value)} is no amount of money", "write 250 or 250 EUR")
    else:
        amount = number(value)
    if amount < 0:
        raise _problem(f"{shown(value)} is below zero", "write what is lost or spent as a number above zero")
    return Money(amount, currency)


def events_per_second(value: object) -> Fraction:
    """A rate of events as written: `200/s`, `60/h`; exact, above zero."""
    if isinstance(value, Fraction):
        return value
    match = _EVENTS.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise _problem(f"{shown(value)} is no rate of events", "write it with its unit, such as 50/s or 60/h")
    if not (found := Fraction(match[1]) * 1000 / _MILLISECONDS[match[2]]):
        raise _problem("nothing can be said of a rate of zero", "leave the field out, or write what is usual")
    return found


def calendar_day(value: object) -> date:
    """A day written as `2026-12-01`."""
    if isinstance(value, date):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise _problem(f"{shown(value)} is not a day", "write it as year-month-day: 2026-12-01")


def percentile(value: object) -> Decimal:
    """A percentile as a ratio: `p99` is 0.99, `p99.9` is 0.999."""
    number_part = _decimal(value[1:]) if isinstance(value, str) and value.startswith("p") else None
    if number_part is None or not 0 < number_part < 100:
        raise _problem(f"{shown(value)} is not a percentile", "write p50, p95, p99 or p99.9")
    return number_part.scaleb(-2)


def version(value: object) -> tuple[int, int]:
    """A version's major and minor number from `3.5`, `"3.5"` or `"3.5.2"`."""
    text = text_of(value)
    if text is not None and (match := re.fullmatch(r"v?(\d{1,4})\.(\d{1,4})(?:\.\d{1,6})?", text, re.ASCII)):
        return int(match[1]), int(match[2])
    raise _problem(f"{shown(value)} is not a version", 'write major and minor: "3.5"')


_PERCENT_SCHEMA = {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)? ?%$"}
_DURATION_SCHEMA = {"type": "string", "pattern": _DURATION_PATTERN, "minLength": 2}

Duration = Annotated[int, BeforeValidator(duration_ms), WithJsonSchema(_DURATION_SCHEMA)]
"""Milliseconds."""
Percentage = Annotated[Decimal, BeforeValidator(percentage), WithJsonSchema(_PERCENT_SCHEMA)]
"""A ratio 0-1."""
Number = Annotated[Decimal, BeforeValidator(number), WithJsonSchema({"type": "number"})]
Bound = Annotated[
    Quantity,
    BeforeValidator(quantity),
    WithJsonSchema({"type": ["number", "string"], "pattern": rf"^[0-9]+(\.[0-9]+)? ?%$|{_DURATION_PATTERN}"}),
]
By = Annotated[
    Change,
    BeforeValidator(change),
    WithJsonSchema({"type": ["number", "string"], "pattern": r"^[0-9]+(\.[0-9]+)? ?(%|points?)$"}),
]
Amount = Annotated[
    Money,
    BeforeValidator(money),
    WithJsonSchema({"type": ["number", "string"], "pattern": r"^[0-9]+(\.[0-9]+)? ?[A-Z]{3}$"}),
]
Day = Annotated[
    date, BeforeValidator(calendar_day), WithJsonSchema({"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"})
]
EventsPerSecond = Annotated[
    Fraction, BeforeValidator(events_per_second), WithJsonSchema({"type": "string", "pattern": f"^{_EVENTS.pattern}$"})
]
Percentile = Annotated[
    Decimal, BeforeValidator(percentile), WithJsonSchema({"type": "string", "pattern": r"^p[0-9]+(\.[0-9]+)?$"})
]
"""A ratio 0-1."""
Version = Annotated[
    tuple[int, int],
    BeforeValidator(version),
    WithJsonSchema({"type": ["string", "number"], "pattern": r"^v?[0-9]+\.[0-9]+(\.[0-9]+)?$"}),
]
