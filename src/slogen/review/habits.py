"""Compares how an alert reaches the same receivers: hours of quiet, waiting, grouping."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from slogen import names
from slogen.review.changes import Change, Danger, Kind
from slogen.routing.config import Config, Route
from slogen.routing.intervals import Interval


@dataclass(frozen=True, slots=True)
class Habit:
    """What a route does with an alert: hours in which it is quiet, in words and by content, and its timers in words."""

    quiet: Mapping[str, tuple[Interval, ...]]
    timing: str


Routes = Sequence[tuple[Route, Config]]
"""The routes of an alert, each with the configuration that it stands in."""


def habits(subject: str, before: Routes, after: Routes) -> Iterator[Change]:
    """What differs at the receivers that hear of an alert on both sides, in the words of the configuration."""
    old, new = ({route.receiver: _habit(route, config) for route, config in side} for side in (before, after))
    for receiver in sorted(old.keys() & new.keys()):
        mine, theirs = old[receiver], new[receiver]
        words = "; ".join(mine.quiet) or "at all times", "; ".join(theirs.quiet) or "at all times"
        if words[0] == words[1]:
            words = words[0], f"{words[1]}, whose hours are others now"
        if any(mine.quiet.get(name) != content for name, content in theirs.quiet.items()):
            told = f"{receiver} hears of it at fewer or other times, and never of what ends in between"
            yield Change(Danger.COVER, Kind.MUTED, subject, *words, told)
        elif mine.quiet != theirs.quiet:
            yield Change(Danger.TELLING, Kind.UNMUTED, subject, *words, f"{receiver} hears of it at more times")
        if mine.timing != theirs.timing:
            told = f"{receiver} hears of it sooner or later than before, or in other company"
            yield Change(Danger.BEHAVIOUR, Kind.TIMING_CHANGED, subject, mine.timing, theirs.timing, told)


def _habit(route: Route, config: Config) -> Habit:
    known = dict(config.intervals)
    quiet = {f"not during {name}": known.get(name, ()) for name in route.mute}
    quiet |= {f"only during {name}": known.get(name, ()) for name in route.active}
    waits = f"after {_time(route.timers.group_wait)}, again every {_time(route.timers.repeat_interval)}"
    news = f"news every {_time(route.timers.group_interval)}"
    together = "all labels" if route.group_by_all else ", ".join(route.group_by) or "nothing"
    return Habit(quiet, f"{waits}, {news}, by {together}")


def _time(millis: int) -> str:
    return names.window(millis) if millis else "0s"
