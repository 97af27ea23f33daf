"""Runbook pages in Markdown: one for every objective, every declared alert, every outage, and one for the fleet."""

from collections.abc import Iterator, Mapping
from functools import lru_cache, partial

from jinja2 import Environment as Templates
from jinja2 import PackageLoader, StrictUndefined

from slogen import names
from slogen.backends.backend import Backend, Part, nothing
from slogen.backends.runbook.markdown import Markdown, escaped
from slogen.backends.runbook.pages import Model, Page, alert_page, alerts_of, fleet_alerts, model_of, slo_page
from slogen.emit.artifact import Artifact
from slogen.ir.program import Component, Environment, Program

_REMEMBERED = 4096


def parts(program: Program) -> Iterator[Part]:
    """A part for each component of each environment and one for its fleet, where slogen.yaml asks for pages."""
    if not program.target.runbooks:
        return
    templates = _templates()
    for environment in program.environments:
        for component in environment.components:
            yield Part(component.name, partial(_component, program, environment, component, templates))
        yield Part(names.FLEET, partial(_fleet, environment, templates))


def _component(
    program: Program, environment: Environment, component: Component, templates: Templates
) -> Iterator[Artifact]:
    page, shared = (templates.get_template(f"{name}.md.j2") for name in ("page", "model"))
    model = model_of(program, environment, component)
    common = Markdown(shared.render(model=model).rstrip("\n"))
    for name, found in _pages(component, model, program.target.currency).items():
        path = names.runbook_path(environment.name, component.name, name)
        yield Artifact("generated", path, page.render(page=found, model=model, shared=common), 0)


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


def _fleet(environment: Environment, templates: Templates) -> Iterator[Artifact]:
    alerts = list(fleet_alerts(environment))
    if alerts:
        path = names.runbook_path(environment.name, names.FLEET, names.FLEET_PAGE)
        text = templates.get_template("fleet.md.j2").render(env=environment.name, alerts=alerts)
        yield Artifact("generated", path, text, 0)


BACKEND = Backend("runbook", parts, nothing)
