"""An Alertmanager configuration after loading: options inherited, matchers parsed; changes with what routing needs."""

from collections.abc import Iterator
from dataclasses import dataclass

from slogen.diagnostics.model import Span
from slogen.routing.intervals import Interval
from slogen.routing.matchers import Matcher


@dataclass(frozen=True, slots=True)
class Timers:
    """Effective timers of a route, in ms."""

    group_wait: int
    group_interval: int
    repeat_interval: int


@dataclass(frozen=True, slots=True)
class Route:
    """A node of the routing tree with everything it inherited.

    `key` is the prefix of the group keys of its alerts, and so of every deduplication key downstream; `path` holds the
    index of the node among its siblings at each level, the root's being empty.
    """

    path: tuple[int, ...]
    key: str
    receiver: str
    matchers: tuple[Matcher, ...]
    goes_on: bool
    """`continue`: whether siblings after it are tried as well."""
    group_by: tuple[str, ...]
    """Label names, sorted."""
    group_by_all: bool
    timers: Timers
    mute: tuple[str, ...]
    active: tuple[str, ...]
    routes: tuple["Route", ...]
    span: Span

    def walk(self) -> Iterator["Route"]:
        """The node and everything below it, parents first."""
        yield self
        for child in self.routes:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Channel:
    """One integration of a receiver: `slack`, whether it tells when all is well again, and its place among its kind."""

    kind: str
    index: int
    send_resolved: bool


@dataclass(frozen=True, slots=True)
class Receiver:
    """A named set of integrations; none at all means that nobody is told."""

    name: str
    channels: tuple[Channel, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class InhibitRule:
    """Alerts on the source side keep those on the target side quiet while `equal` labels agree."""

    sources: tuple[Matcher, ...]
    targets: tuple[Matcher, ...]
    equal: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Config:
    """All that decides who is notified, when and in which group. `intervals` holds each name's stretches of time."""

    root: Route
    receivers: tuple[Receiver, ...]
    inhibit_rules: tuple[InhibitRule, ...]
    intervals: tuple[tuple[str, tuple[Interval, ...]], ...]

    def receiver(self, name: str) -> Receiver:
        """The receiver of that name; every route's receiver exists."""
        return next(r for r in self.receivers if r.name == name)
