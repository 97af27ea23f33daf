"""An SLO in plain words, and what rules cost: the figures are those of the theory."""

from pathlib import Path

import pytest

from slogen.comparing import Compared, compared, costed
from slogen.explaining import explained
from slogen.replay.rulefile import read
from slogen.review.cost import Facts
from slogen.review.limits import named
from slogen.review.prices import estimate
from tests.review.projects import CHURN, FRAUD, TODAY, build


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of two models."""
    folder = tmp_path_factory.mktemp("project")
    build(folder, {"fraud-detector": FRAUD, "churn": CHURN})
    return folder


def test_tells_an_objective_in_plain_words(project: Path) -> None:
    """The budget, the arithmetic of every tier and who is told are written out."""
    text = explained(project, TODAY, "fraud-detector/availability").text

    assert "objective 99.9% over 30d: 43.2m of full outage in 30d" in text
    assert "factor 14.4 = 2% x 30d / 1h; fires above 1.44% errors = 14.4 x 0.1%" in text
    assert "told: payments-ml-page" in text
    assert "fewer than 3 bad events fire nothing" in text


def test_suggests_what_was_meant(project: Path) -> None:
    """An unknown subject has no text, and the subjects there are."""
    outcome = explained(project, TODAY, "fraud-detector/availabilty")

    assert not outcome.text
    assert "fraud-detector/availability" in outcome.subjects
    assert "fraud-detector/failing" in outcome.subjects


def test_counts_samples_as_a_server_would() -> None:
    """A range of five minutes over 20 series scraped every 30 s is 200 samples, twice a minute."""
    groups = read(
        """\
groups:
- name: g
  interval: 30s
  rules:
  - {record: a, expr: 'sum(rate(requests_total[5m]))', labels: {model: m}}
  - {record: b, expr: 'sum_over_time(a{model="m"}[1h]) / 2'}
  - {alert: C, expr: 'b > 1 and up == 1'}
- name: subquery
  interval: 1m
  rules:
  - {record: d, expr: 'max_over_time(a[1h:5m])'}
""",
        "rules.yaml",
    )

    cost = estimate(groups, Facts(series=20, scrape=30_000, evaluation=60_000))

    assert cost.by_window() == {0: 2 * (1 + 20), 300_000: 2 * 200, 3_600_000: 2 * 120 + 12}
    assert (cost.rules, cost.recorded, cost.largest) == (4, 3, 3)


def test_limits_are_checked(project: Path) -> None:
    """Mimir's default of 70 groups a tenant and 20 rules a group is told where it is exceeded."""
    profile = named("mimir")
    assert profile is not None

    few = costed(project, TODAY, 20, profile)

    assert set(few.costs) == {"production"}
    assert not few.exceeded
    assert few.table()["exceeded"] == []
    assert named("nobody") is None


def compare_with(project: Path, against: str) -> Compared:
    """The comparison of the project with something."""
    return compared(project, against, TODAY, 20)


@pytest.mark.parametrize(
    ("against", "problem"),
    [
        ("git:no-such-ref", "git cannot read"),
        ("git:--output=x", "is no commit"),
        ("git:", "is no commit"),
        ("/nonexistent-folder", "there is no folder /nonexistent-folder"),
    ],
)
def test_says_why_there_is_no_other_side(against: str, problem: str, project: Path) -> None:
    """A side that cannot be had is said in words, and nothing is compared."""
    outcome = compare_with(project, against)

    assert outcome.comparison is None
    assert problem in outcome.problem


def test_times_to_detect_are_replayed(project: Path, tmp_path: Path) -> None:
    """A looser objective is seen later: a tenth of errors pages after 8.6 minutes at 99.9 %, after 4.3 at 99.95 %."""
    build(tmp_path, {"fraud-detector": FRAUD.replace("objective: 99.9%", "objective: 99.95%"), "churn": CHURN})

    outcome = compare_with(project, str(tmp_path))

    assert outcome.comparison is not None
    change = next(c for c in outcome.comparison.changes if c.kind.value == "time-to-detect")
    assert change.before.startswith("page 30s, 4m 30s, 43m 30s")
    assert change.after.startswith("page 1m, 9m, 3h 40m"), change.after


def test_what_is_judged_by_moments_has_a_budget_of_bad_moments(tmp_path: Path) -> None:
    """Nothing is out where a job's numbers are merely old."""
    fresh = "slos:\n  fresh: {objective: 99%, sli: {freshness: {from: app, within: 2h}}}\n"
    head = "version: slogen/v1\nmodel: churn\nteam: pricing\n"
    build(tmp_path, {"churn": f"{head}sources: {{app: {{template: slogen-contract, cadence: 5m}}}}\n{fresh}"})

    text = explained(tmp_path, TODAY, "churn/fresh").text

    assert "objective 99% over 30d: 432m of a bad state in 30d" in text
