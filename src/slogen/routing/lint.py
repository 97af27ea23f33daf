"""What Alertmanager loads without a word and does not do as meant; changes with the traps that are known.

For configurations that people write; what slogen makes has none of these.
"""

from collections.abc import Iterator, Sequence

from slogen.diagnostics.model import Code, Diagnostic, Severity, ordered
from slogen.routing.config import Config, InhibitRule, Route
from slogen.routing.matchers import Matcher, Op
from slogen.routing.overlap import accepts_only_present, implied, may_overlap

UNREACHABLE = Code(
    id="SLO740",
    slug="unreachable-route",
    severity=Severity.WARNING,
    title="no alert can reach this route",
    explanation=(
        "Among siblings the first route that matches takes the alert, unless it says `continue: true`. An "
        "earlier route here accepts everything that this one does. Move the narrower route up, or let the "
        "earlier one continue."
    ),
)
HEARD_TWICE = Code(
    id="SLO741",
    slug="receiver-heard-twice",
    severity=Severity.WARNING,
    title="a receiver may be told of one alert by two routes",
    explanation=(
        "Alertmanager does not merge routes that name the same receiver: after `continue: true` a second "
        "route with it sends a second message, with a deduplication key of its own. Name the receiver in one "
        "of the routes only."
    ),
)
UNUSED = Code(
    id="SLO742",
    slug="unused-receiver",
    severity=Severity.INFO,
    title="no route names this receiver",
    explanation="Alertmanager does not even create a receiver that no route names. Remove it, or send it something.",
)
UNGUARDED = Code(
    id="SLO743",
    slug="unguarded-inhibition",
    severity=Severity.WARNING,
    title="this inhibition also compares labels that are not there",
    explanation=(
        "A label that both alerts lack counts as equal. If nothing makes sure that one of the `equal` labels "
        "is present, alerts without any of them mute each other across all teams. Add a matcher such as "
        '`slo=~".+"`.'
    ),
)
MUTUAL = Code(
    id="SLO744",
    slug="mutual-inhibition",
    severity=Severity.WARNING,
    title="alerts may mute each other, so that nobody is told",
    explanation=(
        "A muted alert still mutes others. If the targets of one rule can be the sources of another, and "
        "back, two alerts can keep each other quiet, and no message is sent at all. Make sources and targets "
        "of the rules disjoint."
    ),
)
ABSENT_MATCHES = Code(
    id="SLO745",
    slug="missing-label-matches",
    severity=Severity.INFO,
    title="this also matches alerts without the label",
    explanation=(
        'A label that an alert lacks is empty, and empty is not equal to any name: `env!="production"` takes '
        "alerts that have no `env`. Where these should go elsewhere, list the values that are meant: "
        '`env=~"dev|staging"`.'
    ),
)
RACING = Code(
    id="SLO746",
    slug="repeat-interval-races",
    severity=Severity.WARNING,
    title="repeats may come one group interval late",
    explanation=(
        "A group can only repeat itself when it ticks, every `group_interval`, and only strictly later than "
        "`repeat_interval` after its last message. Where one is a multiple of the other, milliseconds decide "
        "which tick that is. Set `repeat_interval` a little lower: 3h59m instead of 4h."
    ),
)
HASTY = Code(
    id="SLO747",
    slug="repeat-below-group-interval",
    severity=Severity.WARNING,
    title="the repeat interval is shorter than the group interval",
    explanation=(
        "The group then repeats itself at every tick, whether anything changed or not. That is what a "
        "heartbeat needs, and what people mute. Set `repeat_interval` to hours."
    ),
)
FORGOTTEN = Code(
    id="SLO748",
    slug="repeat-beyond-memory",
    severity=Severity.WARNING,
    title="Alertmanager forgets before it would repeat",
    explanation=(
        "What was sent is remembered for 120 hours (`--data.retention`). A longer `repeat_interval` repeats "
        "at that age. Set it to 119h or less, or raise the retention and accept this finding with a reason."
    ),
)
CHANGING = Code(
    id="SLO749",
    slug="grouped-by-changing-label",
    severity=Severity.WARNING,
    title="alerts are grouped by a label that changes during an incident",
    explanation=(
        "Every value makes a group of its own, with its own message and its own incident. Labels of single "
        "instances and windows come and go while a service is down. Group by what the incident is about: env, "
        "team, model, slo."
    ),
)
LINTS = (UNREACHABLE, HEARD_TWICE, UNUSED, UNGUARDED, MUTUAL, ABSENT_MATCHES, RACING, HASTY, FORGOTTEN, CHANGING)

CHANGING_LABELS = frozenset(
    {"instance", "pod", "pod_name", "container_id", "long", "short", "value", "model_version", "..."}
)
HEARTBEATS = frozenset({"Watchdog", "DeadMansSwitch", "DeadMan", "Heartbeat"})
"""Alerts that always fire and are meant to repeat at every tick."""
RETENTION = 120 * 3_600_000
"""Alertmanager's default `--data.retention`, ms."""


