"""Alerts with their proofs as cards: one for all environments in which an alert and its proof are the same."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from slogen import names
from slogen.ir.program import Component, Environment, Program
from slogen.ir.rules import Alert, RuleFile
from slogen.ir.where import Labels
from slogen.promql.text import pretty, show
from slogen.proofs.claims import alert_name
from slogen.proofs.prove import Verdict
from slogen.report.claims import claims, detection, facts
from slogen.report.contents import AlertCard, Claim, State, Told
from slogen.report.told import Receivers, Trees
from slogen.review.side import Side

Proofs = Mapping[tuple[str, str, str, Labels], Sequence[Verdict]]
"""Verdicts by environment, component, name and labels of the alert."""

FLEET_TEAM = "all teams"
"""Who owns the alerts that watch all components, where their labels name nobody."""

_LITERAL_BRACES = re.compile(r'\{\{ "(\{+)" \}\}')


@dataclass(frozen=True, slots=True)
class _Owner:
    """Whose rules a file holds: a component, or all of an environment."""

    stem: str
    team: str
    runbook: str


def by_alert(verdicts: Sequence[Verdict]) -> Proofs:
    """Verdicts laid beside the alerts they are about."""
    found: dict[tuple[str, str, str, Labels], list[Verdict]] = {}
    for verdict in verdicts:
        key = (verdict.environment, verdict.component, verdict.alert, verdict.labels)
        found.setdefault(key, []).append(verdict)
    return found


def cards(program: Program, proofs: Proofs, trees: Trees, side: Side) -> tuple[AlertCard, ...]:
    """Every alert of the program, in the order of environments, components and rules."""
    merged: dict[AlertCard, list[tuple[AlertCard, str, Receivers]]] = {}
    for environment in program.environments:
        for owner, alert in _alerts(environment):
            proven = proofs.get((environment.name, owner.stem, alert.name, alert.labels), ())
            card = _card(owner, alert, environment, proven, side)
            told = trees.told(alert, environment)
            expression, runbook = (text.replace(environment.name, "\0") for text in (show(alert.expr), card.runbook))
            alike = replace(card, expression=expression, runbook=runbook, written="", rules="", runbook_file="")
            merged.setdefault(alike, []).append((card, environment.name, told))
    return tuple(_with_identity(_together(members) for members in merged.values()))


def _alerts(environment: Environment) -> Iterator[tuple[_Owner, Alert]]:
    yield from ((_Owner(names.FLEET, FLEET_TEAM, ""), alert) for alert in _in_file(environment.fleet))
    for component in environment.components:
        yield from ((_owner(component), alert) for alert in _in_file(component.rules))


def _owner(component: Component) -> _Owner:
    return _Owner(component.name, component.team, component.runbook_url or "")


def _in_file(file: RuleFile) -> Iterator[Alert]:
    for group in file.groups:
        yield from (rule for rule in group.rules if isinstance(rule, Alert))


def _card(owner: _Owner, alert: Alert, environment: Environment, proven: Sequence[Verdict], side: Side) -> AlertCard:
    texts = {name: _plain(text) for name, text in alert.annotations}
    fired = next((verdict for verdict in proven if verdict.detected is not None), None)
    state = _state(alert, proven)
    runbook = texts.get("runbook_url", owner.runbook)
    told = tuple(claims(proven))
    return AlertCard(
        id="",
        model=owner.stem,
        team=dict(alert.labels).get(names.TEAM, owner.team),
        environments=(),
        name=_called(alert),
        about=alert.subject,
        severity=alert.severity,
        shadow=alert.shadow,
        state=state,
        reason=_reason(alert, told, state),
        summary=texts.get("summary", ""),
        why=alert.why,
        detected=detection(fired.detected) if fired is not None and fired.detected is not None else "",
        facts=tuple(facts(alert, proven)),
        claims=told,
        told=(),
        runbook=runbook,
        runbook_file=_runbook_file(runbook, environment.name, side),
        written=f"{alert.where.span.file}:{alert.where.span.line}",
        rules=f"generated/{names.rules_path(environment.name, owner.stem)}",
        expression=pretty(alert.expr),
    )


def _called(alert: Alert) -> str:
    """An alert's name with what tells it apart among those about the same subject: `ErrorBudgetBurnPage fast`."""
    return alert_name(replace(alert, subject=""))


def _plain(text: str) -> str:
    """A template's text where it prints the same for every alert; empty where it depends on labels or values."""
    bare = _LITERAL_BRACES.sub("", text)
    return "" if "{{" in bare else _LITERAL_BRACES.sub(lambda found: found[1], text)


def _runbook_file(url: str, environment: str, side: Side) -> str:
    """The emitted page that a runbook's address ends in; empty where it leads elsewhere."""
    folder = names.runbook_path(environment, "", "").removesuffix("//.md")
    _, there, rest = url.partition(f"/{folder}/")
    path = f"generated/{folder}/{rest.partition('#')[0]}"
    return path if there and path in side.files else ""


def _state(alert: Alert, proven: Sequence[Verdict]) -> State:
    if any(verdict.problem for verdict in proven):
        return "failed"
    if not alert.proof.witnesses:
        return "unproven"
    return "proven" if proven else "not replayed"


def _reason(alert: Alert, told: Sequence[Claim], state: State) -> str:
    match state:
        case "failed":
            return "; ".join(f"on {claim.story}: {claim.problem}" for claim in told if claim.problem)
        case "unproven":
            return alert.proof.unproven or "nothing makes this alert fire, and nobody says why that is so"
    return ""


def _together(members: Sequence[tuple[AlertCard, str, Receivers]]) -> AlertCard:
    """One card for all environments of its members; those whose alerts go to the same people stand together."""
    told: dict[Receivers, list[str]] = {}
    for _, environment, receivers in members:
        told.setdefault(receivers, []).append(environment)
    return replace(
        members[0][0],
        environments=tuple(environment for _, environment, _ in members),
        told=tuple(Told(tuple(environments), receivers) for receivers, environments in told.items()),
    )


def _with_identity(found: Iterator[AlertCard]) -> Iterator[AlertCard]:
    """Cards with ids that links can name; those that would share one are numbered."""
    used: dict[str, int] = {}
    for card in found:
        plain = "-".join(re.sub(r"[^A-Za-z0-9_]+", "-", part) for part in (card.model, card.about, card.name) if part)
        used[plain] = used.get(plain, 0) + 1
        yield replace(card, id=f"alert-{plain}" + (f"-{used[plain]}" if used[plain] > 1 else ""))
