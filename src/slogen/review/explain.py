"""Objectives, alerts and whole models in plain words: what they compile to and why, and who is told."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from slogen import names
from slogen.evaluator.series import matcher_test
from slogen.ir.program import Component, Environment
from slogen.ir.slo import Slo
from slogen.promql.ast import Selector
from slogen.review.alerting import Known, Telling, guard_lines, tier_lines
from slogen.review.cover import budget, percent
from slogen.review.side import Side, called
from slogen.review.stake import impact_lines, policy_lines

_MOST_WHOLE = 4
"""More alerts of one name than this are listed, not told whole."""


def subjects(side: Side) -> list[str]:
    """Everything that can be explained by name, in order: models and their parts, alerts by name."""
    found = {name for _, c in side.components().values() for name in (c.name, *(f"{c.name}/{s.name}" for s in c.slos))}
    for one in Telling.of(side).alerts:
        found |= {f"{one.key[1] or one.key[0]}/{_asked(one)}", one.alert.name}
    return sorted(found)


def explain(side: Side, subject: str) -> str:
    """The explanation of `model/slo` or `model/alert` in every environment that has it, or of `environment/alert`.

    Empty where there is no such thing.
    """
    owner, _, name = subject.partition("/")
    telling = Telling.of(side)
    blocks = []
    for environment in side.program.environments:
        if environment.name == owner:
            own = [one for one in telling.alerts if one.environment is environment and one.component is None]
            blocks.append(_of_fleet(telling, environment, name, [one for one in own if one.alert.name == name]))
        for component in environment.components:
            if component.name == owner:
                own = [one for one in telling.alerts if one.component is component and _asked(one) == name]
                slo = next((slo for slo in component.slos if slo.name == name), None)
                blocks.append(
                    _of_component(telling, environment, component, (name, slo), own, side.program.target.currency)
                )
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _asked(one: Known) -> str:
    """What an alert is asked for by: its key in the spec, or the name of one that speaks for a whole."""
    return one.alert.subject or one.alert.name


def _of_fleet(telling: Telling, environment: Environment, name: str, alerts: Sequence[Known]) -> list[str]:
    """The alerts of this name that speak for all models of an environment."""
    if not alerts:
        return []
    return [f"{name} of everything in {environment.name}", *_wholes(telling, alerts)]


def _of_component(
    telling: Telling,
    environment: Environment,
    component: Component,
    named: tuple[str, Slo | None],
    alerts: Sequence[Known],
    currency: str,
) -> list[str]:
    name, slo = named
    if slo is None and not alerts:
        return []
    head = f"{component.name}/{name} in {environment.name}, owned by {component.team}"
    return [head, *(() if slo is None else _objective(slo, currency)), *_wholes(telling, alerts)]


def _wholes(telling: Telling, alerts: Sequence[Known]) -> Iterator[str]:
    for one in alerts:
        yield ""
        yield from (f"  {line}" for line in telling.whole(one))


def _objective(slo: Slo, currency: str) -> Iterator[str]:
    yield f"  objective {percent(slo.objective)} over {names.window(slo.period)}: {budget(slo)}"
    windows = ", ".join(map(names.window, slo.windows))
    yield f"  measured as {slo.sli}, from {', '.join(slo.signals) or 'no signal'}; windows {windows}"
    yield from (f"  {line}" for line in guard_lines(slo))
    for tier in slo.tiers:
        yield from (f"  {line}" for line in tier_lines(slo, tier))
    yield from policy_lines(slo.policy)
    yield from impact_lines(slo, currency)


def explain_alert(side: Side, asked: Selector) -> str:
    """The alerts of a name, as far as their fixed labels satisfy the matchers; empty where there is none.

    Few are told whole; of many, as of an alert that every objective has, the first is, and the others are listed.
    """
    telling = Telling.of(side)
    tests = [(matcher.label, matcher_test(matcher)) for matcher in asked.matchers]
    found = [
        one
        for one in telling.alerts
        if one.alert.name == asked.name and all(test(dict(one.alert.labels).get(label, "")) for label, test in tests)
    ]
    if not found:
        return ""
    whole = found if len(found) <= _MOST_WHOLE else found[:1]
    lines = ["\n".join(telling.whole(one)) for one in whole]
    rest = found[len(whole) :]
    if rest:
        lines.append("\n".join([f"and {len(rest)} more of this name", *map(telling.line, rest)]))
    return "\n\n".join(lines)


def explain_identity(side: Side, words: str) -> str:
    """The alert, objective or model whose identity reads so, as `diff` prints it; empty where there is none."""
    telling = Telling.of(side)
    alerts = "\n\n".join("\n".join(telling.whole(one)) for one in telling.alerts if called(one.key) == words)
    name, _, rest = words.partition("/")
    own = tuple(environment for environment in side.program.environments if environment.name == name)
    if alerts or not own or not rest:
        return alerts
    there = replace(side, program=replace(side.program, environments=own))
    return explain(there, rest) or explain_model(there, rest)


def explain_model(side: Side, name: str) -> str:
    """What a model or component has, by environment; empty where there is none of that name."""
    telling, blocks = Telling.of(side), []
    for environment in side.program.environments:
        for component in environment.components:
            if component.name == name:
                head = f"{component.kind} {name} in {environment.name}, owned by {component.team}"
                slos = [
                    f"  {name}/{slo.name}: {percent(slo.objective)} over {names.window(slo.period)}"
                    for slo in component.slos
                ]
                alerts = [telling.line(one) for one in telling.alerts if one.component is component]
                blocks.append("\n".join([head, *slos, *alerts]))
    return "\n\n".join(blocks)
