"""What an objective puts at risk, and how urgent that makes its alerts; changes with how money is weighed."""

from collections.abc import Iterator
from fractions import Fraction

from slogen.diagnostics.model import Code, Diagnostic, Severity
from slogen.ir.impact import Criticality, Impact, rounded, shifted
from slogen.ir.rules import Severity as AlertSeverity
from slogen.ir.where import Where
from slogen.lower.burn_alerts import UNKNOWN, Stake
from slogen.lower.routing import DEFAULT_TIERS
from slogen.spec.project import Project
from slogen.spec.slos import Slo
from slogen.spec.specfile import SpecFile
from slogen.spec.units import Money

OTHER_CURRENCY = Code(
    "SLO323",
    "other-currency",
    Severity.ERROR,
    "an amount is in another currency than the project's",
    """\
Amounts are added up and compared: over a fleet, against the bounds of `impact`. slogen knows no rates of exchange, so
every amount is in the project's `currency`. Convert it, and leave the currency out or write the project's.
""",
)
_RANKS: tuple[AlertSeverity, ...] = ("page", "ticket", "log")


def impact_of(written: SpecFile, slo: Slo, criticality: Criticality) -> Impact | None:
    """What an SLO's bad events put at risk, where its traffic and their cost are declared."""
    traffic = slo.traffic or written.traffic
    if traffic is None or slo.cost_per_bad is None:
        return None
    return Impact(traffic, slo.cost_per_bad.amount, criticality)


def currency_findings(slo: Slo, project: Project, where: Where) -> Iterator[Diagnostic]:
    """Amounts of an SLO that are not in the project's currency."""
    yield from _foreign(slo.cost_per_bad, project.currency, where, "cost_per_bad")


def bounds_findings(project: Project, where: Where) -> Iterator[Diagnostic]:
    """Bounds of the project's `impact` that are not in its currency; `where` holds the places of `impact`."""
    yield from _foreign(project.impact.raise_from, project.currency, where, "raise_from")
    yield from _foreign(project.impact.lower_below, project.currency, where, "lower_below")


def _foreign(amount: Money | None, currency: str, where: Where, field: str) -> Iterator[Diagnostic]:
    if amount is not None and amount.currency not in {None, currency}:
        message = f"this amount is in {amount.currency}, the project's are in {currency}"
        yield Diagnostic(OTHER_CURRENCY, message, where.at(field), f"write it in {currency}")


def stake(severity: AlertSeverity, threshold: Fraction, *, impact: Impact | None, project: Project) -> Stake:
    """What the money at risk at the error ratio `threshold` makes of an alert."""
    if impact is None:
        return UNKNOWN
    return Stake(_priority(severity, impact, threshold, project), _at_risk(impact, threshold, project.currency))


def _priority(severity: AlertSeverity, impact: Impact, threshold: Fraction, project: Project) -> str:
    low, high = project.impact.lower_below, project.impact.raise_from
    raise_from, lower_below = (None if bound is None else bound.amount for bound in (high, low))
    rank = shifted(_RANKS.index(severity), impact.per_hour(threshold), raise_from, lower_below)
    tier = project.routing.tiers.get(_RANKS[rank])
    return (tier.priority if tier else None) or DEFAULT_TIERS[_RANKS[rank]][0]


def _at_risk(impact: Impact, threshold: Fraction, currency: str) -> str:
    """The score in words, in whole units of money from ten on."""
    return f"{rounded(impact.per_hour(threshold))} {currency} an hour at the rate at which this fires"
