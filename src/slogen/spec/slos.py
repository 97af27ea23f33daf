"""Service level objectives as users write them."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from slogen.spec.alerts import Shadow
from slogen.spec.fields import (
    Annotations,
    Count,
    Description,
    MinEvents,
    OptionalCertainty,
    OptionalMinEvents,
    OwnLabels,
    RunbookUrl,
    Title,
)
from slogen.spec.names import Key, LabelName, LabelValue, Text
from slogen.spec.node import Node
from slogen.spec.response import BudgetPolicy, OptionalRate
from slogen.spec.slis import Sli
from slogen.spec.units import Amount, Day, Duration, Percentage

SeverityName = Literal["page", "ticket", "log"]


def _reachable(objective: Decimal) -> Decimal:
    if not 0 < objective < 1:
        problem = "an objective of 100% leaves no budget" if objective == 1 else "an objective of 0% asks for nothing"
        raise PydanticCustomError(
            "unit", "{problem}", {"problem": problem, "hint": "write what users really need, such as 99.9%"}
        )
    return objective


Objective = Annotated[
    Percentage,
    AfterValidator(_reachable),
    Field(description="The share of events, or of time, that must be good.", examples=["99.9%"]),
]
_PERIOD = Field(description="The rolling period that the objective covers.", examples=["30d"])
Period = Annotated[Duration, _PERIOD]
OptionalPeriod = Annotated[Duration | None, _PERIOD]
_MIN_BAD = Field(description="Fewer bad events than this in the long window fire nothing.", examples=[3])
MinBad = Annotated[Count, _MIN_BAD]
OptionalMinBad = Annotated[Count | None, _MIN_BAD]
_SEVERITIES = Field(
    description="Which alerts the SLO raises; an empty list raises none.", examples=[["page", "ticket"]]
)
Severities = Annotated[tuple[SeverityName, ...], _SEVERITIES]
OptionalSeverities = Annotated[tuple[SeverityName, ...] | None, _SEVERITIES]
_NO_TRAFFIC = Field(description="What a stretch without any event counts as.", examples=["omit"])
NoTraffic = Annotated[Literal["omit", "good", "bad"], _NO_TRAFFIC]
OptionalNoTraffic = Annotated[Literal["omit", "good", "bad"] | None, _NO_TRAFFIC]
_NO_DATA_ALERT = Field(description="How loud to be when the numbers behind the SLO stop arriving.", examples=["ticket"])
NoDataAlert = Annotated[Literal["page", "ticket", "log", "none"], _NO_DATA_ALERT]
OptionalNoDataAlert = Annotated[Literal["page", "ticket", "log", "none"] | None, _NO_DATA_ALERT]


_POLICY = Field(description=str(BudgetPolicy.__doc__), examples=[{"review": "50%", "freeze": "25%"}])
OptionalPolicy = Annotated[BudgetPolicy | None, _POLICY]


class Tier(Node):
    """One burn-rate alert: how much of the budget may go in how long before it fires."""

    severity: SeverityName = Field(description="How loud the alert is.", examples=["page"])
    spends: Percentage = Field(description="The share of the period's budget that is gone.", examples=["2%"])
    within: Duration = Field(description="The window in which it goes: the long window.", examples=["1h"])
    short: Duration | None = Field(
        default=None, description="The window that must still burn; a twelfth of the long one.", examples=["5m"]
    )


_TIERS = Field(
    description="The burn-rate alerts by name, instead of the project's.",
    examples=[{"fast": {"severity": "page", "spends": "2%", "within": "1h"}}],
)
Tiers = Annotated[dict[Key, Tier], _TIERS]
OptionalTiers = Annotated[dict[Key, Tier] | None, _TIERS]


class Slices(Node):
    """The same objective for parts of the traffic, each with a budget of its own."""

    by: LabelName = Field(description="The label that tells the parts apart.", examples=["locale"])
    values: tuple[LabelValue, ...] = Field(
        min_length=1, max_length=200, description="The parts that get a budget.", examples=[["en", "de", "ja"]]
    )
    others: Literal["merge", "ignore"] = Field(
        default="merge",
        description="Whether all other values form one more part, `others`, or do not count.",
        examples=["merge"],
    )

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        twice = sorted({value for value in self.values if self.values.count(value) > 1})
        if twice:
            raise PydanticCustomError(
                "unit", "{problem}", {"problem": f"{twice[0]!r} is listed twice", "hint": "name each part once"}
            )
        return self


class Notice(Node):
    """What the SLO's alerts of one severity carry beyond the rest."""

    title: Title = Field(default=None)
    runbook_url: RunbookUrl = Field(default=None)
    labels: OwnLabels = Field(default={})
    annotations: Annotations = Field(default={})


class Slo(Node):
    """One objective of a model."""

    objective: Objective
    sli: Sli = Field(description=str(Sli.__doc__), examples=[{"availability": {"from": "mesh"}}])
    period: OptionalPeriod = Field(default=None)
    title: Title = Field(default=None)
    description: Description = Field(default=None)
    alert: OptionalSeverities = Field(default=None)
    tiers: OptionalTiers = Field(default=None)
    slices: Slices | None = Field(
        default=None, description=str(Slices.__doc__), examples=[{"by": "locale", "values": ["en", "de"]}]
    )
    min_events: OptionalMinEvents = Field(default=None)
    min_bad: OptionalMinBad = Field(default=None)
    certainty: OptionalCertainty = Field(default=None)
    no_traffic: OptionalNoTraffic = Field(default=None)
    no_data: OptionalNoDataAlert = Field(default=None)
    inhibits_dependents: bool = Field(
        default=False,
        strict=True,
        description="Whether alerts of everything that depends on this are held back while it pages.",
        examples=[True],
    )
    budget_policy: OptionalPolicy = Field(default=None)
    traffic: OptionalRate = Field(default=None)
    cost_per_bad: Amount | None = Field(default=None, description="What one bad event costs.", examples=["0.40 EUR"])
    page: Notice | None = Field(
        default=None,
        description="What pages carry beyond the rest.",
        examples=[{"annotations": {"impact": "Fraud passes"}}],
    )
    ticket: Notice | None = Field(
        default=None, description="What tickets carry beyond the rest.", examples=[{"labels": {"queue": "ml"}}]
    )
    runbook_url: RunbookUrl = Field(default=None)
    labels: OwnLabels = Field(default={})
    annotations: Annotations = Field(default={})
    shadow: Shadow | None = Field(default=None, description=str(Shadow.__doc__), examples=[{"until": "2027-03-01"}])
    unproven: Text | None = Field(
        default=None,
        description="Why no replay can show that its alerts fire; they are listed as unproven.",
        examples=["The counter exists only in the vendor's system."],
    )
    review_after: Day | None = Field(
        default=None, description="The day after which the objective must be looked at again.", examples=["2027-06-30"]
    )


class SloDefaults(Node):
    """What an SLO has where it says nothing itself."""

    period: Period = Field(default="30d", validate_default=True)
    alert: Severities = Field(default=("page", "ticket"))
    tiers: OptionalTiers = Field(default=None)
    min_events: MinEvents = Field(default=0)
    min_bad: MinBad = Field(default=3)
    certainty: OptionalCertainty = Field(default=None)
    no_traffic: NoTraffic = Field(default="omit")
    no_data: NoDataAlert = Field(default="ticket")
    budget_policy: OptionalPolicy = Field(default=None)
    labels: OwnLabels = Field(default={})
    annotations: Annotations = Field(default={})
