"""Days on which a decision must be made again: trials that have ended, numbers that were to be looked at."""

from collections.abc import Iterable, Iterator
from datetime import date

from slogen.diagnostics.model import Code, Diagnostic, Severity
from slogen.ir.where import Where
from slogen.spec.alerts import Alert, AtLeast, Condition
from slogen.spec.conditions import Baseline, Drop, ScoreDistribution
from slogen.spec.load import LoadedSpec
from slogen.spec.slos import Slo

TRIAL_OVER = Code(
    "SLO320",
    "trial-over",
    Severity.WARNING,
    "the day has passed on which a shadow alert was to be judged",
    """\
A shadow alert is evaluated and counted but reaches nobody. Its `until` is the day by which somebody must have decided:
look at the board of shadow alerts, then remove `shadow` so that the alert counts, remove the alert, or write a later
day. Nothing changes by itself: the alert stays in shadow until somebody says so.
""",
)
REVIEW_DUE = Code(
    "SLO321",
    "review-due",
    Severity.WARNING,
    "the day has passed after which these numbers were to be looked at again",
    """\
`review_after` is a promise: wide bounds at first, an objective that was a guess, a fixed reference from a validation
set. Compare it with what was measured since, then change the numbers, or write the next day.
""",
)
UNREVIEWED_REFERENCE = Code(
    "SLO322",
    "fixed-reference-without-review",
    Severity.INFO,
    "a fixed reference grows old unnoticed",
    """\
`mean` and `deviation`, or a `reference` alone, are frozen numbers, true for the data they came from. Data moves, and a
band that was right for the validation set ends as noise or as blindness. Write `review_after`: from that day on slogen
asks for a decision.
""",
)


def due(specs: Iterable[LoadedSpec], today: date) -> Iterator[Diagnostic]:
    """What has to be decided by `today`, and what will never be asked about; each once, whatever its environments."""
    found: dict[tuple[str, object], Diagnostic] = {}
    for spec in specs:
        for environment, written in spec.environments.items():
            for kind, items in (("slos", written.slos), ("alerts", written.alerts)):
                for name, item in items.items():
                    for finding in _of_item(name, item, spec.where((kind, name), environment), today):
                        found.setdefault((finding.code.id, finding.span), finding)
    yield from found.values()


def _of_item(name: str, item: Slo | Alert, where: Where, today: date) -> Iterator[Diagnostic]:
    if item.shadow is not None and item.shadow.until < today:
        message = f"the trial of {name} ended on {item.shadow.until.isoformat()}"
        hint = "remove `shadow`, remove the alert, or write a later day"
        yield Diagnostic(TRIAL_OVER, message, where.at("shadow.until"), hint)
    if item.review_after is not None and item.review_after < today:
        message = f"{name} was to be looked at again after {item.review_after.isoformat()}"
        yield Diagnostic(REVIEW_DUE, message, where.at("review_after"), "decide, and write the next day")
    elif item.review_after is None and isinstance(item, Alert):
        for path in _frozen(item, ""):
            message = f"{name} compares with a fixed reference, and no day says when that is looked at again"
            yield Diagnostic(UNREVIEWED_REFERENCE, message, where.at(path), "write `review_after` on the alert")


def _frozen(condition: Condition, path: str) -> Iterator[str]:
    """The places of the fixed references in a condition, relative to the alert."""
    here = f"{path}.{condition.kind}" if path else condition.kind
    match condition.value:
        case Baseline(mean=mean) if mean is not None:
            yield f"{here}.mean"
        case Drop(against=None) | ScoreDistribution(against=None):
            yield f"{here}.reference"
        case tuple() as parts:
            yield from _of_parts(parts, here)
        case AtLeast(of=parts):
            yield from _of_parts(parts, f"{here}.of")
        case _:
            pass


def _of_parts(parts: tuple[Condition, ...], path: str) -> Iterator[str]:
    for index, part in enumerate(parts):
        yield from _frozen(part, f"{path}.{index}")
