"""Routing policies that can be built and do not do as meant; changes with what teams have run into."""

from collections.abc import Iterator

from slogen.checks.routing_alerts import sent_alerts
from slogen.diagnostics.model import Code, Diagnostic, Severity
from slogen.ir.program import Program
from slogen.ir.routing import AlertmanagerInstance, Integration, RoutingPolicy, SideChannel, Team, Tier
from slogen.ir.rules import Alert
from slogen.ir.where import Where

REPEAT_RACES = Code(
    id="SLO730",
    slug="tier-repeat-races",
    severity=Severity.WARNING,
    title="repeats of this tier may come one group interval late, or at every tick",
    explanation=(
        "A group can only repeat itself when it ticks, every `group_interval`, and only strictly later than "
        "`repeat_interval` after its last message. At a multiple, milliseconds decide which tick that is: "
        "write 3h59m instead of 4h. Below the group interval, it repeats at every tick whether anything "
        "changed or not."
    ),
)
PAGES_WAIT = Code(
    id="SLO731",
    slug="pages-kept-quiet",
    severity=Severity.WARNING,
    title="the most urgent tier is held back at times",
    explanation=(
        "Outside of `hours`, and during maintenance, nobody is told. A page that ends before the hours begin "
        "is never told at all, and a resolve that falls into a quiet time is lost, so that the incident stays "
        "open. Limit hours and maintenance to tickets and logs; for planned work on one model use a silence."
    ),
)
NO_PAGER = Code(
    id="SLO732",
    slug="page-without-pager",
    severity=Severity.WARNING,
    title="nothing in these receivers wakes anybody",
    explanation=(
        "The most urgent tier of a team goes to chats or mail alone. At night nobody reads them. Add "
        "PagerDuty, OpsGenie, incident.io, Splunk On-Call or Pushover, or a webhook to whatever calls people "
        "here."
    ),
)
TOLD_NOBODY = Code(
    id="SLO733",
    slug="alert-without-receiver",
    severity=Severity.WARNING,
    title="alerts of this tier have no receiver in their team",
    explanation=(
        "The team owns alerts of a tier for which it declares no way to be reached. They go to the fallback "
        "receiver, where somebody has to find out whom they concern. Declare receivers for the tier under the "
        "team."
    ),
)
UNSTABLE_GROUP = Code(
    id="SLO734",
    slug="unstable-grouping",
    severity=Severity.WARNING,
    title="alerts are grouped by a label that changes during an incident",
    explanation=(
        "Every value makes a message and an incident of its own. The labels of windows and single instances "
        "come and go while a service is down. Group by what the incident is about: env, team, model, slo."
    ),
)
NO_HEARTBEAT = Code(
    id="SLO735",
    slug="no-heartbeat",
    severity=Severity.INFO,
    title="nobody notices when this Alertmanager falls silent",
    explanation=(
        "The Watchdog alert always fires. A service outside (Dead Man's Snitch, Healthchecks, PagerDuty's "
        "heartbeat) raises the alarm when it stops arriving. Declare it under `heartbeat`."
    ),
)
FALLBACK_PAGES = Code(
    id="SLO736",
    slug="fallback-wakes-people",
    severity=Severity.WARNING,
    title="the fallback receiver wakes people",
    explanation=(
        "Whatever carries an unknown environment, or none, goes to the fallback, staging under a new name "
        "among it. Let the fallback be a channel or a mailbox that people read by day."
    ),
)
OUTAGE_UNOWNED = Code(
    id="SLO737",
    slug="outage-without-owner",
    severity=Severity.INFO,
    title="nobody is paged when a whole environment is out",
    explanation=(
        "Where several models run, one alert speaks for the environment: `EnvironmentOutage`, while most of them fail "
        "at once. It holds back theirs only where a team is paged for it, since somebody must hear of the outage. "
        "Name a team that has receivers for `page`: `routing: {outage: {team: ml-platform}}`, or a default team."
    ),
)
_PAGERS = frozenset({"pagerduty", "opsgenie", "victorops", "incidentio", "pushover", "webhook", "sns", "telegram"})
_WAKES = frozenset({"pagerduty", "opsgenie", "victorops", "incidentio", "pushover"})
_CHANGING = frozenset({"instance", "pod", "long", "short", "burn", "value", "model_version"})


def check_routing(program: Program) -> Iterator[Diagnostic]:
    """Everything doubtful about a policy, each at its place in slogen.yaml or at the spec whose alerts it concerns."""
    policy = program.routing
    for tier in policy.tiers:
        yield from _timing(tier.where, "repeat_interval", tier.timers.group_interval, tier.timers.repeat_interval)
        yield from _grouping(tier, tier.group_by)
    for channel in policy.side_channels:
        yield from _timing(
            channel.where, "repeat_interval", channel.timers.group_interval, channel.timers.repeat_interval
        )
        yield from _grouping(channel, channel.group_by)
    yield from _quiet_pages(policy)
    for team in policy.teams:
        yield from _pagers(policy, team)
    for instance in policy.instances:
        yield from _instance(instance)
    yield from _told_nobody(program)
    yield from _unowned_outages(program)


