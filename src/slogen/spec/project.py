"""The project file `slogen.yaml`: facts of the servers, environments, and what every spec has in common."""

from typing import Annotated, Literal

from pydantic import Field

from slogen.spec.fields import RunbookUrl
from slogen.spec.names import Key, LabelName, LabelValue, Name, RelativePath, Text, WebAddress
from slogen.spec.node import Node
from slogen.spec.response import Impact
from slogen.spec.routing import Alertmanagers, Routing, Teams
from slogen.spec.slos import SloDefaults
from slogen.spec.units import Duration, Version

Retention = Annotated[
    Duration | None, Field(description="How long Prometheus keeps samples; no window may be longer.", examples=["90d"])
]


class Prometheus(Node):
    """The servers that load the rules."""

    version: Version = Field(
        default="3.5", validate_default=True, description="Their oldest version.", examples=["3.5"]
    )
    scrape_interval: Duration = Field(
        default="30s", validate_default=True, description="How often targets are scraped.", examples=["30s"]
    )
    evaluation_interval: Duration = Field(
        default="30s",
        validate_default=True,
        description="How often the rules that nothing else governs run.",
        examples=["30s"],
    )
    retention: Retention = Field(default=None)
    features: list[Text] = Field(
        default=[],
        description="What they are started with: the names given to `--enable-feature`.",
        examples=[["promql-experimental-functions"]],
    )
    rules_per_group: int = Field(
        default=20, strict=True, ge=3, le=1000, description="The largest group to write.", examples=[20]
    )
    url: WebAddress | None = Field(
        default=None,
        description="Where people open it; links in alerts lead there.",
        examples=["https://prometheus.example.org"],
    )


