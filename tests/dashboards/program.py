"""Programs for the tests of dashboards: rules as lowering makes them, from contracts written out here."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from slogen import burn, names
from slogen.diagnostics.model import Span
from slogen.ir.later import known
from slogen.ir.program import Component, Environment, Program, Target
from slogen.ir.routing import RoutingPolicy
from slogen.ir.rules import Alert, Recording, RuleFile, RuleGroup
from slogen.ir.signals import PanelQuery, Source
from slogen.ir.slo import SliKind, Slo, Tier
from slogen.ir.where import Where
from slogen.ir.witness import Proof
from slogen.lower.annotations import Links
from slogen.lower.burn_alerts import burn_alert, collapse_alert
from slogen.lower.contract import SliContract
from slogen.lower.fleet import fleet_groups
from slogen.lower.plan import Guard, SloPlan
from slogen.lower.recordings import base_recordings, info_recording
from slogen.lower.voice import Voice
from slogen.promql.ast import Expr
from slogen.promql.parse import parse

MINUTE = 60_000
DAY = 86_400_000
ENV = "production"


@dataclass(frozen=True, slots=True)
class Ask:
    """An SLO as a test asks for it; `bad` and `total` are PromQL with `[$window]`, or instants of a sampled SLI."""

    name: str
    objective: str
    bad: str
    total: str
    period: int = 30 * DAY
    sampled: bool = False
    slices: tuple[str, ...] = ()
    cost: str | None = None


def where(file: str = "specs/test.yaml") -> Where:
    """A place in a file."""
    return Where(Span(file, 1, 1, 1, 2), ())


def expr(text: str) -> Expr:
    """A tree from PromQL."""
    return parse(text, allow_hole=True)


def http(job: str, objective: str = "0.99", name: str = "availability", **more: object) -> Ask:
    """Availability of a service that counts its requests."""
    return Ask(
        name,
        objective,
        f'sum(rate(requests_total{{job="{job}",code=~"5.."}}[$window]))',
        f'sum(rate(requests_total{{job="{job}"}}[$window]))',
        **more,  # type: ignore[arg-type]
    )


def plan_of(model: str, ask: Ask, env: str = ENV) -> SloPlan:
    """How lowering lays an SLO out, with the workbook's tiers."""
    kind: SliKind = "sampled" if ask.sampled else "counter"
    contract = SliContract(expr(ask.bad), expr(ask.total), kind, MINUTE, ask.slices, ())
    budget = 1 - Fraction(ask.objective)
    base = burn.shortest_window(MINUTE, ask.period)
    tiers = burn.tiers(burn.workbook(ask.period), budget, ask.period, base)
    guard = Guard(0, 3, None)
    return SloPlan(
        env, model, ask.name, Decimal(ask.objective), ask.period, contract, base, MINUTE, tiers, guard, "omit"
    )


def slo_of(ask: Ask, plan: SloPlan) -> Slo:
    """The SLO of the Program for a plan."""
    return Slo(
        name=ask.name,
        title=ask.name.replace("-", " ").capitalize(),
        description="",
        sli="availability",
        kind=plan.contract.kind,
        objective=plan.objective,
        period=plan.period,
        cadence=MINUTE,
        windows=plan.windows,
        tiers=tuple(
            Tier(t.burn, t.severity, t.long, t.short, t.factor, t.fraction, t.threshold, names.burn_alert(t.severity))
            for t in plan.tiers
        ),
        slices=ask.slices,
        signals=(),
        min_events=0,
        min_bad=3,
        no_traffic="omit",
        inhibits_dependents=False,
        cost_per_bad=None if ask.cost is None else Decimal(ask.cost),
        where=where(),
    )


@dataclass(frozen=True, slots=True)
class Model:
    """A model as a test asks for it."""

    name: str
    asks: tuple[Ask, ...]
    team: str = "payments-ml"
    panels: tuple[PanelQuery, ...] = ()
    conditions: tuple[Alert, ...] = ()
    kind: str = "model"
    depends_on: tuple[str, ...] = ()


def condition(model: str, name: str, text: str, severity: str = "ticket", *, shadow: bool = False) -> Alert:
    """A declared alert of the payments team."""
    labels = {"env": ENV, "model": model, "severity": severity, "team": "payments-ml"}
    return Alert(
        name=name,
        kind="condition",
        subject=name.lower(),
        severity=severity,  # type: ignore[arg-type]
        later_expr=known(expr(text)),
        hold=0,
        keep_firing=0,
        labels=tuple(sorted((labels | ({"mode": "shadow"} if shadow else {})).items())),
        later_annotations=known(()),
        shadow=shadow,
        later_proof=known(Proof((), (), None)),
        why=f"{name} was asked for.",
        where=where(),
    )


