"""Verdicts of proofs as outcomes: one test an alert, with what made it fire and how fast."""

from collections.abc import Sequence

from slogen.ir.where import Labels
from slogen.proofs.fleet import Unproven
from slogen.proofs.life import draw
from slogen.proofs.outcome import Exercised, Outcome
from slogen.proofs.prove import Verdict
from slogen.proofs.wording import minutes
from slogen.replay.suite import SuiteResult


def outcomes(verdicts: Sequence[Verdict]) -> list[Outcome]:
    """One outcome for each alert of each environment, in the order of the verdicts."""
    by_alert: dict[tuple[str, str, str, Labels], list[Verdict]] = {}
    for verdict in verdicts:
        key = (verdict.environment, verdict.component, verdict.alert, verdict.labels)
        by_alert.setdefault(key, []).append(verdict)
    return [_outcome(members) for members in by_alert.values()]


def _outcome(verdicts: Sequence[Verdict]) -> Outcome:
    first = verdicts[0]
    broken = [verdict for verdict in verdicts if verdict.problem]
    seconds = sum(verdict.seconds for verdict in verdicts)
    return Outcome(
        kind="proof",
        suite=f"{first.environment}/{first.component}",
        name=name_of(first),
        problem="; ".join(f"{verdict.problem} ({verdict.claim})" for verdict in broken),
        expected=tuple(line for verdict in broken for line in (_expected(verdict),)),
        seen=tuple(line for verdict in broken for line in (_seen(verdict),)),
        picture=tuple(line for verdict in broken for line in draw(verdict)),
        note=_note(verdicts),
        seconds=seconds,
        span=first.span,
        exercised=_exercised(verdicts),
    )


def _exercised(verdicts: Sequence[Verdict]) -> Exercised:
    fired = [verdict for verdict in verdicts if verdict.fires and verdict.seen]
    alerts = frozenset((v.environment, v.alert, frozenset(v.labels)) for v in fired)
    return Exercised(alerts, frozenset((v.environment, *rule) for v in fired for rule in v.rules))


def name_of(verdict: Verdict) -> str:
    """An alert's name with what tells it apart: `availability ErrorBudgetBurnPage fast`."""
    labels = dict(verdict.labels)
    parts = (verdict.subject, verdict.alert, labels.get("burn", ""), labels.get("slice", ""))
    return " ".join(part for part in parts if part)


def _note(verdicts: Sequence[Verdict]) -> str:
    fired = [v for v in verdicts if v.fires and v.detected is not None]
    silent = sum(not v.fires for v in verdicts)
    told = ", ".join(f"{v.claim} in {minutes(v.detected or 0)} (theory {_theory(v)})" for v in fired)
    quiet = f"; silent in {silent} near misses" if silent else ""
    return f"fires on {told}{_stopping(fired)}{quiet}" if told else f"silent in {silent} stories"


def _stopping(fired: Sequence[Verdict]) -> str:
    """What the first fault has cost when the alert fires, and how soon the alert ends after it."""
    first = fired[0]
    cost = "" if first.spent is None else f", {first.spent:.2%} of the budget spent by then"
    if first.reset is None or first.stops is None or first.recovers is None:
        return cost
    low, high = (moment - first.recovers for moment in first.stops)
    return f"{cost}; stops {minutes(first.reset)} after it (theory {minutes(low)}-{minutes(high)})"


def _theory(verdict: Verdict) -> str:
    low, high = (verdict.earliest or 0) - verdict.began, (verdict.latest or 0) - verdict.began
    return f"{minutes(max(0, low))}-{minutes(high)}"


def _expected(verdict: Verdict) -> str:
    return (
        f"fires between {minutes(verdict.earliest or 0)} and {minutes(verdict.latest or 0)}"
        if verdict.fires
        else "silent"
    )


def _seen(verdict: Verdict) -> str:
    spans = (f"{minutes(a)} to {'the end' if b is None else minutes(b)}" for a, b in verdict.seen)
    return "fires from " + ", ".join(spans) if verdict.seen else "silent"


def suite_outcomes(result: SuiteResult) -> list[Outcome]:
    """One outcome for each test of a promtool file."""
    return [
        Outcome(
            kind="promtool",
            suite=result.file,
            name=case.name,
            problem="; ".join(failure.message for failure in case.failures),
            expected=tuple(text for failure in case.failures for text in failure.expected),
            seen=tuple(text for failure in case.failures for text in failure.seen),
            picture=(),
            note="as promtool would say",
            seconds=0.0,
            span=case.failures[0].span if case.failures else None,
        )
        for case in result.cases
    ]


def unproven_outcome(found: Unproven) -> Outcome:
    """An alert that claims nothing: listed with its owner's reason, an error where there is none."""
    alert = found.alert
    reason = alert.proof.unproven or ""
    return Outcome(
        kind="unproven",
        suite=f"{found.environment}/{found.component}",
        name=" ".join(part for part in (alert.subject, alert.name) if part),
        problem="" if reason else "nothing makes this alert fire, and nobody says why that is so",
        expected=(),
        seen=(),
        picture=(),
        note=f"unproven: {reason}",
        seconds=0.0,
        span=alert.where.span,
    )
