"""The first screen: one sentence about the whole fleet, its largest numbers, and its models in order."""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence

from slogen import names
from slogen.ir.program import Component, Program
from slogen.report.contents import AlertCard, Expense, Model, Objective, State, Trial, worst
from slogen.report.wording import count, plural


def state(cards: Sequence[AlertCard], trials: Sequence[Trial]) -> State:
    """How the fleet stands: a failed test is as bad as a failed proof."""
    return "failed" if any(not trial.passed for trial in trials) else worst([card.state for card in cards])


def headline(cards: Sequence[AlertCard], trials: Sequence[Trial], *, replayed: bool) -> str:
    """What whoever reads one sentence should know."""
    failed = sum(card.state == "failed" for card in cards)
    unproven = sum(card.state == "unproven" for card in cards)
    broken = sum(not trial.passed for trial in trials)
    if failed or broken:
        parts = [f"{failed:,} of {plural(len(cards), 'alert')}"] if failed else []
        parts += [plural(broken, "test")] if broken else []
        return f"{' and '.join(parts)} did not do what was claimed."
    if not replayed:
        return f"{plural(len(cards), 'alert')} of this fleet, not replayed for this page."
    quiet = "and to stay silent when it should"
    if unproven:
        return f"All but {plural(unproven, 'alert')} of {len(cards):,} have been seen to fire, {quiet}."
    return f"Every one of {plural(len(cards), 'alert')} has been seen to fire, {quiet}."


def figures(
    rows: Sequence[Objective], cards: Sequence[AlertCard], trials: Sequence[Trial], costs: Sequence[Expense]
) -> Iterator[tuple[str, str, str]]:
    """The largest numbers: how many, of what, and what more there is to say."""
    watched = {card.model for card in cards} - {names.FLEET}
    owners = {row.team for row in rows} | {card.team for card in cards if card.model in watched}
    yield f"{len(watched):,}", "models and components", plural(len(owners), "team")
    promised = {(row.model, row.name) for row in rows}
    open_ = {(row.model, row.name) for row in rows if row.state != "proven"}
    yield f"{len(promised):,}", "objectives", f"{len(promised - open_):,} with all alerts proven"
    proven = sum(card.state == "proven" for card in cards)
    loud = sum(card.severity == "page" and not card.shadow for card in cards)
    yield f"{len(cards):,}", "alerts", f"{loud:,} of them page somebody"
    yield f"{math.floor(100 * proven / len(cards)) if cards else 0}%", "proven by replay", f"{proven:,} alerts"
    if trials:
        passed = sum(trial.passed for trial in trials)
        yield f"{passed:,}", "tests passed", f"of {len(trials):,}"
    if costs:
        first = costs[0]
        rules, samples = sum(row.rules for row in first.rows), sum(row.samples for row in first.rows)
        yield count(samples), "samples read a minute", f"in {first.environment}, by {rules:,} rules"


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
