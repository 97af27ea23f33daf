"""Scenario tests as users write them: traffic, faults on a timeline, and what must come of it."""

import re
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StrictStr, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from slogen.spec.names import Key, LabelName, Name
from slogen.spec.node import Choice, Node, wrong_choice
from slogen.spec.units import Duration, Number, Percentage, shown

_RATE = re.compile(r"(\d+(?:\.\d+)?)\s*/\s*(s|m|h)")
_SECONDS = {"s": 1, "m": 60, "h": 3600}
FASTEST = 1_000_000_000
"""Events per second that one source may see."""
_LONGEST = 120 * 86_400_000
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _problem(message: str, hint: str) -> PydanticCustomError:
    return PydanticCustomError("unit", "{problem}", {"problem": message, "hint": hint})


def _rate(value: object) -> float:
    match = _RATE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise _problem(f"{shown(value)} is no rate of events", "write it with its unit, such as 50/s or 60/h")
    rate = Decimal(match[1]) / _SECONDS[match[2]]
    if rate > FASTEST:
        raise _problem(f"{shown(value)} is no traffic of one source", f"write at most {FASTEST}/s")
    return float(rate)


def _clock(value: object) -> int:
    match = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise _problem(f"{shown(value)} is no time of day", "write hours and minutes in UTC, such as 14:00")
    return (int(match[1]) * 60 + int(match[2])) * 60_000


def _weekday_clock(value: object) -> int:
    day, _, clock = value.partition(" ") if isinstance(value, str) else ("", "", "")
    if day.lower() not in _DAYS or _CLOCK.fullmatch(clock) is None:
        raise _problem(f"{shown(value)} is no moment of a week", "write a weekday and a time in UTC: monday 09:00")
    return _DAYS.index(day.lower()) * 86_400_000 + _clock(clock)


def _affordable(value: int) -> int:
    if value > _LONGEST:
        raise _problem("that is too long to be played", "write at most 120d")
    return value


_TEXT = {"type": "string"}
Rate = Annotated[float, BeforeValidator(_rate), WithJsonSchema({**_TEXT, "pattern": f"^{_RATE.pattern}$"})]
Clock = Annotated[int, BeforeValidator(_clock), WithJsonSchema({**_TEXT, "pattern": f"^{_CLOCK.pattern}$"})]
Length = Annotated[Duration, AfterValidator(_affordable)]
WeekMoment = Annotated[int, BeforeValidator(_weekday_clock), WithJsonSchema(_TEXT)]


class Diurnal(Node):
    """More traffic by day than by night."""

    mean: Rate = Field(description="Events on average over a day.", examples=["50/s"])
    swing: Percentage = Field(description="How far it goes above and below that.", examples=["60%"])
    busiest_at: Clock = Field(
        default_factory=lambda: 50_400_000,
        description="The busiest time of day, UTC; 14:00 by default.",
        examples=["14:00"],
    )


class Weekly(Diurnal):
    """More traffic by day than by night, and less on weekends."""

    weekend: Percentage = Field(description="The share of a weekday's traffic that weekends have.", examples=["40%"])


class Spiky(Node):
    """Little traffic with regular bursts."""

    base: Rate = Field(description="Events between the bursts.", examples=["0.1/s"])
    peak: Rate = Field(description="Events in a burst.", examples=["1000/s"])
    every: Duration = Field(gt=0, description="From the start of a burst to the next.", examples=["1d"])
    lasts: Duration = Field(gt=0, description="How long a burst goes on.", examples=["1h"])


