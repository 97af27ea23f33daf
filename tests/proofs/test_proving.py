"""Proofs of a small project: what holds says how fast, and a rule that was broken on its way out is found."""

from dataclasses import replace

import pytest

from slogen import names
from slogen.ir.later import known
from slogen.ir.program import Program
from slogen.ir.rules import Alert, RuleFile
from slogen.ir.witness import Proof
from slogen.proofs import fleet
from slogen.proofs.coverage import coverage
from slogen.proofs.summary import unproven_outcome
from tests.proofs.stories import proven, told_of

SHOP = names.rules_path("production", "shop")


def test_a_proof_says_what_fired_it_how_fast_and_when_it_stopped(built: tuple[Program, dict[str, str]]) -> None:
    """Time to detect, budget spent by then and time to reset, each beside its theory."""
    found = told_of(proven(built, "production/shop::answers ErrorBudgetBurnPage fast"))
    outcome = found["production/shop::answers ErrorBudgetBurnPage fast"]

    assert outcome.passed
    for words in ("fires on 100% bad for", "(theory ", "of the budget spent by then", "; stops ", "near misses"):
        assert words in outcome.note


def test_environments_that_are_alike_are_proven_once(built: tuple[Program, dict[str, str]]) -> None:
    """Both environments are answered for, and each alert carries its own."""
    found = proven(built, "shop::answers SLONoData")
    verdicts = [verdict for one in found for verdict in one.verdicts]

    assert {verdict.environment for verdict in verdicts} == {"production", "staging"}
    assert all(dict(verdict.labels)[names.ENV] == verdict.environment for verdict in verdicts)
    assert len({verdict.seconds for verdict in verdicts}) < len(verdicts)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("> 0.144", "> 0.3", "it never fires"),
        ("> 0.144", "< 0.144", "and should not at all"),
        ("\n      and\n", "\n      or\n", "it "),
        ("answers_unhelpful_total", "answers_unhelpfull_total", "it never fires"),
    ],
)
def test_a_broken_rule_is_found(built: tuple[Program, dict[str, str]], old: str, new: str, problem: str) -> None:
    """What is proven are the emitted files, so a change to them alone is seen, with a picture of the alert's life."""
    assert old in built[1][SHOP]
    texts = {**built[1], SHOP: built[1][SHOP].replace(old, new)}
    outcome = told_of(proven(built, "production/shop::answers ErrorBudgetBurnPage fast", texts)).popitem()[1]

    assert problem in outcome.problem
    assert len(outcome.picture) >= 2
    assert outcome.picture[0].startswith("fault ")


def test_every_component_lives_through_the_ordinary(built: tuple[Program, dict[str, str]]) -> None:
    """A day, a month, a restart, a gap and vanished metrics, for the model and the component; the fleet has no day."""
    found = told_of(proven(built, "production/"))
    silent = {name for name in found if "stays silent" in name}

    assert len(silent) == 10
    assert all(outcome.passed for outcome in found.values()), [o.problem for o in found.values() if o.problem]
    assert "production/_fleet::SlogenFleetBlind" in found


def test_noise_on_an_ordinary_day_is_found(built: tuple[Program, dict[str, str]]) -> None:
    """A threshold below what is healthy wakes somebody, and the proof says whom and when."""
    texts = {**built[1], SHOP: built[1][SHOP].replace("> 0.144", ">= 0").replace("> 2.5", ">= 0")}
    outcome = told_of(proven(built, "production/shop::stays silent: an ordinary day", texts)).popitem()[1]

    assert "answers ErrorBudgetBurnPage fast fires at" in outcome.problem


def test_the_first_failure_ends_the_proofs(built: tuple[Program, dict[str, str]]) -> None:
    """Jobs that have not begun by then are not run."""
    texts = {path: text.replace("for: 30m", "for: 3h") for path, text in built[1].items()}
    program = built[0]
    jobs = fleet.jobs(program, texts, lambda name: "SLONoData" in name)

    assert len(fleet.run_all(jobs, 1)) == 4
    assert len(fleet.run_all(jobs, 1, first=True)) == 2  # one replay answers for both environments


def test_an_alert_that_nothing_fires_is_an_error(built: tuple[Program, dict[str, str]]) -> None:
    """Unless its owner says why; then it is listed."""
    program = built[0]
    environment = program.environments[0]
    component = environment.components[0]
    group = component.rules.groups[0]
    for reason, problem in ((None, True), ("needs a moon", False)):
        claimed = known(Proof((), (), reason))
        rules = tuple(replace(rule, later_proof=claimed) if isinstance(rule, Alert) else rule for rule in group.rules)
        changed = replace(component, rules=RuleFile(component.name, known((replace(group, rules=rules),))))
        found = fleet.unproven(replace(program, environments=(replace(environment, components=(changed,)),)))

        assert found
        assert all(bool(unproven_outcome(one).problem) is problem for one in found)


def test_coverage_lists_what_no_test_exercised(built: tuple[Program, dict[str, str]]) -> None:
    """One alert is proven: all others, the rules it does not read and every route are listed."""
    program, texts = built
    one = list(told_of(proven(built, "production/shop::answers SLONoData")).values())
    parts = {part.what: part for part in coverage(program, texts, one)}

    assert parts["alerts"].total - len(parts["alerts"].missing) == 1
    assert len(parts["burn tiers"].missing) == parts["burn tiers"].total > 0
    assert parts["recording rules"].total - len(parts["recording rules"].missing) == 1
    assert any("payments-ml-page" in route for route in parts["routes"].missing)
    assert any("payments-ml-ticket" in route for route in parts["routes"].missing)
    assert [route.split(" to ")[0] for route in parts["routes"].beyond] == [
        'main {}/{mode="shadow"}',
        'main {}/{env!="production"}',
    ]
    assert not any("SLONoData" in name for name in parts["alerts"].missing if "production/shop answers" in name)
