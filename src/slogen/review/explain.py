"""An SLO or an alert in plain words: what it compiles to and why, the arithmetic of its thresholds, who is told."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from slogen import burn, names
from slogen.ir.program import Component, Environment
from slogen.ir.rules import Alert, RuleFile
from slogen.ir.slo import Slo, Tier
from slogen.promql.text import pretty
from slogen.review.cover import budget, percent, ratio
from slogen.review.routes import receivers, trees
from slogen.review.side import Side
from slogen.review.stake import impact_lines, policy_lines

_CARRIED = frozenset({names.BURN, names.SLICE, names.SEVERITY, names.PRIORITY})
_FAULTS = (Fraction(1), Fraction(1, 10), Fraction(1, 100))


def subjects(side: Side) -> list[str]:
    """Everything that can be explained: `model/slo` and `model/alert`, in order."""
    found = {f"{c.name}/{slo.name}" for _, c in side.components().values() for slo in c.slos}
    found |= {f"{c.name}/{_called(a)}" for _, c in side.components().values() for a in _alerts(c.rules)}
    found |= {f"{e.name}/{_called(a)}" for e in side.program.environments for a in _alerts(e.fleet)}
    return sorted(found)


def explain(side: Side, subject: str) -> str:
    """The explanation of `model/slo` or `model/alert` in every environment that has it, or of `environment/alert`.

    Empty where there is no such thing.
    """
    model, _, name = subject.partition("/")
    blocks = ["\n".join(_of_fleet(side, environment, name)) for environment in _named(side, model)]
    for environment, component in side.components().values():
        if component.name == model:
            blocks += [
                "\n".join(
                    _block(
                        side, environment, component, name, next((s for s in component.slos if s.name == name), None)
                    )
                )
            ]
    return "\n\n".join(block for block in blocks if block)


def _named(side: Side, name: str) -> list[Environment]:
    return [environment for environment in side.program.environments if environment.name == name]


def _alerts(file: RuleFile) -> list[Alert]:
    return [rule for group in file.groups for rule in group.rules if isinstance(rule, Alert)]


def _called(alert: Alert) -> str:
    """What an alert is asked for by: its key in the spec, or the name of one that speaks for a whole."""
    return alert.subject or alert.name


def _of_fleet(side: Side, environment: Environment, name: str) -> Iterator[str]:
    """The alerts of this name that speak for all models of an environment."""
    found = [alert for alert in _alerts(environment.fleet) if alert.name == name]
    if found:
        yield f"{name} of everything in {environment.name}"
        yield from _told(side, found)


def _block(side: Side, environment: Environment, component: Component, name: str, slo: Slo | None) -> Iterator[str]:
    alerts = [alert for alert in _alerts(component.rules) if _called(alert) == name]
    if slo is None and not alerts:
        return
    yield f"{component.name}/{name} in {environment.name}, owned by {component.team}"
    if slo is not None:
        yield from _objective(slo)
        yield from policy_lines(slo.policy)
        yield from impact_lines(slo, side.program.target.currency)
    yield from _told(side, alerts)


def _told(side: Side, alerts: Iterable[Alert]) -> Iterator[str]:
    """Each alert with its reason, who hears of it, what it claims and its expression."""
    told = trees(side)
    for alert in alerts:
        yield ""
        carried = (f"{k}={v}" for k, v in alert.labels if k in _CARRIED)
        yield f"  {alert.name} ({', '.join(carried)})"
        yield f"    why: {alert.why}"
        yield f"    told: {', '.join(receivers(alert, told)) or 'nobody'}"
        yield from (f"    {line}" for line in _claims(alert))
        yield "    expression:"
        yield from (f"      {line}" for line in pretty(alert.expr).splitlines())


def _claims(alert: Alert) -> Iterator[str]:
    if alert.proof.unproven is not None:
        yield f"unproven: {alert.proof.unproven}"
        return
    fires, silent = len(alert.proof.witnesses), len(alert.proof.near_misses)
    stories = "story" if fires == 1 else "stories"
    yield f"proof: fires in {fires} {stories}, stays silent in {silent}; `slogen test` replays them"


def _objective(slo: Slo) -> Iterator[str]:
    yield f"  objective {percent(slo.objective)} over {names.window(slo.period)}: {budget(slo)}"
    windows = ", ".join(map(names.window, slo.windows))
    yield f"  measured as {slo.sli}, from {', '.join(slo.signals) or 'no signal'}; windows {windows}"
    if slo.min_events or slo.min_bad > 1:
        guard = f"fewer than {slo.min_events} events or {slo.min_bad} bad ones"
        yield f"  hidden on purpose: windows with {guard} fire nothing"
    for tier in slo.tiers:
        yield from _tier(slo, tier)


def _tier(slo: Slo, tier: Tier) -> Iterator[str]:
    long, short = names.window(tier.long), names.window(tier.short)
    factor = f"{float(tier.factor):.4g}"
    yield f"  {tier.burn} ({tier.severity}): {ratio(tier.fraction)} of the budget in {long}, still burning over {short}"
    yield (
        f"    factor {factor} = {ratio(tier.fraction)} x {names.window(slo.period)} / {long}; "
        f"fires above {ratio(tier.threshold)} errors = {factor} x {ratio(slo.budget)}"
    )
    seen = [(fault, burn.time_to_detect(tier.long, tier.threshold, fault, slo.period)) for fault in _FAULTS]
    told = [f"{ratio(fault)} errors {'never' if time is None else f'after {_minutes(time)}'}" for fault, time in seen]
    reset = _minutes(burn.time_to_reset(tier.short, tier.threshold, Fraction(1)))
    yield f"    seen: {', '.join(told)}; an outage that ends is forgotten after {reset}"


def _minutes(millis: Fraction) -> str:
    seconds = round(millis / 1000)
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= size:
            return f"{seconds / size:.3g}{unit}"
    return f"{seconds}s"
