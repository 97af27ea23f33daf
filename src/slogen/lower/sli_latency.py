"""SLIs about time per event: fast enough, and validly where asked, from classic or native histograms."""

from decimal import Decimal

from slogen.diagnostics.model import Code, Diagnostic, Severity
from slogen.ir.signals import Outcome, Signal
from slogen.lower.contract import SliContract
from slogen.lower.sli_bounds import bucket_bound, le_matcher
from slogen.lower.sli_events import Answer, bounded_sum, counter_contract, jobs
from slogen.lower.sli_question import Question
from slogen.lower.sli_rates import remainder, summed
from slogen.lower.sli_slices import grouping, relabelled, restriction
from slogen.lower.source_checks import check_conditions, check_metric
from slogen.lower.source_facts import ResolvedSource
from slogen.lower.source_labels import spec_matchers
from slogen.lower.source_measures import EventPair, Histogram, SeriesSet, event_pair, histogram, missing
from slogen.lower.source_outcomes import Extra, event_signal, histogram_outcomes, pair_outcomes
from slogen.promql import build as q
from slogen.spec.slis import Jobs, Latency

STATED_BOUND = Code(
    "SLO362",
    "latency-validity-bound",
    Severity.INFO,
    "fast and valid are counted by different metrics, so only a bound is measured",
    """\
No metric of the source says of the same event whether it was fast and whether it was valid. Bad events are therefore
counted as slow plus invalid, at most all: an upper bound. The truth lies between the greater of the two and their sum.
A histogram with a label for success (`ml_prediction_duration_seconds` with `valid`) measures it exactly.
""",
)


def latency(shape: Latency, ask: Question) -> Answer:
    """Events that took longer than `within` (or, with `valid`, were invalid) out of all events."""
    source = ask.source(shape.source)
    if source is None:
        return None, []
    where = spec_matchers(shape.where)
    measured = histogram(source, shape.quantity, where)
    if measured is None:
        return None, [missing(source, shape.quantity, ask.at("from" if shape.quantity == "latency" else "quantity"))]
    native = shape.native or measured.native
    findings = _check(source, measured, native, ask)
    findings += check_conditions(source, f"{measured.series.metric}_count", where, ask.conditions_at("where"))
    bound = _threshold(shape.within, measured, native, ask)
    if isinstance(bound, Diagnostic):
        return None, [*findings, bound]
    if shape.valid and measured.valid is None:
        contract, found = _bounded(source, measured, bound, native, ask)
        return contract, [*findings, *found]
    return exact(source, measured, bound, ask, valid=shape.valid, native=native), findings


def job_time(shape: Jobs, ask: Question) -> Answer:
    """Runs that failed, or took longer than `within`, out of all runs that ended."""
    source = ask.source(shape.source)
    if source is None:
        return None, []
    if shape.within is None:
        return jobs(shape, ask)
    where = spec_matchers(shape.where)
    measured = histogram(source, "job_time", where)
    if measured is None:
        return None, [missing(source, "job_time", ask.at("from"))]
    findings = _check(source, measured, measured.native, ask)
    findings += check_conditions(source, f"{measured.series.metric}_count", where, ask.conditions_at("where"))
    bound = _threshold(shape.within, measured, measured.native, ask)
    if isinstance(bound, Diagnostic):
        return None, [*findings, bound]
    valid = measured.valid is not None
    return exact(source, measured, bound, ask, valid=valid, native=measured.native), findings


def _threshold(within: int, measured: Histogram, native: bool, ask: Question) -> Decimal | Diagnostic:
    seconds = Decimal(within).scaleb(-3)
    if native:
        return seconds * (measured.per_second or Decimal(1))
    return bucket_bound(seconds, measured, ask.at("within"))


def _check(source: ResolvedSource, measured: Histogram, native: bool, ask: Question) -> list[Diagnostic]:
    name = measured.series.metric if native else f"{measured.series.metric}_bucket"
    return check_metric(source, (name,), ("histogram",), ask.at("from"))


def exact(
    source: ResolvedSource, measured: Histogram, bound: Decimal, ask: Question, *, valid: bool, native: bool
) -> SliContract:
    """One histogram tells of the same event both how long it took and whether it was valid."""
    total, bad = _native_sums(measured, bound, ask, valid) if native else _classic_sums(measured, bound, ask, valid)
    signal = None if native else _signal(source, measured, bound, ask, valid)
    return counter_contract(bad, total, source, ask, signal)