def lint(config: Config) -> list[Diagnostic]:
    """Everything suspicious in a configuration that loads, in order of place."""
    return ordered([
        *_unreachable(config.root, ()),
        *_heard_twice(config.root),
        *_unused(config),
        *_inhibition(config.inhibit_rules),
        *_routes(config.root),
    ])  # fmt: skip


def _unreachable(route: Route, above: tuple[Matcher, ...]) -> Iterator[Diagnostic]:
    own = (*above, *route.matchers)
    for index, child in enumerate(route.routes):
        narrow = (*own, *child.matchers)
        earlier = next((e for e in route.routes[:index] if not e.goes_on and implied(e.matchers, narrow)), None)
        if earlier is None:
            yield from _unreachable(child, own)
        else:
            yield Diagnostic(UNREACHABLE, f"{_named(earlier)} in line {earlier.span.line} takes it all", child.span)


def _heard_twice(route: Route) -> Iterator[Diagnostic]:
    for index, later in enumerate(route.routes):
        for earlier in route.routes[:index]:
            shared = _told(earlier) & _told(later)
            if earlier.goes_on and shared and may_overlap(earlier.matchers, later.matchers):
                message = f"{', '.join(sorted(shared))} may have heard already by the route in line {earlier.span.line}"
                yield Diagnostic(HEARD_TWICE, message, later.span)
        yield from _heard_twice(later)


def _told(route: Route) -> set[str]:
    return {node.receiver for node in route.walk()}


def _unused(config: Config) -> Iterator[Diagnostic]:
    named = _told(config.root)
    for receiver in config.receivers:
        if receiver.name not in named:
            yield Diagnostic(UNUSED, f"no route names `{receiver.name}`", receiver.span)


def _inhibition(rules: Sequence[InhibitRule]) -> Iterator[Diagnostic]:
    for rule in rules:
        guarded = {m.name for m in (*rule.sources, *rule.targets) if accepts_only_present(m)}
        if not guarded.intersection(rule.equal):
            what = f"none of {', '.join(rule.equal)} must be present" if rule.equal else "nothing has to be equal"
            yield Diagnostic(UNGUARDED, what, rule.span, 'add a matcher such as slo=~".+" to the sources')
    for circle in _circles(rules):
        lines = ", ".join(str(rule.span.line) for rule in circle[:-1])
        message = f"what this rule mutes may mute its sources, by the rules in lines {lines}"
        yield Diagnostic(MUTUAL, message, circle[-1].span)


def _circles(rules: Sequence[InhibitRule]) -> Iterator[list[InhibitRule]]:
    """Sets of rules in which the targets of each may be sources of the next, and so round, in the order of the file."""
    following = [
        {j for j, other in enumerate(rules) if j != i and may_overlap(rule.targets, other.sources)}
        for i, rule in enumerate(rules)
    ]
    reach = [_reachable(following, index) for index in range(len(rules))]
    seen: set[int] = set()
    for index in range(len(rules)):
        circle = {other for other in reach[index] if index in reach[other]}
        if index in reach[index] and index not in seen:
            seen |= circle
            yield [rules[member] for member in sorted(circle)]


def _reachable(following: Sequence[set[int]], start: int) -> set[int]:
    found: set[int] = set()
    waiting = [start]
    while waiting:
        for index in following[waiting.pop()] - found:
            found.add(index)
            waiting.append(index)
    return found


def _routes(route: Route, above: Route | None = None) -> Iterator[Diagnostic]:
    for matcher in route.matchers:
        if matcher.op in (Op.NOT_EQUAL, Op.NO_MATCH) and not accepts_only_present(matcher):
            yield Diagnostic(ABSENT_MATCHES, f"{matcher} holds where there is no {matcher.name}", route.span)
    if above is None or above.timers != route.timers:
        yield from _timers(route)
    changing = CHANGING_LABELS.intersection(("...",) if route.group_by_all else route.group_by)
    if changing and not _is_heartbeat(route) and (above is None or _grouping(above) != _grouping(route)):
        yield Diagnostic(CHANGING, f"grouped by {', '.join(sorted(changing))}", route.span)
    for child in route.routes:
        yield from _routes(child, route)


def _grouping(route: Route) -> tuple[tuple[str, ...], bool]:
    return route.group_by, route.group_by_all


def _timers(route: Route) -> Iterator[Diagnostic]:
    timers = route.timers
    if _is_heartbeat(route):
        return
    if timers.repeat_interval < timers.group_interval:
        yield Diagnostic(HASTY, f"{_named(route)} repeats itself at every tick", route.span)
    elif timers.repeat_interval % timers.group_interval == 0:
        yield Diagnostic(RACING, f"{_named(route)} repeats at a multiple of its tick", route.span)
    if timers.repeat_interval > RETENTION:
        yield Diagnostic(FORGOTTEN, f"{_named(route)} repeats after more than 120h", route.span)


def _is_heartbeat(route: Route) -> bool:
    return any(m.name == "alertname" and m.op is Op.EQUAL and m.value in HEARTBEATS for m in route.matchers)


def _named(route: Route) -> str:
    return " ".join(map(str, route.matchers)) or "a route for everything"
