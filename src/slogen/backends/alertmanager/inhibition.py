"""Which alerts keep which quiet; changes with what may stand behind what.

Alertmanager 0.30 to 0.34.0 remembers one source per value of `equal`, so every rule has at most one source for a value:
one rule per burn tier, one outage alert per component, one per environment. Sources and targets never overlap. Guards
make sure that a missing label matches nothing.
"""

from collections.abc import Collection, Iterable, Iterator

from slogen import names, regex
from slogen.backends.alertmanager.text import ANYTHING, equals, matches, none_of, one_of
from slogen.emit.yaml import YamlValue
from slogen.ir.program import Component, Program
from slogen.ir.routing import AlertmanagerInstance, RoutingPolicy
from slogen.ir.rules import Alert, RuleFile
from slogen.ir.slo import Slo

_HEARD = (
    names.BUDGET_EXHAUSTED, names.NO_DATA, names.NO_TRAFFIC, names.UPSTREAM_OUTAGE, names.ENVIRONMENT_OUTAGE,
    names.ENVIRONMENT_NO_DATA, names.WATCHDOG, names.FLEET_BLIND, names.WINDOW_MISSING, names.RULE_FAILING,
    names.RULE_MISSED, names.BUDGET_REVIEW, names.BUDGET_FREEZE,
)  # fmt: skip
"""Alerts that no outage explains: a spent budget, lost data, the health of the rules, another outage."""
_SAME_SLO = (names.ENV, names.MODEL, names.SLICE, names.SLO)
_SPEAK_FOR_THEMSELVES = (
    names.BUDGET_EXHAUSTED, names.BUDGET_REVIEW, names.BUDGET_FREEZE, names.NO_DATA, names.UPSTREAM_OUTAGE,
    names.ENVIRONMENT_OUTAGE,
)  # fmt: skip
"""Tickets and logs that no page of the same SLO makes superfluous, and outages, which may not be held back."""


def inhibit_rules(program: Program, instance: AlertmanagerInstance) -> Iterator[YamlValue]:
    """The rules of an instance, urgent over less urgent, upstream over downstream, in a fixed order."""
    served = {*instance.production, *instance.other}
    environments = [environment for environment in program.environments if environment.name in served]
    components = [component for environment in environments for component in environment.components]
    shared = [alert for environment in environments for alert in _alerts(environment.fleet)]
    if program.routing.suppression == "inhibit":
        slos = [slo for component in components for slo in component.slos]
        yield from _urgent_first(program, {*map(_way, shared), *(way for slo in slos for way in _ways(slo))})
    heard = _heard([*shared, *(alert for component in components for alert in component.declared)])
    outages = (*shared, *(alert for component in components for alert in _outage(component)))
    named = {dict(alert.labels).get(names.COMPONENT, "") for alert in outages if alert.name == names.UPSTREAM_OUTAGE}
    causes = tuple(sorted(filter(None, named)))
    for cause in causes:
        yield _upstream(cause, heard)
    if program.routing.suppression == "inhibit" and any(_wakes(program.routing, alert) for alert in shared):
        yield _environment(causes, heard)


def _outage(component: Component) -> Iterator[Alert]:
    """The alerts of a component that may hold back its dependents; only few components have any."""
    return _alerts(component.rules) if any(slo.inhibits_dependents for slo in component.slos) else iter(())


Way = tuple[str, str]
"""A tier, and the way (`burn`) in which an SLO's alert of that tier comes; empty for what is no SLO's."""


def _ways(slo: Slo) -> Iterator[Way]:
    yield from ((tier.severity, tier.burn) for tier in slo.tiers)
    if slo.collapse is not None:
        yield "page", names.COLLAPSE_BURN


def _way(alert: Alert) -> Way:
    labels = dict(alert.labels)
    return alert.severity, labels.get(names.BURN, "") if names.SLO in labels else ""


def _heard(alerts: Iterable[Alert]) -> tuple[str, ...]:
    """The names of alerts that no outage holds back, those on data that specs declare under names of their own last."""
    return (*_HEARD, *sorted({alert.name for alert in alerts if alert.kind == "data-condition"}))


def _wakes(policy: RoutingPolicy, alert: Alert) -> bool:
    """Whether an alert is the outage of an environment that somebody is paged about: who holds back must speak."""
    told = dict(alert.labels)
    owner = next((team for team in policy.teams if team.name == told.get(names.TEAM)), None)
    if alert.kind != "environment" or owner is None:
        return False
    own = dict(dict(owner.environments).get(told.get(names.ENV, ""), ()))
    return bool({**dict(owner.receivers), **own}.get(alert.severity))


def _alerts(file: RuleFile) -> Iterator[Alert]:
    return (rule for group in file.groups for rule in group.rules if isinstance(rule, Alert))


def _urgent_first(program: Program, ways: Collection[Way]) -> Iterator[YamlValue]:
    """For each tier but the last, one rule for each way (`burn`) in which an SLO's alert of that tier can come."""
    tiers = [tier.name for tier in program.routing.tiers]
    burns: dict[str, set[str]] = {tier: set() for tier in tiers}
    for severity, burn in ways:
        if burn:
            burns.setdefault(severity, set()).add(burn)
    for index, tier in enumerate(tiers[:-1]):
        below = tuple(tiers[index + 1 :])
        for burn in sorted(burns[tier]):
            guards = [matches(name, ANYTHING) for name in (names.ENV, names.MODEL, names.SLO)]
            yield {
                "source_matchers": [equals(names.SEVERITY, tier), equals(names.BURN, burn), *guards],
                "target_matchers": [
                    one_of(names.SEVERITY, below),
                    none_of("alertname", _SPEAK_FOR_THEMSELVES),
                    *guards,
                ],
                "equal": list(_SAME_SLO),
            }


def _upstream(component: str, heard: tuple[str, ...]) -> YamlValue:
    """The component's one outage alert over whatever names it among its upstreams, in the same environment."""
    guard = matches(names.ENV, ANYTHING)
    name = regex.escape(component)
    return {
        "source_matchers": [equals("alertname", names.UPSTREAM_OUTAGE), equals(names.COMPONENT, component), guard],
        "target_matchers": [
            matches(names.UPSTREAMS, f".*,{name},.*"),
            none_of("alertname", heard),
            guard,
        ],
        "equal": [names.ENV],
    }


def _environment(components: tuple[str, ...], heard: tuple[str, ...]) -> YamlValue:
    """An environment's one outage alert over everything in it but the components whose own outage may be the cause."""
    guards = [matches(name, ANYTHING) for name in (names.ENV, names.MODEL)]
    causes = [none_of(names.MODEL, components)] if components else []
    return {
        "source_matchers": [equals("alertname", names.ENVIRONMENT_OUTAGE), guards[0]],
        "target_matchers": [none_of("alertname", heard), *causes, *guards],
        "equal": [names.ENV],
    }
