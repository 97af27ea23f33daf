"""What a replay showed, in words: moments count from the fault as in the drawing beside them."""

from dataclasses import replace

import pytest

from slogen.diagnostics.model import Span
from slogen.proofs.prove import Verdict
from slogen.proofs.tracing import Trace
from slogen.report.claims import claims, detection

MINUTE = 60_000
HELD = Verdict(
    environment="production", component="shop", alert="Slow", kind="condition", subject="slow", labels=(), fires=True,
    claim="5% bad for 61m6s", began=300 * MINUTE, earliest=310 * MINUTE, latest=320 * MINUTE, recovers=None, stops=None,
    spent=None, end=400 * MINUTE, seen=((315 * MINUTE, None),), problem="", rules=frozenset(), seconds=0.0,
    span=Span("specs/shop.yaml", 1, 1, 1, 2), trace=Trace(240 * MINUTE, MINUTE, "5% bad for 1h 1m", (), ()),
)  # fmt: skip
LATE = "it fires at 330m, expected between 310m and 320m"


@pytest.mark.parametrize(
    ("verdict", "told"),
    [
        (HELD, ""),
        (
            replace(HELD, seen=((330 * MINUTE, None),), problem=LATE),
            "it fired 30m after the fault began; expected to fire between 10m and 20m",
        ),
        (
            replace(HELD, seen=((280 * MINUTE, None),), problem="it fires at 280m, expected between 310m and 320m"),
            "it fired 20m before the fault began; expected to fire between 10m and 20m",
        ),
        (
            replace(HELD, fires=False, problem="it fires at 315m, and should not at all"),
            "it fired 15m after the fault began; expected silence",
        ),
        (replace(HELD, seen=(), problem="it never fires"), "it never fires"),
        (replace(HELD, problem=LATE), LATE),
        (replace(HELD, seen=(), trace=None, problem="Slow: unknown function"), "Slow: unknown function"),
    ],
    ids=["held", "late", "early", "noisy", "never", "one-slice-late", "broken-rule"],
)
def test_what_went_wrong(verdict: Verdict, told: str) -> None:
    """A time is told from the fault on; what is no time, or wrong with one slice of several, as the judge said it."""
    (claim,) = claims([verdict])

    assert claim.problem == told


def test_what_held() -> None:
    """The story with rounded times, what was expected and what was seen."""
    (claim,) = claims([HELD])

    assert claim.story == "5% bad for 1h 1m"
    assert claim.expected == "to fire between 10m and 20m"
    assert claim.seen == "it fired 15m after the fault began"
    assert (detection(0), detection(300_000), detection(-300_000)) == ("at once", "in 5m", "5m too early")
