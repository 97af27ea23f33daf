"""Which alerts keep which quiet; changes with what may stand behind what.

Alertmanager 0.30 to 0.34.0 remembers one source per value of `equal`, so every rule has at most one source for a value:
one rule per burn tier, and one outage alert per component. Sources and targets never overlap. Guards make sure that a
missing label matches nothing.
"""

from collections.abc import Iterator

from slogen import names, regex
from slogen.backends.alertmanager.text import ANYTHING, equals, matches, none_of, one_of
from slogen.emit.yaml import YamlValue
from slogen.ir.program import Program
from slogen.ir.routing import AlertmanagerInstance
from slogen.ir.rules import Alert

NEVER_INHIBITED = (names.BUDGET_EXHAUSTED, names.NO_DATA)
"""Alerts that no outage upstream explains away: a spent budget, and data that is lost."""
_SAME_SLO = (names.ENV, names.MODEL, names.SLICE, names.SLO)


def inhibit_rules(program: Program, instance: AlertmanagerInstance) -> Iterator[YamlValue]:
    """The rules of an instance, urgent over less urgent, upstream over downstream, in a fixed order."""
    alerts = list(_alerts(program, instance))
    if program.routing.suppression == "inhibit":
        yield from _urgent_first(program, alerts)
    for component in sorted(
        {dict(a.labels).get(names.COMPONENT, "") for a in alerts if a.name == names.UPSTREAM_OUTAGE}
    ):
        if component:
            yield _upstream(component)


def _alerts(program: Program, instance: AlertmanagerInstance) -> Iterator[Alert]:
    served = {*instance.production, *instance.other}
    for environment in program.environments:
        if environment.name not in served:
            continue
        files = [environment.fleet, *(component.rules for component in environment.components)]
        for file in files:
            for group in file.groups:
                yield from (rule for rule in group.rules if isinstance(rule, Alert))


def _urgent_first(program: Program, alerts: list[Alert]) -> Iterator[YamlValue]:
    """For each tier but the last, one rule for each way (`burn`) in which an SLO's alert of that tier can come."""
    tiers = [tier.name for tier in program.routing.tiers]
    burns: dict[str, set[str]] = {tier: set() for tier in tiers}
    for alert in alerts:
        labels = dict(alert.labels)
        if names.SLO in labels and names.BURN in labels:
            burns.setdefault(alert.severity, set()).add(labels[names.BURN])
    for index, tier in enumerate(tiers[:-1]):
        below = tuple(tiers[index + 1 :])
        for burn in sorted(burns[tier]):
            guards = [matches(name, ANYTHING) for name in (names.ENV, names.MODEL, names.SLO)]
            yield {
                "source_matchers": [equals(names.SEVERITY, tier), equals(names.BURN, burn), *guards],
                "target_matchers": [
                    one_of(names.SEVERITY, below),
                    none_of("alertname", (names.UPSTREAM_OUTAGE,)),
                    *guards,
                ],
                "equal": list(_SAME_SLO),
            }


def _upstream(component: str) -> YamlValue:
    """The component's one outage alert over whatever names it among its upstreams, in the same environment."""
    guard = matches(names.ENV, ANYTHING)
    name = regex.escape(component)
    return {
        "source_matchers": [equals("alertname", names.UPSTREAM_OUTAGE), equals(names.COMPONENT, component), guard],
        "target_matchers": [
            matches(names.UPSTREAMS, f".*,{name},.*"),
            none_of("alertname", (*NEVER_INHIBITED, names.UPSTREAM_OUTAGE)),
            guard,
        ],
        "equal": [names.ENV],
    }