class Recorded(Node):
    """Traffic as it was once measured, from the beginning of the test on; before that and after it, once more."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["file"]}, {"required": ["rates", "every"]}]})

    file: StrictStr | None = Field(
        default=None,
        min_length=1,
        description="A CSV of times and rates, or what Prometheus answers to a range query as JSON; beside this file.",
        examples=["traffic/sale-day.csv"],
    )
    rates: tuple[Rate, ...] | None = Field(
        default=None,
        min_length=1,
        max_length=100_000,
        description="One rate after the other.",
        examples=[["10/s", "12/s"]],
    )
    every: Duration | None = Field(default=None, gt=0, description="How long each rate holds.", examples=["1h"])

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.file is None) == (self.rates is None):
            raise wrong_choice([] if self.file is None else ["file", "rates"], ["file", "rates"])
        if self.file is not None and self.every is not None:
            raise wrong_choice(["file", "every"], ["file", "every"])
        if self.rates is not None and self.every is None:
            raise _problem("nobody says how long each rate holds", "add `every:`, such as `every: 1h`")
        return self


def _file(value: object) -> object:
    return {"file": value} if isinstance(value, str) else value


class Shape(Choice):
    """How traffic changes over time."""

    constant: Rate | None = Field(default=None, description="Always the same.", examples=["50/s"])
    diurnal: Diurnal | None = Field(
        default=None, description=str(Diurnal.__doc__), examples=[{"mean": "50/s", "swing": "60%"}]
    )
    weekly: Weekly | None = Field(
        default=None, description=str(Weekly.__doc__), examples=[{"mean": "50/s", "swing": "60%", "weekend": "40%"}]
    )
    spiky: Spiky | None = Field(
        default=None,
        description=str(Spiky.__doc__),
        examples=[{"base": "0.1/s", "peak": "1000/s", "every": "1d", "lasts": "1h"}],
    )
    recorded: Annotated[Recorded | None, BeforeValidator(_file, json_schema_input_type=StrictStr | Recorded)] = Field(
        default=None,
        description=str(Recorded.__doc__),
        examples=["traffic/sale-day.csv", {"rates": ["10/s"], "every": "1h"}],
    )


def _constant(value: object) -> object:
    return value if isinstance(value, dict | Shape) else {"constant": value}


About = Annotated[StrictStr, WithJsonSchema({"type": "string", "pattern": r"^[^/\s]+(/[^/\s]+)?$"})]
"""A source, signal or SLO of the spec, `component/name` for another one's; whether there is one is for telling."""
Traffic = dict[About, Annotated[Shape, BeforeValidator(_constant, json_schema_input_type=Rate | Shape)]]
"""By source; a plain rate is constant traffic."""


class Fault(Node):
    """Something goes wrong, from `at` on, for as long as `lasts` says or until the end."""

    errors: Percentage | None = Field(default=None, description="The share of events that end badly.", examples=["20%"])
    value: Number | None = Field(default=None, description="What a gauge shows.", examples=[0.35])
    age: Duration | None = Field(
        default=None, description="How old the last sign of life of a job is.", examples=["3d"]
    )
    missing: About | None = Field(
        default=None, description="An SLO, a signal or a source whose series vanish.", examples=["app"]
    )
    scrape_gap: About | None = Field(default=None, description="A source that cannot be scraped.", examples=["app"])
    restart: About | None = Field(default=None, description="A source whose exporter starts anew.", examples=["app"])
    outage: Name | None = Field(
        default=None, description="A component that is down altogether.", examples=["feature-store"]
    )
    of: About | None = Field(
        default=None, description="The SLO or signal that the fault is about.", examples=["availability"]
    )
    outcome: Key | None = Field(
        default=None, description="Which bad end, where a signal knows several.", examples=["slow"]
    )
    slice: str | None = Field(default=None, description="The one part that is affected.", examples=["de"])
    where: dict[LabelName, str] = Field(
        default={}, description="Labels of the series that are affected.", examples=[{"feature": "amount"}]
    )
    at: Duration = Field(default_factory=int, description="When it begins.", examples=["1h"])
    lasts: Duration | None = Field(default=None, description="How long it goes on.", examples=["30m"])

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        kinds = ("errors", "value", "age", "missing", "scrape_gap", "restart", "outage")
        chosen = [kind for kind in kinds if getattr(self, kind) is not None]
        if len(chosen) != 1:
            raise wrong_choice(chosen, list(kinds))
        if chosen[0] in {"errors", "value", "age"} and self.of is None:
            raise _problem(f"`{chosen[0]}` does not say of what", "add `of:` with the name of an SLO or a signal")
        return self


