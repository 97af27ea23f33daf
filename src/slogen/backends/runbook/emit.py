"""Runbook pages in Markdown: one for every objective, every declared alert, every outage, and one for the fleet."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from slogen import names
from slogen.backends.backend import Backend, Part, nothing
from slogen.backends.runbook.markdown import Markdown
from slogen.backends.runbook.pages import Model, Page, alert_page, alerts_of, fleet_alerts, model_of, slo_page
from slogen.emit.artifact import Artifact
from slogen.ir.program import Component, Environment, Program

Fill = Callable[..., str]
"""The text of a template, by its name, with values by theirs."""


def parts(program: Program) -> Iterator[Part]:
    """A part for each component of each environment and one for its fleet, where slogen.yaml asks for pages."""
    if not program.target.runbooks:
        return
    from slogen.backends.runbook.filling import filler  # noqa: PLC0415 -- only who wants pages waits for what fills them

    fill = filler()
    for environment in program.environments:
        for component in environment.components:
            yield Part(component.name, partial(_component, program, environment, component, fill))
        yield Part(names.FLEET, partial(_fleet, environment, fill))


def _component(program: Program, environment: Environment, component: Component, fill: Fill) -> Iterator[Artifact]:
    model = model_of(program, environment, component)
    common = Markdown(fill("model", model=model).rstrip("\n"))
    for name, found in _pages(component, model, program.target.currency).items():
        path = names.runbook_path(environment.name, component.name, name)
        yield Artifact("generated", path, fill("page", page=found, model=model, shared=common), 0)


def _pages(component: Component, model: Model, currency: str) -> Mapping[str, Page]:
    """Pages by name, in the order of the spec."""
    alerts = list(alerts_of(component))
    found: dict[str, Page] = {}
    for slo in component.slos:
        of_slo = [alert for alert in alerts if alert.subject == slo.name and not alert.declared]
        found[names.slo_page(slo.name)] = slo_page(slo, model, of_slo, currency)
    for alert in alerts:
        if alert.declared:
            found[names.alert_page(alert.subject)] = alert_page(alert, model)
        elif alert.name == names.UPSTREAM_OUTAGE:
            found[names.UPSTREAM_OUTAGE] = alert_page(alert, model)
    return found


def _fleet(environment: Environment, fill: Fill) -> Iterator[Artifact]:
    alerts = list(fleet_alerts(environment))
    if alerts:
        path = names.runbook_path(environment.name, names.FLEET, names.FLEET_PAGE)
        text = fill("fleet", env=environment.name, alerts=alerts)
        yield Artifact("generated", path, text, 0)


BACKEND = Backend("runbook", parts, nothing)
