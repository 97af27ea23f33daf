"""The synthetic outage of a component that others depend on: the one source that holds back their alerts."""

from collections.abc import Sequence
from dataclasses import replace

from slogen import names
from slogen.ir.rules import Alert
from slogen.ir.witness import Phase, Proof, Traffic, fault_begins
from slogen.lower.voice import Draft, Voice
from slogen.promql.ast import Matcher, MatchOp
from slogen.promql.build import max_by, one_of, selector


def upstream_outage(voice: Voice, holding: Sequence[Alert]) -> Alert | None:
    """Fires while any of `holding` does, the loudest burn and collapse alerts of the component's inhibiting SLOs."""
    loudest = "page" if any(alert.severity == "page" for alert in holding) else "ticket"
    awake = [alert for alert in holding if alert.severity == loudest and not alert.shadow]
    if not awake:
        return None
    firing = selector(
        "ALERTS",
        one_of("alertname", sorted({alert.name for alert in awake})),
        Matcher(names.MODE, MatchOp.EQ, ""),
        one_of(names.SLO, sorted({alert.subject for alert in awake})),
        alertstate="firing",
        env=voice.env,
        model=voice.model,
        severity=loudest,
    )
    return voice.say(
        Draft(
            name=names.UPSTREAM_OUTAGE,
            kind="upstream",
            severity="log",
            expr=lambda: max_by(firing, names.ENV, names.MODEL),
            proof=lambda: _as_one_of(awake),
            why="Alerts of everything that depends on this component are held back while it fires.",
            labels={names.COMPONENT: voice.model},
            texts=lambda: {
                "summary": f"{voice.model} is out",
                "description": "It pages for itself; alerts of models that depend on it are held back meanwhile.",
            },
        )
    )


def _as_one_of(awake: Sequence[Alert]) -> Proof:
    """It fires when the first of those alerts does, or any other before it, within the same evaluation or the next."""
    first = awake[0].proof
    told = (
        replace(witness, phases=_beside(witness.phases, awake[1:]), earliest=fault_begins(witness.phases))
        for witness in first.witnesses[:1]
    )
    return Proof(tuple(told), (), first.unproven)


def _beside(phases: tuple[Phase, ...], others: Sequence[Alert]) -> tuple[Phase, ...]:
    """A story in which what the other alerts read is healthy: some of them take what is missing for a fault.

    There is so much traffic that each is judged.
    """
    known = {phase.signal for phase in phases}
    begun = {
        phase.signal: phase
        for other in others
        for witness in other.proof.witnesses[:1]
        for phase in witness.phases
        if phase.start == 0 and phase.signal not in known
    }
    every = (*begun.values(), *phases)
    rate = max((phase.behaviour.rate for phase in every if isinstance(phase.behaviour, Traffic)), default=0.0)
    return tuple(
        replace(phase, behaviour=replace(phase.behaviour, rate=rate)) if isinstance(phase.behaviour, Traffic) else phase
        for phase in every
    )