def component_of(model: Model, env: str = ENV) -> tuple[Component, list[SloPlan]]:
    """A component with the rules that lowering makes for it."""
    plans = [plan_of(model.name, ask, env) for ask in model.asks]
    slos = tuple(slo_of(ask, plan) for ask, plan in zip(model.asks, plans, strict=True))
    groups = [_group(model, ask, plan, env) for ask, plan in zip(model.asks, plans, strict=True)]
    if model.conditions:
        groups.append(RuleGroup(names.alert_group(env, model.name, "conditions"), MINUTE, model.conditions))
    source = Source("app", None, "none", MINUTE, known(model.panels), where())
    component = Component(
        name=model.name,
        kind=model.kind,  # type: ignore[arg-type]
        team=model.team,
        description="",
        criticality="high",
        depends_on=model.depends_on,
        sources=(source,),
        signals=(),
        slos=slos,
        rules=RuleFile(model.name, known(tuple(groups))),
        runbook_url=None,
        where=where(f"specs/{model.name}.yaml"),
    )
    return component, plans


def _group(model: Model, ask: Ask, plan: SloPlan, env: str) -> RuleGroup:
    voice = Voice(
        env, model.name, ask.name, model.team, names.upstreams(model.depends_on), {}, {}, Links(None, None, None),
        shadow=False, unproven=None, where=where(),
    )  # fmt: skip
    details = {
        names.TEAM: model.team,
        names.CRITICALITY: "high",
        names.TITLE: ask.name,
        names.SLI: "availability",
        names.DASHBOARD: names.dashboard_uid(env, model.name),
    }
    rules: list[Recording | Alert] = [*base_recordings(plan, where()), info_recording(plan, details, where())]
    rules += [burn_alert(plan, tier, voice) for tier in plan.tiers]
    collapse = collapse_alert(plan, voice)
    rules += [collapse] if collapse else []
    return RuleGroup(names.slo_group(env, model.name, ask.name), MINUTE, tuple(rules))


def environment_of(models: tuple[Model, ...], env: str = ENV, *, production: bool = True) -> Environment:
    """An environment with its fleet rules."""
    made = [component_of(model, env) for model in models]
    plans = [plan for _, some in made for plan in some]
    fleet = RuleFile(names.FLEET, known(fleet_groups(env, plans, where(), 20)))
    return Environment(env, production, (), tuple(component for component, _ in made), fleet)


def program_of(
    *environments: Environment, indent: int | None = 2, traces: str | None = None, logs: str | None = None
) -> Program:
    """A Program around environments."""
    target = Target(
        prometheus_version=(3, 5),
        scrape_interval=MINUTE,
        evaluation_interval=MINUTE,
        retention=None,
        rules_per_group=20,
        kubernetes=False,
        kubernetes_namespace="monitoring",
        kubernetes_labels=(),
        dashboard_indent=indent,
        grafana_folder="ML SLOs",
        traces=traces,
        logs=logs,
        currency="EUR",
    )
    return Program("demo", target, environments, RoutingPolicy((), (), (), (), (), (), "inhibit"))


def panel(row: str, title: str, unit: str, kind: str, **series: str) -> PanelQuery:
    """A raw query; keyword arguments are legends and PromQL."""
    drawn = tuple((legend, expr(text)) for legend, text in series.items())
    return PanelQuery(row, title, f"{title} of the model.", unit, kind, drawn)  # type: ignore[arg-type]


FRAUD = Model(
    "fraud-detector",
    (
        http("fraud", "0.999", cost="12.5"),
        Ask(
            "latency",
            "0.95",
            'sum(rate(latency_seconds_count{job="fraud"}[$window]))'
            ' - sum(rate(latency_seconds_bucket{job="fraud",le=~"0.25"}[$window]))',
            'sum(rate(latency_seconds_count{job="fraud"}[$window]))',
            period=28 * DAY,
        ),
        Ask(
            "auc",
            "0.9",
            'min(auc{job="fraud"}) < bool 0.85',
            'count(auc{job="fraud"}) > bool 0',
            period=7 * DAY,
            sampled=True,
        ),
    ),
    panels=(
        panel("traffic", "Requests", "reqps", "timeseries", all='sum(rate(requests_total{job="fraud"}[$window]))'),
        panel(
            "latency",
            "Latency",
            "s",
            "heatmap",
            seconds='sum by (le) (increase(latency_seconds_bucket{job="fraud"}[$window]))',
        ),
        panel("drift", "Drift by feature", "none", "timeseries", psi='max by (feature) (psi{job="fraud"})'),
        panel("drift", "Drift table", "none", "table", psi='topk(5, max by (feature) (psi{job="fraud"}))'),
        panel("quality", "AUC", "percentunit", "stat", auc='min(auc{job="fraud"})'),
    ),
    conditions=(
        condition("fraud-detector", "DriftHigh", 'max(psi{job="fraud"}) > 0.2 and on () auc{job="fraud"} < 0.9'),
        condition("fraud-detector", "DriftStrict", 'max(psi{job="fraud"}) > 0.1', shadow=True),
    ),
)
CHATBOT = Model(
    "support-chatbot",
    (
        Ask(
            "helpful",
            "0.97",
            'sum by (slice) (rate(answers_total{job="chat",helpful="no"}[$window]))',
            'sum by (slice) (rate(answers_total{job="chat"}[$window]))',
            slices=("en", "de"),
        ),
    ),
    team="support-ml",
    depends_on=("feature-store",),
)
STORE = Model("feature-store", (http("store", "0.995"),), team="platform", kind="component")
FLEET = (FRAUD, CHATBOT, STORE)