class Expectation(Node):
    """What must be seen: an alert, a budget, a notification, or nothing at all."""

    alert: str | None = Field(default=None, description="The name of an alert.", examples=["ErrorBudgetBurnPage"])
    budget: Key | None = Field(
        default=None, description="The SLO whose budget is looked at.", examples=["availability"]
    )
    notified: str | None = Field(
        default=None, description="A receiver that must hear of it.", examples=["payments-ml-page"]
    )
    not_notified: str | None = Field(
        default=None, description="A receiver that must hear nothing.", examples=["payments-ml-ticket"]
    )
    silent: Literal[True] | None = Field(default=None, description="No alert fires at all.", examples=[True])
    model: Name | None = Field(
        default=None, description="The model or component meant, where it is another one.", examples=["feature-store"]
    )
    slo: Key | None = Field(default=None, description="The SLO whose alert is meant.", examples=["availability"])
    burn: Key | None = Field(default=None, description="The tier whose alert is meant.", examples=["fast"])
    slice: str | None = Field(default=None, description="The slice whose alert is meant.", examples=["de"])
    fires: Duration | None = Field(default=None, description="When it begins to fire.", examples=["1h5m"])
    pending: Duration | None = Field(default=None, description="When it begins to be pending.", examples=["1h"])
    until: Duration | None = Field(
        default=None, description="When it stops firing; how long a receiver hears nothing.", examples=["2h"]
    )
    never: Literal[True] | None = Field(default=None, description="It does not fire at all.", examples=[True])
    at: Duration | None = Field(default=None, description="The moment looked at.", examples=["3h"])
    remaining: Percentage | None = Field(
        default=None, description="The share of the budget that is left.", examples=["86%"]
    )
    within: Duration = Field(
        default_factory=lambda: 120_000, description="How far off a time may be; 2m by default.", examples=["2m"]
    )
    give_or_take: Percentage = Field(
        default_factory=lambda: Decimal("0.01"),
        description="How far off a budget may be; 1% by default.",
        examples=["1%"],
    )
    labels: dict[LabelName, str] = Field(
        default={}, description="Labels the alert carries.", examples=[{"severity": "page"}]
    )
    annotations: dict[LabelName, str] = Field(
        default={}, description="Texts that its annotations hold.", examples=[{"summary": "burns"}]
    )
    because: Literal["inhibited", "muted", "not routed"] | None = Field(
        default=None, description="Why a receiver hears nothing.", examples=["inhibited"]
    )

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        kinds = ("alert", "budget", "notified", "not_notified", "silent")
        chosen = [kind for kind in kinds if getattr(self, kind) is not None]
        if self.alert is not None and len(chosen) == 2 and chosen[1] in {"notified", "not_notified"}:
            chosen = chosen[1:]
        if len(chosen) != 1:
            raise wrong_choice(chosen, list(kinds))
        if chosen == ["alert"] and self.fires is None and self.pending is None and self.never is None:
            raise _problem("nothing is said of this alert", "add `fires:`, `pending:` or `never: true`")
        if chosen == ["budget"] and (self.at is None or self.remaining is None):
            raise _problem("nothing is said of this budget", "add `at:` and `remaining:`")
        return self


class Scenario(Node):
    """One story and what must come of it."""

    description: str | None = Field(
        default=None, description="What the story is about.", examples=["The feature store is slow."]
    )
    lasts: Length = Field(gt=0, description="How long the story goes on.", examples=["6h"])
    history: Length = Field(
        default_factory=lambda: 86_400_000,
        description="How much healthy time lies before it; a day by default.",
        examples=["1d"],
    )
    starts: WeekMoment = Field(
        default_factory=int, description="When the story begins, UTC.", examples=["monday 09:00"]
    )
    others: tuple[Name, ...] = Field(
        default=(),
        alias="with",
        description="Other models and components that take part.",
        examples=[["feature-store"]],
    )
    traffic: Traffic = Field(default={}, description="Traffic by source.", examples=[{"mesh": "50/s"}])
    faults: tuple[Fault, ...] = Field(
        default=(), description="What goes wrong.", examples=[[{"errors": "20%", "of": "availability", "at": "1h"}]]
    )
    expect: tuple[Expectation, ...] = Field(
        min_length=1, description="What must be seen.", examples=[[{"silent": True}]]
    )


class ScenarioFile(Node):
    """Scenario tests of one model or component: the file beside its spec that ends in `.test.yaml`."""

    version: Literal["slogen/v1"] = Field(
        default="slogen/v1", description="The version of this language.", examples=["slogen/v1"]
    )
    spec: Name | None = Field(
        default=None, description="The model or component; else the file's own name.", examples=["fraud-detector"]
    )
    environment: Name | None = Field(
        default=None, description="The environment; else the first production one.", examples=["production"]
    )
    traffic: Traffic = Field(
        default={}, description="Traffic by source, for every test that says nothing else.", examples=[{"mesh": "50/s"}]
    )
    tests: dict[Key, Scenario] = Field(
        min_length=1,
        description="The tests, by name.",
        examples=[{"quiet-day": {"lasts": "6h", "expect": [{"silent": True}]}}],
    )
