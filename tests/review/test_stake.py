"""Money at risk and budget policies in reviews: explained with every factor, and named when they change."""

from pathlib import Path

import pytest

from slogen import names
from slogen.review.changes import Danger, Kind
from slogen.review.compare import compare
from slogen.review.explain import explain
from slogen.review.side import Side
from tests.review.projects import FRAUD, PROJECT, build, side

WORTH = FRAUD.replace("team: payments-ml\n", "team: payments-ml\ntraffic: 120/s\n", 1).replace(
    "    min_bad: 3\n",
    "    min_bad: 3\n    cost_per_bad: 2\n    budget_policy: {review: 50%, freeze: 25%, exhausted: rollback}\n",
)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Side:
    """The side before any change."""
    return side(build(tmp_path_factory.mktemp("before"), {"fraud-detector": WORTH}))


def test_every_factor_of_the_score_is_told(before: Side) -> None:
    """120/s x 3600 x 1.44 % x 2 x 1 is 12,442 an hour; the alert carries what follows from it."""
    told = explain(before, "fraud-detector/availability")
    assert "impact fast: 12,442 USD an hour = 120 events/s x 3600 s x 1.44% bad x 2 USD x 1 (medium)" in told
    assert "budget policy: review at 50% left, freeze at 25% left, rollback when it is spent" in told
    assert "availability burn fast (page, P1)" in told


@pytest.mark.parametrize(
    ("project", "change", "kind", "alert"),
    [
        ("impact: {raise_from: 100}\n", ("", ""), Kind.LABELS_CHANGED, "burn sustained"),
        ("", ("freeze: 25%", "freeze: 20%"), Kind.EXPRESSION_CHANGED, names.BUDGET_FREEZE),
        ("", ("review: 50%, ", ""), Kind.ALERT_REMOVED, names.BUDGET_REVIEW),
    ],
)
def test_what_changes_is_named(
    tmp_path: Path, before: Side, project: str, change: tuple[str, str], kind: Kind, alert: str
) -> None:
    """Another priority is another label and no other alert; another step is another condition."""
    after = side(build(tmp_path, {"fraud-detector": WORTH.replace(*change)}, PROJECT + project))
    found = compare(before, after, 20).changes
    assert [one for one in found if one.kind is kind and alert in one.subject], found
    assert kind is Kind.ALERT_REMOVED or not [one for one in found if one.danger is Danger.COVER]
