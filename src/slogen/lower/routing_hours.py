"""Hours and maintenance as stretches of time that Alertmanager can express; changes with how they may be written.

Alertmanager knows no absolute moments: a maintenance from one moment to another becomes stretches of single days.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from slogen.diagnostics.model import Code, Diagnostic, Severity
from slogen.ir.routing import Maintenance, TimeInterval, TimeSpec
from slogen.ir.where import Where
from slogen.source.places import Path, Places
from slogen.spec import routing as spec

UNKNOWN_PLACE = Code(
    id="SLO704",
    slug="unknown-time-zone",
    severity=Severity.ERROR,
    title="no such place in the time-zone database",
    explanation=(
        "`location` is a name of the IANA time-zone database, such as `Europe/London`, `America/New_York` or `UTC`. "
        "Abbreviations like `PST` do not know about daylight saving time; Alertmanager refuses names it cannot find."
    ),
)
NO_SUCH_MOMENT = Code(
    id="SLO705",
    slug="impossible-maintenance",
    severity=Severity.ERROR,
    title="this maintenance cannot be written as days and hours",
    explanation=(
        "A moment needs a date that exists, and a maintenance may last at most 92 days: Alertmanager has no absolute "
        "times, so every day of it becomes an entry of its own. Correct the date, or use a silence for longer work."
    ),
)
_MINUTES_A_DAY = 24 * 60
_LONGEST = timedelta(days=92)


def hours(routing: spec.Routing, places: Places) -> tuple[tuple[TimeInterval, ...], list[Diagnostic]]:
    """Every declared set of hours, by name."""
    problems: list[Diagnostic] = []
    made = []
    for name in sorted(routing.hours):
        path: Path = ("routing", "hours", name)
        problems += _place(routing.hours[name].location, places, path)
        made.append(TimeInterval(name, (_weekly(routing.hours[name]),), _where(places, path)))
    return tuple(made), problems


def maintenance(routing: spec.Routing, places: Places) -> tuple[tuple[Maintenance, ...], list[Diagnostic]]:
    """Every declared maintenance, by name."""
    problems: list[Diagnostic] = []
    made = []
    for name in sorted(routing.maintenance):
        given, path = routing.maintenance[name], ("routing", "maintenance", name)
        if given.weekly is not None:
            problems += _place(given.weekly.location, places, (*path, "weekly"))
            specs: tuple[TimeSpec, ...] = (_weekly(given.weekly),)
        else:
            problems += _place(given.location, places, path)
            specs = tuple(_once(given, places, path, problems))
        interval = TimeInterval(name, specs, _where(places, path))
        made.append(Maintenance(interval, tuple(sorted(given.teams)), given.severities))
    return tuple(made), problems


def _place(location: str, places: Places, path: Path) -> Iterator[Diagnostic]:
    try:
        ZoneInfo(location)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        span = places.nearest((*path, "location"))
        hint = "write a name such as Europe/London"
        yield Diagnostic(UNKNOWN_PLACE, f"there is no place `{location}` in the time-zone database", span, hint)


def _weekly(given: spec.Hours) -> TimeSpec:
    whole = given.times == ("00:00-24:00",)
    return TimeSpec(
        times=None if whole else tuple(_minutes(text) for text in given.times),
        weekdays=given.weekdays,
        days_of_month=None,
        months=None,
        years=None,
        location=given.location,
    )


def _minutes(text: str) -> tuple[int, int]:
    start, end = (int(part[:2]) * 60 + int(part[3:]) for part in text.split("-"))
    return start, end


def _once(given: spec.Maintenance, places: Places, path: Path, problems: list[Diagnostic]) -> Iterator[TimeSpec]:
    try:
        start, end = (datetime.fromisoformat(text or "") for text in (given.start, given.end))
    except ValueError as error:
        problems.append(Diagnostic(NO_SUCH_MOMENT, f"no such moment: {error}", places.nearest((*path, "start"))))
        return
    if end - start > _LONGEST:
        message = f"this lasts {(end - start).days} days, longer than {_LONGEST.days}"
        problems.append(Diagnostic(NO_SUCH_MOMENT, message, places.nearest((*path, "end"))))
        return
    day = start.date()
    while day <= end.date():
        first = _minute(start) if day == start.date() else 0
        last = _minute(end) if day == end.date() else _MINUTES_A_DAY
        if first < last:
            yield _one_day(day, None if (first, last) == (0, _MINUTES_A_DAY) else (first, last), given.location)
        day += timedelta(days=1)


def _minute(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute


def _one_day(day: date, times: tuple[int, int] | None, location: str) -> TimeSpec:
    return TimeSpec(
        times=None if times is None else (times,),
        weekdays=None,
        days_of_month=(day.day,),
        months=(day.month,),
        years=(day.year,),
        location=location,
    )


def _where(places: Places, path: Path) -> Where:
    return Where(places.key(path) or places.nearest(path), ())
