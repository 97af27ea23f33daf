"""Who is told about what: teams, receivers, severities, instances and policy, free of how the project wrote them."""

from dataclasses import dataclass
from typing import Literal

from slogen.ir.where import Labels, Where


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping inside an integration's settings, in the order declared."""

    entries: tuple[tuple[str, "Setting"], ...]


Setting = str | int | float | bool | tuple["Setting", ...] | Table


@dataclass(frozen=True, slots=True)
class Integration:
    """One way to reach people: `kind` is the field's word (`pagerduty`), `settings` Alertmanager's own fields."""

    kind: str
    settings: Table
    where: Where


@dataclass(frozen=True, slots=True)
class Timers:
    """When a group speaks, in ms; None leaves the tier's or Alertmanager's own."""

    group_wait: int | None
    group_interval: int | None
    repeat_interval: int | None


@dataclass(frozen=True, slots=True)
class Tier:
    """One severity: how its alerts are grouped and timed, and which hours they wait for. Most urgent tier first."""

    name: str
    priority: str
    group_by: tuple[str, ...]
    timers: Timers
    hours: str | None
    where: Where


@dataclass(frozen=True, slots=True)
class TimeSpec:
    """One stretch of time in Alertmanager's words; None means any. Minutes of the day `[start, end)`."""

    times: tuple[tuple[int, int], ...] | None
    weekdays: tuple[str, ...] | None
    days_of_month: tuple[int, ...] | None
    months: tuple[int, ...] | None
    years: tuple[int, ...] | None
    location: str


@dataclass(frozen=True, slots=True)
class TimeInterval:
    """A named set of stretches of time."""

    name: str
    specs: tuple[TimeSpec, ...]
    where: Where


@dataclass(frozen=True, slots=True)
class Maintenance:
    """Planned quiet: while its interval lasts, these tiers of these teams (all teams where none is named) are muted."""

    interval: TimeInterval
    teams: tuple[str, ...]
    tiers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SideChannel:
    """A copy of some alerts that takes them from nobody; empty tiers and teams mean all, `labels` must all agree."""

    name: str
    to: tuple[Integration, ...]
    tiers: tuple[str, ...]
    teams: tuple[str, ...]
    labels: Labels
    group_by: tuple[str, ...]
    timers: Timers
    where: Where


@dataclass(frozen=True, slots=True)
class Escalation:
    """Who is told as well when a page still fires `after` ms."""

    after: int
    to: tuple[Integration, ...]


Receivers = tuple[tuple[str, tuple[Integration, ...]], ...]
"""Tier name -> integrations, in the order of the tiers."""


@dataclass(frozen=True, slots=True)
class Team:
    """A team and how each tier reaches it; `environments` replaces single tiers in one environment."""

    name: str
    receivers: Receivers
    environments: tuple[tuple[str, Receivers], ...]
    hours: tuple[tuple[str, str], ...]
    """Tier name -> name of the hours its alerts wait for."""
    escalation: Escalation | None
    where: Where


@dataclass(frozen=True, slots=True)
class Included:
    """A hand-written configuration to keep, and the matchers of the route that slogen's tree goes under."""

    file: str
    text: str
    content: Table
    under: tuple[str, ...]
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
    shadow: tuple[Integration, ...]
    heartbeat: tuple[Integration, ...]
    heartbeat_interval: int
    """How often the Watchdog reports, ms."""
    secrets_folder: str
    """Where relative paths of secret files lie on its host."""
    mimir: bool
    """Whether it is Grafana Mimir's: no files on its host, so that secrets become placeholders."""
    smtp: Table | None
    """Fields of `global` that mail needs."""
    included: Included | None
    where: Where


@dataclass(frozen=True, slots=True)
class RoutingPolicy:
    """How alerts travel, for all instances."""

    instances: tuple[AlertmanagerInstance, ...]
    teams: tuple[Team, ...]
    tiers: tuple[Tier, ...]
    hours: tuple[TimeInterval, ...]
    maintenance: tuple[Maintenance, ...]
    side_channels: tuple[SideChannel, ...]
    suppression: Literal["inhibit", "promql"]
