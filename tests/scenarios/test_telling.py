"""Mistakes in test files: each is found, where it stands, with the way out."""

from pathlib import Path

import numpy as np
import pytest

from slogen.diagnostics.model import Severity
from slogen.diagnostics.text import as_text
from slogen.pipeline import stories
from slogen.scenarios.shapes import rates
from slogen.scenarios.story import Flow
from tests.marked import pointed, unmarked
from tests.proofs.stories import TODAY, told, write

FAULTS = [
    ("SLO642", "errors: 1%, of: «questions", "shop measures nothing called 'questions'"),
    ("SLO642", "errors: 1%, of: «store/lookups", "store measures nothing called 'lookups'"),
    ("SLO642", "missing: «ap", "did you mean `app`?"),
    ("SLO642", "restart: «ap", "did you mean `app`?"),
    ("SLO642", "scrape_gap: «store/db", "store has no source 'db'"),
    ("SLO642", "outage: «store", "add it: `with: [store]`"),
    ("SLO643", "errors: 1%, of: answers, outcome: «slow", "it can end in"),
    ("SLO643", "errors: 1%, of: by-locale, slice: «dee", "did you mean `de`?"),
    ("SLO643", "value: «1, of: answers", "use `errors`"),
    ("SLO643", "age: «1h, of: answers", "use `errors`"),
]


@pytest.mark.parametrize(("code", "fault", "says"), FAULTS)
def test_a_fault_that_cannot_happen(tmp_path: Path, code: str, fault: str, says: str) -> None:
    """Unknown signals, sources, slices and outcomes, and faults that do not fit, are pointed at."""
    marked = f"tests:\n  it: {{lasts: 1h, faults: [{{{fault}}}], expect: [{{silent: true}}]}}\n"
    text, places = unmarked(marked)
    result = told(tmp_path, text)
    errors = tuple(finding for finding in result.diagnostics if finding.severity is Severity.ERROR)

    assert pointed(errors) == [(code, *place) for place in places]
    assert says in f"{errors[0].message} {errors[0].hint}"
    assert result.outcomes == ()


FILES = [
    ("SLO640", "shop", "spec: «ship\ntests: {it: {lasts: 1h, expect: [{silent: true}]}}\n", "did you mean `shop`?"),
    ("SLO641", "shop", "environment: «prod\ntests: {it: {lasts: 1h, expect: [{silent: true}]}}\n", "there are"),
    (
        "SLO642",
        "shop",
        "traffic: {ap: «1/s}\ntests: {it: {lasts: 1h, expect: [{silent: true}]}}\n",
        "did you mean `app`?",
    ),
]


@pytest.mark.parametrize(("code", "name", "marked", "says"), FILES)
def test_a_file_about_nothing(tmp_path: Path, code: str, name: str, marked: str, says: str) -> None:
    """A test of a model, an environment or a source that nobody declares."""
    text, places = unmarked(marked)
    errors = tuple(f for f in told(tmp_path, text, name).diagnostics if f.severity is Severity.ERROR)

    assert pointed(errors) == [(code, *place) for place in places]
    assert says in str(errors[0].hint)


WRITTEN = [
    "tests:\n  it: {lasts: 1h, faults: [{errors: «lots, of: answers}], expect: [{silent: true}]}\n",
    "tests:\n  it: {lasts: 1h, faults: [«{of: answers}], expect: [{silent: true}]}\n",
    "tests:\n  it: {lasts: 1h, faults: [«{errors: 1%}], expect: [{silent: true}]}\n",
    "tests:\n  it: {lasts: 1h, faults: [{errors: 1%, «value: 2, of: answers}], expect: [{silent: true}]}\n",
    "tests:\n  it: {lasts: 1h, expect: [«{alert: X}]}\n",
    "tests:\n  it: {lasts: 1h, expect: [«{budget: answers}]}\n",
    "tests:\n  it: {lasts: 1h, expect: [{alert: X, «silent: true}]}\n",
    "tests:\n  it: {lasts: 1h, starts: «someday, expect: [{silent: true}]}\n",
    "tests:\n  it: {lasts: 1h, traffic: {app: «50}, expect: [{silent: true}]}\n",
    "tests:\n  it: {lasts: 1h, traffic: {app: {diurnal: {mean: 1/s, swing: 1%, busiest_at: «noon}}}, expect: «[]}\n",
    "tests:\n  it: {lasts: 1h, expect: [{silent: true}], «fault: []}\n",
    "tests:\n  it: {lasts: «-1h, history: «2y, starts: «25:00, expect: [{silent: true}]}\n",
    f"tests:\n  it: {{lasts: 1h, traffic: {{app: «{'9' * 400}/s}}, expect: [{{silent: true}}]}}\n",
    "tests:\n  it: {lasts: 1h, traffic: {app: {recorded: {file: a.csv, «every: 1h}}}, expect: [{silent: true}]}\n",
    "tests:\n  it: {lasts: 1h, traffic: {app: {recorded: {rates: [1/s], «file: a.csv}}}, expect: [{silent: true}]}\n",
    "tests:\n  it: {lasts: 1h, traffic: {app: {recorded: «{rates: [1/s]}}}, expect: [{silent: true}]}\n",
    "tests: «[]\n",
    "tests: «{}\n",
    "«- tests\n",
]


