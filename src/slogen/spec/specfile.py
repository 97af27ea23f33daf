"""One file under `specs/`: a model or a shared component."""

from typing import Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from slogen.spec.alerts import Alert
from slogen.spec.fields import Annotations, Description, OwnLabels, RunbookUrl, Title
from slogen.spec.names import Key, Name
from slogen.spec.node import Node
from slogen.spec.response import Answers, OptionalRate
from slogen.spec.signals import ShortSignal
from slogen.spec.slis import exactly_one
from slogen.spec.slos import Slo
from slogen.spec.sources import Source


class SpecFile(Node):
    """Everything slogen knows about one model or component."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["model"]}, {"required": ["component"]}]})

    version: Literal["slogen/v1"] = Field(
        default="slogen/v1", description="The version of this language.", examples=["slogen/v1"]
    )
    model: Name | None = Field(default=None, description="The model's name.", examples=["fraud-detector"])
    component: Name | None = Field(
        default=None, description="The name of something that models share.", examples=["feature-store"]
    )
    title: Title = Field(default=None)
    description: Description = Field(default=None)
    team: Key | None = Field(
        default=None,
        description="The team that is told; the project's default where missing.",
        examples=["payments-ml"],
    )
    criticality: Literal["critical", "high", "medium", "low"] | None = Field(
        default=None,
        description="How much the business depends on it; the project's default where missing, else medium.",
        examples=["critical"],
    )
    traffic: OptionalRate = Field(default=None)
    depends_on: tuple[Name, ...] = Field(
        default=(), description="Models and components that this one needs.", examples=[["feature-store"]]
    )
    environments: tuple[Name, ...] | None = Field(
        default=None, min_length=1, description="Where it runs; everywhere where missing.", examples=[["production"]]
    )
    sources: dict[Key, Source] = Field(
        default={},
        description="Where the numbers come from, by names of your choice.",
        examples=[{"app": {"template": "slogen-contract", "select": {"model": "fraud"}}}],
    )
    signals: dict[Key, ShortSignal] = Field(
        default={},
        description="Measurements with a name, for SLOs and alerts to share.",
        examples=[{"helpful": {"from": "app", "bad": "chat_unhelpful_total", "total": "chat_answers_total"}}],
    )
    slos: dict[Key, Slo] = Field(
        default={},
        description="The objectives, by name.",
        examples=[{"availability": {"objective": "99.95%", "sli": {"availability": {"from": "mesh"}}}}],
    )
    alerts: dict[Key, Alert] = Field(
        default={},
        description="Alerts beside those of the SLOs, by name.",
        examples=[{"fpr": {"severity": "page", "threshold": {"of": "app.fpr", "above": "2%", "over": "15m"}}}],
    )
    answers: Answers | None = Field(
        default=None,
        description=str(Answers.__doc__),
        examples=[{"rollback": "kubectl argo rollouts undo fraud-detector"}],
    )
    runbook_url: RunbookUrl = Field(default=None)
    labels: OwnLabels = Field(default={})
    annotations: Annotations = Field(default={})
    overrides: dict[Name, dict[str, Any]] = Field(
        default={},
        description="What differs per environment: merged key by key, `null` removes.",
        examples=[{"staging": {"slos": {"availability": {"objective": "99%"}}}}],
    )

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        exactly_one(self, "model", "component")
        return self

    @property
    def name(self) -> str:
        """The name of the model or component."""
        return self.model or self.component or ""

    @property
    def kind(self) -> Literal["model", "component"]:
        """Whether it is a model or a shared component."""
        return "component" if self.model is None else "model"
