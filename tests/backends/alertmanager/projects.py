"""Projects made of a routing part alone, lowered as in a build, with alerts added where inhibition needs them."""

from slogen.backends.alertmanager.emit import emit
from slogen.diagnostics.model import Diagnostic, Span
from slogen.emit.artifact import Artifact
from slogen.ir.later import known
from slogen.ir.program import Environment, Program, Target
from slogen.ir.rules import Alert, RuleFile, RuleGroup, Severity
from slogen.ir.where import Where, labels
from slogen.ir.witness import Proof
from slogen.lower.routing import Declared, lower_routing
from slogen.promql.ast import Number
from slogen.source.read import parse
from slogen.spec.project import Project

NOWHERE = Where(Span("slogen.yaml", 1, 1, 1, 1), ())
TARGET = Target((3, 5), 30_000, 30_000, None, 20, False, "", (), None, "", None, None, "USD")
PLAIN = """\
project: shop
environments: {production: {production: true}, staging: {production: false}}
teams:
  payments-ml:
    receivers:
      page: [{pagerduty: {routing_key_file: payments-pagerduty}}]
      ticket: [{slack: {api_url_file: payments-slack, channel: '#payments'}}]
  search-ml:
    receivers:
      page: [{opsgenie: {api_key_file: search-opsgenie}}]
      ticket: [{email: {to: search@example.org}}]
      log: [{webhook: {url: 'http://logs.example.org/'}}]
alertmanagers:
  main:
    environments: [production, staging]
    fallback: [{slack: {api_url_file: fallback-slack, channel: '#alerts'}}]
    nonproduction: [{webhook: {url: 'http://staging.example.org/'}}]
    heartbeat: [{webhook: {url: 'http://heartbeat.example.org/'}}]
    smtp: {smarthost: 'smtp.example.org:587', from: alerts@example.org}
"""


def alert(name: str, severity: Severity, **own: str) -> Alert:
    """An alert with the labels that routing looks at."""
    carried = labels({"severity": severity, **own})
    expr, annotations, proof = known(Number(1.0)), known(()), known(Proof((), (), None))
    return Alert(name, "burn", "", severity, expr, 0, 0, carried, annotations, False, proof, "", NOWHERE)


BURNS = (
    alert("ErrorBudgetBurnPage", "page", slo="availability", burn="fast"),
    alert("ErrorBudgetBurnPage", "page", slo="availability", burn="slow"),
    alert("ErrorBudgetBurnTicket", "ticket", slo="availability", burn="slow"),
    alert("UpstreamOutage", "ticket", component="feature-store", model="feature-store"),
)


def program(text: str, alerts: tuple[Alert, ...] = BURNS, included: dict[str, str] | None = None) -> Program:
    """The Program of a slogen.yaml without specs; its first environment has the alerts. Mistakes fail the test."""
    made, findings = meaning(text, alerts, included)
    assert findings == []
    return made


def meaning(
    text: str, alerts: tuple[Alert, ...] = BURNS, included: dict[str, str] | None = None
) -> tuple[Program, list[Diagnostic]]:
    """The Program and what lowering found."""
    document = parse(text.encode(), "slogen.yaml").document
    assert document is not None
    project = Project.model_validate(document.data)
    production = {name: env.production for name, env in project.environments.items()}
    declared = Declared(project.teams, project.alertmanagers, project.routing, production, included or {})
    policy, findings = lower_routing(declared, document.places)
    environments = tuple(
        Environment(name, wakes, (), (), RuleFile("_fleet", known((RuleGroup("g", 30_000, alerts if not i else ()),))))
        for i, (name, wakes) in enumerate(production.items())
    )
    return Program(project.project, TARGET, environments, policy), findings


def emitted(text: str, alerts: tuple[Alert, ...] = BURNS, included: dict[str, str] | None = None) -> dict[str, str]:
    """Every file that is written, by path. Findings fail the test."""
    made = list(emit(program(text, alerts, included)))
    assert [d for d in made if isinstance(d, Diagnostic)] == []
    return {artifact.path: artifact.text for artifact in made if isinstance(artifact, Artifact)}


def configuration(text: str, alerts: tuple[Alert, ...] = BURNS) -> str:
    """The configuration of the instance `main`."""
    return emitted(text, alerts)["alertmanager/main/alertmanager.yaml"]
