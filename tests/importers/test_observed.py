"""What follows from counts: objectives that leave half of their budget, and bounds that most events met."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogen.diagnostics.model import Diagnostic, Span
from slogen.importers.candidates import percent
from slogen.importers.observed import ENOUGH, OBJECTIVES, Counts, Threshold, chosen, objective
from slogen.lower.sli_bounds import bucket_bound
from slogen.lower.source_measures import Histogram, SeriesSet
from tests.importers.test_propose import made, specs

DEFAULT = Decimal("0.97")
HERE = Span("specs/x.yaml", 1, 1, 1, 2)


@pytest.mark.parametrize(
    ("total", "bad", "expected"),
    [
        (1000, 0, "0.999"),
        (10_000, 5, "0.999"),  # 0.05 % is just half of 0.1 %
        (10_000, 6, "0.995"),
        (1000, 25, "0.95"),
        (1000, 50, "0.9"),
        (1000, 51, "0.9"),  # there is none looser
        (999, 0, "0.97"),
        (0, 0, "0.97"),
    ],
)
def test_objectives_leave_half_of_their_budget(total: int, bad: int, expected: str) -> None:
    """The strictest usual one of which the counted errors spend at most half; too few events decide nothing."""
    assert objective(Counts(total, total - bad), DEFAULT) == Decimal(expected)


@given(st.integers(ENOUGH, 10**12), st.fractions(0, 1))
def test_no_stricter_objective_would_do(total: int, share: Fraction) -> None:
    """Exact arithmetic, against fractions."""
    bad = int(total * share)
    found = objective(Counts(total, total - bad), DEFAULT)
    leaving = [one for one in OBJECTIVES if 2 * Fraction(bad, total) <= 1 - Fraction(str(one))]
    assert found == (leaving[0] if leaving else OBJECTIVES[-1])


def bounds(*met: int | None, total: int = 10_000) -> tuple[Threshold, ...]:
    """Bounds of 100, 200, … ms and how many events met each."""
    return tuple(
        Threshold(100 * place, None if good is None else Counts(total, good)) for place, good in enumerate(met, start=1)
    )


@pytest.mark.parametrize(
    ("offered", "within"),
    [
        (bounds(9_000, 9_900, 9_990), 200),
        (bounds(9_000, 9_899, 9_990), 300),
        (bounds(1_000, 2_000, 3_000), 300),  # nobody meets any: the highest
        (bounds(None, None, None, None), 300),
        (bounds(9_000, None, 9_990), 200),  # what cannot be compared is not compared
        (bounds(990, 995, 999, total=999), 200),
        (bounds(5), 100),
    ],
)
def test_the_bound_that_most_events_met(offered: tuple[Threshold, ...], within: int) -> None:
    """The lowest that 99 % met, the middle one where nothing was counted."""
    assert chosen(offered).within == within


@pytest.mark.parametrize(
    ("share", "text"), [("0.999", "99.9%"), ("0.99999", "99.99%"), ("1", "100%"), ("0.9", "90%"), ("0", "0%")]
)
def test_shares_are_never_rounded_up(share: str, text: str) -> None:
    """99.999 % is not 100 %."""
    assert percent(Decimal(share)) == text


@pytest.mark.parametrize("odd", ["1e30", "1e999999", "1e-999999"])
def test_absurd_bounds_do_not_stop_the_search_for_the_nearest(odd: str) -> None:
    """A threshold between two bounds is reported with both, whatever else is among the bounds."""
    series = SeriesSet("seconds", ())
    histogram = Histogram("Time", series, None, (Decimal("0.1"), Decimal(odd)), Decimal(1), native=False)
    found = bucket_bound(Decimal("0.2"), histogram, HERE)
    assert isinstance(found, Diagnostic)
    assert found.hint is not None
    assert "100ms" in found.hint
    assert len(found.hint) < 300


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (0, "99.9% is the strictest usual objective that leaves half of its budget"),
        (80, "no usual objective leaves half of its budget; 90% is the loosest"),
        (200, "missed from the first day on"),
    ],
)
def test_what_is_said_of_an_objective_is_true(bad: int, said: str, tmp_path: Path) -> None:
    """Each sentence belongs to its arithmetic."""
    total = 'http_requests_total{handler="/predict",method="POST",status='
    proposal = made(tmp_path, f'{total}"2xx"}} {1000 - bad}\n{total}"5xx"}} {bad}\n')
    assert said in " ".join(next(iter(specs(proposal).values())).replace("\n  # ", " ").split())
