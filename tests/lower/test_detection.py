"""How soon a real Prometheus notices, against the closed forms; `benchmarks/detection.py` prints the whole table."""

from fractions import Fraction
from pathlib import Path

import pytest

from slogen import burn
from tests.engines.past import Past
from tests.lower.detection import Fault, expected, measured
from tests.lower.planned import planned

pytestmark = pytest.mark.engine

OUTAGE = Fault(Fraction(1), history=2 * burn.DAY, lasting=2 * burn.HOUR)
TENTH = Fault(Fraction(1, 10), history=burn.DAY, lasting=6 * burn.HOUR)


@pytest.mark.parametrize(
    ("fault", "severities", "cases"),
    [
        (OUTAGE, ("page",), (("99.95", 7), ("99.9", 30), ("99", 90), ("95", 14), ("80", 30))),
        (TENTH, ("page",), (("99.95", 28), ("99", 30), ("90", 30))),
    ],
)
def test_first_page_comes_within_its_bounds(
    fault: Fault,
    severities: tuple[str, ...],
    cases: tuple[tuple[str, int], ...],
    tmp_path: Path,
    prometheus35: Path,
    promtool35: Path,
) -> None:
    """Never before the window can hold enough bad events, never later than the closed form and its slack."""
    plans = [planned(objective, days * burn.DAY, slo=f"slo-{number}") for number, (objective, days) in enumerate(cases)]
    found = measured(Past(prometheus35, promtool35, tmp_path), plans, fault, severities)

    for plan, seen in zip(plans, found, strict=True):
        bounds = expected(plan, fault, severities)
        if bounds is None:
            assert seen is None, plan.objective
        else:
            assert seen is not None, plan.objective
            assert bounds.earliest <= seen <= bounds.latest, plan.objective
