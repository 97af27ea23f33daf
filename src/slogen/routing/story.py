"""What goes into a notification simulation and what comes out; changes with what users can ask of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Labels = tuple[tuple[str, str], ...]
"""Sorted by name."""

Cause = Literal["new", "repeat", "resolved"]
"""Why a message goes out: something began to fire, nothing changed for `repeat_interval`, or something ended."""

Silence = Literal["inhibited", "mute time", "outside active time"]
"""Why an alert that took a route stayed out of a message."""


def canonical(labels: Mapping[str, str]) -> Labels:
    """The label set as Alertmanager keeps it: sorted, without empty values."""
    return tuple(sorted((name, value) for name, value in labels.items() if value))


@dataclass(frozen=True, slots=True)
class Episode:
    """An alert that Alertmanager hears of at `start` and as over at `end` (Unix ms; None: not before the horizon)."""

    labels: Labels
    start: int
    end: int | None


@dataclass(frozen=True, slots=True)
class Notification:
    """One message to one integration of a receiver for one group.

    It goes out between `earliest` and `latest` (Unix ms); where Alertmanager races these differ, and `latest` is None
    where it may not come before the horizon at all.
    """

    receiver: str
    channel: str
    """Kind and index of the integration, `slack[0]`."""
    route: tuple[int, ...]
    group_key: str
    cause: Cause
    firing: tuple[Labels, ...]
    resolved: tuple[Labels, ...]
    earliest: int
    latest: int | None


@dataclass(frozen=True, slots=True)
class Withheld:
    """An alert that was in a group's flush but left out of its message, and why; `first` is that flush, Unix ms."""

    receiver: str
    group_key: str
    alert: Labels
    reason: Silence
    by: str
    """The inhibiting alert's labels or the interval's name, for people."""
    first: int


OpenBecause = Literal["inhibited", "muted", "send_resolved is false", "not yet"]


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """A receiver that was told of alerts which ended, and was never told so."""

    receiver: str
    channel: str
    group_key: str
    alerts: tuple[Labels, ...]
    reason: OpenBecause


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that happened up to the horizon, notifications in order of time."""

    notifications: tuple[Notification, ...]
    withheld: tuple[Withheld, ...]
    left_open: tuple[LeftOpen, ...]
