"""A real browser opens the page of the example fleet: all is drawn, the keyboard is enough, everybody can read it."""

import os
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from slogen.report.gather import Asked, reported
from slogen.report.page import page
from tests.proofs.stories import TODAY
from tests.report.browser import Tab, tab

pytestmark = pytest.mark.engine

LARGEST = 3_000_000
"""Bytes of the page of the example fleet."""
AXE = """axe.run(document, {resultTypes: ["violations"]}).then((found) => found.violations.map((one) =>
  ({id: one.id, impact: one.impact, where: one.nodes.slice(0, 5).map((node) => node.html.slice(0, 200))})))"""
SHOWN = (
    """[...document.querySelectorAll("#alerts .alert")].filter((one) => one.checkVisibility()).map((one) => one.id)"""
)
COUNTED = """new Set([...document.querySelectorAll("#alerts .alert")].filter((one) => one.checkVisibility())
  .map((one) => one.dataset.which)).size"""
FOCUSED = """document.activeElement.id || document.activeElement.parentElement.id"""


@pytest.fixture(scope="module")
def file(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the example fleet, replayed."""
    asked = Asked(frozenset(), frozenset(), replayed=True, processes=os.cpu_count() or 1, series=20)
    found = reported(root, TODAY, asked).contents
    assert found is not None
    place = tmp_path_factory.mktemp("report") / "report.html"
    place.write_text(page(found), encoding="utf-8")
    return place


@pytest.fixture
def opened(chromium: str, file: Path, tmp_path: Path) -> Iterator[Tab]:
    """The page in a tab."""
    with tab(chromium, tmp_path) as found:
        found.show(file)
        yield found


def test_everything_is_drawn_and_nothing_is_loaded(opened: Tab, file: Path) -> None:
    """Every section has a size, every drawing has lines in it; no complaint, no request, and it is not too large."""
    sections = opened.run("[...document.querySelectorAll('main > section')].map((s) => [s.id, s.offsetHeight > 100])")
    opened.run("document.getElementById('open').click()")
    drawn = opened.run("""[...document.querySelectorAll("svg.drawing")].map((one) => {
      const shapes = document.querySelector(one.querySelector("use").getAttribute("href")).children.length;
      const box = one.querySelector("use").getBBox();
      return shapes > 3 && box.width > 300 && box.height > 30 && one.clientWidth > 200;
    })""")

    assert dict(sections) == dict.fromkeys(("overview", "objectives", "alerts", "routing", "cost", "tests"), True)
    assert len(drawn) > 400
    assert all(drawn)
    assert opened.run("document.querySelectorAll('.tree text').length") > 15
    assert opened.complaints == []
    assert opened.requests == [file.as_uri()]
    assert file.stat().st_size < LARGEST


def test_the_keyboard_is_enough(opened: Tab) -> None:
    """`/` searches, the count is told, arrows walk through what is shown, Enter opens, Escape brings all back."""
    every, counted = opened.run(SHOWN), opened.run(COUNTED)
    opened.press("/")
    assert opened.run(FOCUSED) == "search"
    opened.write("fraud-detector burnpage")
    found = opened.run(SHOWN)
    assert 0 < len(found) < len(every)
    assert all("fraud-detector" in one and "BurnPage" in one for one in found)
    told = opened.run("document.getElementById('found').textContent")
    assert f"{opened.run(COUNTED)} of {counted} alerts" in told
    assert counted < len(every)
    assert opened.run("document.getElementById('found').getAttribute('aria-live')") == "polite"

    opened.press("ArrowDown")
    assert opened.run(FOCUSED) == found[0]
    opened.press("ArrowDown")
    assert opened.run(FOCUSED) == found[1]
    opened.press("Enter")
    assert opened.run("document.activeElement.parentElement.open") is True
    opened.press("End")
    assert opened.run(FOCUSED) == found[-1]
    opened.press("Home")
    opened.press("ArrowUp")
    assert opened.run(FOCUSED) == "search"
    opened.press("Escape")
    assert opened.run("document.getElementById('search').value") == ""
    assert opened.run(SHOWN) == every


@pytest.mark.parametrize("width", [1280, 1061, 700])
def test_nothing_lies_over_what_has_the_focus(width: int, opened: Tab) -> None:
    """An alert that the keyboard or a link leads to stands below the bar that stays in sight."""
    opened.size(width)
    opened.press("/")
    for _ in range(30):
        opened.press("ArrowDown")
    opened.press("ArrowUp")
    for leading in ("document.activeElement", "document.querySelectorAll('.alert')[60]"):
        opened.run(f"{leading}.scrollIntoView({{behavior: 'instant'}})")
        edges = opened.run(f"""[document.querySelector(".bar"), {leading}]
          .map((one) => one.getBoundingClientRect()).map((box, place) => place ? box.top : box.bottom)""")
        assert edges[0] <= edges[1]


def test_filters_narrow_every_part(opened: Tab) -> None:
    """A filter holds for objectives, alerts, cost and tests alike; Clear takes it back."""
    opened.run("""(() => { const one = document.querySelector("[name=severity]"); one.value = "page";
      one.dispatchEvent(new Event("input", {bubbles: true})); })()""")
    opened.run("""(() => { const one = document.querySelector("[name=model]"); one.value = "recommender";
      one.dispatchEvent(new Event("input", {bubbles: true})); })()""")
    opened.press("Tab")
    shown = opened.run("""[...document.querySelectorAll("[data-kind]")].filter((one) => one.checkVisibility())
      .map((one) => [one.dataset.kind, one.dataset.model, one.dataset.severity ?? ""])""")

    assert {kind for kind, _, _ in shown} == {"objective", "alert", "cost", "test"}
    assert {model for _, model, _ in shown} == {"recommender"}
    assert {severity for kind, _, severity in shown if kind == "alert"} == {"page"}
    assert opened.run("[...document.querySelectorAll('.model')].filter((m) => !m.hidden).length") == 1
    opened.run("document.querySelector('[type=reset]').click()")
    opened.press("Tab")
    assert opened.run("document.querySelectorAll('[data-kind][hidden]').length") == 0


def _violations(opened: Tab) -> list[Any]:
    """What axe finds serious or critical."""
    if opened.run("typeof axe") == "undefined":
        opened.run(files("axe_core_python").joinpath("axe.min.js").read_text("utf-8"))
    found: list[dict[str, Any]] = opened.run(AXE)
    return [one for one in found if one["impact"] in {"serious", "critical"}]


def _one_model(opened: Tab) -> None:
    """Narrows the page to one model, whose alerts are all open: every kind of thing is there, once or a few times."""
    opened.press("/")
    opened.write("recommender")
    opened.run("document.getElementById('open').click()")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_everybody_can_read_it(scheme: str, width: int, opened: Tab) -> None:
    """In both themes, wide and as narrow as a phone, axe finds nothing serious; nothing scrolls aside."""
    opened.size(width)
    opened.media(prefers_color_scheme=scheme)
    _one_model(opened)
    background = opened.run("getComputedStyle(document.body).backgroundColor")

    assert _violations(opened) == []
    assert opened.run("document.documentElement.scrollWidth") == width
    assert (sum(map(int, background[4:-1].split(","))) > 380) == (scheme == "light")
    opened.run("document.getElementById('theme').click()")
    assert opened.run("getComputedStyle(document.body).backgroundColor") != background


def test_what_few_can_read_is_found(opened: Tab) -> None:
    """The judge of the test above is awake: pale words and a field without a label do not pass."""
    _one_model(opened)
    opened.run("document.documentElement.style.setProperty('--soft', '#ccc')")
    opened.run("document.getElementById('search').parentElement.replaceWith(document.getElementById('search'))")
    opened.run("document.getElementById('search').removeAttribute('placeholder')")

    assert {"color-contrast", "label"} <= {one["id"] for one in _violations(opened)}


def test_on_paper(opened: Tab) -> None:
    """What was searched for is opened for the printer and closed again; controls are not printed."""
    opened.press("/")
    opened.write("canaryclicks")
    opened.run("dispatchEvent(new Event('beforeprint'))")
    opened.media("print")
    assert opened.run("[...document.querySelectorAll('.alert:not([hidden])')].every((one) => one.open)") is True
    assert opened.run("document.querySelector('.bar').checkVisibility()") is False
    opened.run("dispatchEvent(new Event('afterprint'))")
    assert opened.run("document.querySelectorAll('.alert[open]').length") == 0


def test_a_link_opens_its_alert(opened: Tab) -> None:
    """The address of an alert leads to it, even where a filter hides it."""
    opened.press("/")
    opened.write("nothing has this name")
    assert opened.run("document.querySelector('#alerts > .none').hidden") is False
    name = opened.run("document.querySelectorAll('.alert')[7].id")
    opened.run(f"new Promise((done) => {{ addEventListener('hashchange', done); location.hash = '{name}'; }})")
    opened.run("new Promise((done) => { addEventListener('hashchange', done); location.hash = '%'; })")
    assert opened.complaints == []
    opened.press("Tab")
    assert opened.run(f"document.getElementById('{name}').open && document.getElementById('{name}').checkVisibility()")
