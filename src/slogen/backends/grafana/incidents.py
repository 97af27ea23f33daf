"""How long incidents take: observed from alerts that fired, computed from the tiers where nothing has fired yet."""

from dataclasses import replace
from fractions import Fraction

from slogen import burn, names
from slogen.backends.grafana.expressions import RANGE, by, either, equal, every, of, one_minus, over_time, selector
from slogen.backends.grafana.panels import NO_COLOR, Panel, Words, stat
from slogen.backends.grafana.queries import Query
from slogen.backends.grafana.section_alerts import firing_now
from slogen.backends.grafana.series import Scope, in_environment
from slogen.ir.program import Component, Environment
from slogen.ir.rules import Alert
from slogen.ir.slo import Slo
from slogen.promql.ast import Selector
from slogen.promql.build import Vector, clamp_max

STEP = 60_000
_PLAIN = ((NO_COLOR, None),)
_SUBJECT = (names.MODEL, names.SLO, names.SLICE)
"""What pages: the tiers and the collapse alert of one SLO are one incident."""


def incidents(scope: Scope) -> Panel:
    """How many times a page began."""
    words = Words(
        "incidents",
        "Incidents",
        "How many times an SLO or declared alert began to page in the time range.",
        "no page began in this time range",
    )
    return stat(words, Query(_beginnings(scope), "incidents"), "none", _PLAIN, size=(3, 4))


def time_to_repair(scope: Scope) -> Panel:
    """Mean time from firing to resolution."""
    words = Words(
        "time-to-repair",
        "Time to repair",
        "Mean time from the page to its resolution, over the pages that began in the time range (to the minute).",
        "no page began in this time range",
    )
    minutes = by("sum", every("count", _paging(scope, 0), RANGE, STEP))
    query = Query(of(of(minutes, "/", _beginnings(scope)), "*", STEP // 1000), "mean")
    return stat(words, query, "s", _PLAIN, size=(3, 4))


def observed_time_to_detect(scope: Scope, horizon: int) -> Panel:
    """Mean time from the start of the burn to the page; `horizon` (ms) is how long before a page it is looked for."""
    words = Words(
        "observed-time-to-detect",
        "Time to detect",
        "Mean time before a page in which the budget already burned faster than allowed (over the last hour) and "
        f"nothing paged, looked for up to {names.window(horizon)} before each page of the time range (to the minute).",
        "no page began in this time range",
    )
    burning = by("max", of(selector(names.BURN_RATE, *scope), ">", 1), *_SUBJECT)
    coming = by("max", over_time("max", replace(_page(scope), offset=-horizon), horizon), *_SUBJECT)
    unseen = of(of(burning, "unless", _paging(scope, 0)), "and", coming)
    pages = _beginnings(scope)
    minutes = of(by("sum", every("count", unseen, RANGE, STEP)), "or", of(pages, "*", 0))
    query = Query(of(of(minutes, "/", pages), "*", STEP // 1000), "mean")
    return stat(words, query, "s", _PLAIN, size=(3, 4))


def time_to_detect(environment: Environment) -> list[Panel]:
    """The longest that any objective's page takes to notice a total outage, computed from its tiers."""
    paged = [
        (slo, _collapses(component, slo))
        for component in environment.components
        for slo in component.slos
        if any(tier.severity == "page" for tier in slo.tiers)
    ]
    periods = sorted({slo.period for slo, _ in paged})
    slowest = [
        _slowest(in_environment(environment), [found for found in paged if found[0].period == p]) for p in periods
    ]
    if not slowest:
        return []
    words = Words(
        "time-to-detect",
        "Time to detect (computed)",
        "How long a total outage goes on before the first page, for the objective with the slowest page: the share of "
        "the budget that pages, times the period, times one minus the objective, or the collapse page where that is "
        "sooner.",
        "no pages are declared",
    )
    query = Query(by("max", either(slowest)), "slowest")
    return [stat(words, query, "s", _PLAIN, size=(5, 4))]


def _slowest(scope: Scope, paged: list[tuple[Slo, bool]]) -> Vector:
    """Seconds to the first page of each objective of one period: never less than what its tiers say.

    A tier that pages when the share f of the budget is spent sees a total outage after f x period x (1 - objective).
    """
    period = equal(names.PERIOD, names.window(paged[0][0].period))
    shares = [min(tier.fraction for tier in slo.tiers if tier.severity == "page") * slo.period for slo, _ in paged]
    seconds = of(one_minus(selector(names.INFO, *scope, period)), "*", float(max(shares) / 1000))
    slow = [slo for slo, collapses in paged if not collapses and _outage_takes(slo) > burn.PATIENCE]
    return seconds if slow else clamp_max(seconds, burn.PATIENCE / 1000)


def _outage_takes(slo: Slo) -> Fraction:
    return min(tier.long * tier.threshold for tier in slo.tiers if tier.severity == "page")


def _collapses(component: Component, slo: Slo) -> bool:
    return any(
        isinstance(rule, Alert) and rule.kind == "collapse" and rule.subject == slo.name
        for group in component.rules.groups
        for rule in group.rules
    )


def _paging(scope: Scope, offset: int) -> Vector:
    return by("max", replace(_page(scope), offset=offset), *_SUBJECT)


def _page(scope: Scope) -> Selector:
    return firing_now((*scope, equal(names.SEVERITY, "page")))


def _beginnings(scope: Scope) -> Vector:
    began = of(_paging(scope, 0), "unless", _paging(scope, STEP))
    return by("sum", every("count", began, RANGE, STEP))
