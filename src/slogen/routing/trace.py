"""Why an alert lands where it lands: every route tried, and what decided; changes with what `explain` shows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from slogen.routing.config import Config, InhibitRule, Route
from slogen.routing.matchers import Matcher, all_match
from slogen.routing.tree import group_key, routes_for


@dataclass(frozen=True, slots=True)
class Step:
    """A route on the way: how deep it lies, the first matcher that fails (None: none does), and if it delivers."""

    route: Route
    failing: Matcher | None
    delivers: bool


def steps(config: Config, labels: Mapping[str, str]) -> list[Step]:
    """Every route that Alertmanager tries for the labels, in order; children of routes that fail are not tried."""
    taking = {route.path for route in routes_for(config.root, labels)}
    return list(_tried(config.root, labels, taking))


def _tried(route: Route, labels: Mapping[str, str], taking: set[tuple[int, ...]]) -> Iterator[Step]:
    failing = next((m for m in route.matchers if not m.matches(labels)), None)
    yield Step(route, failing, route.path in taking)
    if failing is not None:
        return
    for child in route.routes:
        yield from _tried(child, labels, taking)
        if all_match(child.matchers, labels) and not child.goes_on:
            return


def quieting(config: Config, labels: Mapping[str, str]) -> list[InhibitRule]:
    """The inhibition rules that could mute an alert with these labels, if a source fires."""
    return [rule for rule in config.inhibit_rules if all_match(rule.targets, labels)]


def explained(config: Config, name: str, labels: Mapping[str, str]) -> str:
    """The whole story of an alert as text: its labels, the routes tried, where it is told, and what may mute it."""
    lines = [name, "  " + " ".join(f'{key}="{value}"' for key, value in sorted(labels.items()))]
    lines += [_step_line(step) for step in steps(config, labels)]
    for route in routes_for(config.root, labels):
        lines += _delivery(config, route, labels)
    for rule in quieting(config, labels):
        sources = " ".join(map(str, rule.sources)) or "any alert"
        same = f" with the same {', '.join(rule.equal)}" if rule.equal else ""
        lines.append(f"  muted while this fires: {sources}{same}")
    return "\n".join(lines) + "\n"


def _step_line(step: Step) -> str:
    shown = " ".join(map(str, step.route.matchers)) or "everything"
    indent = "  " * (len(step.route.path) + 1)
    if step.failing is not None:
        return f"{indent}no   {shown}   (because of {step.failing})"
    if step.delivers:
        return f"{indent}HERE {shown} → {step.route.receiver}{'   (and on)' if step.route.goes_on else ''}"
    return f"{indent}yes  {shown}"


def _delivery(config: Config, route: Route, labels: Mapping[str, str]) -> Iterator[str]:
    timers = route.timers
    kinds = ", ".join(channel.kind for channel in config.receiver(route.receiver).channels) or "nobody"
    yield f"  {route.receiver} ({kinds})"
    yield f"    group {group_key(route, labels)}"
    first, every, repeat = (shown_ms(ms) for ms in (timers.group_wait, timers.group_interval, timers.repeat_interval))
    yield f"    first message after {first}, changes every {every}, repeated after {repeat}"
    if route.active:
        yield f"    waits for {' or '.join(route.active)}"
    if route.mute:
        yield f"    quiet in {' and '.join(route.mute)}"


def shown_ms(millis: int) -> str:
    """A duration for people, `3h58m`."""
    parts = []
    for unit, size in (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)):
        amount, millis = divmod(millis, size)
        parts += [f"{amount}{unit}"] if amount else []
    return "".join(parts) or "0s"
