"""One spec in one environment: its SLOs and alerts as rules, and the component that they make."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

from slogen import names
from slogen.diagnostics.model import Diagnostic
from slogen.ir.impact import Criticality
from slogen.ir.later import Later
from slogen.ir.merged import merged
from slogen.ir.program import Component
from slogen.ir.response import Answers
from slogen.ir.rollout import CanaryAnalysis
from slogen.ir.rules import Alert, Recording, RuleFile, RuleGroup, Severity
from slogen.ir.signals import Signal, Source
from slogen.ir.slo import Slo
from slogen.ir.where import Where
from slogen.lower.annotations import Links
from slogen.lower.condition import conditions_for
from slogen.lower.condition_alert import declared_alert, slicings
from slogen.lower.fleet import split
from slogen.lower.impact import currency_findings, impact_of, stake
from slogen.lower.plan import SloPlan
from slogen.lower.reach import late_labels
from slogen.lower.rollout import analysis_of, canary_in
from slogen.lower.sli import contract_for
from slogen.lower.sli_question import Context, Question
from slogen.lower.slo import LoweredSlo, Place, lower_slo, plan_slo
from slogen.lower.slo import Owner as SloOwner
from slogen.lower.source_facts import ResolvedSource
from slogen.lower.source_panels import source_panels
from slogen.lower.sources import resolve_sources
from slogen.lower.terms import terms
from slogen.lower.upstream import upstream_outage
from slogen.lower.voice import Voice
from slogen.promql.rewrite import metric_names
from slogen.spec import alerts as spec_alerts
from slogen.spec import response
from slogen.spec import slos as spec_slos
from slogen.spec.load import LoadedSpec
from slogen.spec.project import Project
from slogen.spec.specfile import SpecFile


@dataclass(frozen=True, slots=True)
class Setting:
    """An environment as lowering needs it: facts of its servers, with times in ms. Samples lie relative to `root`."""

    env: str
    project: Project
    root: Path

    @property
    def scrape_interval(self) -> int:
        """How often targets are scraped."""
        return self.project.environments[self.env].scrape_interval or self.project.prometheus.scrape_interval

    @property
    def evaluation_interval(self) -> int:
        """How often the groups of models run."""
        return self.project.environments[self.env].evaluation_interval or self.project.prometheus.evaluation_interval

    @property
    def retention(self) -> int | None:
        """How long samples are kept, where anybody says."""
        return self.project.environments[self.env].retention or self.project.prometheus.retention

    def page(self, stem: str, page: str) -> str | None:
        """The address of a generated runbook page, where pages are generated and people read them somewhere."""
        known = self.project.outputs.runbooks
        root = known.url if known else None
        return f"{root.rstrip('/')}/{names.runbook_path(self.env, stem, page)}" if root else None

    def links(self, stem: str, runbook: str | None, page: str | None) -> Links:
        """Where alerts about a model, or the whole fleet, lead; `page` is the address of their runbook."""
        grafana = self.project.grafana.url
        board = f"{grafana.rstrip('/')}/d/{names.dashboard_uid(self.env, stem)}" if grafana else None
        prometheus = self.project.environments[self.env].prometheus_url or self.project.prometheus.url
        return Links(runbook or (None if page else self.project.defaults.runbook_url), board, prometheus, page)


@dataclass(frozen=True, slots=True)
class LoweredComponent:
    """A component of the Program, and the plans that the fleet's rules are made from."""

    component: Component
    plans: tuple[SloPlan, ...]


def lower_component(loaded: LoadedSpec, setting: Setting) -> tuple[LoweredComponent, list[Diagnostic]]:
    """The spec as `setting` sees it. What has an error is left out and reported; the rest is lowered all the same."""
    written = loaded.environments[setting.env]
    owner = _Owner(loaded, written, setting)
    sources, findings = resolve_sources(
        written.sources,
        {name: loaded.where(("sources", name), setting.env) for name in written.sources},
        setting.root,
        setting.scrape_interval,
    )
    places = {name: owner.where("signals", name) for name in written.signals}
    context = Context(
        sources, written.signals, setting.scrape_interval, slicings(written.slos), places, setting.retention
    )
    lowered: list[LoweredSlo] = []
    for name, slo in written.slos.items():
        made, found = _slo(name, slo, context, owner)
        findings += found
        lowered += [made] if made else []
    alerts, found = _alerts(context, owner)
    findings += found
    groups = Later(lambda: (*_groups(lowered, owner), *alerts.groups))
    signals = [*(signal for slo in lowered for signal in slo.plan.contract.signals), *alerts.signals]
    component = replace(
        _component(owner, sources.values(), lowered, groups, signals),
        answers=_answers(written.answers),
        canaries=alerts.canaries,
        declared=tuple(rule for group in alerts.groups for rule in group.rules if isinstance(rule, Alert)),
    )
    return LoweredComponent(component, tuple(slo.plan for slo in lowered)), list(dict.fromkeys(findings))


