"""One SLI of a spec to the contract that every objective is built on, whatever its shape."""

from slogen.diagnostics.model import Diagnostic
from slogen.ir.where import Where
from slogen.lower.contract import SliContract
from slogen.lower.reach import beyond_retention, lookback
from slogen.lower.sli_classification import classification
from slogen.lower.sli_events import Answer, availability, coverage, events
from slogen.lower.sli_latency import job_time, latency
from slogen.lower.sli_question import Context, Question
from slogen.lower.sli_ratio import user_ratio
from slogen.lower.sli_sampled import freshness, gauge, timeslice
from slogen.lower.sli_slices import slicing
from slogen.lower.source_checks import check_slices
from slogen.lower.source_contradictions import contradictions
from slogen.promql.rewrite import selectors
from slogen.spec.slis import (
    Availability,
    Classification,
    Coverage,
    Events,
    Freshness,
    Gauge,
    Jobs,
    Latency,
    Ratio,
    Timeslice,
)
from slogen.spec.slos import Slices, Slo


def contract_for(name: str, slo: Slo, context: Context, where: Where) -> tuple[SliContract | None, list[Diagnostic]]:
    """What an objective measures, or why it cannot be measured.

    `where` holds the places of the SLO's fields (`sli.latency.within`, `slices.by`). A contract may come with findings;
    errors among them must still stop the build.
    """
    ask = Question(name, context, slicing(slo.slices), where, f"sli.{slo.sli.kind}")
    contract, findings = _answer(slo.sli.shape, ask)
    if contract is not None:
        reach = max(lookback(contract.bad), lookback(contract.total))
        findings = [*findings, *beyond_retention(reach, context.retention, ask.at("label_delay"))]
    if contract is not None and not contract.signals:
        findings = [*findings, *contradictions((contract.total, contract.bad), ask)]
    if contract is not None and slo.slices is not None:
        findings = [*findings, *_check_slices(slo.slices, contract, ask)]
    return contract, findings


def _check_slices(slices: Slices, contract: SliContract, ask: Question) -> list[Diagnostic]:
    """What is wrong with the slices, judged on the series of the total."""
    spans = (ask.where.at("slices.by"), ask.where.at("slices.values"))
    names = dict.fromkeys(one.name for one in selectors(contract.total) if one.name is not None)
    found = (
        check_slices(source, name, slices.by, slices.values, spans)
        for name in names
        for source in ask.context.sources.values()
        if source.page is not None and source.page.of(name)
    )
    return list(dict.fromkeys(finding for findings in found for finding in findings))


def _answer(
    shape: Availability | Latency | Events | Classification | Timeslice | Gauge | Freshness | Jobs | Coverage | Ratio,
    ask: Question,
) -> Answer:
    match shape:
        case Events(of=str() as reference) | Classification(of=str() as reference):
            return _of_signal(reference, ask)
        case Availability():
            return availability(shape, ask)
        case Latency():
            return latency(shape, ask)
        case Events():
            return events(shape, ask)
        case Classification():
            return classification(shape, ask)
        case Timeslice():
            return timeslice(shape, ask)
        case Gauge():
            return gauge(shape, ask)
        case Freshness():
            return freshness(shape, ask)
        case Jobs():
            return job_time(shape, ask)
        case Coverage():
            return coverage(shape, ask)
        case Ratio():
            return user_ratio(shape, ask)


def _of_signal(reference: str, ask: Question) -> Answer:
    """An SLI on a signal that the spec names elsewhere: its shape is answered as if it stood here."""
    signal = ask.context.signals.get(reference)
    if signal is None:
        return None, []
    if not isinstance(signal.shape, Events | Classification) or signal.shape.of is not None:
        return None, [ask.wrong_signal(reference, "use the shape `gauge` or `timeslice` for it")]
    return _answer(signal.shape, ask.of_signal(reference))
