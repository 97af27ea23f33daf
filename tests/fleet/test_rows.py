"""Every promise of the example fleet stands in its specs, with a story that fires its alert and one that does not."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from slogen.replay.rulefile import AlertingRule, read
from slogen.spec.scenario import Expectation, Scenario, ScenarioFile
from tests.fleet.rows import GAME_DAYS, ROWS, GameDay, Row

ROOT = Path(__file__).parents[2]
SPECS = ROOT / "specs"
RULES = ROOT / "generated/production/prometheus/rules"
HOUR = 3_600_000


@cache
def data(name: str) -> Any:
    """A file of the fleet as plain data."""
    return yaml.load((SPECS / name).read_text(encoding="utf-8"), yaml.CSafeLoader)


@cache
def scenarios(component: str) -> Mapping[str, Scenario]:
    """The scenario tests of a component as the language reads them."""
    return ScenarioFile.model_validate(data(f"{component}.test.yaml")).tests


@cache
def alerts(component: str) -> tuple[AlertingRule, ...]:
    """The alerts in the committed rule file of a component."""
    groups = read((RULES / f"{component}.yaml").read_text(encoding="utf-8"), component)
    return tuple(rule for group in groups for rule in group.rules if isinstance(rule, AlertingRule))


def scenario(component: str, name: str) -> Scenario:
    """One scenario test."""
    found = scenarios(component)
    assert name in found, f"{component} has no story {name}; it has {', '.join(found)}"
    return found[name]


def ids(row: Row) -> str:
    """How a row is called."""
    return f"{row.component}-{row.alert}-{row.labels.get('slo', '')}-{row.fires}"


def at(value: Any, path: str) -> Any:
    """What stands at a dotted path."""
    for step in path.split("."):
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


def about(expected: Expectation, row: Row) -> bool:
    """Whether an expectation is about the alert of a row."""
    slo, burn = row.labels.get("slo"), row.labels.get("burn")
    same = expected.alert == row.alert and expected.model in {None, row.component}
    return same and expected.slo in {None, slo} and expected.burn in {None, burn}


def test_every_model_and_component_promises_something() -> None:
    """No spec of the fleet is without a row."""
    specs = {path.stem for path in SPECS.glob("*.yaml") if ".test" not in path.name}
    assert {row.component for row in ROWS} == specs
    assert len(specs) >= 12


@pytest.mark.parametrize("row", ROWS, ids=ids)
def test_the_spec_says_so(row: Row) -> None:
    """The numbers of the promise stand in the spec."""
    spec = data(f"{row.component}.yaml")
    for path, wanted in row.numbers.items():
        found = at(spec, path)
        if isinstance(wanted, Mapping):
            found = {key: found.get(key) for key in wanted}
        assert found == wanted, path


@pytest.mark.parametrize("row", ROWS, ids=ids)
def test_the_rule_is_emitted(row: Row) -> None:
    """The alert is a rule of the model's own file."""
    named = [rule for rule in alerts(row.component) if rule.alert == row.alert]
    assert [rule for rule in named if row.labels.items() <= dict(rule.labels).items()]


@pytest.mark.parametrize("row", ROWS, ids=ids)
def test_one_story_fires_it(row: Row) -> None:
    """The story says when the alert fires, and what goes wrong before it."""
    story = scenario(row.component, row.fires)
    assert story.faults
    assert [expected for expected in story.expect if about(expected, row) and expected.fires is not None]


@pytest.mark.parametrize("row", ROWS, ids=ids)
def test_one_story_keeps_it_silent(row: Row) -> None:
    """The other story says that it never fires, alone or with all others."""
    story = scenario(row.component, row.silent)
    assert [expected for expected in story.expect if expected.silent or (about(expected, row) and expected.never)]


def test_the_canary_is_judged_within_the_hour() -> None:
    """From the moment the canary is bad to the page at most sixty minutes pass."""
    story = scenario("recommender", "game-day-bad-canary")
    [bad] = [fault.at for fault in story.faults if fault.slice == "canary"]
    [fires] = [expected.fires + expected.within for expected in story.expect if expected.fires is not None]
    assert fires <= bad + HOUR


@pytest.mark.parametrize("day", GAME_DAYS, ids=lambda day: day.breaks)
def test_a_game_day_says_what_fires_who_is_told_and_who_is_not(day: GameDay) -> None:
    """Each names an alert with its time, a receiver that hears, and one that does not, with the reason."""
    expected = scenario(day.component, day.scenario).expect
    assert [one for one in expected if one.alert is not None and one.fires is not None]
    assert [one for one in expected if one.notified is not None and one.alert is not None]
    assert [one for one in expected if one.not_notified is not None and one.because is not None]


def test_game_days_hold_alerts_back() -> None:
    """Where something else pages for the cause, the consequence is inhibited and not merely unheard."""
    inhibited = {
        day.breaks
        for day in GAME_DAYS
        for one in scenario(day.component, day.scenario).expect
        if one.not_notified is not None and one.because == "inhibited"
    }
    assert inhibited >= {"feature-store latency", "a nulled feature", "stopped labels", "one degraded slice"}
