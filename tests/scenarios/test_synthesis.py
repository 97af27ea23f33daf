"""Series made from stories: the numbers in the counters are the numbers in the story."""

import numpy as np
import pytest

from slogen.diagnostics.model import Span
from slogen.evaluator.labels import get
from slogen.ir.signals import EventSignal, GaugeSignal, Outcome, SeriesId, Signal
from slogen.ir.where import Where
from slogen.scenarios.shapes import Constant, Diurnal, Recorded, Spiky, Weekly, rates
from slogen.scenarios.story import Event, Fault, Flow, Happening, Hold, Missing, Restart, ScrapeGap, Story
from slogen.scenarios.synthesis import Scraped, synthesise

HERE = Where(Span("specs/x.yaml", 1, 1, 1, 2), ())
MINUTE = 60_000
OK = SeriesId("requests_total", (("code", "200"),))
FAILED = SeriesId("requests_total", (("code", "503"),))
FAST = SeriesId("seconds_bucket", (("le", "0.5"),))
ALL = SeriesId("seconds_count", ())
SUM = SeriesId("seconds_sum", ())
AVAILABILITY = EventSignal(
    "availability", "mesh", (Outcome("good", False, (OK,), ()), Outcome("failed", True, (FAILED,), ())), (), HERE
)
LATENCY = EventSignal(
    "latency",
    "mesh",
    (Outcome("fast", False, (FAST, ALL), ((SUM, 0.1),)), Outcome("slow", True, (ALL,), ((SUM, 2.0),))),
    (),
    HERE,
)
PSI = tuple(SeriesId("psi", (("feature", name),)) for name in "ab")
DRIFT = GaugeSignal("drift", "drift", PSI, 0.05, 0.4, 86_400_000, False, HERE)
LAST_RUN = GaugeSignal("run", "drift", (SeriesId("last_run_timestamp_seconds", ()),), 0, 0, 3_600_000, True, HERE)


def tell(signals: list[Signal], *happenings: tuple[int, int | None, Event], minutes: int = 60) -> dict[str, Scraped]:
    """The series by metric and first label, ten requests a second unless told otherwise."""
    story = Story(
        began=1_700_000_000_000 // MINUTE * MINUTE,
        length=minutes * MINUTE,
        scrape=MINUTE // 2,
        rate=10.0,
        happenings=tuple(Happening(s * MINUTE, None if e is None else e * MINUTE, event) for s, e, event in happenings),
    )
    made = synthesise(signals, story)
    return {get(s.labels, "__name__") + "/" + "".join(v for n, v in s.labels if n != "__name__"): s for s in made}


def test_counts_every_request_once() -> None:
    """Twenty percent errors for half of an hour at 10/s are 3600 failed and 32400 good requests."""
    made = tell([AVAILABILITY], (30, None, Fault("availability", 0.2, None, None)))

    assert made["requests_total/503"].values[-1] == 3600
    assert made["requests_total/200"].values[-1] == 32400


def test_signals_of_one_source_share_their_requests() -> None:
    """A request that fails is still counted by the latency histogram, and a slow one is no failure."""
    made = tell([AVAILABILITY, LATENCY], (0, 30, Fault("latency", 0.5, None, None)))

    assert made["requests_total/503"].values[-1] == 0
    assert made["seconds_count/"].values[-1] == made["requests_total/200"].values[-1] == 36000
    assert made["seconds_bucket/0.5"].values[-1] == 27000
    assert made["seconds_sum/"].values[-1] == pytest.approx(27000 * 0.1 + 9000 * 2.0)


def test_two_faults_never_exceed_all_requests() -> None:
    """A total outage leaves no request to be slow."""
    made = tell(
        [AVAILABILITY, LATENCY],
        (0, None, Fault("availability", 1.0, None, None)),
        (0, None, Fault("latency", 0.5, None, None)),
    )

    assert made["requests_total/503"].values[-1] == 36000
    assert made["requests_total/200"].values[-1] == 0
    assert made["seconds_bucket/0.5"].values[-1] == 36000


def test_a_restart_begins_at_zero() -> None:
    """After an exporter's restart its counters go on from zero, with the same increase."""
    values = tell([AVAILABILITY], (30, None, Restart("mesh")))["requests_total/200"].values

    assert values[59:61].tolist() == [17_700, 300]
    assert values[-1] == 18_300


def test_a_scrape_gap_loses_samples_not_requests() -> None:
    """While nothing is scraped there are no samples, but the requests are counted."""
    series = tell([AVAILABILITY], (10, 20, ScrapeGap("mesh")))["requests_total/200"]

    assert len(series.times) == 101
    assert series.values[-1] == 36000


def test_missing_series_do_not_exist() -> None:
    """A signal that is missing from some moment has no samples from then on."""
    made = tell([AVAILABILITY, DRIFT], (10, None, Missing("drift")))

    assert len(made["psi/a"].times) == 20
    assert len(made["requests_total/200"].times) == 121


def test_gauges_hold_what_the_story_says() -> None:
    """One series of a gauge moves while the others stay as they are when healthy."""
    made = tell([DRIFT], (10, 20, Hold("drift", 0.3, 1)))

    assert made["psi/a"].values.max() == 0.05
    assert made["psi/b"].values[20] == 0.3
    assert made["psi/b"].values[40] == 0.05


def test_a_living_job_keeps_its_timestamp_moving() -> None:
    """A timestamp gauge is never older than its cadence unless the story says how old."""
    made = tell([LAST_RUN], (30, None, Hold("run", 9000.0, None)))["last_run_timestamp_seconds/"]
    age = made.times / 1000 - made.values

    assert age[:60].max() < 3600
    assert age[60:].tolist() == [9000.0] * 61


def test_slices_have_faults_of_their_own() -> None:
    """A fault in one slice leaves the others alone, and slices share the traffic."""
    parts = tuple(
        (name, (
            Outcome("good", False, (SeriesId("total", (("locale", name),)),), ()),
            Outcome("bad", True, (SeriesId("total", (("locale", name),)), SeriesId("bad", (("locale", name),))), ()),
        ))
        for name in ("de", "en")
    )  # fmt: skip
    signal = EventSignal("helpful", "app", parts[0][1], parts, HERE)

    made = tell([signal], (0, None, Fault("helpful", 0.5, None, "de")))

    assert made["bad/de"].values[-1] == 9000
    assert made["bad/en"].values[-1] == 0
    assert made["total/de"].values[-1] == made["total/en"].values[-1] == 18000


def test_traffic_follows_its_shape() -> None:
    """A flow replaces the default traffic while it lasts."""
    made = tell(
        [AVAILABILITY], (0, 30, Flow("mesh", Constant(1.0), None)), (30, None, Flow("mesh", Constant(0.0), None))
    )

    assert made["requests_total/200"].values[-1] == 1800


def test_shapes_have_their_mean() -> None:
    """Each shape gives the traffic it promises over its own period."""
    week = np.arange(0, 7 * 86_400_000, MINUTE, dtype=np.int64)

    assert rates(Diurnal(10, 0.5, 14 * 3_600_000), week).mean() == pytest.approx(10)
    assert rates(Weekly(Diurnal(10, 0, 0), 0.5), week).mean() == pytest.approx(10 * 6 / 7)
    assert rates(Spiky(0.1, 1000, 86_400_000, 3_600_000), week).mean() == pytest.approx((1000 + 23 * 0.1) / 24)
    began = int(week[1])
    assert rates(Recorded((0, MINUTE), (1.0, 3.0), began), week[:4]).tolist() == [3, 1, 3, 1]
