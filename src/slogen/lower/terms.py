"""What one SLO asks for once the project's defaults have filled its gaps, and what is wrong with asking that."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from slogen import burn, names
from slogen.diagnostics.model import Code, Diagnostic, Severity
from slogen.ir.response import BudgetPolicy
from slogen.ir.where import Where
from slogen.lower.budget_policy import policy_of
from slogen.lower.contract import SliContract
from slogen.lower.plan import Guard
from slogen.spec.slos import NoDataAlert, NoTraffic, SeverityName, Slo, SloDefaults, Tiers

WINDOW_TOO_SHORT = Code(
    "SLO301",
    "window-under-four-cadences",
    Severity.ERROR,
    "a window holds too few samples to say anything",
    """\
A window must hold at least four cadences of its data: scrapes, or runs of the job that renews it. `rate()` needs two
samples to exist at all, and with fewer than four a single missed scrape decides over an alert. Lengthen the window or
the period, renew the data more often, or leave the window to slogen, which rounds up by itself.
""",
)
BEYOND_RETENTION = Code(
    "SLO302",
    "window-beyond-retention",
    Severity.ERROR,
    "Prometheus forgets before the window ends",
    """\
`retention` says how long Prometheus keeps samples. A period or window that reaches further back would be computed from
what is left, and look better or worse than it was. Shorten the period, raise the retention, or remove `retention` from
slogen.yaml where a long-term store answers queries.
""",
)
UNREACHABLE = Code(
    "SLO303",
    "unreachable-burn-rate",
    Severity.WARNING,
    "not even a severe outage reaches this burn rate in its window",
    """\
A tier fires at the error ratio `factor * (1 - objective)`, where `factor = spends * period / within`. Above 60 % the
alert would wait for nearly everything to fail, above 100 % it could never fire. slogen keeps the share of the budget
and lengthens the window until the ratio can be reached; write that window, or spend less.
""",
)
NEVER_SPENT = Code(
    "SLO304",
    "burn-rate-below-one",
    Severity.WARNING,
    "this burn rate never spends the budget",
    """\
`spends * period / within` below 1 describes a pace at which the budget lasts longer than its period: an alert on it
would fire for services that meet their objective. slogen raises the factor to 1. Spend more, or shorten the window.
""",
)
OBJECTIVE_TOO_LOW = Code(
    "SLO305",
    "objective-too-low-to-alert",
    Severity.WARNING,
    "the budget is so large that an alert waits for most events to fail",
    """\
Below an objective of 40 % even a burn rate of 1 means that more than 60 % of all events are bad. Burn-rate alerts then
say little; the collapse page still notices that nearly everything fails.
""",
)
COUNTED_SILENCE = Code(
    "SLO306",
    "no-traffic-needs-samples",
    Severity.ERROR,
    "silence has no weight among events",
    """\
`no_traffic: good` or `bad` can only be meant where moments are judged: `timeslice`, `gauge`, `freshness`. An SLI that
counts events weighs every moment by its events, and a silent one weighs nothing. Leave `no_traffic` out; to be told of
silence, add a `volume` or `absent` alert.
""",
)
TOO_SLOW_FOR_PAGES = Code(
    "SLO307",
    "no-page-from-slow-data",
    Severity.INFO,
    "the data is renewed too slowly for a page",
    """\
With so slow a cadence, page and ticket would read the same window at the same threshold. Only the ticket is made:
a page is for what gets worse by the minute.
""",
)


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything an SLO asks for; times in ms."""

    objective: Decimal
    period: int
    severities: tuple[SeverityName, ...]
    tiers: Tiers | None
    guard: Guard
    no_traffic: NoTraffic
    no_data: NoDataAlert
    policy: BudgetPolicy | None = None

    @property
    def budget(self) -> Fraction:
        """The error budget, a ratio."""
        return 1 - Fraction(self.objective)


def terms(slo: Slo, defaults: SloDefaults, *, sampled: bool) -> Terms:
    """The SLO's own words, then the project's. A sampled SLI has no rare events: its guards must be asked for."""
    tiers = slo.tiers if slo.tiers is not None else defaults.tiers
    severities = slo.alert
    if severities is None:
        own = tuple(dict.fromkeys(tier.severity for tier in slo.tiers.values())) if slo.tiers else None
        severities = own or defaults.alert
    min_bad = slo.min_bad if slo.min_bad is not None else 0 if sampled else defaults.min_bad
    min_events = slo.min_events if slo.min_events is not None else 0 if sampled else defaults.min_events
    certainty = slo.certainty if slo.certainty is not None else None if sampled else defaults.certainty
    return Terms(
        objective=slo.objective,
        period=slo.period or defaults.period,
        severities=severities,
        tiers=tiers,
        guard=Guard(min_events, min_bad, certainty),
        no_traffic=slo.no_traffic or (defaults.no_traffic if sampled else "omit"),
        no_data=slo.no_data or defaults.no_data,
        policy=policy_of(defaults.budget_policy if slo.budget_policy is None else slo.budget_policy),
    )


