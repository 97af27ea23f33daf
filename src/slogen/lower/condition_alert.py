"""Declared alerts of a spec as alerting rules: what they say, how often they run, and which groups they live in."""

from collections.abc import Iterator, Mapping

from slogen import names
from slogen.emit.template_text import literal
from slogen.ir.rules import Alert
from slogen.lower.condition import AlertContract
from slogen.lower.sli_slices import Slicing, slicing
from slogen.lower.voice import Draft, Voice
from slogen.spec.alerts import Alert as SpecAlert
from slogen.spec.alerts import AtLeast, Condition
from slogen.spec.conditions import Absent, DataQuality
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
            kind="data-condition" if _of_data(written) else "condition",
            severity=written.severity,
            expr=lambda: contract.expr,
            proof=lambda: contract.proof,
            why=contract.why,
            texts=lambda: texts,
            hold=written.hold or 0,
            keep_firing=written.keep_firing_for or 0,
            says=contract.says,
            words=tuple(text for text in (written.title, written.description) if text),
            signs=tuple(dict.fromkeys(_signs(written))),
        )
    )


def _of_data(condition: Condition) -> bool:
    """Whether a condition, or a part of one, is about data that is missing or broken."""
    match condition.value:
        case tuple() as parts:
            return any(map(_of_data, parts))
        case AtLeast(of=parts):
            return any(map(_of_data, parts))
        case value:
            return isinstance(value, Absent | DataQuality)


def _signs(condition: Condition) -> Iterator[str]:
    """The kinds of the conditions that an alert is made of, without those of its exceptions."""
    match condition.value:
        case tuple() as parts:
            yield from (sign for part in parts for sign in _signs(part))
        case AtLeast(of=parts):
            yield from (sign for part in parts for sign in _signs(part))
        case _:
            yield condition.kind


def slicings(slos: Mapping[str, Slo]) -> dict[str, Slicing]:
    """How objectives split the signals that they name: the slices that conditions compare. The first objective wins."""
    found: dict[str, Slicing] = {}
    for slo in slos.values():
        told = slicing(slo.slices)
        match slo.sli.shape:
            case Events(of=str() as reference) | Classification(of=str() as reference) if told is not None:
                found.setdefault(reference, told)
    return found