class Kubernetes(Node):
    """PrometheusRule objects for the prometheus-operator."""

    namespace: Annotated[str, Field(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$")] = Field(
        default="monitoring", description="Where the objects live.", examples=["monitoring"]
    )
    labels: dict[Text, LabelValue] = Field(
        default={}, description="Labels by which the operator finds them.", examples=[{"release": "prometheus"}]
    )


class Grafana(Node):
    """The dashboards and where they are shown."""

    url: WebAddress | None = Field(
        default=None,
        description="Where people open it; links in alerts lead there.",
        examples=["https://grafana.example.org"],
    )
    folder: Text = Field(
        default="slogen", description="The folder that the dashboards belong to.", examples=["ML models"]
    )
    indent: int | None = Field(
        default=2,
        strict=True,
        ge=0,
        le=8,
        description="Spaces of JSON indentation; null writes one line.",
        examples=[2],
    )
    tempo: Text | None = Field(default=None, description="The data source of traces, for links.", examples=["Tempo"])
    loki: Text | None = Field(default=None, description="The data source of logs, for links.", examples=["Loki"])


class Runbooks(Node):
    """A page for every objective and every declared alert, in Markdown."""

    url: WebAddress | None = Field(
        default=None,
        description="Where people read the folder of generated files; alerts then lead to their page.",
        examples=["https://git.example.org/ml/slos/blob/main/generated"],
    )


class Rollouts(Node):
    """An AnalysisTemplate of Argo Rollouts for every canary condition."""

    labels: dict[Text, LabelValue] = Field(
        default={}, description="Labels of the templates.", examples=[{"app.kubernetes.io/part-of": "slos"}]
    )


class Outputs(Node):
    """What is written, and where, relative to the project."""

    generated: RelativePath = Field(
        default="generated", description="The folder of rules and routing.", examples=["generated"]
    )
    dashboards: RelativePath = Field(
        default="dashboards", description="The folder of dashboards.", examples=["dashboards"]
    )
    kubernetes: Kubernetes | None = Field(
        default=None, description=str(Kubernetes.__doc__), examples=[{"namespace": "monitoring"}]
    )
    runbooks: Runbooks | None = Field(
        default=None,
        description=str(Runbooks.__doc__),
        examples=[{"url": "https://git.example.org/ml/slos/blob/main/generated"}],
    )
    rollouts: Rollouts | None = Field(
        default=None, description=str(Rollouts.__doc__), examples=[{"labels": {"app.kubernetes.io/part-of": "slos"}}]
    )


class Environment(Node):
    """One place where models run, with a Prometheus of its own or a part of one."""

    production: bool = Field(strict=True, description="Whether its alerts may wake people.", examples=[True])
    external_labels: dict[LabelName, LabelValue] = Field(
        default={},
        description="Labels that its Prometheus adds to everything it sends.",
        examples=[{"cluster": "eu-1"}],
    )
    scrape_interval: Duration | None = Field(
        default=None, description="How often targets are scraped here, where that differs.", examples=["60s"]
    )
    evaluation_interval: Duration | None = Field(
        default=None, description="How often rules run here, where that differs.", examples=["60s"]
    )
    retention: Retention = Field(default=None)
    prometheus_url: WebAddress | None = Field(
        default=None,
        description="Where people open its Prometheus.",
        examples=["https://prometheus.staging.example.org"],
    )
    dashboard_labels: dict[LabelName, LabelValue] = Field(
        default={},
        description="Labels that tell its series apart where several share a data source.",
        examples=[{"cluster": "eu-1"}],
    )


class Defaults(Node):
    """What every spec has where it says nothing itself."""

    team: Key | None = Field(default=None, description="The team that owns what names none.", examples=["ml-platform"])
    criticality: Literal["critical", "high", "medium", "low"] | None = Field(
        default=None, description="How much the business depends on what says nothing.", examples=["medium"]
    )
    runbook_url: RunbookUrl = Field(default=None)
    slos: SloDefaults = Field(
        default=SloDefaults(), description="Fields of SLOs.", examples=[{"period": "28d", "min_bad": 5}]
    )


class Project(Node):
    """The whole of `slogen.yaml`."""

    version: Literal["slogen/v1"] = Field(
        default="slogen/v1", description="The version of this language.", examples=["slogen/v1"]
    )
    project: Name = Field(description="The project's name.", examples=["acme-ml"])
    specs: RelativePath = Field(default="specs", description="The folder of the spec files.", examples=["specs"])
    prometheus: Prometheus = Field(
        default=Prometheus(), description=str(Prometheus.__doc__), examples=[{"version": "3.5", "retention": "90d"}]
    )
    grafana: Grafana = Field(
        default=Grafana(), description=str(Grafana.__doc__), examples=[{"folder": "ML models", "tempo": "Tempo"}]
    )
    outputs: Outputs = Field(
        default=Outputs(), description=str(Outputs.__doc__), examples=[{"kubernetes": {"namespace": "monitoring"}}]
    )
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = Field(
        default="USD", description="The currency of every amount of money.", examples=["EUR"]
    )
    environments: dict[Name, Environment] = Field(
        min_length=1,
        description="Where models run, by name.",
        examples=[{"production": {"production": True}, "staging": {"production": False}}],
    )
    impact: Impact = Field(default=Impact(), description=str(Impact.__doc__), examples=[{"raise_from": "10000 EUR"}])
    defaults: Defaults = Field(
        default=Defaults(), description=str(Defaults.__doc__), examples=[{"slos": {"period": "28d"}}]
    )
    teams: Teams = Field(
        default={},
        description="Who owns models, and how alerts reach them.",
        examples=[{"payments-ml": {"receivers": {"page": [{"pagerduty": {"routing_key_file": "payments.key"}}]}}}],
    )
    alertmanagers: Alertmanagers = Field(
        default={},
        description="The Alertmanagers, and the environments each serves.",
        examples=[
            {"main": {"environments": ["production"], "fallback": [{"webhook": {"url": "https://alerts.example.org"}}]}}
        ],
    )
    routing: Routing = Field(
        default=Routing(),
        description="How alerts travel, for all Alertmanagers.",
        examples=[{"suppression": "inhibit"}],
    )
