"""Who is called about a component and how they are reached, as far as the routing policy says."""

from collections.abc import Iterator
from dataclasses import dataclass

from slogen.backends.runbook.markdown import Markdown, escaped
from slogen.ir.program import Component, Environment
from slogen.ir.routing import Integration, RoutingPolicy

_PLACES = ("channel", "to", "chat_id", "room_id", "project", "responders")
"""Settings that say where a message goes; never those that hold secrets."""


@dataclass(frozen=True, slots=True)
class Call:
    """A tier and the ways in which it reaches a team."""

    tier: str
    priority: str
    ways: Markdown


def calls(component: Component, environment: Environment, policy: RoutingPolicy) -> list[Call]:
    """How the owning team is reached, most urgent first; empty where no team is declared."""
    team = next((team for team in policy.teams if team.name == component.team), None)
    if team is None:
        return []
    own = dict(dict(team.environments).get(environment.name, ()))
    reached = {**dict(team.receivers), **own}
    return [
        Call(tier.name, tier.priority, Markdown("; ".join(map(_way, reached[tier.name]))))
        for tier in policy.tiers
        if reached.get(tier.name)
    ]


def _way(integration: Integration) -> str:
    where = [str(value) for name, value in integration.settings.entries if name in _PLACES and isinstance(value, str)]
    return escaped(" ".join([integration.kind, *where]))


def owners(component: Component, environment: Environment) -> Iterator[tuple[Component, str]]:
    """What a component depends on in the same environment, with the team that owns it."""
    known = {other.name: other for other in environment.components}
    for name in component.depends_on:
        if name in known:
            yield known[name], known[name].team
