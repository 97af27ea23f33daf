"""Where numbers come from: sources, their selectors and the metrics of a source that has no template."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from slogen.spec.names import Key, LabelName, LabelValue, MetricName, RelativePath, Text
from slogen.spec.node import Node, wrong_choice
from slogen.spec.units import Bound, Duration


class Matcher(Node):
    """What a label must be; several operators of one label must all hold."""

    equals: LabelValue | None = Field(
        default=None, alias="is", description="The label has exactly this value.", examples=["fraud"]
    )
    differs: LabelValue | None = Field(
        default=None, alias="not", description="The label has any other value, or is missing.", examples=["canary"]
    )
    matches: LabelValue | None = Field(
        default=None, description="The whole value matches this RE2 pattern.", examples=["features-.+"]
    )
    not_matches: LabelValue | None = Field(
        default=None, description="The whole value does not match this RE2 pattern.", examples=["test-.*"]
    )
    one_of: tuple[LabelValue, ...] | None = Field(
        default=None, min_length=1, description="The label has one of these values.", examples=[["eu", "us"]]
    )

    @model_validator(mode="after")
    def _says_something(self) -> "Matcher":
        if not self.model_fields_set:
            raise wrong_choice([], ["is", "not", "matches", "not_matches", "one_of"])
        return self


def _matcher(value: object) -> object:
    """`fraud` is short for `{is: fraud}`, `[a, b]` for `{one_of: [a, b]}`."""
    if isinstance(value, list):
        return {"one_of": value}
    return value if isinstance(value, dict | Matcher) else {"is": value}


ShortMatcher = Annotated[
    Matcher, BeforeValidator(_matcher, json_schema_input_type=Matcher | LabelValue | tuple[LabelValue, ...])
]
Selector = dict[LabelName, ShortMatcher]
"""Label name to what it must be."""

Where = Annotated[
    Selector,
    Field(description="Labels that narrow the source further.", examples=[{"endpoint": "/predict"}]),
]


class Measured(Node):
    """One metric of a source that has no template, under the name by which SLIs and conditions ask for it."""

    counter: MetricName | None = Field(
        default=None, description="A counter of events.", examples=["http_requests_total"]
    )
    gauge: MetricName | None = Field(default=None, description="A gauge.", examples=["feature_psi"])
    histogram: MetricName | None = Field(
        default=None, description="A histogram, without `_bucket`.", examples=["http_request_duration_seconds"]
    )
    where: Where = Field(default={})
    bad: Selector | None = Field(
        default=None, description="Labels of the events that count as bad.", examples=[{"code": {"matches": "5.."}}]
    )
    valid: Selector | None = Field(
        default=None, description="Labels of the events whose answer is valid.", examples=[{"valid": "true"}]
    )
    unit: Literal["seconds", "milliseconds", "microseconds", "ratio", "percent", "timestamp", "bytes", "number"] = (
        Field(default="number", description="The unit of the metric's values.", examples=["seconds"])
    )
    native: bool = Field(default=False, strict=True, description="Whether the histogram is native.", examples=[True])
    labels: dict[Key, LabelName] = Field(
        default={},
        description="Labels of this metric that say which feature, drift test or slice a series belongs to.",
        examples=[{"feature": "column", "test": "stattest"}],
    )

    @model_validator(mode="after")
    def _one_type(self) -> "Measured":
        types = [name for name in ("counter", "gauge", "histogram") if getattr(self, name) is not None]
        if len(types) != 1:
            raise wrong_choice(types, ["counter", "gauge", "histogram"])
        return self


class Source(Node):
    """A place where numbers come from: a template of the catalogue or metrics of one's own."""

    template: Text | None = Field(
        default=None, description="The catalogue entry that knows this system's metrics.", examples=["istio"]
    )
    select: Selector = Field(
        default={},
        description="Labels that pick this model's series among all series of the system.",
        examples=[{"model": "fraud"}, {"job_name": {"matches": "features-.+"}}],
    )
    sample: RelativePath | None = Field(
        default=None,
        description="A saved `/metrics` page of the project that names, labels and buckets are checked against.",
        examples=["samples/fraud.prom"],
    )
    buckets: tuple[Bound, ...] | None = Field(
        default=None,
        min_length=1,
        description="Upper bounds of the latency histogram's buckets, where they differ from the template's.",
        examples=[["50ms", "150ms", "1s"]],
    )
    cadence: Duration | None = Field(
        default=None,
        description="How often the numbers are renewed, where that is slower than scraping (batch jobs).",
        examples=["1d"],
    )
    metrics: dict[Key, Measured] = Field(
        default={},
        description="The system's own metrics by what they measure: beside a template, or instead of one.",
        examples=[{"requests": {"counter": "http_requests_total", "bad": {"code": {"matches": "5.."}}}}],
    )
