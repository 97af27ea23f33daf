"""Stories in promtool's notation are the stories that proofs replay."""

from dataclasses import replace

import numpy as np
import pytest

from slogen.backends.promtool.notation import Clock, series
from slogen.diagnostics.model import Span
from slogen.evaluator.labels import show
from slogen.evaluator.notation import samples
from slogen.ir.signals import Beside, EventSignal, GaugeSignal, Outcome, SeriesId, Signal
from slogen.ir.where import Where
from slogen.ir.witness import Behaviour, Level, Phase, Silent, Traffic
from slogen.proofs.retelling import BEGAN, story
from slogen.scenarios.synthesis import synthesise

HERE = Where(Span("specs/x.yaml", 1, 1, 1, 2), ())
STEP, END = 30_000, 3_600_000
OK, FAILED = SeriesId("requests_total", (("code", "200"),)), SeriesId("requests_total", (("code", "503"),))
TP, FP, TN = (SeriesId("confusion_total", (("outcome", name),)) for name in ("tp", "fp", "tn"))


def events(name: str, good: SeriesId, bad: SeriesId) -> EventSignal:
    """Events that end well or badly."""
    return EventSignal(name, "app", (Outcome("good", False, (good,), ()), Outcome("bad", True, (bad,), ())), (), HERE)


AVAILABLE, PRECISION, FPR = events("available", OK, FAILED), events("precision", TP, FP), events("fpr", TN, FP)
GAUGE = GaugeSignal("lag", "app", (SeriesId('la"g\\', ()),), 1.5, 99.0, STEP, False, HERE)
USED = replace(GAUGE, id="used", good=0.5, bad=0.9, beside=(Beside((SeriesId("free", ()),), 1.0, -1.0),))
STORIES: dict[str, tuple[list[Signal], list[tuple[int, Signal, Behaviour]]]] = {
    "steady": ([AVAILABLE], [(0, AVAILABLE, Traffic(10.0, 0.25, None, None))]),
    "outage and recovery": (
        [AVAILABLE],
        [
            (0, AVAILABLE, Traffic(10.0, 0.0, None, None)),
            (600_000, AVAILABLE, Traffic(10.0, 1.0, None, None)),
            (1_200_000, AVAILABLE, Traffic(10.0, 0.0, None, None)),
        ],
    ),
    "two kinds of requests": (
        [PRECISION, FPR],
        [(0, PRECISION, Traffic(20.0, 0.5, None, None)), (0, FPR, Traffic(20.0, 0.0, None, None))],
    ),
    "series that end": (
        [AVAILABLE],
        [(0, AVAILABLE, Traffic(10.0, 0.0, None, None)), (900_000, AVAILABLE, Silent())],
    ),
    "a gauge": (
        [GAUGE],
        [(0, GAUGE, Level(1.5, None)), (900_000, GAUGE, Level(99.0, 0)), (1_800_000, GAUGE, Silent())],
    ),
    "a share of a whole": (
        [USED],
        [(0, USED, Level(0.5, None)), (900_000, USED, Level(0.75, None)), (1_800_000, USED, Silent())],
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_notation_and_synthesis_agree(name: str) -> None:
    """The closed form and the simulated scrapes show the same values at the same times."""
    signals, told = STORIES[name]
    phases = [Phase(start, signal.id, behaviour) for start, signal, behaviour in told]
    written = series(signals, phases, Clock(STEP, END))
    made = {show(one.labels): one for one in synthesise(signals, story(phases, signals, END, STEP))}

    assert len(written) == len(made)
    for (_, text), one in zip(sorted(written.items()), (made[key] for key in sorted(made)), strict=True):
        values = samples(text)
        seen = {int(at - BEGAN) // STEP: float(value) for at, value in zip(one.times, one.values, strict=True)}
        known = {n: value for n, value in enumerate(values) if isinstance(value, float)}
        assert known.keys() == seen.keys()
        steady = [known[n] for n in sorted(known)], [seen[n] for n in sorted(seen)]
        assert np.abs(np.diff(steady[0]) - np.diff(steady[1])).max() <= 1, (text, steady)


def test_counters_see_each_event_of_their_own() -> None:
    """A false positive is an event for precision and for the false-positive rate; a true negative only for one."""
    phases = [Phase(0, "precision", Traffic(20.0, 0.5, None, None)), Phase(0, "fpr", Traffic(20.0, 0.0, None, None))]
    written = series([PRECISION, FPR], phases, Clock(STEP, END))

    assert written['confusion_total{outcome="tp"}'] == "0+150x120"
    assert written['confusion_total{outcome="fp"}'] == "0+150x120"
    assert written['confusion_total{outcome="tn"}'] == "0+300x120"
