"""The whole Program: a project's environments, each with its components and rule files."""

from dataclasses import dataclass
from typing import Literal

from slogen.ir.response import UNPREPARED, Answers
from slogen.ir.rollout import CanaryAnalysis
from slogen.ir.routing import RoutingPolicy
from slogen.ir.rules import Alert, RuleFile
from slogen.ir.signals import Signal, Source
from slogen.ir.slo import Slo
from slogen.ir.where import Labels, Where


@dataclass(frozen=True, slots=True)
class Component:
    """A model or a shared component in one environment, after defaults and overrides."""

    name: str
    kind: Literal["model", "component"]
    team: str
    description: str
    criticality: Literal["critical", "high", "medium", "low"]
    depends_on: tuple[str, ...]
    sources: tuple[Source, ...]
    signals: tuple[Signal, ...]
    slos: tuple[Slo, ...]
    rules: RuleFile
    runbook_url: str | None
    where: Where
    answers: Answers = UNPREPARED
    canaries: tuple[CanaryAnalysis, ...] = ()
    declared: tuple[Alert, ...] = ()
    """The alerts that its spec declares by name, which are among its rules."""


@dataclass(frozen=True, slots=True)
class Environment:
    """One environment: the same components under its own overrides, and the rules that span them."""

    name: str
    production: bool
    external_labels: Labels
    components: tuple[Component, ...]
    fleet: RuleFile
    signals: tuple[Signal, ...] = ()
    """What the fleet's own alerts read, as far as no component's signal stands for it."""
    prometheus_url: str | None = None
    grafana_url: str | None = None
    scrape_interval: int | None = None
    """How often it scrapes, ms, where that differs from the target's."""


@dataclass(frozen=True, slots=True)
class Target:
    """Declared facts of the servers that load the output; times in ms, versions as (major, minor)."""

    prometheus_version: tuple[int, int]
    scrape_interval: int
    evaluation_interval: int
    retention: int | None
    rules_per_group: int
    kubernetes: bool
    kubernetes_namespace: str
    kubernetes_labels: Labels
    dashboard_indent: int | None
    """Spaces of JSON indentation; None is compact."""
    grafana_folder: str
    traces: str | None
    """Grafana's data source of traces, where one is named; likewise of logs."""
    logs: str | None
    currency: str
    """The ISO 4217 code of every amount of money."""
    features: tuple[str, ...] = ()
    """What the servers are started with (`--enable-feature`)."""
    runbooks: bool = False
    rollouts: Labels | None = None
    """Labels of analysis templates; None where none are wanted."""


@dataclass(frozen=True, slots=True)
class Program:
    """Everything backends, checks, scenarios and review may know."""

    project: str
    target: Target
    environments: tuple[Environment, ...]
    routing: RoutingPolicy
