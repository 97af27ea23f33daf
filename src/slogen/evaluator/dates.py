"""Parts of a date in UTC; changes never, the calendar is fixed.

Days become years, months and days by the algorithm `civil_from_days` (H. Hinnant, "chrono-Compatible Low-Level Date
Algorithms"). Numbers that are no time (NaN, beyond 64 bits) wrap around as they do in Go on amd64.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from slogen.evaluator.times import Floats, Times

DAY = 86_400
ERA_DAYS = 146_097
"""Days in 400 years."""
TO_1970 = 719_468
"""Days from 1 March of year 0 to 1970."""
ABSOLUTE_DAYS = 730_692_556 * ERA_DAYS + TO_1970
"""Days from the start of Go's absolute calendar, 1 March of year -292277022400, to 1970."""


def seconds_of(values: Floats) -> Times:
    """Unix seconds, truncated; what does not fit becomes the smallest 64-bit number."""
    fits = (values > -(2.0**63)) & (values < 2.0**63)
    return np.where(fits, np.trunc(np.where(fits, values, 0.0)).astype(np.int64), np.iinfo(np.int64).min)


def _days(seconds: Times) -> Times:
    absolute = seconds.view(np.uint64) + np.uint64(ABSOLUTE_DAYS * DAY)
    return (absolute // np.uint64(DAY)).astype(np.int64) - ABSOLUTE_DAYS


def _civil(seconds: Times) -> tuple[Times, Times, Times]:
    shifted = _days(seconds) + TO_1970
    era, day_of_era = np.divmod(shifted, ERA_DAYS)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month_from_march = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * month_from_march + 2) // 5 + 1
    month = month_from_march + np.where(month_from_march < 10, 3, -9)
    return year_of_era + era * 400 + (month <= 2), month, day


def _leap(year: Times) -> Times:
    leap: Times = ((year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))).astype(np.int64)
    return leap


def _days_in_month(seconds: Times) -> Times:
    year, month, _ = _civil(seconds)
    lengths = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    days: Times = lengths[month - 1] + (month == 2) * _leap(year)
    return days


def _day_of_year(seconds: Times) -> Times:
    year, month, day = _civil(seconds)
    before = np.array([0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334])
    days: Times = before[month - 1] + day + (month > 2) * _leap(year)
    return days


def _second_of_day(seconds: Times) -> Times:
    absolute = seconds.view(np.uint64) + np.uint64(ABSOLUTE_DAYS * DAY)
    return (absolute % np.uint64(DAY)).astype(np.int64)


_PARTS: Mapping[str, Callable[[Times], Times]] = MappingProxyType(
    {
        "year": lambda seconds: _civil(seconds)[0],
        "month": lambda seconds: _civil(seconds)[1],
        "day_of_month": lambda seconds: _civil(seconds)[2],
        "day_of_week": lambda seconds: (_days(seconds) + 4) % 7,
        "day_of_year": _day_of_year,
        "days_in_month": _days_in_month,
        "hour": lambda seconds: _second_of_day(seconds) // 3600,
        "minute": lambda seconds: _second_of_day(seconds) // 60 % 60,
    }
)

NAMES = frozenset(_PARTS)


def part(name: str, values: Floats) -> Floats:
    """The named part of the times `values`, which are seconds since 1970; any shape."""
    return _PARTS[name](seconds_of(np.ascontiguousarray(values))).astype(np.float64)
