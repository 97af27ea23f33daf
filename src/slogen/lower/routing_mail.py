"""Mail needs a server, which an instance declares once; changes with where a mail server may come from."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from slogen.diagnostics.model import Code, Diagnostic, Severity
from slogen.source.places import Path, Places
from slogen.spec import routing as spec
from slogen.spec.receivers import Integration

NO_MAIL_SERVER = Code(
    id="SLO708",
    slug="mail-without-server",
    severity=Severity.ERROR,
    title="a receiver sends mail, but no mail server is known",
    explanation=(
        "Alertmanager refuses a configuration with an `email` receiver that has neither `smarthost` and `from` of its "
        "own nor the instance's. Declare `smtp: {smarthost: ..., from: ...}` for each Alertmanager, or give the "
        "receiver both fields."
    ),
)


@dataclass(frozen=True, slots=True)
class Shared:
    """What every instance takes receivers from."""

    teams: spec.Teams
    routing: spec.Routing


def mail_without_server(
    project: Shared, alertmanagers: spec.Alertmanagers, production: Collection[str], places: Places
) -> Iterator[Diagnostic]:
    """Every mail receiver that some instance has no server for; an included file may have its own.

    Receivers of teams and side channels are those of the instances that serve `production` environments.
    """
    poor = [name for name, one in sorted(alertmanagers.items()) if one.smtp is None and one.include is None]
    waking = [name for name in poor if not set(production).isdisjoint(alertmanagers[name].environments)]
    if waking:
        for path, integrations in _shared(project):
            yield from _homeless(integrations, path, waking[0], places)
    for name in poor:
        one = alertmanagers[name]
        own = (
            ("fallback", one.fallback),
            ("nonproduction", one.nonproduction),
            ("shadow", one.shadow),
            ("heartbeat", one.heartbeat),
        )
        for field, integrations in own:
            yield from _homeless(integrations, ("alertmanagers", name, field), name, places)


def _shared(project: Shared) -> Iterator[tuple[Path, Iterable[Integration]]]:
    """The integrations that every instance gets, with their places."""
    for name, team in project.teams.items():
        for tier, integrations in team.receivers.items():
            yield ("teams", name, "receivers", tier), integrations
        for env, receivers in team.environments.items():
            for tier, integrations in receivers.items():
                yield ("teams", name, "environments", env, tier), integrations
        if team.escalation is not None:
            yield ("teams", name, "escalation", "to"), team.escalation.to
    for name, channel in project.routing.side_channels.items():
        yield ("routing", "side_channels", name, "to"), channel.to


def _homeless(integrations: Iterable[Integration], path: Path, instance: str, places: Places) -> Iterator[Diagnostic]:
    for index, integration in enumerate(integrations):
        mail = integration.email
        if mail is not None and (mail.smarthost is None or mail.from_ is None):
            span = places.key((*path, index, "email")) or places.nearest((*path, index))
            message = f"the Alertmanager `{instance}` has no mail server"
            yield Diagnostic(NO_MAIL_SERVER, message, span, "declare `smtp` with `smarthost` and `from` there")
