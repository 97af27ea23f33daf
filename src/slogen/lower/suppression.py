"""Tickets that wait for the page in PromQL instead of Alertmanager, for projects that ask for it.

Alertmanager sends no resolve for an alert that ends while it is inhibited; an expression that leaves the ticket out as
long as the page fires does, because the alert itself ends and begins again.
"""

from dataclasses import replace

from slogen import names
from slogen.ir.program import Component, Environment
from slogen.ir.rules import Alert, RuleGroup
from slogen.ir.slo import Slo
from slogen.ir.witness import Proof, Traffic, Witness
from slogen.lower.plan import instant
from slogen.promql.build import on, selector, unless

_REASON = "in every story that fires it a page of the same objective fires first and holds it back"


def held_back(environment: Environment) -> Environment:
    """The environment with every burn-rate ticket and log silent while a page of the same SLO (and slice) fires."""
    return replace(environment, components=tuple(map(_component, environment.components)))


def _component(component: Component) -> Component:
    slos = {slo.name: slo for slo in component.slos}
    groups = tuple(_group(group, slos) for group in component.rules.groups)
    return replace(component, rules=replace(component.rules, groups=groups))


def _group(group: RuleGroup, slos: dict[str, Slo]) -> RuleGroup:
    rules = tuple(
        _waiting(rule, slos[rule.subject])
        if isinstance(rule, Alert) and rule.kind == "burn" and rule.severity != "page" and rule.subject in slos
        else rule
        for rule in group.rules
    )
    return replace(group, rules=rules)


def _waiting(alert: Alert, slo: Slo) -> Alert:
    pages = sorted({tier.alert for tier in slo.tiers if tier.severity == "page"})
    if not pages:
        return alert
    told = dict(alert.labels)
    same = {name: told[name] for name in (names.ENV, names.MODEL, names.SLO) if name in told}
    firing = selector("ALERTS", alertname=pages[0], alertstate="firing", **same)
    by = (names.ENV, names.MODEL, names.SLO, *((names.SLICE,) if slo.slices else ()))
    return replace(alert, expr=unless(instant(alert.expr), firing, on(*by)), proof=_proof(alert.proof, slo))


def _proof(proof: Proof, slo: Slo) -> Proof:
    """Only stories that stay below every page's threshold can fire the ticket."""
    lowest = min(tier.threshold for tier in slo.tiers if tier.severity == "page")
    kept = tuple(witness for witness in proof.witnesses if _worst(witness) < lowest)
    return replace(proof, witnesses=kept, unproven=proof.unproven if kept else proof.unproven or _REASON)


def _worst(witness: Witness) -> float:
    """The largest share of bad events in a story; a gauge's bad value counts as everything."""
    shares = [phase.behaviour.bad_ratio if isinstance(phase.behaviour, Traffic) else 1.0 for phase in witness.phases]
    return max(shares, default=1.0)