def _classic_sums(measured: Histogram, bound: Decimal, ask: Question, valid: bool) -> tuple[q.Vector, q.Vector]:
    name = measured.series.metric
    total = summed((measured.series.named(f"{name}_count"),), ask.sliced)
    told = (*(measured.valid or ()), le_matcher(bound)) if valid else (le_matcher(bound),)
    fast = summed((measured.series.named(f"{name}_bucket").narrowed(told),), ask.sliced)
    return total, remainder(total, fast)


def _native_sums(measured: Histogram, bound: Decimal, ask: Question, valid: bool) -> tuple[q.Vector, q.Vector]:
    """Total and bad from native histograms; without events the share of fast ones is 0/0, hence the filter."""
    whole = native_sum(measured.series, ask)
    total = q.histogram_count(whole)
    good = native_sum(measured.series.narrowed(measured.valid or ()), ask) if valid else whole
    some = q.gt(q.histogram_count(good), 0)
    fast = q.mul(q.histogram_fraction(0, float(bound), good), some)
    return total, remainder(total, fast)


def native_sum(one: SeriesSet, ask: Question) -> q.Vector:
    """The sum of native histograms over the window."""
    chosen = one.narrowed(restriction(ask.sliced))
    rate = q.rate(q.over(q.selector(chosen.metric, *chosen.matchers), q.WINDOW))
    return q.sum_by(relabelled(rate, ask.sliced), *grouping(ask.sliced))


def _signal(source: ResolvedSource, measured: Histogram, bound: Decimal, ask: Question, valid: bool) -> Signal | None:
    name = f"{source.name}.{measured.series.metric}-{bound.normalize():f}{'-valid' if valid else ''}"

    def outcomes(extra: Extra) -> tuple[Outcome, ...] | None:
        return histogram_outcomes(source, measured, bound, valid, extra)

    return event_signal(name, source, ask.sliced, ask.where, outcomes)


def _bounded(source: ResolvedSource, measured: Histogram, bound: Decimal, native: bool, ask: Question) -> Answer:
    """Fast and valid told by different metrics: an upper bound of bad events, and a finding that says so."""
    pair = next((p for p in (event_pair(source, name) for name in ("validity", "availability")) if p), None)
    if pair is None:
        return None, [missing(source, "valid_latency", ask.at("valid"))]
    _, slow = (
        _native_sums(measured, bound, ask, valid=False) if native else _classic_sums(measured, bound, ask, valid=False)
    )
    total = summed(pair.total, ask.sliced)
    invalid = summed(pair.bad, ask.sliced) if pair.bad else remainder(total, summed(pair.good, ask.sliced))
    bad = bounded_sum(slow, invalid, total)

    def outcomes(extra: Extra) -> tuple[Outcome, ...] | None:
        return _joint(source, measured, bound, pair, extra)

    signal = None if native else event_signal(f"{source.name}.{ask.name}", source, ask.sliced, ask.where, outcomes)
    counted = pair.total[0].metric
    message = (
        f"slow events come from {measured.series.metric}, invalid ones from {counted}: bad counts both, at most all"
    )
    note = Diagnostic(STATED_BOUND, message, ask.at("valid"), hint="a histogram with a label for success is exact")
    return counter_contract(bad, total, source, ask, signal), [note]


def _joint(
    source: ResolvedSource, measured: Histogram, bound: Decimal, pair: EventPair, extra: Extra
) -> tuple[Outcome, ...] | None:
    """Every event increments both metrics; the bad ones are slow in the one or invalid in the other."""
    timed = histogram_outcomes(source, measured, bound, valid=False, extra=extra)
    counted = pair_outcomes(source, pair, extra)
    if timed is None or counted is None:
        return None
    fast, slow = timed[0], timed[1]
    good, invalid = counted[0], counted[-1]
    return (
        Outcome("good", False, (*fast.increments, *good.increments), fast.sums),
        Outcome("slow", True, (*slow.increments, *good.increments), slow.sums),
        Outcome("invalid", True, (*fast.increments, *invalid.increments), fast.sums),
    )
