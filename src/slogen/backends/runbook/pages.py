"""What stands on a page, as values: changes with what people need to know when they are woken."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from slogen import burn, names
from slogen.backends.runbook import evidence, people, questions, steps, wording
from slogen.backends.runbook.figures import budget, percent, spoken
from slogen.backends.runbook.markdown import Markdown, link
from slogen.ir.impact import rounded
from slogen.ir.program import Component, Environment, Program
from slogen.ir.rules import Alert
from slogen.ir.slo import Slo, Tier
from slogen.ir.witness import Witness


@dataclass(frozen=True, slots=True)
class Model:
    """What every page about a component shares, worked out once."""

    component: Component
    env: str
    production: bool
    board: Markdown
    server: str | None
    own_page: Markdown
    raw: tuple[questions.Raw, ...]
    evidence: tuple[evidence.Row, ...]
    calls: tuple[people.Call, ...]
    upstream: tuple[tuple[str, str, Markdown], ...]
    """What it depends on: name, team, board."""


@dataclass(frozen=True, slots=True)
class Pace:
    """A burn-rate tier: when it fires and how soon, `risk` is empty where no money is known."""

    burn: str
    severity: str
    above: str
    windows: str
    spends: str
    outage: str
    tenth: str
    risk: str


@dataclass(frozen=True, slots=True)
class Fired:
    """One alert of a page: its name, what it means, and how soon it is proven to fire."""

    name: str
    severity: str
    meaning: str
    found: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page about an objective or a declared alert. `budget` and `paces` are empty for an alert."""

    title: str
    about: str
    users: str
    model: Model
    slices: tuple[str, ...]
    budget: str
    policy: tuple[str, ...]
    paces: tuple[Pace, ...]
    fired: tuple[Fired, ...]
    queries: tuple[questions.Query, ...]
    steps: tuple[steps.Step, ...]
    detected: str


def model_of(program: Program, environment: Environment, component: Component) -> Model:
    """What the pages of a component share."""
    upstream = (
        (other.name, team, _board(environment, other.name)) for other, team in people.owners(component, environment)
    )
    own = link("the team's own page", component.runbook_url) if component.runbook_url else Markdown("")
    return Model(
        component=component,
        env=environment.name,
        production=environment.production,
        board=_board(environment, component.name),
        server=environment.prometheus_url,
        own_page=own,
        raw=questions.raw(component, environment.prometheus_url),
        evidence=evidence.table(component, tuple(alerts_of(component))),
        calls=tuple(people.calls(component, environment, program.routing)),
        upstream=tuple(upstream),
    )


def alerts_of(component: Component) -> Iterator[Alert]:
    """The alerts of a component in the order of its rule file."""
    return (rule for group in component.rules.groups for rule in group.rules if isinstance(rule, Alert))


def _board(environment: Environment, stem: str) -> Markdown:
    if not environment.grafana_url:
        return Markdown("")
    return link("board", f"{environment.grafana_url.rstrip('/')}/d/{names.dashboard_uid(environment.name, stem)}")


def slo_page(slo: Slo, model: Model, alerts: Sequence[Alert], currency: str) -> Page:
    """The page about an objective and everything that can fire on it."""
    component = model.component
    family = steps.family_of_slo(slo)
    by_name: dict[str, Alert] = {}
    for alert in alerts:
        by_name.setdefault(alert.name, alert)
    return Page(
        title=f"{component.name}/{slo.name}",
        about=slo.description or slo.title,
        users=wording.FOR_USERS.get(slo.sli, wording.FOR_USERS["events"]),
        model=model,
        slices=slo.slices,
        budget=f"{percent(slo.objective)} over {names.window(slo.period)}, so its budget is {budget(slo)}",
        policy=tuple(_policy(slo)),
        paces=tuple(_pace(slo, tier, currency) for tier in slo.tiers),
        fired=tuple(_fired(alert) for alert in by_name.values()),
        queries=(
            *questions.of_slo(slo, component, model.env, model.server),
            *questions.behind(slo, component, model.raw),
        ),
        steps=tuple(steps.steps(component, family)),
        detected=next((_soonest(alert) for alert in by_name.values() if _soonest(alert)), ""),
    )


