"""Money at risk: the formula against figures worked out by hand, and what it does to priorities."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogen import names
from slogen.ir.impact import Criticality, Impact, rounded, shifted
from slogen.ir.rules import Alert
from tests.backends.prometheus.projects import PROJECT, compiled, program_of

SPEC = """\
version: slogen/v1
model: fraud-detector
traffic: 120/s
criticality: {criticality}
sources: {{app: {{template: slogen-contract, select: {{model: fraud}}}}}}
slos:
  availability:
    objective: 99.95%
    sli: {{availability: {{from: app}}}}
    cost_per_bad: 1.80
{more}"""


def alerts(folder: Path, criticality: str = "critical", more: str = "", project: str = PROJECT) -> dict[str, Alert]:
    """The burn-rate alerts in production by their pace."""
    program = program_of(folder, project, fraud=SPEC.format(criticality=criticality, more=more))
    groups = program.environments[0].components[0].rules.groups
    found = [rule for group in groups for rule in group.rules if isinstance(rule, Alert) and rule.kind == "burn"]
    return {dict(rule.labels)[names.BURN]: rule for rule in found}


def test_the_formula_by_hand() -> None:
    """120/s x 3600 s x 0.72 % x 1.80 x 4 is 22,394.88 an hour, exactly."""
    impact = Impact(Fraction(120), Decimal("1.80"), "critical")
    assert impact.per_hour(Fraction(72, 10_000)) == Fraction("22394.88")


@pytest.mark.parametrize(
    ("criticality", "expected"), [("critical", 4), ("high", 2), ("medium", 1), ("low", Fraction(1, 2))]
)
def test_a_step_of_criticality_counts_double(criticality: Criticality, expected: Fraction) -> None:
    """A medium model is worth what its bad events cost."""
    assert Impact(Fraction(1), Decimal(1), criticality).per_hour(Fraction(1)) == 3600 * expected


@given(st.integers(0, 2), st.fractions(0, 10**9), st.decimals(0, 10**9, places=2), st.decimals(0, 10**9, places=2))
def test_priorities_move_one_step_at_most(rank: int, money: Fraction, one: Decimal, other: Decimal) -> None:
    """Whatever is at stake: more is never less urgent, and nothing leaves the three priorities."""
    low, high = sorted((one, other))
    moved = shifted(rank, money, high, low)
    assert abs(moved - rank) <= 1
    assert 0 <= moved <= 2
    assert shifted(rank, money + 1, high, low) <= moved


def test_what_is_at_stake_is_on_the_alert(tmp_path: Path) -> None:
    """Without bounds the priority is the severity's, and the score is an annotation."""
    found = alerts(tmp_path)
    told = {burn: dict(alert.labels).get(names.PRIORITY) for burn, alert in found.items()}
    assert told == {"fast": "P1", "slow": "P1", "sustained": "P2", "creeping": "P2"}
    assert dict(found["fast"].annotations)["at_risk"] == "22,395 USD an hour at the rate at which this fires"


def test_bounds_move_priorities_and_nothing_else(tmp_path: Path) -> None:
    """An expensive ticket becomes P1 and stays a ticket; a cheap page becomes P2 and stays a page."""
    bounds = PROJECT + "impact: {raise_from: 4000, lower_below: 1000}\n"
    dear, cheap = alerts(tmp_path / "a", project=bounds), alerts(tmp_path / "b", "low", project=bounds)
    assert dict(dear["sustained"].labels)[names.PRIORITY] == "P1"
    assert dear["sustained"].severity == "ticket"
    assert dict(cheap["creeping"].labels)[names.PRIORITY] == "P3"
    assert dict(cheap["slow"].labels)[names.PRIORITY] == "P1"


def test_the_projects_words_for_priorities_are_used(tmp_path: Path) -> None:
    """A tier may be called otherwise."""
    project = PROJECT + "routing: {tiers: {page: {priority: red}}}\n"
    assert dict(alerts(tmp_path, project=project)["fast"].labels)[names.PRIORITY] == "red"


def test_a_label_of_ones_own_stands(tmp_path: Path) -> None:
    """Whoever writes a priority means it."""
    found = alerts(tmp_path, more="    labels: {priority: mine}\n")
    assert {dict(alert.labels)[names.PRIORITY] for alert in found.values()} == {"mine"}


def test_the_projects_criticality_is_everybodys(tmp_path: Path) -> None:
    """It counts for models that say nothing; without it they are medium."""
    text = SPEC.format(criticality="high", more="").replace("criticality: high\n", "")
    project = PROJECT.replace("defaults: {", "defaults: {criticality: low, ")
    for number, (declared, expected) in enumerate([(PROJECT, "medium"), (project, "low")]):
        component = program_of(tmp_path / str(number), declared, fraud=text).environments[0].components[0]
        impact = component.slos[0].impact
        assert impact is not None
        assert (component.criticality, impact.criticality) == (expected, expected)


def test_nothing_is_claimed_without_traffic(tmp_path: Path) -> None:
    """A cost alone is no score; an objective's own traffic counts before the model's."""
    text = SPEC.format(criticality="high", more="")
    program = program_of(tmp_path / "a", fraud=text.replace("traffic: 120/s\n", ""))
    assert program.environments[0].components[0].slos[0].impact is None
    own = program_of(tmp_path / "b", fraud=text + "    traffic: 60/m\n")
    impact = own.environments[0].components[0].slos[0].impact
    assert impact is not None
    assert impact.traffic == 1


@pytest.mark.parametrize(
    ("project", "cost", "file"),
    [("", "1.80 EUR", "specs/fraud.yaml"), ("impact: {raise_from: 5 EUR}\n", "1.80", "slogen.yaml")],
)
def test_other_currencies_are_refused(tmp_path: Path, project: str, cost: str, file: str) -> None:
    """Amounts are compared, so they must be in one currency."""
    text = SPEC.format(criticality="high", more="").replace("1.80", cost)
    program, findings = compiled(tmp_path, PROJECT + project, fraud=text)
    assert program is None
    lines = (tmp_path / file).read_text(encoding="utf-8").splitlines()
    foreign = {one.span for one in findings if one.code.id == "SLO323"}
    assert [(at.file, "EUR" in lines[at.line - 1]) for at in foreign if at] == [(file, True)]


@pytest.mark.parametrize(
    ("amount", "text"), [("22394.88", "22,395"), ("10", "10"), ("9.96", "10"), ("0.0123", "0.012")]
)
def test_money_is_rounded_for_people(amount: str, text: str) -> None:
    """Whole units from ten on."""
    assert rounded(Fraction(amount)) == text
