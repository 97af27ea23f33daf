"""Who is notified of what and when, given alerts over time; changes with how Alertmanager's races are summed up.

Two exact simulations bound the truth: one reads every tie as early as possible, the other as late as possible. Their
messages, paired in order, give each notification as a range.
"""

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence

from slogen.routing.config import Channel, Config, Route
from slogen.routing.flush import Group, Message, Reading, World, by_start, muters
from slogen.routing.story import Episode, LeftOpen, Notification, OpenBecause, Silence, Story, Withheld
from slogen.routing.tree import group_key, routes_for

Key = tuple[tuple[int, ...], str]
READINGS: tuple[Reading, Reading] = ("eager", "lazy")


def simulate(config: Config, episodes: Sequence[Episode], horizon: int) -> Story:
    """Follow alerts (Unix ms) through the configuration up to the horizon.

    Alertmanager hears of an alert when it starts and ends; sending takes no time and never fails; nothing is silenced.
    Two sibling routes with the same matchers and receiver, which would share their memory, are followed apart.
    """
    ordered = by_start(episodes)
    quieting = muters(config, ordered)
    eager, lazy = (World(config, quieting, horizon, reading) for reading in READINGS)
    notifications: list[Notification] = []
    withheld: list[Withheld] = []
    left_open: list[LeftOpen] = []
    for (_, key), (route, mine) in _members(config, ordered).items():
        early, late = _run(eager, route, mine), _run(lazy, route, mine)
        notifications += _paired(route, key, early.messages, late.messages)
        withheld += _withheld(route, key, early)
        left_open += _left_open(route, key, late)
    return Story(
        tuple(sorted(notifications, key=lambda n: (n.earliest, n.route, n.group_key, n.channel))),
        tuple(sorted(withheld, key=lambda w: (w.first, w.receiver, w.group_key, w.alert))),
        tuple(left_open),
    )


def _members(config: Config, episodes: Sequence[Episode]) -> dict[Key, tuple[Route, list[Episode]]]:
    """Every group that alerts make, with the episodes of its alerts in order."""
    groups: dict[Key, tuple[Route, list[Episode]]] = {}
    for episode in episodes:
        labels = dict(episode.labels)
        for route in routes_for(config.root, labels):
            groups.setdefault((route.path, group_key(route, labels)), (route, []))[1].append(episode)
    return groups


def _run(world: World, route: Route, mine: Sequence[Episode]) -> Group:
    group = Group(world, route, world.config.receiver(route.receiver).channels, tuple(mine))
    group.run()
    return group


def _paired(route: Route, key: str, eager: Sequence[Message], lazy: Sequence[Message]) -> Iterator[Notification]:
    """Messages with the same content pair up in order; one that only one reading sends may or may not come.

    Where an alert comes back in the moment of a tick, the late reading may have sent more: what it said earlier than
    the prompt one is no twin.
    """
    late: defaultdict[tuple[object, ...], deque[Message]] = defaultdict(deque)
    for message in lazy:
        late[_content(message)].append(message)
    alone: list[Message] = []
    for message in eager:
        twins = late[_content(message)]
        while twins and twins[0].time < message.time:
            alone.append(twins.popleft())
        yield _notification(route, key, message, twins.popleft().time if twins else None)
    for left in (alone, *late.values()):
        for message in left:
            yield _notification(route, key, message, None)


def _content(message: Message) -> tuple[object, ...]:
    return message.channel, message.cause, message.firing, message.resolved


def _notification(route: Route, key: str, message: Message, latest: int | None) -> Notification:
    return Notification(
        receiver=route.receiver,
        channel=f"{message.channel.kind}[{message.channel.index}]",
        route=route.path,
        group_key=key,
        cause=message.cause,
        firing=message.firing,
        resolved=message.resolved,
        earliest=message.time,
        latest=latest,
    )


def _withheld(route: Route, key: str, group: Group) -> Iterator[Withheld]:
    seen = set()
    for held in group.held:
        if (held.alert, held.reason) not in seen:
            seen.add((held.alert, held.reason))
            yield Withheld(route.receiver, key, held.alert, held.reason, held.by, held.time)


def _left_open(route: Route, key: str, group: Group) -> Iterator[LeftOpen]:
    for channel, alerts in group.left_open():
        reason = _open_because(channel, [held.reason for held in group.held if held.alert in alerts])
        yield LeftOpen(route.receiver, f"{channel.kind}[{channel.index}]", key, alerts, reason)


def _open_because(channel: Channel, held_for: Sequence[Silence]) -> OpenBecause:
    if not channel.send_resolved:
        return "send_resolved is false"
    if not held_for:
        return "not yet"
    return "inhibited" if held_for[-1] == "inhibited" else "muted"
