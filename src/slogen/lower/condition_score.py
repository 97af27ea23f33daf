"""The condition that the distribution of scores has moved: PSI, KL or JS in PromQL, from a classic histogram alone."""

from decimal import Decimal

from slogen import regex
from slogen.diagnostics.model import Code, Diagnostic, Severity
from slogen.ir.signals import EventSignal
from slogen.ir.witness import Traffic
from slogen.lower.condition_threshold import ORDINARY
from slogen.lower.condition_told import Answer, Told, shown, window
from slogen.lower.sli_bounds import bucket_bound, le_matcher
from slogen.lower.sli_question import Question
from slogen.lower.sli_rates import summed
from slogen.lower.source_checks import check_conditions, check_metric
from slogen.lower.source_facts import ResolvedSource
from slogen.lower.source_labels import spec_matchers
from slogen.lower.source_measures import Histogram, histogram, missing
from slogen.lower.source_outcomes import observations, told_apart
from slogen.promql import build as q
from slogen.promql.ast import Matcher, MatchOp
from slogen.spec.conditions import ScoreDistribution

REFERENCE_SHAPE = Code(
    "SLO376",
    "reference-does-not-fit",
    Severity.ERROR,
    "the reference distribution does not fit the bins",
    """\
`reference` gives the share of each of the `bins`, in their order, and the shares add up to 100%. Bins are given by
their upper bounds, ascending; the last one reaches up to the largest score.
""",
)
BIN = "bin"
SMALLEST = 1e-4
"""What an empty bin counts as: ln(0) is no number. The usual choice where PSI is computed from shares."""


def score_distribution(shape: ScoreDistribution, ask: Question) -> Answer:
    """A distance between the shares of the bins now and in the past, or in a fixed reference.

    PSI = Σ (p-q) ln(p/q); KL = Σ p ln(p/q); JS = ½ Σ p ln(2p/(p+q)) + ½ Σ q ln(2q/(p+q)), a divergence in nats, at most
    ln 2. p are the shares now, q those they are compared with.
    """
    source = ask.source(shape.source)
    if source is None:
        return None, []
    where = spec_matchers(shape.where)
    measured = histogram(source, shape.quantity, where)
    if measured is None:
        return None, [missing(source, shape.quantity, ask.at("quantity"))]
    findings = check_metric(source, (f"{measured.series.metric}_bucket",), ("histogram",), ask.at("from"))
    findings += check_conditions(source, f"{measured.series.metric}_count", where, ask.conditions_at("where"))
    bounds, wrong = _bounds(shape, measured, ask)
    if wrong:
        return None, [*findings, *wrong]
    now = _shares(measured, bounds, shape, 0)
    then = _shares(measured, bounds, shape, shape.against) if shape.against is not None else _fixed(shape)
    expr = q.gt(_distance(shape.test, now, then), float(shape.above))
    against = f"{window(shape.against)} before" if shape.against is not None else "the reference"
    says = f"the {shape.test} of the scores over {window(shape.over)} against {against} is above {shown(shape.above)}"
    return _told(source, measured, bounds, (expr, says), shape, ask), findings


def _bounds(
    shape: ScoreDistribution, measured: Histogram, ask: Question
) -> tuple[tuple[Decimal, ...], list[Diagnostic]]:
    """The upper bounds of the bins, each a bucket bound; all bounds where none are named."""
    if shape.bins is None:
        if measured.bounds is None:
            found = bucket_bound(Decimal(1), measured, ask.at("quantity"))
            return (), [found] if isinstance(found, Diagnostic) else []
        return measured.bounds, []
    checked = [bucket_bound(bound, measured, ask.at(f"bins.{index}")) for index, bound in enumerate(shape.bins)]
    wrong = [one for one in checked if isinstance(one, Diagnostic)]
    if tuple(sorted(set(shape.bins))) != shape.bins:
        wrong.append(Diagnostic(REFERENCE_SHAPE, "the bins are not ascending", ask.at("bins")))
    if shape.reference is not None and len(shape.reference) != len(shape.bins):
        message = f"{len(shape.bins)} bins have {len(shape.reference)} shares"
        wrong.append(Diagnostic(REFERENCE_SHAPE, message, ask.at("reference"), hint="give one share for each bin"))
    elif shape.reference is not None and abs(sum(shape.reference, Decimal(0)) - 1) > Decimal("0.001"):
        message = f"the shares add up to {shown(sum(shape.reference, Decimal(0)) * 100)}%"
        wrong.append(Diagnostic(REFERENCE_SHAPE, message, ask.at("reference"), hint="they must add up to 100%"))
    return shape.bins, wrong


