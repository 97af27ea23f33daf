"""From the routing part of slogen.yaml to the policy that backends read: defaults filled in, references checked.

Changes when the routing language learns a field.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from slogen.diagnostics.model import Code, Diagnostic, Severity
from slogen.diagnostics.suggest import nearest
from slogen.ir import routing as ir
from slogen.ir.where import Where, labels
from slogen.lower.routing_hours import hours, maintenance
from slogen.lower.routing_include import read_included
from slogen.lower.routing_mail import Shared, mail_without_server
from slogen.lower.routing_settings import integrations, table
from slogen.source.places import Path, Places
from slogen.spec import routing as spec

UNKNOWN_NAME = Code(
    id="SLO701",
    slug="unknown-routing-name",
    severity=Severity.ERROR,
    title="the routing part names something that is not declared",
    explanation=(
        "Teams, tiers, hours and environments are declared once and referred to by name. A name that nothing "
        "declares would make a route that no alert ever takes. Correct the spelling, or declare it: teams under "
        "`teams`, tiers and hours under `routing`, environments under `environments`."
    ),
)
UNSERVED = Code(
    id="SLO702",
    slug="environment-without-alertmanager",
    severity=Severity.WARNING,
    title="no Alertmanager serves this environment",
    explanation=(
        "Alerts of an environment reach people through the Alertmanager that lists it under `environments`. Rules "
        "and dashboards of this environment are built all the same, but nobody will be told of its alerts."
    ),
)
MISSING_INCLUDE = Code(
    id="SLO703",
    slug="include-not-found",
    severity=Severity.ERROR,
    title="the Alertmanager configuration to include cannot be read",
    explanation=(
        "`include.file` names a hand-written Alertmanager configuration, relative to the project's folder, which "
        "slogen keeps and adds its own tree to. The file must exist and be UTF-8 text."
    ),
)

DEFAULT_TIERS: Mapping[str, tuple[str, tuple[str, ...], ir.Timers]] = {
    "page": ("P1", ("env", "model", "slo", "team"), ir.Timers(30_000, 300_000, 14_280_000)),
    "ticket": ("P2", ("env", "model", "team"), ir.Timers(120_000, 300_000, 86_280_000)),
    "log": ("P3", ("env", "team"), ir.Timers(120_000, 3_600_000, 85_800_000)),
}
"""Repeats lie a little under 4 h and 24 h: at a multiple of the group interval Alertmanager races with itself."""


@dataclass(frozen=True, slots=True)
class Declared:
    """The routing part of a project, the environments it may name (name -> production), and texts of files by name."""

    teams: spec.Teams
    alertmanagers: spec.Alertmanagers
    routing: spec.Routing
    environments: Mapping[str, bool]
    included: Mapping[str, str]


def lower_routing(declared: Declared, places: Places) -> tuple[ir.RoutingPolicy, list[Diagnostic]]:
    """The policy, and everything that is wrong with what was declared. `places` are those of slogen.yaml."""
    tiers = tuple(_tiers(declared.routing, places))
    production = [env for env, wakes in declared.environments.items() if wakes]
    problems = [
        *_references(declared, places, [t.name for t in tiers]),
        *_unserved(declared, places),
        *mail_without_server(Shared(declared.teams, declared.routing), declared.alertmanagers, production, places),
    ]
    known_hours, bad_hours = hours(declared.routing, places)
    quiet, bad_maintenance = maintenance(declared.routing, places)
    instances = tuple(_instances(declared, places, problems))
    policy = ir.RoutingPolicy(
        instances=instances,
        teams=tuple(_team(name, declared.teams[name], places, tiers) for name in sorted(declared.teams)),
        tiers=tiers,
        hours=known_hours,
        maintenance=quiet,
        side_channels=tuple(_side_channels(declared.routing, places)),
        suppression=declared.routing.suppression,
    )
    return policy, [*problems, *bad_hours, *bad_maintenance]


def _tiers(routing: spec.Routing, places: Places) -> Iterator[ir.Tier]:
    for name in _tier_order(list(routing.tiers)):
        policy = routing.tiers.get(name, spec.TierPolicy())
        priority, group_by, timers = DEFAULT_TIERS.get(name, (name, *DEFAULT_TIERS["ticket"][1:]))
        yield ir.Tier(
            name=name,
            priority=policy.priority or priority,
            group_by=tuple(sorted(policy.group_by)) if policy.group_by else group_by,
            timers=ir.Timers(
                _first(policy.group_wait, timers.group_wait),
                _first(policy.group_interval, timers.group_interval),
                _first(policy.repeat_interval, timers.repeat_interval),
            ),
            hours=policy.hours,
            where=_where(places, ("routing", "tiers", name), spec.TierPolicy.model_fields),
        )


def _first(given: int | None, default: int | None) -> int | None:
    return default if given is None else given


def _tier_order(declared: list[str]) -> list[str]:
    """Most urgent first: a new tier stands right after the one declared before it, or before the one after it."""
    order = list(DEFAULT_TIERS)
    for index, name in enumerate(declared):
        if name in order:
            continue
        before = next((n for n in reversed(declared[:index]) if n in order), None)
        after = next((n for n in declared[index:] if n in order), None)
        if before is not None:
            order.insert(order.index(before) + 1, name)
        else:
            order.insert(len(order) if after is None else order.index(after), name)
    return order


def _team(name: str, team: spec.Team, places: Places, tiers: Iterable[ir.Tier]) -> ir.Team:
    path: Path = ("teams", name)
    escalation = team.escalation
    return ir.Team(
        name=name,
        receivers=_receivers(team.receivers, places, (*path, "receivers"), tiers),
        environments=tuple(
            (env, _receivers(team.environments[env], places, (*path, "environments", env), tiers))
            for env in sorted(team.environments)
        ),
        hours=tuple(sorted(team.hours.items())),
        escalation=None
        if escalation is None
        else ir.Escalation(escalation.after, integrations(escalation.to, places, (*path, "escalation", "to"))),
        where=_where(places, path, spec.Team.model_fields),
    )


def _receivers(given: spec.Receivers, places: Places, path: Path, tiers: Iterable[ir.Tier]) -> ir.Receivers:
    known = [tier.name for tier in tiers]
    ordered = [name for name in known if name in given]
    return tuple((name, integrations(given[name], places, (*path, name))) for name in ordered)


def _side_channels(routing: spec.Routing, places: Places) -> Iterator[ir.SideChannel]:
    for name in sorted(routing.side_channels):
        channel, path = routing.side_channels[name], ("routing", "side_channels", name)
        yield ir.SideChannel(
            name=name,
            to=integrations(channel.to, places, (*path, "to")),
            tiers=channel.severities,
            teams=tuple(sorted(channel.teams)),
            labels=labels(channel.labels),
            group_by=tuple(sorted(channel.group_by or ())),
            timers=ir.Timers(channel.group_wait, channel.group_interval, channel.repeat_interval),
            where=_where(places, path, spec.SideChannel.model_fields),
        )


def _instances(declared: Declared, places: Places, problems: list[Diagnostic]) -> Iterator[ir.AlertmanagerInstance]:
    for name in sorted(declared.alertmanagers):
        instance, path = declared.alertmanagers[name], ("alertmanagers", name)
        served = sorted(env for env in instance.environments if env in declared.environments)
        yield ir.AlertmanagerInstance(
            name=name,
            version=instance.version,
            production=tuple(env for env in served if declared.environments[env]),
            other=tuple(env for env in served if not declared.environments[env]),
            fallback=integrations(instance.fallback, places, (*path, "fallback")),
            nonproduction=integrations(instance.nonproduction, places, (*path, "nonproduction")),
            shadow=integrations(instance.shadow, places, (*path, "shadow")),
            heartbeat=integrations(instance.heartbeat, places, (*path, "heartbeat")),
            heartbeat_interval=instance.heartbeat_interval,
            secrets_folder=instance.secrets_folder,
            mimir=instance.mimir,
            smtp=None if instance.smtp is None else table(instance.smtp),
            included=_included(instance.include, declared.included, places, (*path, "include"), problems),
            where=_where(places, path, spec.Alertmanager.model_fields),
        )


def _included(
    include: spec.Include | None, texts: Mapping[str, str], places: Places, path: Path, problems: list[Diagnostic]
) -> ir.Included | None:
    if include is None:
        return None
    if include.file not in texts:
        span = places.nearest((*path, "file"))
        problems.append(Diagnostic(MISSING_INCLUDE, f"`{include.file}` cannot be read", span))
        return None
    where = _where(places, path, spec.Include.model_fields)
    made = read_included(texts[include.file], include.file, include.under, where)
    if isinstance(made, ir.Included):
        return made
    problems += made
    return None


def _unserved(declared: Declared, places: Places) -> Iterator[Diagnostic]:
    served = {env for instance in declared.alertmanagers.values() for env in instance.environments}
    for env in declared.environments:
        if declared.alertmanagers and env not in served:
            span = places.key(("environments", env)) or places.top()
            hint = "list it under the `environments` of an Alertmanager"
            yield Diagnostic(UNSERVED, f"no Alertmanager serves `{env}`", span, hint)


@dataclass(frozen=True, slots=True)
class _Reference:
    what: str
    known: Iterable[str]
    name: str
    path: Path
    by_key: bool
    """Whether the name is the key at the path rather than the value."""


def _references(declared: Declared, places: Places, tiers: list[str]) -> Iterator[Diagnostic]:
    """Every name that the routing part refers to, checked against what is declared."""
    for ref in _names(declared, tiers):
        if ref.name not in ref.known:
            near = nearest(ref.name, ref.known)
            hint = f"did you mean `{near}`?" if near else f"known: {', '.join(sorted(ref.known)) or 'none'}"
            span = (places.key(ref.path) if ref.by_key else places.value(ref.path)) or places.nearest(ref.path)
            yield Diagnostic(UNKNOWN_NAME, f"there is no {ref.what} `{ref.name}`", span, hint)


def _names(declared: Declared, tiers: list[str]) -> Iterator[_Reference]:
    known_hours, environments = declared.routing.hours, declared.environments
    for name, team in declared.teams.items():
        for tier in team.receivers:
            yield _Reference("tier", tiers, tier, ("teams", name, "receivers", tier), True)
        for env, receivers in team.environments.items():
            yield _Reference("environment", environments, env, ("teams", name, "environments", env), True)
            for tier in receivers:
                yield _Reference("tier", tiers, tier, ("teams", name, "environments", env, tier), True)
        for tier, hour in team.hours.items():
            yield _Reference("tier", tiers, tier, ("teams", name, "hours", tier), True)
            yield _Reference("hours", known_hours, hour, ("teams", name, "hours", tier), False)
    for name, policy in declared.routing.tiers.items():
        if policy.hours is not None:
            yield _Reference("hours", known_hours, policy.hours, ("routing", "tiers", name, "hours"), False)
    for name, instance in declared.alertmanagers.items():
        for index, env in enumerate(instance.environments):
            yield _Reference("environment", environments, env, ("alertmanagers", name, "environments", index), False)
    if declared.routing.outage.team is not None:
        yield _Reference("team", declared.teams, declared.routing.outage.team, ("routing", "outage", "team"), False)
    yield from _scopes(declared, tiers)


def _scopes(declared: Declared, tiers: list[str]) -> Iterator[_Reference]:
    """The teams and tiers that maintenance and side channels are limited to."""
    for field, entries in (
        ("maintenance", declared.routing.maintenance),
        ("side_channels", declared.routing.side_channels),
    ):
        for name, entry in entries.items():
            for index, team in enumerate(entry.teams):
                yield _Reference("team", declared.teams, team, ("routing", field, name, "teams", index), False)
            for index, tier in enumerate(entry.severities):
                yield _Reference("tier", tiers, tier, ("routing", field, name, "severities", index), False)


def _where(places: Places, path: Path, fields: Iterable[str]) -> Where:
    spans = ((field, places.value((*path, field))) for field in fields)
    return Where(places.key(path) or places.nearest(path), tuple((f, span) for f, span in spans if span is not None))
