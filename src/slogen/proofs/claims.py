"""What a component's alerts claim, as stories to replay: each story once, with every claim that it decides."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

from slogen import burn, names
from slogen.ir.program import Component, Environment
from slogen.ir.rules import Alert, Recording
from slogen.ir.signals import Signal
from slogen.ir.slo import Slo
from slogen.ir.where import Labels
from slogen.ir.witness import Phase, Traffic, Witness, fault_begins
from slogen.promql.rewrite import offsets


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose alerts are proven: a component of an environment, or the rules that an environment's components share."""

    environment: str
    name: str
    external_labels: Labels
    signals: tuple[Signal, ...]
    slos: tuple[Slo, ...]
    alerts: tuple[Alert, ...]
    delayed: frozenset[str] = frozenset()
    """SLOs judged by what arrives long after it happened, such as labels; made series show everything at once."""


@dataclass(frozen=True, slots=True)
class Claim:
    """That a story fires an alert, or that it does not.

    `recovers` is when the fault ends, and `stops` between which moments the alert must stop firing, ms; None where the
    fault never ends. `spends` is the share of the budget that the fault spends in a millisecond, 0 where none is told.
    """

    alert: Alert
    witness: Witness
    fires: bool
    recovers: int | None
    stops: tuple[int, int] | None
    spends: Fraction


@dataclass(frozen=True, slots=True)
class Task:
    """One story about one subject, to be replayed once for all claims that tell it."""

    subject: Subject
    phases: tuple[Phase, ...]
    claims: tuple[Claim, ...]

    @property
    def end(self) -> int:
        """How long the story must go on, ms."""
        return max(claim.witness.end for claim in self.claims)


def of_component(environment: Environment, component: Component) -> Subject:
    """A component with its own alerts."""
    alerts = tuple(rule for group in component.rules.groups for rule in group.rules if isinstance(rule, Alert))
    external = environment.external_labels
    delayed = frozenset(
        dict(rule.labels).get(names.SLO, "")
        for group in component.rules.groups
        for rule in group.rules
        if isinstance(rule, Recording) and any(offsets(rule.expr))
    )
    return Subject(environment.name, component.name, external, component.signals, component.slos, alerts, delayed)


def of_fleet(environment: Environment) -> Subject:
    """The alerts that watch all components of an environment, and the signals they read."""
    alerts = tuple(rule for group in environment.fleet.groups for rule in group.rules if isinstance(rule, Alert))
    return Subject(environment.name, names.FLEET, environment.external_labels, environment.signals, (), alerts)


def alert_name(alert: Alert) -> str:
    """An alert's name with what tells it apart in its file: `availability ErrorBudgetBurnPage fast`."""
    labels = dict(alert.labels)
    parts = (alert.subject, alert.name, labels.get(names.BURN), labels.get(names.SLICE))
    return " ".join(part for part in parts if part)


def tasks(subject: Subject) -> list[Task]:
    """The stories that the alerts of a subject claim something about, each once."""
    slos = {slo.name: slo for slo in subject.slos}
    told: dict[tuple[Phase, ...], list[Claim]] = {}
    for alert in subject.alerts:
        for claim in _claims(alert, slos.get(alert.subject)):
            told.setdefault(claim.witness.phases, []).append(claim)
    return [Task(subject, phases, tuple(claims)) for phases, claims in told.items()]


def _claims(alert: Alert, slo: Slo | None) -> Iterator[Claim]:
    limits = None if slo is None else _limits(alert, slo)
    for witness in alert.proof.witnesses:
        if limits is None or slo is None:
            yield Claim(alert, witness, True, None, None, Fraction(0))
        else:
            yield _recovering(alert, witness, slo, limits)
    for witness in alert.proof.near_misses:
        yield Claim(alert, witness, False, None, None, Fraction(0))


@dataclass(frozen=True, slots=True)
class _Limits:
    """The windows (ms) and the error ratio that decide an alert on burning budget."""

    long: int
    short: int
    threshold: Fraction


def _limits(alert: Alert, slo: Slo) -> _Limits | None:
    labels: Mapping[str, str] = dict(alert.labels)
    if alert.kind == "collapse":
        window = next(step for step in burn.LADDER if names.window(step) == labels[names.SHORT])
        return _Limits(window, window, burn.collapse_threshold(slo.budget))
    if alert.kind != "burn":
        return None
    tier = next(tier for tier in slo.tiers if tier.alert == alert.name and tier.burn == labels[names.BURN])
    return _Limits(tier.long, tier.short, tier.threshold)


def _recovering(alert: Alert, witness: Witness, slo: Slo, limits: _Limits) -> Claim:
    """The same story going on: the fault ends once it has filled the short window, and the alert must end with it.

    The bounds are `burn.time_to_reset` give or take what the witness grants to detection, for both are seen through
    the same windows and ticks.
    """
    began = fault_begins(witness.phases)
    latest = witness.latest if witness.latest is not None else witness.end
    ratio = _bad_ratio(witness.phases, began, slo)
    detect = burn.time_to_detect(limits.long, limits.threshold, ratio, began)
    if detect is None:
        return Claim(alert, witness, True, None, None, Fraction(0))
    slack = latest - began - int(detect)
    recovers = latest + limits.short
    reset = burn.time_to_reset(limits.short, limits.threshold, ratio)
    # The far end of the base window sees the fault for longer than its middle, which detection is reckoned with.
    tail = 0 if slo.kind == "sampled" else burn.shortest_window(slo.cadence, slo.period) // 2
    stops = (max(recovers, recovers + int(reset) - slack), recovers + ceil(reset) + slack + tail)
    healthy = {phase.signal: phase for phase in witness.phases if phase.start < began}
    again = tuple(replace(phase, start=recovers) for phase in healthy.values())
    longer = replace(witness, phases=(*witness.phases, *again), end=stops[1] + slack)
    return Claim(alert, longer, True, recovers, stops, ratio / (slo.budget * slo.period))


def _bad_ratio(phases: Sequence[Phase], began: int, slo: Slo) -> Fraction:
    """The share of bad events (0-1) while the fault lasts; a gauge that is bad makes every tick bad."""
    if slo.kind == "sampled":
        return Fraction(1)
    told = (phase.behaviour for phase in phases if phase.start == began)
    return max((Fraction(found.bad_ratio) for found in told if isinstance(found, Traffic)), default=Fraction(1))
