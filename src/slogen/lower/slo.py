"""One SLO of a spec in one environment: its rules, and the node of the Program that says what they mean."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from slogen import burn, names
from slogen.diagnostics.model import Diagnostic
from slogen.ir.impact import Impact
from slogen.ir.later import Later
from slogen.ir.rules import Alert, Recording, Severity
from slogen.ir.slo import Slo, Tier
from slogen.ir.where import Where
from slogen.lower.budget_policy import FREEZE, REVIEW, step_alert
from slogen.lower.burn_alerts import Stake, burn_alert, collapse_alert
from slogen.lower.contract import SliContract
from slogen.lower.guards import collapse_window, guard_findings
from slogen.lower.plan import SloPlan
from slogen.lower.recordings import base_recordings, impact_recording, info_recording
from slogen.lower.silence import exhausted_alert, no_data_alert
from slogen.lower.terms import Terms, problems, tiers_of
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
    later_rules: Later[tuple[Recording | Alert, ...]]

    @property
    def rules(self) -> tuple[Recording | Alert, ...]:
        """The recordings first, then every alert that reads them."""
        return self.later_rules()


def plan_slo(
    name: str, wanted: Terms, contract: SliContract, place: Place, where: Where
) -> tuple[SloPlan, list[Diagnostic]]:
    """The windows and tiers that an SLO gets, and what was wrong with those it asked for."""
    shortest = burn.shortest_window(contract.cadence, wanted.period)
    tiers = tiers_of(wanted, shortest)
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
    found = problems(wanted, contract, tiers, place.retention, where)
    return plan, [*found, *guard_findings(plan, where)]


@dataclass(frozen=True, slots=True)
class Owner:
    """What an SLO's owner says about it: who speaks for each severity, labels of its info series, what is at stake."""

    where: Where
    voice_of: VoiceOf
    info: dict[str, str]
    impact: Impact | None
    stake_of: Callable[[Severity, Fraction], Stake]


def lower_slo(plan: SloPlan, slo: spec.Slo, wanted: Terms, owner: Owner) -> LoweredSlo:
    """The SLO as its plan says; its rules when somebody asks for them."""
    node = replace(_node(plan, slo, wanted, owner.where), policy=wanted.policy, impact=owner.impact)
    return LoweredSlo(plan, node, Later(lambda: (*_recordings(plan, slo, owner), *_alerts(plan, wanted, owner))))


def _recordings(plan: SloPlan, slo: spec.Slo, owner: Owner) -> Iterator[Recording]:
    yield from base_recordings(plan, owner.where)
    yield info_recording(plan, {**owner.info, names.SLI: slo.sli.kind}, owner.where)
    if slo.cost_per_bad is not None and not plan.sampled:
        yield impact_recording(plan, slo.cost_per_bad.amount, owner.where)


def _alerts(plan: SloPlan, wanted: Terms, owner: Owner) -> Sequence[Alert]:
    """Burn, collapse, silence and budget. Where the SLI itself judges missing data, its burn alerts notice silence."""
    voice_of, stake_of = owner.voice_of, owner.stake_of
    found = [
        burn_alert(plan, tier, voice_of(tier.severity), stake_of(tier.severity, tier.threshold)) for tier in plan.tiers
    ]
    if "page" in wanted.severities:
        worst = stake_of("page", burn.collapse_threshold(plan.budget))
        collapse = collapse_alert(plan, voice_of("page"), worst)
        found += [collapse] if collapse else []
    if wanted.no_data != "none" and wanted.severities and selectors(plan.contract.total):
        found.append(no_data_alert(plan, voice_of(wanted.no_data), wanted.no_data))
    return [*found, *_budget_alerts(plan, wanted, voice_of)]


def _budget_alerts(plan: SloPlan, wanted: Terms, voice_of: VoiceOf) -> Iterator[Alert]:
    """The steps of the policy, then the end of the budget; an SLO without alerts has none of these either."""
    policy = wanted.policy
    if policy is not None and wanted.severities:
        for step, left in ((REVIEW, policy.review), (FREEZE, policy.freeze)):
            if left is not None:
                yield step_alert(plan, step, left, voice_of(step.severity))
    quiet: Sequence[Severity] = [level for level in ("ticket", "log") if level in wanted.severities]
    if not quiet and policy is not None and policy.exhausted != "none" and wanted.severities:
        quiet = ["ticket"]
    if quiet:
        yield exhausted_alert(plan, voice_of(quiet[0]), quiet[0], policy)


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
        collapse=collapse_window(plan) if "page" in wanted.severities else None,
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
