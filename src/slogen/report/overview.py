"""The first screen: one sentence about the whole fleet, its largest numbers, and its models in order."""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence

from slogen import names
from slogen.ir.program import Component, Program
from slogen.report.contents import AlertCard, Expense, Model, Objective, State, Trial, count_of, worst
from slogen.report.wording import count, plural


def state(cards: Sequence[AlertCard], trials: Sequence[Trial]) -> State:
    """How the fleet stands: a failed test is as bad as a failed proof."""
    return "failed" if any(not trial.passed for trial in trials) else worst([card.state for card in cards])


def headline(cards: Sequence[AlertCard], trials: Sequence[Trial], *, replayed: bool) -> str:
    """What whoever reads one sentence should know."""
    every = count_of(cards)
    failed = count_of(card for card in cards if card.state == "failed")
    unproven = count_of(card for card in cards if card.state == "unproven")
    broken = sum(not trial.passed for trial in trials)
    if failed or broken:
        parts = [f"{failed:,} of {plural(every, 'alert')}"] if failed else []
        parts += [plural(broken, "test")] if broken else []
        return f"{' and '.join(parts)} did not do what was claimed."
    if not replayed:
        return f"{plural(every, 'alert')} of this fleet, not replayed for this page."
    if not every:
        return "There is no alert yet."
    if unproven == every:
        return f"Nothing has been proven: {plural(every, 'alert')} without a story that fires it."
    if unproven:
        told = f"All but {unproven:,} of {plural(every, 'alert')} have been seen to fire"
        return f"{told}, and to stay silent when they should."
    if every == 1:
        return "The one alert there is has been seen to fire, and to stay silent when it should."
    return f"Every one of {plural(every, 'alert')} has been seen to fire, and to stay silent when it should."


def figures(
    rows: Sequence[Objective],
    cards: Sequence[AlertCard],
    trials: Sequence[Trial],
    costs: Sequence[Expense],
    *,
    replayed: bool,
) -> Iterator[tuple[str, str, str]]:
    """The largest numbers: how many, of what, and what more there is to say."""
    watched = ({card.model for card in cards} | {row.model for row in rows}) - {names.FLEET}
    owners = {row.team for row in rows} | {card.team for card in cards if card.model in watched}
    yield _counted(len(watched), "model or component", "models and components", plural(len(owners), "team"))
    every, promised = count_of(cards), count_of(rows)
    held = promised - count_of(row for row in rows if row.state != "proven")
    told = f"{held:,} with all alerts proven" if replayed else "no alert replayed"
    yield _counted(promised, "objective", "objectives", told)
    loud = count_of(card for card in cards if card.severity == "page" and not card.shadow)
    yield _counted(every, "alert", "alerts", plural(loud, "page"))
    if replayed:
        proven = every - count_of(card for card in cards if card.state != "proven")
        yield f"{math.floor(100 * proven / every) if every else 0}%", "proven by replay", plural(proven, "alert")
    if trials:
        passed = sum(trial.passed for trial in trials)
        yield _counted(passed, "test passed", "tests passed", f"of {len(trials):,}")
    if costs:
        first = costs[0]
        rules, samples = sum(row.rules for row in first.rows), sum(row.samples for row in first.rows)
        yield count(samples), "samples read a minute", f"in {first.environment}, by {rules:,} rules"


def _counted(number: int, one: str, many: str, more: str) -> tuple[str, str, str]:
    return f"{number:,}", one if number == 1 else many, more


def models(program: Program, cards: Sequence[AlertCard]) -> Iterator[Model]:
    """Every model and component in alphabetical order, then what watches them all."""
    parts: dict[str, Component] = {}
    for environment in program.environments:
        for part in environment.components:
            parts.setdefault(part.name, part)
    found: dict[str, list[AlertCard]] = defaultdict(list)
    for card in cards:
        found[card.model].append(card)
    for name, part in sorted(parts.items()):
        mine = _in_order(found[name])
        yield Model(name, name, part.team, part.description, worst([card.state for card in mine]), mine)
    shared = _in_order(found[names.FLEET])
    if shared:
        about = "What watches the rules, the servers and every model at once."
        yield Model(names.FLEET, "The whole fleet", "", about, worst([card.state for card in shared]), shared)


def _in_order(cards: Sequence[AlertCard]) -> tuple[AlertCard, ...]:
    """Cards of one alert that differs between environments stand together, where the first of them stood."""
    first: dict[tuple[str, str], int] = {}
    for place, card in enumerate(cards):
        first.setdefault((card.about, card.name), place)
    return tuple(sorted(cards, key=lambda card: first[card.about, card.name]))
