"""Runbook pages in Markdown: one for every objective, every declared alert, every outage, and one for the fleet."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from jinja2 import Environment as Templates
from jinja2 import PackageLoader, StrictUndefined, Template

from slogen import names
from slogen.backends.backend import Backend, nothing
from slogen.backends.runbook.markdown import Markdown, escaped
from slogen.backends.runbook.pages import Model, Page, alert_page, alerts_of, fleet_alerts, model_of, slo_page
from slogen.emit.artifact import Artifact
from slogen.ir.program import Component, Environment, Program

_REMEMBERED = 4096


def emit(program: Program) -> Iterator[Artifact]:
    """The pages of every environment, where slogen.yaml asks for them."""
    if not program.target.runbooks:
        return
    templates = _templates()
    page, shared, fleet = (templates.get_template(f"{name}.md.j2") for name in ("page", "model", "fleet"))
    for environment in program.environments:
        for component in environment.components:
            model = model_of(program, environment, component)
            common = Markdown(shared.render(model=model).rstrip("\n"))
            for name, found in _pages(component, model, program.target.currency).items():
                path = names.runbook_path(environment.name, component.name, name)
                yield Artifact("generated", path, page.render(page=found, model=model, shared=common), 0)
        yield from _fleet(environment, fleet)


def _templates() -> Templates:
    """The templates; whatever they print is escaped but for values that are Markdown already."""
    return Templates(
        loader=PackageLoader("slogen.backends.runbook"),
        finalize=lru_cache(_REMEMBERED)(escaped),  # most of what pages say is said on many of them
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 -- pages are Markdown; `finalize` escapes for it
    )


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


def _fleet(environment: Environment, template: Template) -> Iterator[Artifact]:
    alerts = list(fleet_alerts(environment))
    if alerts:
        path = names.runbook_path(environment.name, names.FLEET, names.FLEET_PAGE)
        yield Artifact("generated", path, template.render(env=environment.name, alerts=alerts), 0)


BACKEND = Backend("runbook", emit, nothing)
