"""Signals that several objectives read: one story suits all of them, and a request is counted once for everybody."""

from dataclasses import replace

import pytest

from slogen.diagnostics.model import Span
from slogen.ir.merged import merged
from slogen.ir.signals import Beside, EventSignal, GaugeSignal, Outcome, SeriesId
from slogen.ir.streams import before, enough, kinds
from slogen.ir.where import Where
from slogen.scenarios.story import Happening, Hold, Story
from slogen.scenarios.synthesis import synthesise

HERE = Where(Span("specs/x.yaml", 1, 1, 1, 2), ())


def series(metric: str, **labels: str) -> SeriesId:
    """One series."""
    return SeriesId(metric, tuple(sorted(labels.items())))


def events(name: str, good: SeriesId, bad: SeriesId, **more: float) -> EventSignal:
    """Events that end well in one series and badly in another."""
    made = EventSignal(name, "app", (Outcome("good", False, (good,), ()), Outcome("bad", True, (bad,), ())), (), HERE)
    return replace(made, enough=more.get("enough", 0.0), before=int(more.get("before", 0)))


def gauge(good: float, bad: float, *labels: str) -> GaugeSignal:
    """A gauge with a series for each value of a label."""
    found = tuple(series("auc", locale=label) for label in labels) or (series("auc"),)
    return GaugeSignal("auc", "app", found, good, bad, 60_000, False, HERE)


TOLD = events("told", series("all"), series("all", code="500"))
VERDICT = events("verdict", series("all", verdict="good"), series("all", verdict="bad"))


def test_a_request_has_the_labels_of_all_who_count_it() -> None:
    """One kind, good for both in one series; what is bad for one keeps the labels that are good for the other."""
    (kind,) = kinds([TOLD, VERDICT], None)
    counted = {ending.signal: [one for one, _ in ending.counted] for ending in kind}

    assert counted[None] == [series("all", verdict="good")]
    assert counted["told"] == [series("all", code="500", verdict="good")]
    assert counted["verdict"] == [series("all", verdict="bad")]


def test_labels_that_contradict_each_other_are_two_kinds() -> None:
    """A true positive is no true negative, whoever counts them."""
    precision = events("precision", series("seen", cell="tp"), series("seen", cell="fp"))
    fpr = events("fpr", series("seen", cell="tn"), series("seen", cell="fp"))

    assert len(kinds([precision, fpr], None)) == 2


def test_the_traffic_of_a_source_suits_its_neediest_reader_in_every_slice() -> None:
    """Five events a second in each of two slices, of which two kinds arrive."""
    precision = events("precision", series("seen", cell="tp"), series("seen", cell="fp"), enough=5.0, before=60)
    sliced = replace(precision, slices=(("en", precision.outcomes), ("de", precision.outcomes)))
    fpr = events("fpr", series("seen", cell="tn"), series("seen", cell="fp"), enough=1.0)

    assert enough([sliced, fpr]) == 20.0
    assert before([sliced, fpr], 50) == 100


@pytest.mark.parametrize(
    ("bounds", "level"),
    [
        (((0.9, 0.7), (0.6, 0.4)), 0.9),
        (((0.6, 0.4), (0.9, 0.7)), 0.9),
        (((5.0, 15.0), (90.0, 110.0)), 5.0),
        (((0.44, 0.36), (0.378, 0.462)), pytest.approx(0.41)),
    ],
)
def test_a_level_suits_all_bounds(bounds: tuple[tuple[float, float], ...], level: float) -> None:
    """The strictest good level of bounds on one side, and one between bounds on two sides."""
    (found,) = merged(gauge(good, bad) for good, bad in bounds)

    assert isinstance(found, GaugeSignal)
    assert found.good == level


def test_slices_and_the_whole_are_one_signal() -> None:
    """All series of a gauge, all slices of events, and the needs of all."""
    told = replace(TOLD, enough=3.0)
    sliced = replace(TOLD, slices=(("en", VERDICT.outcomes),), before=7)
    auc, events_ = merged([told, gauge(0.9, 0.8), sliced, gauge(0.9, 0.8, "en")])

    assert isinstance(auc, GaugeSignal)
    assert auc.series == (series("auc"), series("auc", locale="en"))
    assert events_ == replace(TOLD, outcomes=VERDICT.outcomes, slices=sliced.slices, enough=3.0, before=7)


def test_what_lies_beside_a_gauge_makes_it_a_share() -> None:
    """Used and free memory are one whole, healthy and in a fault."""
    used = replace(gauge(0.5, 0.9), beside=(Beside((series("free"),), 1.0, -1.0),))
    story = Story(0, 120_000, 60_000, 1.0, (Happening(60_000, None, Hold("auc", 0.75, None)),))
    made = {dict(one.labels)["__name__"]: one.values.tolist() for one in synthesise([used], story)}

    assert made == {"auc": [0.5, 0.75, 0.75], "free": [0.5, 0.25, 0.25]}
