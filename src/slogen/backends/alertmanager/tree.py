"""The routing tree of an instance; changes with the order in which alerts are sorted out.

Matchers on the way to a node are part of every deduplication key below it, so no node matches on what changes from day
to day: environments are sorted out before the teams' nodes, which match on a team's name and a tier's alone.
"""

from collections.abc import Iterator

from slogen import names
from slogen.backends.alertmanager.receivers import (
    FALLBACK,
    HEARTBEAT,
    NOBODY,
    NONPRODUCTION,
    SHADOW,
    escalation_receiver,
    team_receiver,
)
from slogen.backends.alertmanager.text import duration, equals, none_of, one_of
from slogen.backends.alertmanager.times import active_for, muted_for
from slogen.emit.yaml import YamlValue
from slogen.ir.routing import AlertmanagerInstance, Escalation, RoutingPolicy, SideChannel, Team, Tier, Timers

Node = dict[str, YamlValue]

_ROOT_TIMERS = Timers(30_000, 300_000, 14_280_000)
_QUIET_TIMERS = Timers(120_000, 3_600_000, 85_800_000)


def root_route(policy: RoutingPolicy, instance: AlertmanagerInstance) -> Node:
    """The whole tree: what no node takes goes to the fallback, which people read."""
    return {
        "receiver": FALLBACK,
        "group_by": [names.ENV, names.MODEL, names.SLO, names.TEAM],
        **_timers(_ROOT_TIMERS),
        "routes": list(_branches(policy, instance)),
    }


def _branches(policy: RoutingPolicy, instance: AlertmanagerInstance) -> Iterator[YamlValue]:
    yield _watchdog(instance)
    yield {
        "matchers": [equals(names.MODE, names.SHADOW)],
        "receiver": SHADOW if instance.shadow else NOBODY,
        "group_by": [names.ENV, names.MODEL],
        **_timers(_QUIET_TIMERS),
    }
    if instance.other:
        yield {
            "matchers": [one_of(names.ENV, instance.other)],
            "receiver": NONPRODUCTION if instance.nonproduction else NOBODY,
            "group_by": [names.ENV, names.TEAM],
            **_timers(_QUIET_TIMERS),
        }
    if not instance.production:
        return
    # An environment that nobody declared, or none at all, must wake no one: the fallback reads it.
    yield {"matchers": [none_of(names.ENV, instance.production)], "receiver": FALLBACK}
    for channel in policy.side_channels:
        yield _side_channel(channel)
    for team in policy.teams:
        yield _team(policy, instance, team)


def _watchdog(instance: AlertmanagerInstance) -> YamlValue:
    """One report per interval and Prometheus, each of which has external labels of its own.

    A repeat shorter than the group's interval is due at each of its ticks.
    """
    return {
        "matchers": [equals("alertname", names.WATCHDOG)],
        "receiver": HEARTBEAT if instance.heartbeat else NOBODY,
        "group_by": ["..."],
        **_timers(Timers(0, instance.heartbeat_interval, max(instance.heartbeat_interval * 5 // 6, 1))),
    }


def _side_channel(channel: SideChannel) -> YamlValue:
    matchers = [equals(name, value) for name, value in channel.labels]
    if channel.tiers:
        matchers.append(one_of(names.SEVERITY, channel.tiers))
    if channel.teams:
        matchers.append(one_of(names.TEAM, channel.teams))
    group_by: Node = {"group_by": list(channel.group_by)} if channel.group_by else {}
    return {
        **({"matchers": [*matchers]} if matchers else {}),
        "receiver": channel.name,
        **group_by,
        **_timers(channel.timers),
        "continue": True,
    }


def _team(policy: RoutingPolicy, instance: AlertmanagerInstance, team: Team) -> YamlValue:
    """A team's node; what has no tier it knows stays with the fallback, which the node inherits."""
    routes: list[YamlValue] = []
    for env, receivers in team.environments:
        if env in instance.production:
            own = {tier for tier, _ in receivers}
            routes += [
                _tier(policy, team, tier, team_receiver(team.name, tier.name, env), (equals(names.ENV, env),))
                for tier in policy.tiers
                if tier.name in own
            ]
    declared = {tier for tier, integrations in team.receivers if integrations}
    if team.escalation is not None:
        routes.insert(0, _escalation(policy, team.name, team.escalation))
    for tier in policy.tiers:
        receiver = team_receiver(team.name, tier.name) if tier.name in declared else _undeclared(policy, tier)
        routes.append(_tier(policy, team, tier, receiver, ()))
    return {"matchers": [equals(names.TEAM, team.name)], "routes": routes}


def _undeclared(policy: RoutingPolicy, tier: Tier) -> str:
    """Where a tier goes that a team declares no receivers for: only the least urgent may go unheard."""
    return NOBODY if tier.name == policy.tiers[-1].name else FALLBACK


def _tier(policy: RoutingPolicy, team: Team, tier: Tier, receiver: str, also: tuple[str, ...]) -> Node:
    active, muted = active_for(policy, team, tier), muted_for(policy, team.name, tier.name)
    return {
        "matchers": [*also, equals(names.SEVERITY, tier.name)],
        "receiver": receiver,
        "group_by": list(tier.group_by),
        **_timers(tier.timers),
        **({"active_time_intervals": list(active)} if active else {}),
        **({"mute_time_intervals": list(muted)} if muted else {}),
    }


def _escalation(policy: RoutingPolicy, team: str, escalation: Escalation) -> YamlValue:
    """A second group of the same pages that first speaks after the wait: what ended by then is never told."""
    page = policy.tiers[0]
    muted = muted_for(policy, team, page.name)
    return {
        "matchers": [equals(names.SEVERITY, page.name)],
        "receiver": escalation_receiver(team),
        "group_by": list(page.group_by),
        **_timers(Timers(escalation.after, page.timers.group_interval, page.timers.repeat_interval)),
        **({"mute_time_intervals": list(muted)} if muted else {}),
        "continue": True,
    }


def _timers(timers: Timers) -> Node:
    given = (
        ("group_wait", timers.group_wait),
        ("group_interval", timers.group_interval),
        ("repeat_interval", timers.repeat_interval),
    )
    return {name: duration(millis) for name, millis in given if millis is not None}
