"""The objectives of a fleet as rows: what is promised, what that allows, how soon a full outage is noticed."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from slogen import burn
from slogen.ir.program import Component, Program
from slogen.ir.slo import Slo
from slogen.report.contents import AlertCard, Objective, Team, count_of, worst
from slogen.report.wording import budget, duration, percent

_Key = tuple[str, ...]


def objectives(program: Program, cards: Sequence[AlertCard]) -> tuple[Objective, ...]:
    """Every SLO, once for all environments in which it promises the same; `cards` say how its alerts were proven."""
    found: dict[_Key, list[str]] = {}
    for environment in program.environments:
        for component in environment.components:
            for slo in component.slos:
                found.setdefault(_row(component, slo), []).append(environment.name)
    about: dict[tuple[str, str], list[AlertCard]] = defaultdict(list)
    for card in cards:
        about[card.model, card.about].append(card)
    return tuple(_objective(key, environments, about[key[0], key[1]]) for key, environments in found.items())


def _row(component: Component, slo: Slo) -> _Key:
    return (
        component.name,
        slo.name,
        slo.title,
        percent(slo.objective),
        duration(slo.period),
        budget(slo),
        _noticed(slo),
        component.team,
        component.criticality,
    )


def _noticed(slo: Slo) -> str:
    """When a full outage is noticed in theory, and how: by a page where there is any."""
    told = [
        (severity, time)
        for severity, long, threshold in _watching(slo)
        if (time := burn.time_to_detect(long, threshold, Fraction(1), slo.period)) is not None
    ]
    for wanted in ("page", "ticket", "log"):
        times = [time for severity, time in told if severity == wanted]
        if times:
            return f"{wanted} after {duration(min(times))}"
    return "never"


def _watching(slo: Slo) -> Iterator[tuple[str, int, Fraction]]:
    """Severity, window (ms) and threshold of everything that watches an SLO's error ratio."""
    for tier in slo.tiers:
        yield tier.severity, tier.long, tier.threshold
    if slo.collapse is not None:
        yield "page", slo.collapse, burn.collapse_threshold(slo.budget)


def _objective(key: _Key, environments: Sequence[str], cards: Sequence[AlertCard]) -> Objective:
    model, name, title, objective, period, allowed, noticed, team, criticality = key
    mine = [card for card in cards if set(card.environments) & set(environments)]
    return Objective(
        id=f"{model}-{name}-{environments[0]}",
        model=model,
        name=name,
        title=title,
        objective=objective,
        period=period,
        budget=allowed,
        noticed=noticed,
        team=team,
        criticality=criticality,
        environments=tuple(environments),
        state=worst([card.state for card in mine]),
        alerts=count_of(mine),
    )


def teams(rows: Sequence[Objective], cards: Sequence[AlertCard]) -> tuple[Team, ...]:
    """What each team answers for, in alphabetical order."""
    owned = [*((card.team, card.model) for card in cards), *((row.team, row.model) for row in rows)]
    models: Mapping[str, dict[str, None]] = {team: {} for team in sorted({team for team, _ in owned})}
    for team, model in owned:
        models[team][model] = None
    return tuple(_team(name, tuple(mine), rows, cards) for name, mine in models.items() if name)


def _team(name: str, models: tuple[str, ...], rows: Sequence[Objective], cards: Sequence[AlertCard]) -> Team:
    mine = [card for card in cards if card.team == name]
    return Team(
        name=name,
        models=models,
        objectives=count_of(row for row in rows if row.team == name),
        pages=_loud(mine, "page"),
        tickets=_loud(mine, "ticket"),
        logs=_loud(mine, "log"),
        state=worst([card.state for card in mine]),
    )


def _loud(cards: Sequence[AlertCard], severity: str) -> int:
    """How many alerts of a severity tell somebody; those on trial do not."""
    return count_of(card for card in cards if card.severity == severity and not card.shadow)
