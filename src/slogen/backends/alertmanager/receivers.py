"""Every receiver of an instance with its integrations filled in; changes with who may be told.

What a project declares wins over the content slogen adds, and content that the instance's version has no field for is
left out; a declared field that it lacks is a diagnostic.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from slogen import names
from slogen.alertmanager.schema import Version, mappings, receiver_since, shown
from slogen.backends.alertmanager.content import content
from slogen.backends.alertmanager.text import yaml_of
from slogen.diagnostics.model import Code, Diagnostic, Severity, Span
from slogen.emit.yaml import YamlValue
from slogen.ir.routing import AlertmanagerInstance, Integration, RoutingPolicy, Setting, Table

TOO_NEW = Code(
    id="SLO710",
    slug="alertmanager-too-old",
    severity=Severity.ERROR,
    title="this Alertmanager is too old for a receiver or field",
    explanation=(
        "Alertmanager refuses a whole configuration for one field it does not know, and goes on with the old one. The "
        "instance's `version` says what it knows. Raise it where the server is newer, or leave the field out."
    ),
)
SAME_RECEIVER = Code(
    id="SLO711",
    slug="receiver-name-twice",
    severity=Severity.ERROR,
    title="two receivers of one instance would have the same name",
    explanation=(
        "Receivers are called after the team and the tier (`payments-ml-page`), side channels after themselves. "
        "Alertmanager tells receivers apart by name alone. Rename the team, tier or side channel."
    ),
)

FALLBACK, HEARTBEAT, NONPRODUCTION, SHADOW, NOBODY = "fallback", "heartbeat", "nonproduction", "shadow", "nobody"
"""Receivers that belong to no team. `nobody` has no integrations: its alerts show in Alertmanager and wake no one."""


@dataclass(frozen=True, slots=True)
class NamedReceiver:
    """A receiver with what it is for: the tier of the alerts it gets decides how loud its content is."""

    name: str
    tier: str
    integrations: tuple[Integration, ...]


def team_receiver(team: str, tier: str, env: str = "") -> str:
    """The receiver that tells a team about a tier, in one environment where that differs."""
    return names.receiver(f"{team}-{env}" if env else team, tier)


def escalation_receiver(team: str) -> str:
    """The receiver that hears of a team's pages which nobody ended."""
    return f"{team}-escalation"


def receivers_of(policy: RoutingPolicy, instance: AlertmanagerInstance) -> Iterator[NamedReceiver]:
    """Every receiver that the instance's tree may name, in the order of the file."""
    yield NamedReceiver(FALLBACK, "", instance.fallback)
    if instance.heartbeat:
        yield NamedReceiver(HEARTBEAT, "", instance.heartbeat)
    if instance.other and instance.nonproduction:
        yield NamedReceiver(NONPRODUCTION, "", instance.nonproduction)
    if instance.shadow:
        yield NamedReceiver(SHADOW, "", instance.shadow)
    yield NamedReceiver(NOBODY, "", ())
    if not instance.production:
        return
    for channel in policy.side_channels:
        yield NamedReceiver(channel.name, "", channel.to)
    for team in policy.teams:
        for tier, integrations in team.receivers:
            yield NamedReceiver(team_receiver(team.name, tier), tier, integrations)
        for env, receivers in team.environments:
            for tier, integrations in receivers if env in instance.production else ():
                yield NamedReceiver(team_receiver(team.name, tier, env), tier, integrations)
        if team.escalation is not None:
            yield NamedReceiver(escalation_receiver(team.name), policy.tiers[0].name, team.escalation.to)


