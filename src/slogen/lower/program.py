"""Specs to the Program: every environment, every component in it, the rules they share and the way alerts travel."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from slogen import names
from slogen.diagnostics.model import Diagnostic, has_errors, ordered
from slogen.ir.later import known
from slogen.ir.program import Environment, Program, Target
from slogen.ir.rules import RuleFile
from slogen.ir.signals import Signal
from slogen.ir.where import Where, labels
from slogen.lower.collisions import colliding_names, label_collisions
from slogen.lower.component import LoweredComponent, Setting
from slogen.lower.environment_outage import fast_counters, outage_group
from slogen.lower.environment_proof import Claimed, Quorum
from slogen.lower.fleet import fleet_groups
from slogen.lower.health import fleet_alerts
from slogen.lower.health_proof import fleet_signals
from slogen.lower.impact import bounds_findings
from slogen.lower.plan import SloPlan
from slogen.lower.remembered import Remembered
from slogen.lower.routing import Declared, lower_routing
from slogen.lower.server_facts import server_problems
from slogen.lower.suppression import held_back
from slogen.lower.voice import Voice
from slogen.spec.load import Loaded, LoadedProject
from slogen.spec.project import Project


def lower(
    loaded: Loaded, root: Path, remembered: Remembered | None = None
) -> tuple[Program | None, tuple[Diagnostic, ...]]:
    """The Program that a project means, and every finding; None where an error leaves nothing whole to print.

    Saved samples are read relative to `root`. What is `remembered` of the same files is taken over.
    """
    if loaded.project is None:
        return None, ()
    project = loaded.project
    findings = list(server_problems(project))
    environments = []
    for env in project.model.environments:
        setting = Setting(env, project.model, root)
        environment, found = _environment(setting, project, loaded, remembered or Remembered())
        waits = project.model.routing.suppression == "promql"
        environments.append(held_back(environment, _paged(project.model, env)) if waits else environment)
        findings += found
    policy, found = lower_routing(_declared(project.model, loaded.texts), project.places)
    findings += found
    findings += bounds_findings(project.model, project.where(("impact",)))
    target = _target(project.model)
    program = Program(project.model.project, target, tuple(environments), policy)
    return None if has_errors(findings) else program, tuple(ordered(findings))


def _environment(
    setting: Setting, project: LoadedProject, loaded: Loaded, remembered: Remembered
) -> tuple[Environment, list[Diagnostic]]:
    env = setting.env
    where = project.where(("environments", env))
    findings: list[Diagnostic] = []
    lowered: list[LoweredComponent] = []
    for spec in sorted(loaded.specs, key=lambda spec: spec.model.name):
        if env in spec.environments:
            texts = loaded.texts[project.file], loaded.texts[spec.file]
            made, found = remembered.component(spec, setting, texts)
            lowered.append(made)
            findings += found
    declared = project.model.environments[env]
    external = labels(declared.external_labels)
    findings += label_collisions(env, external, where)
    for component in lowered:
        findings += colliding_names(component.component)
    environment = Environment(
        name=env,
        production=declared.production,
        external_labels=external,
        components=tuple(component.component for component in lowered),
        fleet=_fleet(setting, lowered, where),
        signals=tuple(_fleet_signals(setting, lowered, where)),
        prometheus_url=declared.prometheus_url or setting.project.prometheus.url,
        grafana_url=setting.project.grafana.url,
        scrape_interval=declared.scrape_interval,
    )
    return environment, findings


def _paged(project: Project, env: str) -> list[str]:
    """The teams that somebody is paged for in an environment."""
    own = {name: team.receivers | team.environments.get(env, {}) for name, team in project.teams.items()}
    return [name for name, receivers in own.items() if receivers.get("page")]


def _plans(lowered: Iterable[LoweredComponent]) -> list[SloPlan]:
    return [plan for component in lowered for plan in component.plans]


def _fleet_signals(setting: Setting, lowered: Iterable[LoweredComponent], where: Where) -> Iterable[Signal]:
    """What the fleet's alerts read, each once."""
    plans = _plans(lowered)
    claimed = Claimed(fast_counters(plans), _quorum(setting), where)
    return {s.id: s for s in (*claimed.signals(), *fleet_signals(setting.env, plans, where))}.values()


def _quorum(setting: Setting) -> Quorum:
    outage = setting.project.routing.outage
    return Quorum(outage.share, outage.components)


def _fleet(setting: Setting, lowered: Iterable[LoweredComponent], where: Where) -> RuleFile:
    plans, project = _plans(lowered), setting.project
    limit = project.prometheus.rules_per_group
    links = setting.links(names.OVERVIEW, None, setting.page(names.FLEET, names.FLEET_PAGE))
    recordings = fleet_groups(setting.env, plans, where, limit)
    nobody = Voice(setting.env, "", "", "", "", {}, {}, links, shadow=False, unproven=None, where=where)
    owner = replace(nobody, team=project.routing.outage.team or project.defaults.team or "")
    outage = outage_group(plans, _quorum(setting), owner, setting.evaluation_interval)
    return RuleFile(names.FLEET, known((*recordings, *fleet_alerts(plans, nobody, limit), *outage)))


def _target(project: Project) -> Target:
    kubernetes = project.outputs.kubernetes
    return Target(
        prometheus_version=project.prometheus.version,
        scrape_interval=project.prometheus.scrape_interval,
        evaluation_interval=project.prometheus.evaluation_interval,
        retention=project.prometheus.retention,
        rules_per_group=project.prometheus.rules_per_group,
        kubernetes=kubernetes is not None,
        kubernetes_namespace="" if kubernetes is None else kubernetes.namespace,
        kubernetes_labels=labels({} if kubernetes is None else kubernetes.labels),
        dashboard_indent=project.grafana.indent,
        grafana_folder=project.grafana.folder,
        traces=project.grafana.tempo,
        logs=project.grafana.loki,
        currency=project.currency,
        features=tuple(project.prometheus.features),
        runbooks=project.outputs.runbooks is not None,
        rollouts=None if project.outputs.rollouts is None else labels(project.outputs.rollouts.labels),
    )


def _declared(project: Project, texts: Mapping[str, str]) -> Declared:
    production = {name: environment.production for name, environment in project.environments.items()}
    return Declared(project.teams, project.alertmanagers, project.routing, production, texts)
