"""A real browser opens the pages: everything is drawn, nothing fails, and the keyboard is enough."""

import html as escaping
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.dashboards.boards import panels
from tests.preview.replayed import BOARDS, html

pytestmark = pytest.mark.engine

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
    "--window-size=1400,2000",
)  # fmt: skip
WATCH = """<script>window.failures = [];
addEventListener("error", (event) => failures.push(event.message));
addEventListener("unhandledrejection", (event) => failures.push(String(event.reason)));
for (const name of ["error", "warn"]) console[name] = (...words) => failures.push(words.join(" "));</script>"""
REPORT = """<script>addEventListener("load", async () => {
  document.querySelectorAll("main > details").forEach((row) => row.open = true);
  await new Promise((done) => setTimeout(done, 300));
  const painted = (canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const colors = new Set();
    for (let at = 0; at < data.length; at += 4)
      if (data[at + 3] > 128) colors.add([data[at], data[at + 1], data[at + 2]].join());
    return colors.size;
  };
  const report = { failures, charts: {}, pictures: {}, wide: document.documentElement.scrollWidth };
  for (const chart of document.querySelectorAll(".chart")) {
    const canvas = chart.querySelector("canvas");
    report.charts[chart.closest("section").id] = canvas ? painted(canvas) : 0;
  }
  for (const picture of document.querySelectorAll("svg"))
    report.pictures[picture.closest("section").id] = picture.querySelectorAll("rect").length;
  const chart = document.querySelector(".chart");
  const output = () => [...chart.parentElement.querySelectorAll("output")].map((one) => one.textContent);
  const press = (key, place) => place.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  report.legend = [output()];
  for (let times = 0; times < 40; times++) press("ArrowLeft", chart);
  await new Promise((done) => setTimeout(done, 100));
  report.legend.push(output());
  const button = chart.parentElement.querySelector("button");
  button.click();
  report.hidden = button.getAttribute("aria-pressed");
  const before = getComputedStyle(document.body).backgroundColor;
  press("t", document.body);
  report.themes = [before, getComputedStyle(document.body).backgroundColor];
  report.focusable = document.querySelectorAll("[tabindex='0'], button, summary, a[href]").length;
  const text = document.createElement("pre");
  text.id = "report";
  text.textContent = JSON.stringify(report);
  document.body.append(text);
});</script>"""


def _opened(chromium: str, text: str, folder: Path) -> Any:
    """What the page says of itself after all its rows were opened and some keys pressed."""
    page = folder / "page.html"
    page.write_text(text.replace("<head>", f"<head>{WATCH}").replace("</body>", f"{REPORT}</body>"), encoding="utf-8")
    command = [chromium, *FLAGS, f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=10000", "--dump-dom"]
    done = subprocess.run([*command, page.as_uri()], capture_output=True, text=True, timeout=90, check=True)
    found = re.search(r'<pre id="report">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found, done.stdout[-2000:] + done.stderr[-2000:]
    return json.loads(escaping.unescape(found[1]))


@pytest.mark.parametrize("stem", ["_overview", "fraud-detector", "support-chatbot"])
def test_everything_is_drawn(stem: str, chromium: str, tmp_path: Path) -> None:
    """No error and no warning; every chart has lines in several colours, every picture has cells."""
    report = _opened(chromium, html(stem), tmp_path)
    text = html(stem)
    drawn = {f"panel-{p['id']}": p["type"] for p in panels(BOARDS[f"production/{stem}.json"])}
    empty = {
        found[1] for found in re.finditer(r'id="(panel-\d+)"[^>]*>(?:(?!</section>).)*<p class=empty>', text, re.DOTALL)
    }
    charts = {name for name, kind in drawn.items() if kind == "timeseries"} - empty
    pictures = {name for name, kind in drawn.items() if kind in {"state-timeline", "heatmap"}} - empty

    assert report["failures"] == []
    assert report["charts"].keys() == charts
    assert min(report["charts"].values()) >= 3
    assert report["pictures"].keys() == pictures
    assert all(report["pictures"].values())
    assert report["wide"] <= 1400


def test_keyboard_and_themes(chromium: str, tmp_path: Path) -> None:
    """Arrow keys move through time, buttons hide lines, `t` turns light to dark."""
    report = _opened(chromium, html("fraud-detector"), tmp_path)
    at_end, earlier = report["legend"]

    assert at_end == ["60%", "30.4%", "-42.9%"]
    assert earlier != at_end
    assert all(earlier)
    assert report["hidden"] == "false"
    assert report["themes"][0] != report["themes"][1]
    assert report["focusable"] > 20
