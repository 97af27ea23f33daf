"""One group of alerts over time under one reading of Alertmanager's races; changes with its notification pipeline."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from slogen.routing.config import Channel, Config, Route
from slogen.routing.inhibit import inhibitions
from slogen.routing.intervals import any_contains
from slogen.routing.story import Cause, Episode, Labels, Silence

Reading = Literal["eager", "lazy"]
"""Ties are read `eager`: what happens at a tick came before it, repeats are prompt; or `lazy`: after it, and late."""

_MAINTENANCE = 30_000
"""Empty groups are collected this often, ms; an alert that comes back sooner may join the old group's rhythm."""
RETENTION = 120 * 3_600_000
"""How long Alertmanager remembers what it sent by default, ms."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What one integration was told last about a group; `time` in Unix ms."""

    firing: frozenset[Labels]
    resolved: frozenset[Labels]
    time: int


@dataclass(frozen=True, slots=True)
class Message:
    """One message as decided at a flush."""

    channel: Channel
    cause: Cause
    firing: tuple[Labels, ...]
    resolved: tuple[Labels, ...]
    time: int


@dataclass(frozen=True, slots=True)
class Held:
    """An alert kept out of a message."""

    alert: Labels
    reason: Silence
    by: str
    time: int


@dataclass(frozen=True, slots=True)
class World:
    """All alerts and the configuration, under one reading of ties."""

    config: Config
    muters: Mapping[Labels, tuple[Episode, ...]]
    """For each alert the episodes that mute it while they last; alerts that nothing mutes are absent."""
    horizon: int
    reading: Reading

    def started(self, episode: Episode, time: int) -> bool:
        """Whether Alertmanager knows of the alert at a flush."""
        return episode.start <= time if self.reading == "eager" else episode.start < time

    def ended(self, episode: Episode, time: int) -> bool:
        """Whether the alert counts as resolved at a flush."""
        if episode.end is None:
            return False
        return episode.end <= time if self.reading == "eager" else episode.end < time

    def muter(self, labels: Labels, time: int) -> Episode | None:
        """An alert that fires at a flush and mutes this one, routed or not."""
        candidates = self.muters.get(labels, ())
        return next((e for e in candidates if self.started(e, time) and not self.ended(e, time)), None)