@dataclass(frozen=True, slots=True)
class _Owner:
    """The spec whose alerts speak, in one environment."""

    loaded: LoadedSpec
    written: SpecFile
    setting: Setting

    @property
    def team(self) -> str:
        return self.written.team or self.setting.project.defaults.team or ""

    @property
    def criticality(self) -> Criticality:
        return self.written.criticality or self.setting.project.defaults.criticality or "medium"

    def where(self, *path: str) -> Where:
        return self.loaded.where(path, self.setting.env)

    def voice(self, subject: str, where: Where, extra: "_Extra") -> Voice:
        """The voice of an SLO, of a declared alert or, with an empty subject, of the component itself."""
        return Voice(
            env=self.setting.env,
            model=self.written.name,
            subject=subject,
            team=self.team,
            upstreams=names.upstreams(self.written.depends_on),
            labels={**self.written.labels, **extra.labels},
            annotations={**self.written.annotations, **extra.annotations},
            links=self.setting.links(
                self.written.name,
                extra.runbook or self.written.runbook_url,
                self.setting.page(self.written.name, extra.page),
            ),
            shadow=extra.shadow,
            unproven=extra.unproven,
            where=where,
        )


@dataclass(frozen=True, slots=True)
class _Extra:
    """What a subject adds to what its spec says on every alert."""

    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    runbook: str | None
    shadow: bool
    unproven: str | None
    page: str


def _slo(name: str, slo: spec_slos.Slo, context: Context, owner: _Owner) -> tuple[LoweredSlo | None, list[Diagnostic]]:
    where = owner.where("slos", name)
    contract, findings = contract_for(name, slo, context, where)
    if contract is None:
        return None, findings
    setting = owner.setting
    defaults = setting.project.defaults.slos
    wanted = terms(slo, defaults, sampled=contract.kind == "sampled")
    place = Place(setting.env, owner.written.name, setting.evaluation_interval, setting.retention)
    plan, problems = plan_slo(name, wanted, contract, place, where)
    info = {
        names.TEAM: owner.team,
        names.CRITICALITY: owner.criticality,
        names.TITLE: slo.title or "",
        names.DASHBOARD: names.dashboard_uid(setting.env, owner.written.name),
    }
    impact = impact_of(owner.written, slo, owner.criticality) if contract.kind == "counter" else None
    speaking = SloOwner(
        where,
        _voices(slo, defaults, owner, plan, where),
        info,
        impact,
        partial(stake, impact=impact, project=setting.project),
    )
    foreign = currency_findings(slo, setting.project, where)
    late = late_labels(slo, context, wanted.period, where)
    return lower_slo(plan, slo, wanted, speaking), [*findings, *problems, *foreign, *late]


def _voices(
    slo: spec_slos.Slo, defaults: spec_slos.SloDefaults, owner: _Owner, plan: SloPlan, where: Where
) -> Callable[[Severity], Voice]:
    """The voice for each severity: what `page` and `ticket` say beyond the rest comes last."""

    def voice(severity: Severity) -> Voice:
        notice = {"page": slo.page, "ticket": slo.ticket}.get(severity) or spec_slos.Notice()
        title = {"summary": notice.title} if notice.title else {}
        extra = _Extra(
            labels={**defaults.labels, **slo.labels, **notice.labels},
            annotations={**defaults.annotations, **slo.annotations, **title, **notice.annotations},
            runbook=notice.runbook_url or slo.runbook_url,
            shadow=slo.shadow is not None,
            unproven=slo.unproven,
            page=names.slo_page(plan.slo),
        )
        return owner.voice(plan.slo, where, extra)

    return cache(voice)


def _groups(lowered: Sequence[LoweredSlo], owner: _Owner) -> Iterator[RuleGroup]:
    """The groups of all objectives, and that of what holds back the alerts of dependents."""
    for slo in lowered:
        yield from _slo_groups(slo, owner.setting)
    yield from _outage(lowered, owner)