def asks(wanted: Terms) -> tuple[burn.Ask, ...]:
    """The tiers that are asked for, the project's or the workbook's, of the severities that are wanted."""
    if wanted.tiers is None:
        found: Iterable[burn.Ask] = burn.workbook(wanted.period)
    else:
        found = (
            burn.Ask(name, tier.severity, Fraction(tier.spends), Fraction(tier.within), tier.short)
            for name, tier in wanted.tiers.items()
        )
    return tuple(ask for ask in found if ask.severity in wanted.severities)


def tiers_of(wanted: Terms, shortest: int) -> tuple[burn.Tier, ...]:
    """The tiers that an SLO gets whose windows are at least `shortest` ms."""
    if wanted.tiers is None:
        return _of_the_workbook(wanted.severities, wanted.objective, wanted.period, shortest)
    return burn.tiers(asks(wanted), wanted.budget, wanted.period, shortest)


@lru_cache(maxsize=1024)
def _of_the_workbook(
    severities: tuple[SeverityName, ...], objective: Decimal, period: int, shortest: int
) -> tuple[burn.Tier, ...]:
    """The workbook's tiers; the SLOs of a fleet differ in little."""
    wanted = (ask for ask in burn.workbook(period) if ask.severity in severities)
    return burn.tiers(wanted, 1 - Fraction(objective), period, shortest)


def problems(
    wanted: Terms, contract: SliContract, made: tuple[burn.Tier, ...], retention: int | None, where: Where
) -> Iterator[Diagnostic]:
    """What cannot be meant, and what was changed so that it can. `where` holds the places of the SLO's fields."""
    shortest = burn.SAMPLES * contract.cadence
    cadence, period = names.window(contract.cadence), names.window(wanted.period)
    if wanted.period < burn.HOUR:
        message = f"a period of {period} is shorter than the hour over which burn is measured"
        yield Diagnostic(WINDOW_TOO_SHORT, message, where.at("period"), "use days or weeks: 7d, 28d, 30d")
    elif wanted.period < shortest:
        message = f"a period of {period} holds fewer than {burn.SAMPLES} cadences of {cadence}"
        hint = f"use a period of {names.window(burn.rung(shortest, 10 * shortest))} or more"
        yield Diagnostic(WINDOW_TOO_SHORT, message, where.at("period"), hint)
    if retention is not None and wanted.period > retention:
        message = f"a period of {period} is longer than Prometheus keeps samples ({names.window(retention)})"
        yield Diagnostic(BEYOND_RETENTION, message, where.at("period"), f"use {names.window(retention)} or less")
    if wanted.no_traffic != "omit" and contract.kind == "counter":
        message = f"`no_traffic: {wanted.no_traffic}` has no meaning for an SLI that counts events"
        yield Diagnostic(COUNTED_SILENCE, message, where.at("no_traffic"), "leave it out")
    if wanted.budget > burn.REACHABLE and wanted.severities:
        message = (
            f"at {_percent(wanted.objective)} every burn rate means at least {_percent(wanted.budget)} of failures"
        )
        yield Diagnostic(OBJECTIVE_TOO_LOW, message, where.at("objective"), "raise the objective, or use `alert: []`")
    yield from _declared(wanted, shortest, retention, where)
    asked = "alert" in dict(where.fields) and any(ask.severity == "page" for ask in asks(wanted))
    if asked and wanted.period >= shortest and not any(tier.severity == "page" for tier in made):
        message = f"data renewed every {cadence} makes page and ticket the same; only the ticket is made"
        yield Diagnostic(TOO_SLOW_FOR_PAGES, message, where.at("alert"), "write `alert: [ticket]`")


def _declared(wanted: Terms, shortest: int, retention: int | None, where: Where) -> Iterator[Diagnostic]:
    """What is wrong with tiers that somebody wrote; the workbook's adapt by themselves."""
    for name, tier in (wanted.tiers or {}).items():
        at = f"tiers.{name}"
        for field, window in (("within", tier.within), ("short", tier.short)):
            if window is not None and window < shortest:
                message = f"{names.window(window)} is shorter than {burn.SAMPLES} cadences of the data"
                hint = f"use {names.window(burn.rung(shortest, wanted.period))} or more"
                yield Diagnostic(WINDOW_TOO_SHORT, message, where.at(f"{at}.{field}"), hint)
            if window is not None and retention is not None and window > retention:
                message = f"{names.window(window)} is longer than Prometheus keeps samples"
                yield Diagnostic(BEYOND_RETENTION, message, where.at(f"{at}.{field}"))
        factor = Fraction(tier.spends) * wanted.period / tier.within
        if factor * wanted.budget > burn.REACHABLE:
            message = (
                f"{float(factor):.4g} times the sustainable rate means {_percent(factor * wanted.budget)} of failures"
            )
            needed = Fraction(tier.spends) * wanted.period * wanted.budget / burn.REACHABLE
            hint = f"write `within: {names.window(burn.rung(needed, wanted.period))}`, which slogen uses already"
            yield Diagnostic(UNREACHABLE, message, where.at(f"{at}.within"), hint)
        if factor < 1:
            message = (
                f"spending {_percent(tier.spends)} within {names.window(tier.within)} is slower than the budget allows"
            )
            yield Diagnostic(NEVER_SPENT, message, where.at(f"{at}.spends"), "spend more, or shorten `within`")


def _percent(ratio: Fraction | Decimal) -> str:
    return f"{float(round(Fraction(ratio) * 100, 4)):g}%"
