"""What may be done at once: the prepared answers in the order in which they help, or what stands in for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from slogen.backends.runbook.markdown import Markdown, answer
from slogen.ir.program import Component
from slogen.ir.rules import Alert
from slogen.ir.slo import Slo

Family = Literal["service", "quality", "data", "jobs", "cost"]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: its name, and how; `prepared` where the owners wrote it down."""

    name: str
    how: Markdown
    prepared: bool


_OF_SLI: Final[dict[str, Family]] = {
    "availability": "service", "latency": "service", "events": "service", "ratio": "service",
    "classification": "quality", "timeslice": "quality", "gauge": "quality", "coverage": "data", "freshness": "data",
    "jobs": "jobs",
}  # fmt: skip
_OF_SIGN: Final[dict[str, Family]] = {
    "canary": "service", "disagreement": "service", "saturation": "service", "quantile": "service",
    "volume": "service", "drop": "quality", "baseline": "quality", "threshold": "quality", "parity": "quality",
    "drift": "data", "data_quality": "data", "score_distribution": "data", "confidence": "data", "absent": "data",
    "cost": "cost",
}  # fmt: skip
_ORDER: Final[dict[Family, tuple[str, ...]]] = {
    "service": ("rollback", "shift_traffic", "fallback"),
    "quality": ("fallback", "rollback"),
    "data": ("fallback",),
    "jobs": (),
    "cost": ("shift_traffic", "fallback"),
}
_FIRST: Final[dict[Family, str]] = {
    "service": "Was anything released in the last hours, here or upstream? Write the time down before you change it.",
    "quality": "Is the newest label recent? Quality computed from old labels is no reason to change anything.",
    "data": "Is it one feature or many? One is a fault of its source, many are a fault on the way.",
    "jobs": "Is the job running, waiting or failed? Start it once more if it failed; twice is for its owners.",
    "cost": "Does one client or one version cause it? Its traffic can be limited without harm to the others.",
}
_NAMES: Final = {"rollback": "Roll back", "fallback": "Answer without the model", "shift_traffic": "Shift traffic away"}
_UNPREPARED: Final = {
    "rollback": "No way back is written down. If a release came just before, ask its author to undo it.",
    "fallback": "No fallback is written down. Ask the owners whether answers may be withheld.",
    "shift_traffic": "No other place for the traffic is written down. Leave it where it is.",
}


def family_of_slo(slo: Slo) -> Family:
    """What an objective is about."""
    return _OF_SLI.get(slo.sli, "service")


def family_of_alert(alert: Alert) -> Family:
    """What a declared alert is about: its last sign, which in a composition is the one that hurts."""
    return next((_OF_SIGN[sign] for sign in reversed(alert.signs) if sign in _OF_SIGN), "service")


def steps(component: Component, family: Family) -> Iterator[Step]:
    """What to do in order; a step whose answer was not prepared says what stands in for it."""
    yield Step("Look first", answer(_FIRST[family]), prepared=False)
    if component.depends_on:
        outage = f"If an UpstreamOutage of {' or '.join(component.depends_on)} fires, wait for it: this is a symptom."
        yield Step("Look upstream", answer(outage), prepared=False)
    answers = component.answers
    told = {"rollback": answers.rollback, "fallback": answers.fallback, "shift_traffic": answers.shift_traffic}
    for key in _ORDER[family]:
        yield Step(_NAMES[key], answer(told[key] or _UNPREPARED[key]), prepared=bool(told[key]))
