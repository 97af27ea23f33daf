"""Alerts that wait for a louder one in PromQL instead of Alertmanager, for projects that ask for it.

Alertmanager sends no resolve for an alert that ends while it is inhibited; an expression that leaves the alert out as
long as the louder one fires does, because the alert itself ends and begins again.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace

from slogen import names
from slogen.ir.later import Later
from slogen.ir.program import Component, Environment
from slogen.ir.rules import Alert, Recording, RuleFile, RuleGroup
from slogen.ir.slo import Slo
from slogen.ir.witness import Proof, Traffic, Witness
from slogen.lower.plan import instant
from slogen.promql.build import on, selector, unless

_EXPLAINED = frozenset({"burn", "collapse", "condition"})
"""Kinds of alerts that an outage explains: not spent budgets, lost data, or the health of rules."""
_REASON = "in every story that fires it a page of the same objective fires first and holds it back"


def held_back(environment: Environment, paged: Collection[str]) -> Environment:
    """The environment with every burn-rate ticket and log silent while a page of the same SLO (and slice) fires.

    All that an outage of the whole environment explains is silent during one, but for components that others depend
    on: theirs may be the cause. An outage that none of the `paged` teams owns silences nothing.
    """
    outages = (alert for alert in _alerts(environment.fleet) if alert.name == names.ENVIRONMENT_OUTAGE)
    outage = next((alert for alert in outages if dict(alert.labels).get(names.TEAM) in paged), None)
    return replace(environment, components=tuple(_component(part, outage) for part in environment.components))


def _component(component: Component, outage: Alert | None) -> Component:
    rules = Later(lambda: tuple(_waiting(component, outage)))
    return replace(component, rules=RuleFile(component.rules.stem, rules))


def _waiting(component: Component, outage: Alert | None) -> Iterator[RuleGroup]:
    slos = {slo.name: slo for slo in component.slos}
    cause = any(alert.name == names.UPSTREAM_OUTAGE for alert in _alerts(component.rules))

    def waiting(rule: Recording | Alert) -> Recording | Alert:
        if not isinstance(rule, Alert):
            return rule
        if rule.kind == "burn" and rule.severity != "page" and rule.subject in slos:
            rule = _behind_page(rule, slos[rule.subject])
        return _behind_outage(rule, outage) if outage is not None and not cause else rule

    return (replace(group, rules=tuple(map(waiting, group.rules))) for group in component.rules.groups)


def _alerts(file: RuleFile) -> Iterator[Alert]:
    return (rule for group in file.groups for rule in group.rules if isinstance(rule, Alert))


def _behind_outage(alert: Alert, outage: Alert) -> Alert:
    """The alert, silent during an outage of its environment that explains it."""
    if alert.kind not in _EXPLAINED:
        return alert
    firing = selector("ALERTS", alertname=outage.name, alertstate="firing", env=dict(outage.labels)[names.ENV])
    return replace(alert, later_expr=Later(lambda: unless(instant(alert.expr), firing, on())))


def _behind_page(alert: Alert, slo: Slo) -> Alert:
    pages = sorted({tier.alert for tier in slo.tiers if tier.severity == "page"})
    if not pages:
        return alert
    told = dict(alert.labels)
    same = {name: told[name] for name in (names.ENV, names.MODEL, names.SLO) if name in told}
    firing = selector("ALERTS", alertname=pages[0], alertstate="firing", **same)
    by = (names.ENV, names.MODEL, names.SLO, *((names.SLICE,) if slo.slices else ()))
    return replace(
        alert,
        later_expr=Later(lambda: unless(instant(alert.expr), firing, on(*by))),
        later_proof=Later(lambda: _proof(alert.proof, slo)),
    )


def _proof(proof: Proof, slo: Slo) -> Proof:
    """Only stories that stay below every page's threshold can fire the ticket."""
    lowest = min(tier.threshold for tier in slo.tiers if tier.severity == "page")
    kept = tuple(witness for witness in proof.witnesses if _worst(witness) < lowest)
    return replace(proof, witnesses=kept, unproven=proof.unproven if kept else proof.unproven or _REASON)


def _worst(witness: Witness) -> float:
    """The largest share of bad events in a story; a gauge's bad value counts as everything."""
    shares = [phase.behaviour.bad_ratio if isinstance(phase.behaviour, Traffic) else 1.0 for phase in witness.phases]
    return max(shares, default=1.0)
