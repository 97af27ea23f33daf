"""Declared alerts of a spec as alerting rules: what they say, how often they run, and which groups they live in."""

from collections.abc import Mapping

from slogen import names
from slogen.emit.template_text import literal
from slogen.ir.rules import Alert
from slogen.lower.condition import AlertContract
from slogen.lower.sli_slices import Slicing, slicing
from slogen.lower.voice import Draft, Voice
from slogen.spec.alerts import Alert as SpecAlert
from slogen.spec.slis import Classification, Events
from slogen.spec.slos import Slo


def declared_alert(name: str, written: SpecAlert, contract: AlertContract, voice: Voice) -> Alert:
    """The rule of one declared alert, with the user's words where there are any."""
    says = f"{contract.says[:1].upper()}{contract.says[1:]}"
    texts = {
        "summary": literal(written.title or f"{voice.model}: {contract.says}"),
        "description": literal(written.description or f"{says}. {contract.why}"),
    }
    return voice.say(
        Draft(
            name=names.condition_alert(name),
            kind="condition",
            severity=written.severity,
            expr=contract.expr,
            proof=contract.proof,
            why=contract.why,
            texts=texts,
            hold=written.hold or 0,
            keep_firing=written.keep_firing_for or 0,
        )
    )


def slicings(slos: Mapping[str, Slo]) -> dict[str, Slicing]:
    """How objectives split the signals that they name: the slices that conditions compare. The first objective wins."""
    found: dict[str, Slicing] = {}
    for slo in slos.values():
        told = slicing(slo.slices)
        match slo.sli.shape:
            case Events(of=str() as reference) | Classification(of=str() as reference) if told is not None:
                found.setdefault(reference, told)
    return found
