"""What an SLO may measure: one class per SLI shape."""

from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from slogen.spec.fields import From, LabelDelay, MinEvents, NoData, Of, OptionalLabelDelay, OptionalOf, Quality
from slogen.spec.names import Key, MetricName, Reference, Text
from slogen.spec.node import Choice, Node, wrong_choice
from slogen.spec.sources import Selector, Where
from slogen.spec.units import Bound, Duration


def exactly_one(node: Node, *names: str) -> None:
    """Raise unless exactly one of these optional fields was written; names as users write them."""
    chosen = [name for name in names if getattr(node, "source" if name == "from" else name) is not None]
    if len(chosen) != 1:
        raise wrong_choice(chosen, list(names))


class Counted(Node):
    """Events of one counter, narrowed by labels."""

    metric: MetricName = Field(description="The counter.", examples=["chat_unhelpful_total"])
    where: Where = Field(default={})


def _counted(value: object) -> object:
    """A bare metric name is short for `{metric: name}`."""
    return {"metric": value} if isinstance(value, str) else value


ShortCounted = Annotated[Counted, BeforeValidator(_counted, json_schema_input_type=Counted | MetricName)]


class Availability(Node):
    """The share of requests that are answered without an error."""

    source: From
    where: Where = Field(default={})
    bad: Selector | None = Field(
        default=None,
        description="Labels of the answers that count as errors, where they differ from the template's.",
        examples=[{"code": {"matches": "5..|429"}}],
    )


class Latency(Node):
    """The share of requests answered fast enough, and validly where asked."""

    source: From
    within: Duration = Field(description="The longest time that is still good.", examples=["150ms"])
    valid: bool = Field(
        default=False, strict=True, description="Whether the answer must be valid as well as fast.", examples=[True]
    )
    native: bool = Field(
        default=False, strict=True, description="Whether to read the native histogram.", examples=[True]
    )
    quantity: Key = Field(
        default="latency",
        description="Which of the source's durations is meant, such as time to first token.",
        examples=["time_to_first_token"],
    )
    where: Where = Field(default={})


class Events(Node):
    """Bad (or good) events out of all events, from counters or from a signal that names them."""

    of: OptionalOf = Field(default=None)
    source: Key | None = Field(default=None, alias="from", description="The source of the counters.", examples=["app"])
    bad: ShortCounted | None = Field(
        default=None, description="The counter of bad events.", examples=["chat_unhelpful_total"]
    )
    good: ShortCounted | None = Field(
        default=None, description="The counter of good events.", examples=["chat_helpful_total"]
    )
    total: ShortCounted | None = Field(
        default=None, description="The counter of all events.", examples=["chat_answers_total"]
    )

    @model_validator(mode="after")
    def _named_or_counted(self) -> Self:
        if self.of is None:
            exactly_one(self, "good", "bad")
            for name in ("source", "total"):
                if getattr(self, name) is None:
                    raise wrong_choice([], ["from" if name == "source" else name])
        elif len(self.model_fields_set) > 1:
            written = ["from" if name == "source" else name for name in sorted(self.model_fields_set)]
            raise wrong_choice(written, ["of", "from"])
        return self


class Classification(Node):
    """A ratio of the confusion matrix, from predictions whose true label has arrived."""

    of: OptionalOf = Field(default=None)
    source: Key | None = Field(default=None, alias="from", description="The source of the counts.", examples=["app"])
    metric: Quality | None = Field(default=None, description="Which ratio is meant.", examples=["precision"])
    label_delay: OptionalLabelDelay = Field(default=None)
    where: Where = Field(default={})

    @model_validator(mode="after")
    def _named_or_described(self) -> Self:
        exactly_one(self, "of", "from")
        if self.source is not None and self.metric is None:
            raise wrong_choice([], ["metric"])
        return self


class Timeslice(Node):
    """The share of windows in which a ratio is good enough."""

    of: Of
    at_least: Bound | None = Field(default=None, description="A window is good from this value on.", examples=["95%"])
    at_most: Bound | None = Field(default=None, description="A window is good up to this value.", examples=["2%"])
    over: Duration = Field(description="The length of one window.", examples=["1h"])
    min_events: MinEvents = Field(default=0)
    no_data: NoData = Field(default="ignore")

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        exactly_one(self, "at_least", "at_most")
        return self