@dataclass
class Group:
    """The life of one group: flushes, what each integration was told, what was held back."""

    world: World
    route: Route
    channels: tuple[Channel, ...]
    episodes: tuple[Episode, ...]
    """Those of this group, by start."""
    sent: dict[Channel, Sent] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)

    def run(self) -> None:
        """Follow the group to the horizon: it is made by an alert, flushes in rhythm and ends when all is resolved."""
        pending = list(self.episodes)
        last_flush: int | None = None
        while pending:
            first = self._first_flush(pending[0].start, last_flush)
            if first > self.world.horizon:
                return
            last_flush, pending = self._live(first, pending)

    def _first_flush(self, start: int, last_flush: int | None) -> int:
        fresh = start + self.route.timers.group_wait
        if last_flush is None or start - last_flush > _MAINTENANCE:
            return fresh
        old_rhythm = last_flush + self.route.timers.group_interval
        return min(fresh, old_rhythm) if self.world.reading == "eager" else max(fresh, old_rhythm)

    def _live(self, first: int, pending: list[Episode]) -> tuple[int, list[Episode]]:
        """Flush from `first` until every alert is resolved; gives the last flush and the episodes that come after."""
        members = {pending[0].labels: pending[0]}
        pending = pending[1:]
        time = first
        while time <= self.world.horizon:
            while pending and self.world.started(pending[0], time):
                episode = pending.pop(0)
                members[episode.labels] = episode
            firing = sorted(e.labels for e in members.values() if not self.world.ended(e, time))
            resolved = sorted(e.labels for e in members.values() if self.world.ended(e, time))
            self._flush(time, firing, resolved)
            for labels in resolved:
                del members[labels]
            if not members:
                return time, pending
            time += self.route.timers.group_interval
        return time, []

    def _flush(self, time: int, firing: list[Labels], resolved: list[Labels]) -> None:
        """Inhibition, then active and mute times, then each integration decides by what it was told last."""
        muted = self._inhibited(time, firing + resolved)
        firing = [labels for labels in firing if labels not in muted]
        resolved = [labels for labels in resolved if labels not in muted]
        if not firing and not resolved:
            return
        quiet = self._quiet(time)
        if quiet is not None:
            reason, name = quiet
            self.held += [Held(labels, reason, name, time) for labels in firing + resolved]
            return
        for channel in self.channels:
            cause = self._cause(channel, time, frozenset(firing), frozenset(resolved))
            if cause is not None:
                self._send(channel, cause, time, firing, resolved)

    def _inhibited(self, time: int, alerts: list[Labels]) -> set[Labels]:
        muted = set()
        for labels in alerts:
            source = self.world.muter(labels, time)
            if source is not None:
                muted.add(labels)
                self.held.append(Held(labels, "inhibited", _short(source.labels), time))
        return muted

    def _quiet(self, time: int) -> tuple[Silence, str] | None:
        if not self.route.mute and not self.route.active:
            return None
        moment = datetime.fromtimestamp(time / 1000, UTC)
        known = dict(self.world.config.intervals)
        if self.route.active and any_contains(self.route.active, known, moment) is None:
            return "outside active time", ", ".join(self.route.active)
        name = any_contains(self.route.mute, known, moment)
        return None if name is None else ("mute time", name)

    def _remembered(self, channel: Channel, time: int) -> Sent | None:
        """What the integration was told last; Alertmanager forgets after its retention or two repeat intervals."""
        last = self.sent.get(channel)
        if last is None or time - last.time >= min(RETENTION, 2 * self.route.timers.repeat_interval):
            return None
        return last

    def _cause(
        self, channel: Channel, time: int, firing: frozenset[Labels], resolved: frozenset[Labels]
    ) -> Cause | None:
        last = self._remembered(channel, time)
        if last is None:
            return "new" if firing else None
        if not firing <= last.firing:
            return "new"
        if not firing:
            return "resolved" if last.firing else None
        if channel.send_resolved and not resolved <= last.resolved:
            return "resolved"
        waited = time - last.time
        due = self.route.timers.repeat_interval
        return "repeat" if waited > due or (waited == due and self.world.reading == "eager") else None

    def _send(self, channel: Channel, cause: Cause, time: int, firing: list[Labels], resolved: list[Labels]) -> None:
        """Log the flush and tell of it, unless there are only resolves and the integration does not tell of those."""
        self.sent[channel] = Sent(frozenset(firing), frozenset(resolved), time)
        if channel.send_resolved or firing:
            told = tuple(resolved) if channel.send_resolved else ()
            self.messages.append(Message(channel, cause, tuple(firing), told, time))

    def left_open(self) -> Iterator[tuple[Channel, tuple[Labels, ...]]]:
        """Integrations that still believe in alerts which are over at the horizon."""
        over = {e.labels for e in self.episodes} - {
            e.labels for e in self.episodes if e.end is None or e.end > self.world.horizon
        }
        told = {message.channel: message for message in self.messages}
        for channel, message in told.items():
            open_alerts = tuple(labels for labels in message.firing if labels in over)
            if open_alerts:
                yield channel, open_alerts


def _short(labels: Labels) -> str:
    return dict(labels).get("alertname") or ", ".join(f"{name}={value}" for name, value in labels)


def muters(config: Config, episodes: Sequence[Episode]) -> dict[Labels, tuple[Episode, ...]]:
    """For each alert that something can mute, the episodes that do."""
    found = inhibitions(config.inhibit_rules, [dict(e.labels) for e in episodes])
    return {
        episode.labels: tuple(episodes[index] for index in indices)
        for episode, indices in zip(episodes, found, strict=True)
        if indices
    }


def by_start(episodes: Sequence[Episode]) -> tuple[Episode, ...]:
    """Episodes in the order in which they begin."""
    return tuple(sorted(episodes, key=lambda e: (e.start, e.labels)))
