"""The time intervals of an Alertmanager configuration; changes with the fields they may have."""

from collections.abc import Callable, Iterator

from slogen.routing.intervals import (
    Interval,
    IntervalError,
    Range,
    day_range,
    minute_range,
    month_range,
    weekday_range,
    year_range,
    zone,
)
from slogen.routing.reading import Reader
from slogen.source.go_yaml import Fields, Node, Scalar


def intervals(reader: Reader, top: Fields) -> Iterator[tuple[str, tuple[Interval, ...]]]:
    """Every named interval; the two lists share one space of names."""
    seen: set[str] = set()
    for field, what in (("mute_time_intervals", "mute time interval"), ("time_intervals", "time interval")):
        for item in reader.items(top, field):
            named = reader.fields(item, f"a {what}")
            if named is None:
                continue
            name = reader.text(named, "name")
            if not name:
                reader.refuse(named.span, f"missing name in {what}")
            elif name in seen:
                reader.refuse(named.fields["name"].span, f'{what} "{name}" is not unique')
            seen.add(name)
            yield name, tuple(_intervals_of(reader, named))


def _intervals_of(reader: Reader, named: Fields) -> Iterator[Interval]:
    for item in reader.items(named, "time_intervals"):
        spec = reader.fields(item, "an interval") or Fields({}, {}, (), item.span)
        place = reader.text(spec, "location")
        try:
            where = zone(place)
        except IntervalError as error:
            reader.refuse(spec.fields["location"].span, str(error), "use a name such as Europe/London")
            where = zone("")
        yield Interval(
            minutes=_ranges(reader, spec, "times", lambda node: _minutes(reader, node)),
            weekdays=_ranges(reader, spec, "weekdays", lambda node: weekday_range(reader.scalar(node, "a weekday"))),
            days=_ranges(reader, spec, "days_of_month", lambda node: day_range(reader.scalar(node, "a day"))),
            months=_ranges(reader, spec, "months", lambda node: month_range(reader.scalar(node, "a month"))),
            years=_ranges(reader, spec, "years", lambda node: year_range(reader.scalar(node, "a year"))),
            zone=where,
        )


def _minutes(reader: Reader, node: Node) -> Range:
    times = reader.fields(node, "a range of times") or Fields({}, {}, (), node.span)
    return minute_range(reader.text(times, "start_time"), reader.text(times, "end_time"))


def _ranges(reader: Reader, spec: Fields, field: str, parse: Callable[[Node], Range]) -> tuple[Range, ...] | None:
    given = spec.fields.get(field)
    if given is None or (isinstance(given, Scalar) and given.null):
        return None
    found = []
    for item in reader.items(spec, field):
        try:
            found.append(parse(item))
        except IntervalError as error:
            reader.refuse(item.span, str(error))
    return tuple(found)
