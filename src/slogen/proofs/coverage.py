"""What no test has exercised: alerts that none saw firing, rules that none replayed, routes that none took."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from slogen import names
from slogen.checks.routing_alerts import sent_alerts
from slogen.ir.program import Program
from slogen.ir.rules import Alert, Recording, RuleGroup
from slogen.proofs.claims import alert_name
from slogen.proofs.outcome import Outcome
from slogen.routing.config import Config
from slogen.routing.drawing import landings
from slogen.routing.load import load


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of thing: how many there are, and those that no test exercised, in words.

    `beyond` lists those that no test of the project can exercise; `total` does not count them.
    """

    what: str
    total: int
    missing: tuple[str, ...]
    beyond: tuple[str, ...] = ()


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
        _routes(program, texts, outcomes),
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


def _routes(program: Program, texts: Mapping[str, str], outcomes: Sequence[Outcome]) -> Part:
    """The ends of every routing tree; nodes above them only hand down what they say.

    Some take no alert of the project: alerts on trial where there are none, or those of another environment.
    """
    taken = frozenset(one for outcome in outcomes for one in outcome.exercised.routes)
    seen: dict[str, bool] = {}
    beyond: list[str] = []
    for instance in program.routing.instances:
        config = load(texts[names.alertmanager_path(instance.name)]).config
        reached = (
            _reached(program, config, frozenset((*instance.production, *instance.other))) if config else frozenset()
        )
        for route in config.root.walk() if config else ():
            name = f"{instance.name} {route.key} to {route.receiver}"
            exercised = (instance.name, route.path) in taken
            if not route.routes and (exercised or route.path in reached):
                seen[name] = exercised
            elif not route.routes:
                beyond.append(name)
    return replace(_part("routes", seen), beyond=tuple(beyond))


def _reached(program: Program, config: Config, environments: frozenset[str]) -> frozenset[tuple[int, ...]]:
    """The nodes at which alerts of the project can end; one about any component may bear the labels of each."""
    owners = {(c.name, c.team) for e in program.environments if e.name in environments for c in e.components}
    sets = (
        (sent.rule.name, tuple(sorted({names.MODEL: model, names.TEAM: team, **dict(sent.labels)}.items())))
        for sent in sent_alerts(program, environments)
        for model, team in sorted(owners)
    )
    return frozenset(landings(config, sets))
