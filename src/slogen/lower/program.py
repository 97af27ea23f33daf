"""Specs to the Program: every environment, every component in it, the rules they share and the way alerts travel."""

from collections.abc import Iterable
from pathlib import Path

from slogen import names
from slogen.diagnostics.model import Diagnostic, has_errors, ordered
from slogen.ir.program import Environment, Program, Target
from slogen.ir.rules import RuleFile
from slogen.ir.where import Where, labels
from slogen.lower.collisions import colliding_names, label_collisions
from slogen.lower.component import LoweredComponent, Setting, lower_component
from slogen.lower.fleet import fleet_groups
from slogen.lower.health import fleet_alerts
from slogen.lower.health_proof import fleet_signals
from slogen.lower.routing import Declared, included_files, lower_routing
from slogen.lower.server_facts import server_problems
from slogen.lower.suppression import held_back
from slogen.spec.load import Loaded, LoadedProject, LoadedSpec
from slogen.spec.project import Project


def lower(loaded: Loaded, root: Path) -> tuple[Program | None, tuple[Diagnostic, ...]]:
    """The Program that a project means, and every finding; None where an error leaves nothing whole to print.

    Saved samples and included Alertmanager files are read relative to `root`.
    """
    if loaded.project is None:
        return None, ()
    project = loaded.project
    findings = list(server_problems(project))
    environments = []
    for env in project.model.environments:
        environment, found = _environment(env, project, loaded.specs, root)
        waits = project.model.routing.suppression == "promql"
        environments.append(held_back(environment) if waits else environment)
        findings += found
    policy, found = lower_routing(_declared(project.model, root), project.places)
    findings += found
    target = _target(project.model)
    program = Program(project.model.project, target, tuple(environments), policy)
    return None if has_errors(findings) else program, tuple(ordered(findings))


def _environment(
    env: str, project: LoadedProject, specs: Iterable[LoadedSpec], root: Path
) -> tuple[Environment, list[Diagnostic]]:
    setting = Setting(env, project.model, root)
    where = project.where(("environments", env))
    findings: list[Diagnostic] = []
    lowered: list[LoweredComponent] = []
    for spec in sorted(specs, key=lambda spec: spec.model.name):
        if env in spec.environments:
            made, found = lower_component(spec, setting)
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
        signals=fleet_signals(env, [plan for component in lowered for plan in component.plans], where),
    )
    return environment, findings


def _fleet(setting: Setting, lowered: Iterable[LoweredComponent], where: Where) -> RuleFile:
    plans = [plan for component in lowered for plan in component.plans]
    limit = setting.project.prometheus.rules_per_group
    links = setting.links(names.OVERVIEW, setting.project.defaults.runbook_url)
    recordings = fleet_groups(setting.env, plans, where, limit)
    return RuleFile(names.FLEET, (*recordings, *fleet_alerts(setting.env, plans, links, where, limit)))


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
    )


def _declared(project: Project, root: Path) -> Declared:
    included = {}
    for file in included_files(project.alertmanagers):
        path = root / file
        if path.is_file():
            included[file] = path.read_text(encoding="utf-8", errors="replace")
    production = {name: environment.production for name, environment in project.environments.items()}
    return Declared(project.teams, project.alertmanagers, project.routing, production, included)
