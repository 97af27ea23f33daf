"""Who is told about what: teams, receivers, severities, instances and policy, as the project declares them."""

from dataclasses import dataclass

from slogen.ir.where import Labels, Where


@dataclass(frozen=True, slots=True)
class Integration:
    """One way to reach people: `kind` is the field's word (`pagerduty`, `slack`), `settings` its declared fields."""

    kind: str
    settings: tuple[tuple[str, "Setting"], ...]
    where: Where


Setting = str | int | bool | tuple["Setting", ...] | Labels


@dataclass(frozen=True, slots=True)
class Team:
    """A team and how each severity reaches it (severity name -> integrations)."""

    name: str
    receivers: tuple[tuple[str, tuple[Integration, ...]], ...]
    where: Where


@dataclass(frozen=True, slots=True)
class AlertmanagerInstance:
    """One Alertmanager: the environments it serves and the version whose schema its file must fit."""

    name: str
    version: tuple[int, int]
    production: tuple[str, ...]
    """Environments whose alerts wake people."""
    other: tuple[str, ...]
    """Environments whose alerts only ever reach the non-production receiver."""
    fallback: tuple[Integration, ...]
    nonproduction: tuple[Integration, ...]
    heartbeat: tuple[Integration, ...]
    where: Where


@dataclass(frozen=True, slots=True)
class RoutingPolicy:
    """How alerts travel; grows with the routing language."""

    instances: tuple[AlertmanagerInstance, ...]
    teams: tuple[Team, ...]
