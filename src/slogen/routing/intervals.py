"""Stretches of time by clock, weekday, date and place; changes with Alertmanager's time intervals."""

import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Range = tuple[int, int]
"""Both ends belong to it, except for minutes of the day, whose end does not."""

WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip


class IntervalError(ValueError):
    """A range of days, months, years or times that Alertmanager would refuse."""


@dataclass(frozen=True, slots=True)
class Interval:
    """One stretch of time: every field that is given must agree, by any of its ranges.

    None means any, an empty tuple means never. Sunday is 0; negative days count from the end of the month.
    """

    minutes: tuple[Range, ...] | None
    weekdays: tuple[Range, ...] | None
    days: tuple[Range, ...] | None
    months: tuple[Range, ...] | None
    years: tuple[Range, ...] | None
    zone: ZoneInfo

    def contains(self, moment: datetime) -> bool:
        """Whether a moment (aware, any zone) lies in it, by the clock of its own zone."""
        local = moment.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        return (
            (self.minutes is None or any(start <= minute < end for start, end in self.minutes))
            and _within(local.isoweekday() % 7, self.weekdays)
            and (self.days is None or any(_holds_day(days, local) for days in self.days))
            and _within(local.month, self.months)
            and _within(local.year, self.years)
        )


def _within(value: int, ranges: Sequence[Range] | None) -> bool:
    return ranges is None or any(start <= value <= end for start, end in ranges)


def _holds_day(days: Range, local: datetime) -> bool:
    """Whether the day of the month lies in the range; a range that begins after the month's end is not clamped."""
    length = calendar.monthrange(local.year, local.month)[1]
    begin, end = (length + day + 1 if day < 0 else day for day in days)
    return begin <= length and begin <= local.day <= min(end, length)


def any_contains(names: Sequence[str], known: Mapping[str, Sequence[Interval]], moment: datetime) -> str | None:
    """The first of the named intervals that holds the moment, or None."""
    return next((name for name in names if any(i.contains(moment) for i in known[name])), None)


def weekday_range(text: str) -> Range:
    """`monday` or `monday:friday`, full names in any case; raises IntervalError."""
    start, end = (_position(part, WEEKDAYS, "weekday") for part in _ends(text))
    if start > end:
        raise IntervalError("start day cannot be before end day")
    return start, end


def month_range(text: str) -> Range:
    """`january`, `1:3`: numbers are not checked against the calendar, as in Alertmanager; raises IntervalError."""
    first, last = _ends(text)
    start, end = (int(part) if _is_int(part) else _position(part, MONTHS, "month") + 1 for part in (first, last))
    if start > end:
        raise IntervalError(f"end month {last} is before start month {first}")
    return start, end


def year_range(text: str) -> Range:
    """`2027` or `2027:2029`; raises IntervalError."""
    start, end = (_integer(part) for part in _ends(text))
    if start > end:
        raise IntervalError(f"end year {end} is before start year {start}")
    return start, end


def day_range(text: str) -> Range:
    """Days of the month, `1:7` or `-3:-1`; raises IntervalError for what no month can hold."""
    start, end = (_integer(part) for part in _ends(text))
    for day in (start, end):
        if day == 0 or not -31 <= day <= 31:
            raise IntervalError(f"{day} is not a valid day of the month: out of range")
    if start < 0 < end:
        raise IntervalError("end day must be negative if start day is negative")
    # The longest month decides: a range that could be empty in every month is a mistake.
    if (start if start > 0 else start + 32) > (end if end > 0 else end + 32):
        raise IntervalError(f"end day {end} is always before start day {start}")
    return start, end


def minute_of_day(text: str) -> int:
    """`09:30` or `24:00` as minutes after midnight; raises IntervalError."""
    if not re.fullmatch(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00", text):
        raise IntervalError(f"couldn't parse timestamp {text}, invalid format")
    return int(text[:2]) * 60 + int(text[3:])


def minute_range(start: str, end: str) -> Range:
    """A part of the day that may end at, but not cross, midnight; raises IntervalError."""
    if not start or not end:
        raise IntervalError("both start and end times must be provided")
    first, last = minute_of_day(start), minute_of_day(end)
    if first >= last:
        raise IntervalError("start time cannot be equal or greater than end time")
    return first, last


def zone(name: str) -> ZoneInfo:
    """A place of the IANA database; nothing means UTC. `Local`, the server's own place, is taken for UTC here."""
    if name in {"", "Local"}:
        return ZoneInfo("UTC")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise IntervalError(f"unknown time zone {name}") from error


def _ends(text: str) -> tuple[str, str]:
    parts = text.lower().split(":")
    if len(parts) > 2 or text == "":
        raise IntervalError(f"couldn't parse range {text}, invalid format")
    return parts[0], parts[-1]


def _position(text: str, names: Sequence[str], what: str) -> int:
    if text not in names:
        raise IntervalError(f"{text} is not a valid {what}")
    return names.index(text)


def _is_int(text: str) -> bool:
    return re.fullmatch(r"[-+]?[0-9]+", text) is not None


def _integer(text: str) -> int:
    if not _is_int(text):
        raise IntervalError(f"couldn't parse {text}, not a number")
    return int(text)