@pytest.mark.parametrize("marked", WRITTEN)
def test_words_that_mean_nothing(tmp_path: Path, marked: str) -> None:
    """Whatever the language does not know is an error at its place, and nothing is run."""
    text, places = unmarked(marked)
    result = told(tmp_path, text)
    errors = tuple(finding for finding in result.diagnostics if finding.severity is Severity.ERROR)

    assert [(line, column) for _, line, column in pointed(errors)] == list(places)
    assert result.outcomes == ()


ASKED = [
    ("SLO646", "faults: [{errors: 1%, of: answers, at: «1h}], expect: [{silent: true}]", "it lasts 1h"),
    ("SLO646", "expect: [{alert: ErrorBudgetBurnPage, fires: «61m}]", "`fires: 61m` lies after the end"),
    ("SLO646", "expect: [{not_notified: payments-ml-page, until: «2h}]", "it lasts 1h"),
    ("SLO646", "expect: [{budget: answers, at: «9h, remaining: 100%}]", "it lasts 1h"),
    ("SLO647", "expect: [{alert: «ErorBudgetBurnPage, never: true}]", "did you mean `ErrorBudgetBurnPage`?"),
    ("SLO647", "expect: [{alert: ErrorBudgetBurnPage, slo: «answer, never: true}]", "did you mean `answers`?"),
    ("SLO647", "expect: [{alert: ErrorBudgetBurnPage, burn: «quick, never: true}]", "there are fast, slow"),
    ("SLO647", "expect: [{alert: ErrorBudgetBurnTicket, slo: by-locale, slice: «dee, never: true}]", "`de`?"),
    ("SLO647", "with: [store], expect: [{notified: payments-ml-page, alert: «UpstreamOutages}]", "`UpstreamOutage`?"),
    ("SLO648", "with: [«stor], expect: [{silent: true}]", "did you mean `store`?"),
    ("SLO648", "expect: [{alert: UpstreamOutage, model: «store, never: true}]", "add it: `with: [store]`"),
]


@pytest.mark.parametrize(("code", "inside", "says"), ASKED)
def test_what_can_never_be_seen_is_not_asked(tmp_path: Path, code: str, inside: str, says: str) -> None:
    """Moments after the end, and alerts, slices and parts that there are not: each would hold and prove nothing."""
    text, places = unmarked(f"tests:\n  it: {{lasts: 1h, {inside}}}\n")
    result = told(tmp_path, text)
    errors = tuple(finding for finding in result.diagnostics if finding.severity is Severity.ERROR)

    assert pointed(errors) == [(code, *place) for place in places]
    assert says in f"{errors[0].message} {errors[0].hint}"
    assert result.outcomes == ()


def test_names_of_tests_are_their_own(tmp_path: Path) -> None:
    """Two files about one spec in one environment hold a test of one name: neither can be told from the other."""
    text = "tests: {it: {lasts: 1h, history: 1m, expect: [{silent: true}]}}\n"
    write(tmp_path, "spec: shop\n" + text, "other")
    [finding] = [found for found in told(tmp_path, text).diagnostics if found.severity is Severity.ERROR]

    assert (finding.code.id, finding.span and finding.span.file) == ("SLO649", "specs/shop.test.yaml")
    assert finding.notes[0].span is not None
    assert finding.notes[0].span.file == "specs/other.test.yaml"


def test_recorded_traffic_begins_with_the_test(tmp_path: Path) -> None:
    """A file beside the test: its first hour is the test's first hour, and the history before it is its end."""
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "day.csv").write_text("0,2\n3600,7\n")
    text = "tests: {it: {starts: tuesday 09:30, lasts: 3h, history: 1h, traffic: {app: {recorded: day.csv}}, %s}}"
    root = write(tmp_path, text % "expect: [{silent: true}]")
    [test] = stories(root, TODAY).ready
    [flow] = [told.event for told in test.told.stories["shop"].happenings if isinstance(told.event, Flow)]
    hours = test.told.zero + np.arange(-1, 3) * 3_600_000 + 60_000

    assert rates(flow.shape, hours).tolist() == [7, 2, 7, 2]


def test_traffic_that_nobody_describes_is_enough_to_be_judged(tmp_path: Path) -> None:
    """A moment that needs a hundred events a second has twice as many, in each of the parts that share them."""
    root = write(tmp_path, "tests: {it: {lasts: 1h, expect: [{silent: true}]}}")
    moments = "{timeslice: {of: helpful, at_least: 95%, over: 5m, min_events: 30000}}"
    spec = root / "specs" / "shop.yaml"
    spec.write_text(spec.read_text("utf-8").replace("{events: helpful}", moments), "utf-8")
    [test] = stories(root, TODAY).ready
    [flow] = [told.event for told in test.told.stories["shop"].happenings if isinstance(told.event, Flow)]

    assert rates(flow.shape, np.array([0])).tolist() == [200 * 3]


def test_a_bad_recording_is_pointed_at_in_both_files(tmp_path: Path) -> None:
    """The line of the data with an excerpt, and the place that names it."""
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "day.csv").write_text("0,2\n3600,-7\n")
    text, places = unmarked(
        "traffic: {app: {recorded: «day.csv}}\ntests: {it: {lasts: 1h, expect: [{silent: true}]}}\n"
    )
    result = told(tmp_path, text)
    [finding] = [found for found in result.diagnostics if found.severity is Severity.ERROR]
    shown = as_text([finding], result.texts, colour=False)

    assert "specs/day.csv:2:1" in shown
    assert "specs/shop.test.yaml:{}:{}".format(*places[0]) in shown
    assert "2 | 3600,-7" in shown
    assert result.outcomes == ()