def _shares(measured: Histogram, bounds: tuple[Decimal, ...], shape: ScoreDistribution, offset: int) -> q.Vector:
    """The share of each bin (label `bin`): events up to its bound less those up to the one below, by all events."""
    upper = _numbered(measured, bounds, shape, offset, 0)
    lower = _numbered(measured, bounds[:-1], shape, offset, 1) if len(bounds) > 1 else None
    mass = q.sub(upper, q.or_(lower, q.mul(0, upper))) if lower is not None else upper
    count = summed((measured.series.named(f"{measured.series.metric}_count"),), None, shape.over, "increase", offset)
    enough = q.ge(count, shape.min_events) if shape.min_events else q.gt(count, 0)
    return q.clamp_min(q.div(mass, enough, q.on(group_left=())), SMALLEST)


def _numbered(
    measured: Histogram, bounds: tuple[Decimal, ...], shape: ScoreDistribution, offset: int, shift: int
) -> q.Vector:
    """Events up to each bound, under the number of the bin that the bound ends (or, with `shift` 1, begins)."""
    wanted = Matcher("le", MatchOp.RE, "|".join(_pattern(bound) for bound in bounds))
    buckets = measured.series.named(f"{measured.series.metric}_bucket").narrowed((wanted,))
    vector: q.Vector = summed((buckets,), None, shape.over, "increase", offset, keep=("le",))
    for number, bound in enumerate(bounds, 1):
        vector = q.label_replace(vector, BIN, str(number + shift), "le", _pattern(bound))
    return q.sum_by(vector, BIN)


def _pattern(bound: Decimal) -> str:
    """A pattern for every form of a bound's `le`."""
    found = le_matcher(bound)
    return regex.escape(found.value) if found.op is MatchOp.EQ else f"(?:{found.value})"


def _fixed(shape: ScoreDistribution) -> q.Vector:
    shares = shape.reference or ()
    each = [
        q.with_label(q.vector(max(float(share), SMALLEST)), BIN, str(number)) for number, share in enumerate(shares, 1)
    ]
    return q.any_of(each)


def _distance(test: str, p: q.Vector, r: q.Vector) -> q.Vector:
    match test:
        case "psi":
            return q.sum_by(q.mul(q.sub(p, r), q.ln(q.div(p, r))))
        case "kl":
            return q.sum_by(q.mul(p, q.ln(q.div(p, r))))
        case _:
            middle = q.add(p, r)
            halves = (q.sum_by(q.mul(one, q.ln(q.div(q.mul(2, one), middle)))) for one in (p, r))
            first, second = halves
            return q.mul(0.5, q.add(first, second))


def _told(
    source: ResolvedSource,
    measured: Histogram,
    bounds: tuple[Decimal, ...],
    told: tuple[q.Vector, str],
    shape: ScoreDistribution,
    ask: Question,
) -> Told:
    """Scores all in the last bin are far from scores in halves; a fixed reference can be met with two bins only."""
    expr, says = told
    outcomes = observations(source, measured, {"low": [bounds[0]], "high": [bounds[-1]]}) if len(bounds) > 1 else None
    if outcomes is None or (shape.reference is not None and len(bounds) != 2):
        return Told(expr, says, (), {}, {}, proven=False)
    name = f"{source.name}.{measured.series.metric}-in-{len(bounds)}-bins"
    signal = EventSignal(told_apart(name, source, (outcomes[0].increments[0],)), source.name, outcomes, (), ask.where)
    rate = max(ORDINARY, 4000 * shape.min_events / shape.over)
    usual = float(shape.reference[1]) if shape.reference is not None else 0.5
    good = Traffic(rate, usual, "high", None)
    bad = Traffic(rate, 1.0 if usual < 0.9 else 0.0, "high", None)
    near = Traffic(rate, usual + 0.02, "high", None)
    history = (shape.against or 0) + shape.over
    delay = shape.over + 2 * ask.context.scrape_interval
    return Told(expr, says, (signal,), {signal.id: good}, {signal.id: bad}, ({signal.id: near},), history, delay)
