"""The page without a browser: it is whole, safe, and says what the data says."""

import copy
import json
import re
from collections.abc import Sequence
from html.parser import HTMLParser

import pytest

from slogen.preview.answers import named
from slogen.preview.ask import Frame, When, from_storage
from slogen.preview.page import page
from tests.dashboards.boards import Json, panel_named, panels
from tests.preview.replayed import BOARDS, SHOWN, html, panel_html, storage

OVERVIEW = BOARDS["production/_overview.json"]
FRAUD = BOARDS["production/fraud-detector.json"]
VOID = {"meta"}


class _Balance(HTMLParser):
    """Finds tags that are not closed in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:  # noqa: ARG002 -- given
        """Remember what is open."""
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """Nothing is left open."""

    def handle_endtag(self, tag: str) -> None:
        """Whatever closes was the last to open."""
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


@pytest.mark.parametrize("stem", ["_overview", "fraud-detector", "support-chatbot", "feature-store", "_alert-tuning"])
def test_well_formed_and_alone(stem: str) -> None:
    """Every element is closed, and nothing is fetched from anywhere."""
    text = html(stem)
    balance = _Balance()
    balance.feed(text)

    assert (balance.open, balance.wrong) == ([], [])
    assert not re.search(r"<(?:link|img|iframe|script)[^>]+(?:src|href)=", text)
    assert not re.search(r"url\(|@import|fetch\(|XMLHttpRequest", text)


@pytest.mark.parametrize("stem", ["_overview", "fraud-detector"])
def test_every_panel_is_there(stem: str) -> None:
    """Each panel has its place on the page with title and description."""
    board = BOARDS[f"production/{stem}.json"]
    text = html(stem)

    for panel in panels(board):
        assert f'id="panel-{panel["id"]}"' in text


def test_known_values() -> None:
    """Figures, bands and rows say what four weeks with one outage come to."""
    text = html("_overview")

    assert "<b>83.3%</b>" in panel_html(text, OVERVIEW, "Objectives met")
    assert "c-red" in panel_html(text, OVERVIEW, "Objectives missed")
    assert "-42.9%" in panel_html(text, OVERVIEW, "Least budget left")
    assert re.findall(r"<td class=number>(\d)</td>", panel_html(text, OVERVIEW, "Objectives by budget left")) == [
        "1", "0", "2", "2", "1",
    ]  # fmt: skip
    rows = re.findall(r"<tr><td>.*?</tr>", panel_html(text, OVERVIEW, "Objectives, 200 worst first"))
    assert len(rows) == 6
    assert "auc" in rows[0]
    assert "feature-store" in rows[-1]


def _chart(text: str) -> Json:
    found = re.search(r"<script type=application/json>(.*?)</script>", text)
    assert found
    data: Json = json.loads(found[1])
    return data


def test_chart_data() -> None:
    """A chart carries its series, its thresholds and the bounds of its axis; its legend has the newest values."""
    text = panel_html(html("_overview"), OVERVIEW, "Error budget left, 15 worst models")
    chart = _chart(text)

    assert [line["name"] for line in chart["lines"]] == ["feature-store", "fraud-detector", "support-chatbot"]
    assert all(len(line["values"]) == len(chart["times"]) for line in chart["lines"])
    assert chart["marks"] == [{"color": "red", "value": 0}]
    assert (chart["low"], chart["high"], chart["unit"]) == (0, 1, "percentunit")
    assert re.findall(r"<output>(.*?)</output>", text) == ["100%", "-42.9%", "33.3%"]


def test_timeline_shows_the_page() -> None:
    """The incident is a red bar of about its length, the ticket an orange one."""
    text = panel_html(html("fraud-detector"), FRAUD, "Alerts over time")

    assert 'class="fill-red"' in text
    assert "<title>page</title>" in text
    assert "ErrorBudgetBurnTicket availability ticket" in text


def test_links_lead_to_boards_of_the_page() -> None:
    """A model's name leads to its board where that is on the same page, and is plain text where it is not."""
    link = '<a href="#slogen-production-fraud-detector">fraud-detector</a>'

    assert link in panel_html(html("_overview", "fraud-detector"), OVERVIEW, "Objectives, 200 worst first")
    assert link not in html("_overview")


def test_no_data_says_so() -> None:
    """Without any data every panel that is empty says what that means, and none is red."""
    text = page([FRAUD], lambda _expr, _when: [], SHOWN, "Nothing")

    assert text.count("<p class=empty>") == len(panels(FRAUD))
    assert "no events in this time range" in text
    assert 'class="figure c-red"' not in text


HOSTILE = "</script><script>alert(1)</script>\"'&<b>{{x}}"


def test_hostile_text_is_only_text() -> None:
    """Titles, labels and names of series that look like markup are shown as they are."""
    board = copy.deepcopy(FRAUD)
    board["title"] = board["description"] = HOSTILE
    for panel in panels(board):
        panel["title"] = panel["description"] = HOSTILE
        panel["fieldConfig"]["defaults"]["noValue"] = HOSTILE

    def ask(_: str, when: When) -> list[Frame]:
        times = tuple(range(when.start, when.end + 1, when.step)) if when.step else (when.end,)
        labels = tuple((name, HOSTILE) for name in ("__name__", "slo", "slice", "alertname", "model", "le", "pod"))
        return [Frame(labels, times, (1.0,) * len(times))]

    text = page([board], ask, SHOWN, HOSTILE)
    balance = _Balance()
    balance.feed(text)

    assert (balance.open, balance.wrong) == ([], [])
    assert "alert(1)</script>" not in text
    assert text.count("<script") == html("fraud-detector").count("<script type") + 2


def test_an_answer_without_samples_at_some_steps() -> None:
    """Steps that a server leaves out stay gaps at the right places, whatever it sends."""
    board = copy.deepcopy(OVERVIEW)

    def ask(_: str, when: When) -> list[Frame]:
        if when.step is None:
            return []
        return [Frame((("model", "m"),), (when.start, when.end), (1.0, float("nan")))]

    chart = _chart(panel_html(page([board], ask, SHOWN, ""), board, "Error budget left, 15 worst models"))

    assert chart["lines"][0]["values"] == [1.0] + [None] * (len(chart["times"]) - 1)


@pytest.mark.parametrize(
    ("legend", "labels", "name"),
    [
        ("{{slo}} {{slice}}", (("slo", "a"),), "a"),
        ("{{ slo }} burn", (("slo", "a"),), "a burn"),
        ("plain", (), "plain"),
        ("", (("__name__", "up"), ("job", "x")), 'up{job="x"}'),
        ("", (), ""),
    ],
)
def test_named(legend: str, labels: tuple[tuple[str, str], ...], name: str) -> None:
    """Series are named by Grafana's legend format, or as Prometheus writes them."""
    assert named(legend, labels) == name


def test_one_answer_two_ways() -> None:
    """The evaluator behind a page answers instants and ranges alike."""
    ask = from_storage(storage())
    expr = panel_named(FRAUD, "Least budget left")["targets"][0]["expr"].replace("$slo", ".+")
    (once,) = ask(expr, When.instant(SHOWN.end))
    (over_time,) = ask(expr, When(SHOWN.end - 600_000, SHOWN.end, 60_000))

    assert once.values[-1] == over_time.values[-1]
