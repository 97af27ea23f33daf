"""The synthetic outage of a component that others depend on: the one source that holds back their alerts."""

from collections.abc import Sequence
from dataclasses import replace

from slogen import names
from slogen.ir.rules import Alert
from slogen.ir.witness import Proof, fault_begins
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
    told = (replace(witness, earliest=fault_begins(witness.phases)) for witness in first.witnesses[:1])
    return Proof(tuple(told), (), first.unproven)