def alert_page(alert: Alert, model: Model) -> Page:
    """The page about a declared alert."""
    component, family = model.component, steps.family_of_alert(alert)
    suspects = [suspect for suspect in evidence.SUSPECTS if suspect.signs.intersection(alert.signs)]
    rows = frozenset(row for suspect in suspects for row in suspect.rows) or frozenset({"errors", "traffic"})
    return Page(
        title=f"{component.name}: {alert.subject or alert.name}",
        about=" ".join([*(f"{text.rstrip('.')}." for text in alert.words), _sentence(alert)]),
        users=alert.why,
        model=model,
        slices=(),
        budget="",
        policy=(),
        paces=(),
        fired=(_fired(alert),),
        queries=(questions.only("What the alert asks", alert, model.server), *questions.of_rows(rows, model.raw)),
        steps=tuple(steps.steps(component, family)),
        detected=_soonest(alert),
    )


def _sentence(alert: Alert) -> str:
    """What holds while a declared alert fires, or what another one means."""
    return f"{alert.says[:1].upper()}{alert.says[1:]}." if alert.says else wording.MEANING.get(alert.name, "")


def _policy(slo: Slo) -> Iterator[str]:
    policy = slo.policy
    if policy is None:
        return
    if policy.review is not None:
        yield f"From {percent(policy.review)} left: the team reviews what spends it ({names.BUDGET_REVIEW})."
    if policy.freeze is not None:
        yield f"From {percent(policy.freeze)} left: only releases for reliability ({names.BUDGET_FREEZE})."
    yield f"When it is spent: {wording.LAST_RESORT[policy.exhausted]} ({names.BUDGET_EXHAUSTED})."


def _pace(slo: Slo, tier: Tier, currency: str) -> Pace:
    def seen(fault: Fraction) -> str:
        time = burn.time_to_detect(tier.long, tier.threshold, fault, slo.period)
        return "never" if time is None else spoken(time)

    risk = "" if slo.impact is None else f"{rounded(slo.impact.per_hour(tier.threshold))} {currency}"
    return Pace(
        burn=tier.burn,
        severity=tier.severity,
        above=percent(tier.threshold),
        windows=f"{names.window(tier.long)} and {names.window(tier.short)}",
        spends=percent(tier.fraction),
        outage=seen(Fraction(1)),
        tenth=seen(Fraction(1, 10)),
        risk=risk,
    )


def _fired(alert: Alert) -> Fired:
    return Fired(alert.name, alert.severity, " ".join(_meaning(alert)), _found(alert))


def _meaning(alert: Alert) -> Iterator[str]:
    known = wording.MEANING.get(alert.name)
    if known:
        yield known
    yield wording.PACES if alert.kind == "burn" else alert.why
    if alert.shadow:
        yield wording.SHADOW


def _found(alert: Alert) -> str:
    """What `slogen test` holds the alert to: between which times after a fault began it fires."""
    known = _proven(alert)
    if known is None:
        return f"Not proven: {alert.proof.unproven}" if alert.proof.unproven else "Not proven"
    soonest, latest = known
    least = f"at least {spoken(soonest)} and " if soonest > 0 else ""
    return f"Proven: it fires {least}at most {spoken(latest)} after the fault of its first proof began"


def _soonest(alert: Alert) -> str:
    known = _proven(alert)
    return f"at most {spoken(known[1])} for the fault of its first proof" if known else ""


def _proven(alert: Alert) -> tuple[int, int] | None:
    bounds = (_bounds(witness) for witness in alert.proof.witnesses)
    return next((bound for bound in bounds if bound is not None), None)


def _bounds(witness: Witness) -> tuple[int, int] | None:
    if witness.earliest is None or witness.latest is None:
        return None
    began = min((phase.start for phase in witness.phases if phase.start), default=0)
    return max(0, witness.earliest - began), witness.latest - began


@dataclass(frozen=True, slots=True)
class FleetAlert:
    """One alert about the rules or a whole environment."""

    fired: Fired
    query: questions.Query


def fleet_alerts(environment: Environment) -> Iterator[FleetAlert]:
    """The alerts that span an environment, each name once."""
    seen: set[str] = set()
    for alert in (rule for group in environment.fleet.groups for rule in group.rules if isinstance(rule, Alert)):
        if alert.name not in seen:
            seen.add(alert.name)
            yield FleetAlert(_fired(alert), questions.only("What it asks", alert, environment.prometheus_url))