class Gauge(Node):
    """The share of time in which a gauge is good."""

    of: Of
    at_least: Bound | None = Field(default=None, description="The gauge is good from this value on.", examples=[0.85])
    at_most: Bound | None = Field(default=None, description="The gauge is good up to this value.", examples=[0.2])
    no_data: NoData = Field(default="bad")

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        exactly_one(self, "at_least", "at_most")
        return self


class Freshness(Node):
    """The share of time in which the newest result is young enough."""

    source: From
    within: Duration = Field(description="The greatest age that is still good.", examples=["1h"])
    measure: Key = Field(
        default="last_success", description="Which of the source's timestamps is meant.", examples=["last_success"]
    )
    where: Where = Field(default={})
    no_data: NoData = Field(default="bad")


class Jobs(Node):
    """The share of batch runs that succeed, in time where asked."""

    source: From
    within: Duration | None = Field(default=None, description="The longest run that is still good.", examples=["5m"])
    where: Where = Field(default={})


class Coverage(Node):
    """The share of predictions whose true label has arrived when it should have."""

    source: From
    label_delay: LabelDelay
    where: Where = Field(default={})


class Ratio(Node):
    """Bad (or good) over all as PromQL of one's own, for what no other shape can say."""

    bad: Text | None = Field(
        default=None,
        description="PromQL for the rate of bad events; the window is written `[$window]`.",
        examples=['sum(rate(answers_total{verdict="bad"}[$window]))'],
    )
    good: Text | None = Field(
        default=None,
        description="PromQL for the rate of good events; the window is written `[$window]`.",
        examples=['sum(rate(answers_total{verdict="good"}[$window]))'],
    )
    total: Text = Field(
        description="PromQL for the rate of all events; the window is written `[$window]`.",
        examples=["sum(rate(answers_total[$window]))"],
    )

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        exactly_one(self, "good", "bad")
        return self


def named(value: object) -> object:
    """A bare name is short for `{of: name}`."""
    return {"of": value} if isinstance(value, str) else value


class Sli(Choice):
    """What the objective is about: exactly one shape."""

    availability: Availability | None = Field(
        default=None, description=str(Availability.__doc__), examples=[{"from": "mesh"}]
    )
    latency: Latency | None = Field(
        default=None, description=str(Latency.__doc__), examples=[{"from": "app", "within": "150ms", "valid": True}]
    )
    events: Annotated[Events, BeforeValidator(named, json_schema_input_type=Events | Reference)] | None = Field(
        default=None, description=str(Events.__doc__), examples=["helpful"]
    )
    classification: (
        Annotated[Classification, BeforeValidator(named, json_schema_input_type=Classification | Reference)] | None
    ) = Field(default=None, description=str(Classification.__doc__), examples=["precision"])
    timeslice: Timeslice | None = Field(
        default=None,
        description=str(Timeslice.__doc__),
        examples=[{"of": "precision", "at_least": "95%", "over": "1h", "min_events": 200}],
    )
    gauge: Gauge | None = Field(
        default=None, description=str(Gauge.__doc__), examples=[{"of": "auc", "at_least": 0.85}]
    )
    freshness: Freshness | None = Field(
        default=None, description=str(Freshness.__doc__), examples=[{"from": "jobs", "within": "1h"}]
    )
    jobs: Jobs | None = Field(default=None, description=str(Jobs.__doc__), examples=[{"from": "jobs", "within": "5m"}])
    coverage: Coverage | None = Field(
        default=None, description=str(Coverage.__doc__), examples=[{"from": "app", "label_delay": "7d"}]
    )
    ratio: Ratio | None = Field(
        default=None,
        description=str(Ratio.__doc__),
        examples=[{"bad": "sum(rate(failed_total[$window]))", "total": "sum(rate(all_total[$window]))"}],
    )

    @property
    def shape(
        self,
    ) -> Availability | Latency | Events | Classification | Timeslice | Gauge | Freshness | Jobs | Coverage | Ratio:
        """The one shape that is set."""
        return self.value  # type: ignore[return-value]  # the fields above are exactly this union