def _timing(where: Where, field: str, interval: int | None, repeat: int | None) -> Iterator[Diagnostic]:
    if interval is None or repeat is None:
        return
    if repeat < interval:
        yield Diagnostic(REPEAT_RACES, "this repeats at every group_interval", where.at(field))
    elif repeat % interval == 0:
        message = "repeat_interval is a multiple of group_interval"
        yield Diagnostic(REPEAT_RACES, message, where.at(field), "make it a little shorter")


def _grouping(owner: Tier | SideChannel, group_by: tuple[str, ...]) -> Iterator[Diagnostic]:
    changing = sorted(_CHANGING.intersection(group_by))
    if changing:
        message = f"grouped by {', '.join(changing)}"
        yield Diagnostic(UNSTABLE_GROUP, message, owner.where.at("group_by"), "group by env, team, model, slo")


def _quiet_pages(policy: RoutingPolicy) -> Iterator[Diagnostic]:
    page = policy.tiers[0]
    if page.hours is not None:
        yield Diagnostic(PAGES_WAIT, f"`{page.name}` waits for {page.hours}", page.where.at("hours"))
    for team in policy.teams:
        for tier, name in team.hours:
            if tier == page.name:
                yield Diagnostic(PAGES_WAIT, f"`{tier}` of {team.name} waits for {name}", team.where.at("hours"))
    for maintenance in policy.maintenance:
        if page.name in maintenance.tiers:
            interval = maintenance.interval
            yield Diagnostic(PAGES_WAIT, f"`{page.name}` is muted in {interval.name}", interval.where.span)


def _pagers(policy: RoutingPolicy, team: Team) -> Iterator[Diagnostic]:
    page = policy.tiers[0].name
    for receivers in (team.receivers, *(own for _, own in team.environments)):
        for tier, integrations in receivers:
            if tier == page and integrations and not _any_of(integrations, _PAGERS):
                kinds = " and ".join(sorted({i.kind for i in integrations}))
                message = f"`{page}` of {team.name} goes to {kinds} alone"
                yield Diagnostic(NO_PAGER, message, integrations[0].where.span)


def _any_of(integrations: tuple[Integration, ...], kinds: frozenset[str]) -> bool:
    return any(integration.kind in kinds for integration in integrations)


def _instance(instance: AlertmanagerInstance) -> Iterator[Diagnostic]:
    if not instance.heartbeat:
        hint = "declare `heartbeat`"
        yield Diagnostic(NO_HEARTBEAT, f"`{instance.name}` has no heartbeat", instance.where.span, hint)
    if _any_of(instance.fallback, _WAKES):
        yield Diagnostic(FALLBACK_PAGES, f"the fallback of `{instance.name}` pages", instance.where.at("fallback"))


def _told_nobody(program: Program) -> Iterator[Diagnostic]:
    """One finding per team and tier with alerts in production; the least urgent tier may go unheard."""
    policy = program.routing
    production = frozenset(env for instance in policy.instances for env in instance.production)
    reached = {(t.name, tier): bool(i) for t in policy.teams for tier, i in t.receivers}
    loud = {"page", "ticket", "log", *(tier.name for tier in policy.tiers)} - {policy.tiers[-1].name}
    heard = {team.name for team in policy.teams if all(reached.get((team.name, tier)) for tier in loud)}
    seen: dict[tuple[str, str], Alert] = {}
    for sent in sent_alerts(program, production, lambda component: component.team not in heard):
        team = sent.label("team")
        if team and sent.rule.severity != policy.tiers[-1].name and not sent.rule.shadow:
            seen.setdefault((team, sent.rule.severity), sent.rule)
    for (team, tier), rule in sorted(seen.items(), key=lambda item: item[0]):
        if not reached.get((team, tier), False):
            hint = f"declare `{tier}` under teams.{team}.receivers"
            message = f"`{team}` has no receiver for `{tier}`, as which {rule.name} comes"
            yield Diagnostic(TOLD_NOBODY, message, rule.where.span, hint)


def _unowned_outages(program: Program) -> Iterator[Diagnostic]:
    """Environments that wake people, but where no team owns the outage of all of it."""
    production = frozenset(env for instance in program.routing.instances for env in instance.production)
    for sent in sent_alerts(program, production, lambda _: False):
        if sent.rule.kind == "environment" and not sent.label("team"):
            hint = "name one under routing.outage.team"
            message = f"no team is paged when `{sent.label('env')}` is out as a whole"
            yield Diagnostic(OUTAGE_UNOWNED, message, sent.rule.where.span, hint)
