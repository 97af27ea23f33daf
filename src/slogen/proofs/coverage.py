"""What no test has exercised: alerts that none saw firing, rules that none replayed, routes that none took."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from slogen import names
from slogen.ir.program import Program
from slogen.ir.rules import Alert, Recording, RuleGroup
from slogen.proofs.claims import alert_name
from slogen.proofs.outcome import Outcome
from slogen.routing.load import load


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of thing: how many there are, and those that no test exercised, in words."""

    what: str
    total: int
    missing: tuple[str, ...]


def coverage(program: Program, texts: Mapping[str, str], outcomes: Sequence[Outcome]) -> tuple[Part, ...]:
    """What the tests of a run left out; `texts` are the emitted files by path."""
    fired = frozenset(one for outcome in outcomes for one in outcome.exercised.alerts)
    alerts: dict[str, bool] = {}
    tiers: dict[str, bool] = {}
    for env, stem, group in _groups(program):
        for alert in group.rules:
            if isinstance(alert, Alert):
                kind = tiers if alert.kind == "burn" else alerts
                kind[f"{env}/{stem} {alert_name(alert)}"] = (env, alert.name, frozenset(alert.labels)) in fired
    return (
        _part("alerts", alerts),
        _part("burn tiers", tiers),
        _part("recording rules", _recordings(program, outcomes)),
        _part("routes", _routes(program, texts, outcomes)),
    )


def _part(what: str, seen: Mapping[str, bool]) -> Part:
    return Part(what, len(seen), tuple(name for name, exercised in seen.items() if not exercised))


def _groups(program: Program) -> Iterator[tuple[str, str, RuleGroup]]:
    for environment in program.environments:
        files = [(names.FLEET, environment.fleet), *((c.name, c.rules) for c in environment.components)]
        for stem, file in files:
            for group in file.groups:
                yield environment.name, stem, group


def _recordings(program: Program, outcomes: Sequence[Outcome]) -> dict[str, bool]:
    replayed = frozenset(one for outcome in outcomes for one in outcome.exercised.rules)
    return {
        f"{env}/{stem} {rule.record} of {group.name}": (env, group.name, rule.record) in replayed
        for env, stem, group in _groups(program)
        for rule in group.rules
        if isinstance(rule, Recording)
    }


def _routes(program: Program, texts: Mapping[str, str], outcomes: Sequence[Outcome]) -> dict[str, bool]:
    """The ends of every routing tree; nodes above them only hand down what they say."""
    taken = frozenset(one for outcome in outcomes for one in outcome.exercised.routes)
    seen: dict[str, bool] = {}
    for instance in program.routing.instances:
        config = load(texts[names.alertmanager_path(instance.name)]).config
        for route in config.root.walk() if config else ():
            if not route.routes:
                seen[f"{instance.name} {route.key} to {route.receiver}"] = (instance.name, route.path) in taken
    return seen
