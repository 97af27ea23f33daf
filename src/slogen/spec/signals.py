"""Measurements with a name, that SLOs, alerts, boards and scenarios share."""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from slogen.spec.fields import From
from slogen.spec.names import Key, MetricName, Text
from slogen.spec.node import Choice, Node, wrong_choice
from slogen.spec.slis import Classification, Events, exactly_one
from slogen.spec.sources import Where


class GaugeSignal(Node):
    """A value that a gauge states, brought to one number."""

    source: From
    measure: Key | None = Field(
        default=None, description="Which of the source's gauges is meant.", examples=["quality"]
    )
    metric: MetricName | None = Field(default=None, description="The gauge's own name.", examples=["model_auc"])
    where: Where = Field(default={})
    combine: Literal["min", "max", "avg", "sum"] = Field(
        default="avg", description="How several series become one value.", examples=["min"]
    )

    @model_validator(mode="after")
    def _one_gauge(self) -> Self:
        exactly_one(self, "measure", "metric")
        return self


class ExprSignal(Node):
    """A value that PromQL of one's own computes."""

    promql: Text = Field(description="PromQL that gives one series.", examples=["avg(model_auc)"])
    source: Key | None = Field(
        default=None, alias="from", description="The source whose cadence and samples apply.", examples=["app"]
    )


def _expression(value: object) -> object:
    return {"promql": value} if isinstance(value, str) else value


_EVENT_KEYS = frozenset({"from", "bad", "good", "total"})


class Signal(Choice):
    """A measurement with a name: exactly one shape."""

    classification: Classification | None = Field(
        default=None,
        description=str(Classification.__doc__),
        examples=[{"from": "app", "metric": "precision", "label_delay": "2h"}],
    )
    events: Events | None = Field(
        default=None,
        description=str(Events.__doc__),
        examples=[{"from": "app", "bad": "chat_unhelpful_total", "total": "chat_answers_total"}],
    )
    gauge: GaugeSignal | None = Field(
        default=None, description=str(GaugeSignal.__doc__), examples=[{"from": "app", "metric": "model_auc"}]
    )
    expr: Annotated[ExprSignal, BeforeValidator(_expression, json_schema_input_type=ExprSignal | Text)] | None = Field(
        default=None, description=str(ExprSignal.__doc__), examples=["avg(model_auc)"]
    )

    @model_validator(mode="after")
    def _measured_itself(self) -> Self:
        """A signal that only renames another could end in a circle."""
        if getattr(self.value, "of", None) is not None:
            raise wrong_choice([], ["from"])
        return self

    @property
    def shape(self) -> Classification | Events | GaugeSignal | ExprSignal:
        """The one shape that is set."""
        return self.value  # type: ignore[return-value]  # the fields above are exactly this union


def _signal(value: object) -> object:
    """`{from: app, bad: …, total: …}` is short for `{events: {from: app, bad: …, total: …}}`."""
    return {"events": value} if isinstance(value, dict) and value.keys() & _EVENT_KEYS else value


ShortSignal = Annotated[Signal, BeforeValidator(_signal, json_schema_input_type=Signal | Events)]
