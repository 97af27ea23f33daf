"""A healthy month: what it leaves of budgets, what it must not wake, and the mistakes that only a month shows."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from slogen import burn, names, pipeline
from slogen.diagnostics.model import Span
from slogen.ir.program import Program
from slogen.ir.signals import EventSignal, Outcome, SeriesId
from slogen.ir.where import Where
from slogen.proofs import month
from slogen.proofs.claims import Subject, of_component
from slogen.scenarios.story import Fault
from tests.proofs.stories import TODAY, proven, told_of, write

Built = tuple[Program, dict[str, str]]
FLEET = names.rules_path("production", names.FLEET)
MONTH = "production/shop::stays silent: a healthy month"
HERE = Where(Span("specs/x.yaml", 1, 1, 1, 2), ())


def test_a_month_says_what_it_leaves(built: Built) -> None:
    """The budgets that are left are those of theory, and the report says in which steps the month was lived."""
    outcome = told_of(proven(built, MONTH))[MONTH]

    assert outcome.problem == ""
    assert "nobody is told in 30d 6h, in steps of 2m30s" in outcome.note
    assert "answers 15.1%, by-locale 15.1%" in outcome.note


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('period="30d"}[30d]', 'period="30d"}[14d]', "17.5% of answers's budget is left"),
        ("[3d]", "[12h]", "answers ErrorBudgetBurnTicket creeping fires at"),
    ],
)
def test_windows_of_days_that_are_wrong_are_found(built: Built, old: str, new: str, problem: str) -> None:
    """The period's own window, and a long window that is too short for a day and its night."""
    assert old in built[1][FLEET]
    texts = {**built[1], FLEET: built[1][FLEET].replace(old, new)}

    assert problem in told_of(proven(built, MONTH, texts))[MONTH].problem


def subject(built: Built) -> Subject:
    """The shop of the small project."""
    environment = built[0].environments[0]
    return of_component(environment, next(part for part in environment.components if part.name == "shop"))


def test_the_errors_of_a_month_stay_below_every_tier(built: Built) -> None:
    """A tier that looks at hours and would fire on a day's errors gets fewer of them; its budget is computed anew."""
    shop = subject(built)
    answers = shop.slos[0]
    short = replace(answers.tiers[0], long=burn.HOUR, factor=Fraction(1))
    touchy = replace(shop, slos=(replace(answers, tiers=(short,)), *shop.slos[1:]))
    worst = next(told.event.ratio for told in month.happens(touchy) if isinstance(told.event, Fault))

    assert worst == pytest.approx(0.9 * float(answers.budget))
    assert month.left(touchy)[answers.name] == pytest.approx(1 - 0.6 * (1 - month.left(shop)[answers.name]))


def test_budgets_of_short_periods_see_the_last_of_it(built: Built) -> None:
    """Errors become fewer, so the last week leaves more than the month does."""
    shop = subject(built)
    week = replace(shop, slos=tuple(replace(slo, period=7 * burn.DAY) for slo in shop.slos))

    assert month.left(week)["answers"] > month.left(shop)["answers"] + 0.03


def series(text: str) -> SeriesId:
    """`metric label`."""
    metric, label = text.split()
    return SeriesId(metric, (("is", label),))


def signal(name: str, good: str, bad: str) -> EventSignal:
    """Events of the shop that increment these series, parted by commas, when they end well or badly."""
    well, ill = (tuple(map(series, listed.split(","))) for listed in (good, bad))
    return EventSignal(name, "app", (Outcome("good", False, well, ()), Outcome("bad", True, ill, ())), (), HERE)


@pytest.mark.parametrize(
    ("signals", "faulty", "known"),
    [
        ([signal("a", "answers ok", "answers failed"), signal("b", "took fast,took all", "took all")], "ab", "ab"),
        ([signal("a", "answers ok", "answers failed"), signal("b", "answers ok", "answers late")], "a", "a"),
        ([signal("a", "found tp", "found fp"), signal("b", "found tn", "found fp")], "", "ab"),
    ],
)
def test_signals_get_errors_that_only_they_see(
    built: Built, signals: list[EventSignal], faulty: str, known: str
) -> None:
    """All of them, or the one that bears least; none where some see requests that others do not."""
    shop = subject(built)
    slos = tuple(
        replace(shop.slos[0], name=one.id, signals=(one.id,), objective=Decimal(objective))
        for one, objective in zip(signals, ("0.999", "0.99"), strict=True)
    )
    found = replace(shop, signals=tuple(signals), slos=slos)

    assert {told.event.signal for told in month.happens(found) if isinstance(told.event, Fault)} == set(faulty)
    assert month.left(found).keys() == set(known)


def test_what_arrives_late_is_not_judged_by_what_is_made_at_once(tmp_path: Path) -> None:
    """Labels come two hours after their predictions; a day, a month and a restart say nothing of their coverage."""
    spec = write(tmp_path) / "specs" / "late.yaml"
    spec.write_text(
        "model: late\nteam: payments-ml\nsources: {app: {template: slogen-contract, select: {model: late}}}\n"
        "slos: {labelled: {objective: 97%, sli: {coverage: {from: app, label_delay: 2h}}}}\n"
    )
    source = pipeline.compiled(tmp_path, TODAY)
    assert source.program is not None
    texts = {artifact.path: artifact.text for artifact in source.artifacts}
    lived = told_of(proven((source.program, texts), "production/late::stays silent"))

    assert len(lived) == 5
    assert [outcome.problem for outcome in lived.values() if outcome.problem] == []
    assert "labelled" not in lived["production/late::stays silent: a healthy month"].note
