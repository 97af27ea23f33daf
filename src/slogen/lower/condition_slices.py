"""Conditions that compare parts with each other: slices of the traffic, and a new version with the old one."""

from slogen import names
from slogen.diagnostics.model import Code, Diagnostic, Severity
from slogen.ir.signals import EventSignal, Outcome
from slogen.ir.witness import Behaviour, Traffic
from slogen.lower.condition_statistics import events_per_arm, standard_error, wilson_lower, wilson_upper, z_value
from slogen.lower.condition_threshold import ORDINARY
from slogen.lower.condition_told import Answer, Told, shown, window
from slogen.lower.sli_question import Question
from slogen.lower.sli_rates import ratio
from slogen.lower.sli_slices import Slicing
from slogen.lower.sli_values import Share, check_value, share_sums, share_value, value_of
from slogen.lower.source_checks import check_conditions
from slogen.lower.source_labels import example, spec_matchers
from slogen.lower.source_outcomes import event_signal
from slogen.promql import build as q
from slogen.promql.ast import Matcher, Matching, Number
from slogen.spec.conditions import Canary, Parity
from slogen.spec.units import Change, Quantity

NO_SLICES = Code(
    "SLO373",
    "parity-without-slices",
    Severity.ERROR,
    "nothing says which slices are compared",
    """\
Parity compares the declared slices of a signal. Give an objective on the same signal `slices` (`by` and `values`); its
slices are the ones that are compared.
""",
)
NOT_A_SHARE = Code(
    "SLO374",
    "needs-a-share-of-events",
    Severity.ERROR,
    "only shares of events can be compared so",
    """\
How far chance explains a difference can be told for shares of counted events (`events`, `classification`, or a measure
such as `app.precision`), not for a gauge, whose sample is unknown.
""",
)
POWER = Code(
    "SLO375",
    "canary-power",
    Severity.INFO,
    "how much traffic the comparison needs",
    """\
Whether a margin can be told from chance depends on the number of events in each arm. Below the number given here the
condition hardly ever holds, whatever the canary does: widen the margin, lengthen the window, or send more traffic.
""",
)
_USUAL = 0.1
_BAD_SLICE = 0.9


def parity(shape: Parity, ask: Question) -> Answer:
    """One slice is worse than all together (or than the best) by more than a gap, or than a share of the best.

    Slices with too few events say nothing; with `certainty` a slice counts only when even the favourable end of its
    Wilson interval is too far behind.
    """
    value = value_of(shape.of, ask)
    if isinstance(value, list):
        return None, value
    if not isinstance(value, Share):
        return None, [Diagnostic(NOT_A_SHARE, f"{shape.of} is no share of events", ask.at("of"))]
    sliced = ask.context.slices.get(shape.of)
    if sliced is None:
        hint = f"give an objective on {shape.of} `slices`"
        return None, [Diagnostic(NO_SLICES, f"no objective splits {shape.of}", ask.at("of"), hint=hint)]
    each = share_value(value, shape.over, shape.min_events, sliced)
    if shape.certainty is not None:
        _, whole = share_sums(value, shape.over, sliced)
        kind = wilson_upper if value.higher_is_better else wilson_lower
        each = kind(each, whole, z_value(shape.certainty))
    expr = _behind(shape, value, each, sliced)
    says = f"a slice of {shape.of} is {_far(shape)} over {window(shape.over)}"
    signal = event_signal(f"{value.source.name}.{shape.of}-slices", value.source, sliced, ask.where, value.outcomes)
    if signal is None:
        return Told(expr, says, (), {}, {}, proven=False), check_value(value, ask)
    rate = max(ORDINARY, 8000 * max(1, shape.min_events) * len(sliced.names) / shape.over)
    bad: Behaviour = Traffic(rate, _BAD_SLICE, None, sliced.names[0])
    good: Behaviour = Traffic(rate, 0.0, None, None)
    everywhere: Behaviour = Traffic(rate, 0.5, None, None)
    delay = shape.over + 2 * ask.context.scrape_interval
    told = Told(expr, says, (signal,), {signal.id: good}, {signal.id: bad}, ({signal.id: everywhere},), 0, delay)
    return told, check_value(value, ask)


def _behind(shape: Parity, value: Share, each: q.Vector, sliced: Slicing) -> q.Vector:
    plain = share_value(value, shape.over, shape.min_events, sliced)
    best = q.max_by(plain) if value.higher_is_better else q.min_by(plain)
    everyone = share_value(value, shape.over, shape.min_events)
    usual: q.Vector = best if shape.against == "best" or shape.ratio is not None else everyone
    if shape.gap is not None and shape.against == "rest":
        return _beyond(each, _rest(shape, value, sliced), shape.gap, value.higher_is_better, q.on(names.SLICE))
    if shape.ratio is not None:
        bound = float(shape.ratio)
        if value.higher_is_better:
            return q.lt(q.div(each, usual, q.on(group_left=())), bound)
        return q.gt(q.div(each, usual, q.on(group_left=())), 1 / bound)
    return _beyond(each, usual, shape.gap, value.higher_is_better) if shape.gap is not None else each