def receivers_yaml(
    policy: RoutingPolicy, instance: AlertmanagerInstance
) -> Iterator[dict[str, YamlValue] | Diagnostic]:
    """The items of `receivers`, and what the instance's version cannot say."""
    seen: set[str] = set()
    for receiver in receivers_of(policy, instance):
        if receiver.name in seen:
            message = f"two receivers would be called `{receiver.name}`"
            yield Diagnostic(SAME_RECEIVER, message, instance.where.span, "rename the team, tier or side channel")
            continue
        seen.add(receiver.name)
        by_kind: dict[str, list[YamlValue]] = {}
        for integration in receiver.integrations:
            kind = schema_name(integration)
            problems = list(_too_new(integration, kind, instance))
            yield from problems
            if not problems:
                by_kind.setdefault(f"{kind}_configs", []).append(_settings(integration, receiver, policy, instance))
        yield {"name": receiver.name, **{kind: by_kind[kind] for kind in sorted(by_kind)}}


def schema_name(integration: Integration) -> str:
    """What Alertmanager calls the kind: Teams is reached by workflows, its old connectors are no more."""
    return "msteamsv2" if integration.kind == "msteams" else integration.kind


def _settings(
    integration: Integration, receiver: NamedReceiver, policy: RoutingPolicy, instance: AlertmanagerInstance
) -> dict[str, YamlValue]:
    declared = {name: yaml_of(value) for name, value in with_secrets(integration.settings, instance).entries}
    known = mappings()[schema_name(integration)]
    if receiver.name == HEARTBEAT:
        return {"send_resolved": False, **declared}
    rank = next((index for index, tier in enumerate(policy.tiers) if tier.name == receiver.tier), len(policy.tiers))
    added = content(integration.kind, rank, policy)
    return {**{name: value for name, value in added.items() if known[name].since <= instance.version}, **declared}


def _too_new(integration: Integration, kind: str, instance: AlertmanagerInstance) -> Iterator[Diagnostic]:
    since = receiver_since(kind)
    if since is None or since > instance.version:
        yield _needs(f"the receiver `{integration.kind}`", since, instance, integration.where.span)
        return
    for path, field_since in _fields_since(integration.settings, kind):
        if field_since is None or field_since > instance.version:
            yield _needs(f"the field `{path}`", field_since, instance, integration.where.at(path))


def _needs(what: str, since: Version | None, instance: AlertmanagerInstance, span: Span) -> Diagnostic:
    if since is None:
        return Diagnostic(TOO_NEW, f"no Alertmanager up to 0.34 knows {what}", span)
    message = f"{what} needs Alertmanager {shown(since)}, but `{instance.name}` is {shown(instance.version)}"
    hint = f'say version: "{shown(since)}" where that is what runs, or leave it out'
    return Diagnostic(TOO_NEW, message, span, hint)


def _fields_since(table: Table, mapping: str, path: str = "") -> Iterator[tuple[str, Version | None]]:
    """Every field set in a mapping, nested ones as `http_config.oauth2`, with the first version that has it."""
    for name, value in table.entries:
        field = mappings()[mapping].get(name)
        yield path + name, None if field is None else field.since
        for inner in value if isinstance(value, tuple) else (value,):
            if field is not None and field.holds in mappings() and isinstance(inner, Table):
                yield from _fields_since(inner, field.holds, f"{path}{name}.")


def with_secrets(table: Table, instance: AlertmanagerInstance) -> Table:
    """The settings with secret files as paths on the server's host; for Mimir, which reads none, as placeholders."""
    entries: list[tuple[str, Setting]] = []
    for name, value in table.entries:
        if isinstance(value, Table):
            entries.append((name, with_secrets(value, instance)))
        elif not name.endswith("_file") or name in {"ca_file", "cert_file"} or not isinstance(value, str):
            entries.append((name, value))
        elif instance.mimir:
            entries.append((name.removesuffix("_file"), placeholder(value)))
        else:
            path = value if value.startswith("/") else f"{instance.secrets_folder.rstrip('/')}/{value}"
            entries.append((name, path))
    return Table(tuple(entries))


def placeholder(file: str) -> str:
    """What stands for a secret until somebody fills it in: `payments-pagerduty` is `${PAYMENTS_PAGERDUTY}`."""
    return "${" + re.sub(r"[^A-Z0-9]+", "_", file.upper()).strip("_") + "}"
