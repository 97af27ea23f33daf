"""From the condition of an alert to its expression and the proof that it can fire: every kind, and how they combine."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from slogen.diagnostics.model import Diagnostic
from slogen.ir.signals import Signal
from slogen.ir.where import Where
from slogen.ir.witness import Behaviour, Phase, Proof, Traffic, Witness
from slogen.lower.condition_change import baseline, drop, volume
from slogen.lower.condition_drift import drift
from slogen.lower.condition_quality import cost, data_quality
from slogen.lower.condition_quantile import confidence, quantile
from slogen.lower.condition_score import score_distribution
from slogen.lower.condition_silence import absent
from slogen.lower.condition_slices import canary, parity
from slogen.lower.condition_threshold import disagreement, saturation, threshold, user_expr
from slogen.lower.condition_told import Answer, Told
from slogen.lower.reach import of_condition
from slogen.lower.sli_question import Context, Question
from slogen.promql import build as q
from slogen.spec import conditions as c
from slogen.spec.alerts import Alert, AtLeast, Condition, Expr, Simple

_WHY = {
    "threshold": "A value that the people who run the model watch has passed the bound they set.",
    "quantile": "A slow percentile is what users feel first; it is a symptom, not an objective.",
    "drift": "The model answers questions it was not trained on; its quality may follow when labels arrive.",
    "score_distribution": "Scores that move are the earliest sign of trouble where labels come late.",
    "drop": "Quality that falls against its own past is lost even while it is above an absolute bound.",
    "baseline": "A value outside its usual spread is news, whatever its absolute level.",
    "volume": "Predictions that stay away, or flood in, are a fault upstream that no error counter sees.",
    "parity": "A mean hides a group that is served badly.",
    "canary": "A new version that is worse beyond chance must not get more traffic.",
    "disagreement": "A shadow that answers otherwise must be understood before it goes live.",
    "absent": "What has stopped arriving looks like peace to every other alert.",
    "data_quality": "A model cannot be better than the rows it is given.",
    "confidence": "A model that is suddenly surer, or less sure, has met other data, or other people.",
    "saturation": "A resource that runs out turns into errors and waiting next.",
    "cost": "Money that is spent too fast is noticed here, not on the invoice.",
    "expr": "The people who run the model asked for it.",
    "all": "Several signs together are evidence where each alone is noise.",
    "any": "Any of these signs is reason enough.",
    "at_least": "Several signs together are evidence where each alone is noise.",
}
"""What each kind of alert is good for, in one sentence."""
_SETTLED = 2 * q.HOUR
"""Ordinary life before a story begins."""


@dataclass(frozen=True, slots=True)
class AlertContract:
    """What an alert of the spec waits for.

    `says` completes "fires while …", `why` says what it is good for. `signals` are the raw series behind it. `interval`
    (ms) is how often it is worth evaluating.
    """

    expr: q.Vector
    says: str
    why: str
    signals: tuple[Signal, ...]
    proof: Proof
    interval: int


def conditions_for(
    name: str, alert: Alert, context: Context, where: Where, evaluation_interval: int
) -> tuple[AlertContract | None, list[Diagnostic]]:
    """The contract of a declared alert, or why there is none.

    `where` holds the places of the alert's fields (`threshold.above`, `all.0.drift.test`). The expression gives one
    series without labels while the condition holds, or one per `slice`, or whatever a user's own expression returns.
    An alert whose raw series are not known (a user's own expression) has a proof without witnesses.
    """
    told, findings = told_condition(alert, Question(name, context, None, where, ""))
    if told is None:
        return None, findings
    interval = evaluation_interval if told.delay < q.HOUR else max(evaluation_interval, q.MINUTE)
    proof = _proof(told, alert.hold or 0, interval)
    return AlertContract(told.expr, told.says, _WHY[alert.kind], told.signals, proof, interval), findings


def told_condition(condition: Condition, ask: Question) -> Answer:
    """A condition, its parts and its exception."""
    told, findings = _kind(condition, ask)
    if condition.unless is None:
        return told, findings
    exception, more = told_condition(condition.unless, ask.below("unless"))
    if told is None or exception is None:
        return None, [*findings, *more]
    return _except(told, exception), [*findings, *more]


def _kind(condition: Condition, ask: Question) -> Answer:
    below = ask.below(condition.kind)
    match condition.value:
        case tuple() as parts:
            return _parts(parts, below, _all if condition.kind == "all" else _any)
        case AtLeast(count=count, of=parts):
            return _parts(parts, below.below("of"), lambda told: _at_least(count, told))
        case simple:
            told, findings = _simple(simple, below)
            ranges = [] if told is None else of_condition(told.expr, below, own=isinstance(simple, Expr))
            return told, [*findings, *ranges]


def _simple(shape: Simple, ask: Question) -> Answer:  # noqa: C901 - one line a kind
    match shape:
        case c.Threshold():
            return threshold(shape, ask)
        case c.Quantile():
            return quantile(shape, ask)
        case c.Drift():
            return drift(shape, ask)
        case c.ScoreDistribution():
            return score_distribution(shape, ask)
        case c.Drop():
            return drop(shape, ask)
        case c.Baseline():
            return baseline(shape, ask)
        case c.Volume():
            return volume(shape, ask)
        case c.Parity():
            return parity(shape, ask)
        case c.Canary():
            return canary(shape, ask)
        case c.Disagreement():
            return disagreement(shape, ask)
        case c.Absent():
            return absent(shape, ask)
        case c.DataQuality():
            return data_quality(shape, ask)
        case c.Confidence():
            return confidence(shape, ask)
        case c.Saturation():
            return saturation(shape, ask)
        case c.Cost():
            return cost(shape, ask)
        case Expr():
            return user_expr(shape, ask)


def _parts(parts: Sequence[Condition], ask: Question, combine: Callable[[list[Told]], Told]) -> Answer:
    answers = [told_condition(part, ask.below(str(index))) for index, part in enumerate(parts)]
    findings = [finding for _, found in answers for finding in found]
    told = [one for one, _ in answers if one is not None]
    return (combine(told), findings) if len(told) == len(parts) else (None, findings)


def _all(parts: list[Told]) -> Told:
    """All hold: the first part's series, while every other part has any. One part alone that is bad fires nothing."""
    expr = q.all_of([part.expr for part in parts], q.on())
    told = _joined(parts, expr, " and ")
    alone = [_bad_but(parts, {index}) for index in range(len(parts))] if len(parts) > 1 else []
    return replace(told, misses=(*told.misses, *alone))


def _any(parts: list[Told]) -> Told:
    """Any holds. The story makes all of them hold; each alone is the matter of its own kind's tests."""
    return _joined(parts, q.any_of([part.expr for part in parts]), " or ")


def _at_least(count: int, parts: list[Told]) -> Told:
    """So many hold: each counts one or nothing, and the sum is compared."""
    votes: list[q.Vector] = [q.or_(q.group_by(part.expr), q.vector(0)) for part in parts]
    total = votes[0]
    for vote in votes[1:]:
        total = q.add(total, vote)
    told = _joined(parts, q.ge(total, count), ", ")
    few = _bad_but(parts, set(range(count - 1, len(parts))))
    return replace(told, says=f"at least {count} of these hold: {told.says}", misses=(few,))


def _except(told: Told, exception: Told) -> Told:
    """It holds and the exception does not; both together are the near miss."""
    joined = _joined([told, exception], q.unless(told.expr, exception.expr, q.on()), " unless ")
    calm = {**told.bad, **{id_: behaviour for id_, behaviour in exception.good.items() if id_ not in told.bad}}
    both = _worst([told.bad, exception.bad])
    return replace(joined, bad=calm, misses=(*told.misses, both), delay=told.delay)


def _joined(parts: list[Told], expr: q.Vector, word: str) -> Told:
    signals = {signal.id: signal for part in parts for signal in part.signals}
    good: dict[str, Behaviour] = {}
    for part in parts:
        good = {**part.good, **good}
    return Told(
        expr,
        word.join(part.says for part in parts),
        tuple(signals[id_] for id_ in sorted(signals)),
        good,
        _worst([part.bad for part in parts]),
        (),
        max(part.history for part in parts),
        max(part.delay for part in parts),
        all(part.proven for part in parts),
    )


def _bad_but(parts: list[Told], calm: set[int]) -> Mapping[str, Behaviour]:
    """Everything is bad but the parts at `calm`, whose signals stay good even where other parts share them."""
    bad = _worst([part.bad for index, part in enumerate(parts) if index not in calm])
    for index in calm:
        bad = {**bad, **parts[index].good}
    return bad


def _worst(behaviours: list[Mapping[str, Behaviour]]) -> dict[str, Behaviour]:
    """The behaviours of several parts together; of two traffics of one signal the worse."""
    found: dict[str, Behaviour] = {}
    for part in behaviours:
        for id_, behaviour in part.items():
            other = found.get(id_)
            match behaviour, other:
                case Traffic(bad_ratio=mine), Traffic(bad_ratio=theirs) if theirs >= mine:
                    continue
            found[id_] = behaviour
    return found


def _proof(told: Told, hold: int, interval: int) -> Proof:
    """The story that fires the alert after ordinary life, and those that look like it and must not."""
    if not told.proven or not told.signals:
        return Proof((), (), None)
    at = _SETTLED + told.history
    latest = at + told.delay + hold + 3 * interval
    fires = Witness(_story(told, told.bad, at), at + hold, latest, latest + 4 * interval)
    calm = Witness(_story(told, told.good, at), None, None, latest)
    near = (Witness(_story(told, {**told.bad, **miss}, at), None, None, latest) for miss in told.misses)
    return Proof((fires,), (calm, *near), None)


def _story(told: Told, then: Mapping[str, Behaviour], at: int) -> tuple[Phase, ...]:
    phases: list[Phase] = []
    for signal in told.signals:
        usual = told.good.get(signal.id)
        later = then.get(signal.id, usual)
        phases += [Phase(0, signal.id, usual)] if usual is not None else []
        phases += [Phase(at, signal.id, later)] if later is not None else []
    return tuple(phases)