def _slo_groups(slo: LoweredSlo, setting: Setting) -> tuple[RuleGroup, ...]:
    name = names.slo_group(setting.env, slo.plan.model, slo.plan.slo)
    return split(name, setting.evaluation_interval, slo.rules, setting.project.prometheus.rules_per_group)


def _outage(lowered: Iterable[LoweredSlo], owner: _Owner) -> list[RuleGroup]:
    holding = [
        rule
        for slo in lowered
        if slo.node.inhibits_dependents
        for rule in slo.rules
        if isinstance(rule, Alert) and rule.kind in ("burn", "collapse")
    ]
    extra = _Extra({}, {}, None, shadow=False, unproven=None, page=names.UPSTREAM_OUTAGE)
    alert = upstream_outage(owner.voice("", owner.where("slos"), extra), holding)
    if alert is None:
        return []
    name = names.component_group(owner.setting.env, owner.written.name)
    return [RuleGroup(name, owner.setting.evaluation_interval, (alert,))]


@dataclass(frozen=True, slots=True)
class _Declared:
    """The groups of the alerts that a spec declares, and the raw series they read."""

    groups: tuple[RuleGroup, ...]
    signals: tuple[Signal, ...]
    canaries: tuple[CanaryAnalysis, ...]


def _alerts(context: Context, owner: _Owner) -> tuple[_Declared, list[Diagnostic]]:
    """A group for each declared alert; what has an error is left out and reported."""
    groups: list[RuleGroup] = []
    signals: list[Signal] = []
    canaries: list[CanaryAnalysis] = []
    findings: list[Diagnostic] = []
    setting, written = owner.setting, owner.written
    for name, alert in written.alerts.items():
        where = owner.where("alerts", name)
        contract, found = conditions_for(name, alert, context, where, setting.evaluation_interval)
        findings += found
        if contract is None:
            continue
        shadow, page = alert.shadow is not None, names.alert_page(name)
        extra = _Extra(alert.labels, alert.annotations, alert.runbook_url, shadow, alert.unproven, page)
        rule = declared_alert(name, alert, contract, owner.voice(name, where, extra))
        group = names.alert_group(setting.env, written.name, name)
        groups.append(RuleGroup(group, contract.interval, (rule,)))
        signals += contract.signals
        canaries += _canaries(name, alert, context, where)
    return _Declared(tuple(groups), tuple(signals), tuple(canaries)), findings


def _canaries(name: str, alert: spec_alerts.Alert, context: Context, where: Where) -> list[CanaryAnalysis]:
    shape = canary_in(alert)
    found = None if shape is None else analysis_of(shape, Question(name, context, None, where, ""))
    return [found] if found else []


def _component(
    owner: _Owner,
    sources: Iterable[ResolvedSource],
    lowered: list[LoweredSlo],
    groups: Later[tuple[RuleGroup, ...]],
    raw: Iterable[Signal],
) -> Component:
    written = owner.written
    read = Later(lambda: _read(groups()))
    nodes: tuple[Slo, ...] = tuple(slo.node for slo in lowered)
    return Component(
        name=written.name,
        kind=written.kind,
        team=owner.team,
        description=written.description or written.title or "",
        criticality=owner.criticality,
        depends_on=written.depends_on,
        sources=tuple(_source(source, read) for source in sources),
        signals=merged(raw),
        slos=nodes,
        rules=RuleFile(written.name, groups),
        runbook_url=owner.written.runbook_url or owner.setting.project.defaults.runbook_url,
        where=owner.where(written.kind),
    )


def _answers(written: response.Answers | None) -> Answers:
    if written is None:
        return Answers()
    return Answers(
        rollback=written.rollback or "",
        fallback=written.fallback or "",
        shift_traffic=written.shift_traffic or "",
        contacts=written.contacts,
        stakeholders=written.stakeholders,
    )


def _read(groups: Iterable[RuleGroup]) -> frozenset[str]:
    """The metrics that rules read; alerts on objectives read what is recorded, and their recordings are among these."""
    rules = (rule for group in groups for rule in group.rules if isinstance(rule, Recording) or rule.declared)
    return frozenset(name for rule in rules for name in metric_names(rule.expr))


def _source(source: ResolvedSource, read: Later[frozenset[str]]) -> Source:
    panels = Later(lambda: source_panels(source, read()))
    return Source(source.name, source.written.template, source.verified, source.cadence, panels, source.where)
