"""One SLO of a spec in one environment: its rules, and the node of the Program that says what they mean."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from slogen import burn, names
from slogen.diagnostics.model import Diagnostic
from slogen.ir.rules import Alert, Recording, Severity
from slogen.ir.slo import Slo, Tier
from slogen.ir.where import Where
from slogen.lower.burn_alerts import burn_alert, collapse_alert
from slogen.lower.contract import SliContract
from slogen.lower.plan import SloPlan
from slogen.lower.recordings import base_recordings, impact_recording, info_recording
from slogen.lower.silence import exhausted_alert, no_data_alert
from slogen.lower.terms import Terms, asks, problems
from slogen.lower.voice import Voice
from slogen.promql.rewrite import selectors
from slogen.spec import slos as spec

VoiceOf = Callable[[Severity], Voice]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an SLO is lowered for; times in ms."""

    env: str
    model: str
    interval: int
    retention: int | None


@dataclass(frozen=True, slots=True)
class LoweredSlo:
    """An SLO's plan, its node and its rules in the order in which they must run."""

    plan: SloPlan
    node: Slo
    rules: tuple[Recording | Alert, ...]


def plan_slo(
    name: str, wanted: Terms, contract: SliContract, place: Place, where: Where
) -> tuple[SloPlan, list[Diagnostic]]:
    """The windows and tiers that an SLO gets, and what was wrong with those it asked for."""
    shortest = burn.shortest_window(contract.cadence, wanted.period)
    tiers = burn.tiers(asks(wanted), wanted.budget, wanted.period, shortest)
    plan = SloPlan(
        env=place.env,
        model=place.model,
        slo=name,
        objective=wanted.objective,
        period=wanted.period,
        contract=contract,
        base=shortest,
        interval=place.interval,
        tiers=tiers,
        guard=wanted.guard,
        no_traffic=wanted.no_traffic,
    )
    return plan, list(problems(wanted, contract, tiers, place.retention, where))


def lower_slo(plan: SloPlan, slo: spec.Slo, wanted: Terms, voice_of: VoiceOf, info: dict[str, str]) -> LoweredSlo:
    """The recordings first, then every alert that reads them. `info` are labels of the info series."""
    where = voice_of("page").where
    recordings = [*base_recordings(plan, where), info_recording(plan, {**info, names.SLI: slo.sli.kind}, where)]
    if slo.cost_per_bad is not None and not plan.sampled:
        recordings.append(impact_recording(plan, slo.cost_per_bad.amount, where))
    return LoweredSlo(plan, _node(plan, slo, wanted, where), (*recordings, *_alerts(plan, wanted, voice_of)))


def _alerts(plan: SloPlan, wanted: Terms, voice_of: VoiceOf) -> Sequence[Alert]:
    """Burn, collapse, silence and budget. Where the SLI itself judges missing data, its burn alerts notice silence."""
    found = [burn_alert(plan, tier, voice_of(tier.severity)) for tier in plan.tiers]
    if "page" in wanted.severities:
        collapse = collapse_alert(plan, voice_of("page"))
        found += [collapse] if collapse else []
    if wanted.no_data != "none" and wanted.severities and selectors(plan.contract.total):
        found.append(no_data_alert(plan, voice_of(wanted.no_data), wanted.no_data))
    quiet: Sequence[Severity] = [level for level in ("ticket", "log") if level in wanted.severities]
    if quiet:
        found.append(exhausted_alert(plan, voice_of(quiet[0]), quiet[0]))
    return found


def _node(plan: SloPlan, slo: spec.Slo, wanted: Terms, where: Where) -> Slo:
    return Slo(
        name=plan.slo,
        title=slo.title or plan.slo,
        description=slo.description or "",
        sli=slo.sli.kind,
        kind=plan.contract.kind,
        objective=plan.objective,
        period=plan.period,
        cadence=plan.contract.cadence,
        windows=plan.windows,
        tiers=tuple(_tier(tier) for tier in plan.tiers),
        slices=plan.contract.slices,
        signals=tuple(signal.id for signal in plan.contract.signals),
        min_events=wanted.guard.min_events,
        min_bad=wanted.guard.min_bad,
        no_traffic=plan.no_traffic,
        inhibits_dependents=slo.inhibits_dependents,
        cost_per_bad=None if slo.cost_per_bad is None else slo.cost_per_bad.amount,
        where=where,
    )


def _tier(tier: burn.Tier) -> Tier:
    return Tier(
        burn=tier.burn,
        severity=tier.severity,
        long=tier.long,
        short=tier.short,
        factor=tier.factor,
        fraction=tier.fraction,
        threshold=tier.threshold,
        alert=names.burn_alert(tier.severity),
    )