def _rest(shape: Parity, value: Share, sliced: Slicing) -> q.Vector:
    """For each slice the value of all events but its own: what the slice itself does not pull down.

    (all - slice) / (all of all - all of slice), both differences with the sign that lets many slices meet one sum.
    """
    all_part, all_whole = share_sums(value, shape.over)
    part, whole = share_sums(value, shape.over, sliced)
    others = q.sub(whole, all_whole, q.on(group_left=()))
    enough = q.le(others, -shape.min_events) if shape.min_events else q.lt(others, 0)
    found = q.div(q.sub(part, all_part, q.on(group_left=())), enough)
    return q.sub(1, found) if value.complement else found


def _beyond(
    each: q.Vector, usual: q.Vector, gap: Change, higher_is_better: bool, matching: Matching | None = None
) -> q.Vector:
    """What is further than `gap` on the worse side of the usual; a percentage is relative to the usual."""
    step = q.mul(float(gap.amount), usual) if gap.unit == "percent" else Number(float(gap.amount))
    alike = matching or q.on(group_left=())
    if higher_is_better:
        return q.lt(each, q.sub(usual, step), alike)
    return q.gt(each, q.add(usual, step), alike)


def _far(shape: Parity) -> str:
    if shape.ratio is not None:
        return f"below {shown(Quantity(shape.ratio, 'ratio'))} of the best one"
    behind = {"best": "the best one", "rest": "all others"}.get(shape.against, "all together")
    return f"more than {shown(shape.gap)} behind {behind}" if shape.gap is not None else ""


def canary(shape: Canary, ask: Question) -> Answer:
    """The new version is worse than the old one by more than the margin, beyond chance (one-sided z-test, unpooled).

    z = (control - canary - margin) / standard error of the difference; it is compared with the quantile of `certainty`.
    """
    value = value_of(shape.of, ask)
    if isinstance(value, list):
        return None, value
    if not isinstance(value, Share):
        return None, [Diagnostic(NOT_A_SHARE, f"{shape.of} is no share of events", ask.at("of"))]
    arms = arms_of(shape)
    findings = check_value(value, ask)
    for field, told in arms.items():
        findings += check_conditions(value.source, value.whole[0].metric, told, ask.conditions_at(field))
    expr = q.gt(z_statistic(value, shape), z_value(shape.certainty))
    says = f"{shape.of} of the canary is worse than the control's by more than {shown(shape.margin)}"
    return _told_arms(value, shape, arms, expr, f"{says} over {window(shape.over)}", ask), [
        *findings,
        _power(shape, ask),
    ]


def arms_of(shape: Canary) -> dict[str, tuple[Matcher, ...]]:
    """How the two versions are told apart."""
    return {"canary": spec_matchers(shape.canary), "control": spec_matchers(shape.control)}


def z_statistic(value: Share, shape: Canary) -> q.Vector:
    """By how many standard errors the canary is worse than the control by more than the margin."""
    new, old = (_arm(value, shape, told) for told in arms_of(shape).values())
    worse = q.sub(old[0], new[0]) if value.higher_is_better else q.sub(new[0], old[0])
    margin = q.mul(float(shape.margin.amount), old[0]) if shape.margin.unit == "percent" else None
    beyond = q.sub(worse, margin) if margin is not None else q.sub(worse, float(shape.margin.amount))
    return q.div(beyond, standard_error(new, old))


def _arm(value: Share, shape: Canary, told: tuple[Matcher, ...]) -> tuple[q.Vector, q.Vector]:
    """The value of one version and the number of its events, where there are enough of them."""
    part, whole = share_sums(value, shape.over, None, told)
    found = ratio(part, whole, shape.min_events)
    return (q.sub(1, found) if value.complement else found), whole


def _power(shape: Canary, ask: Question) -> Diagnostic:
    """What traffic the margin needs at a few shares: the share itself is not known here."""
    certainty = float(shape.certainty)

    def needed(share: float) -> str:
        margin = float(shape.margin.amount) * (share if shape.margin.unit == "percent" else 1)
        return f"{events_per_arm(share, margin, certainty):,} at {share:.0%}"

    shares = ", ".join(needed(share) for share in (0.05, 0.5, 0.95))
    message = (
        f"a margin of {shown(shape.margin)} needs so many events in each arm within {window(shape.over)}: {shares}"
    )
    return Diagnostic(POWER, message, ask.at("margin"), hint="80% power; fewer events leave the canary unjudged")


def _told_arms(
    value: Share, shape: Canary, arms: dict[str, tuple[Matcher, ...]], expr: q.Vector, says: str, ask: Question
) -> Told:
    made: list[tuple[str, tuple[Outcome, ...]]] = []
    for name, told in arms.items():
        extra = example(told, {})
        outcomes = None if extra is None else value.outcomes(extra)
        if outcomes is not None:
            made.append((name, outcomes))
    if len(made) < len(arms):
        return Told(expr, says, (), {}, {}, proven=False)
    slices = tuple(made)
    signal = EventSignal(f"{value.source.name}.{shape.of}-arms", value.source.name, slices[0][1], slices, ask.where)
    rate = max(ORDINARY, 8000 * shape.min_events / shape.over)
    usual = Traffic(rate, _USUAL, None, None)
    worse, both = Traffic(rate, _BAD_SLICE, None, "canary"), Traffic(rate, _BAD_SLICE, None, None)
    delay = shape.over + 2 * ask.context.scrape_interval
    return Told(expr, says, (signal,), {signal.id: usual}, {signal.id: worse}, ({signal.id: both},), 0, delay)
