"""Every finding about sources, SLIs and conditions: its code, and the place it points at."""

from pathlib import Path

import pytest

from slogen import codes
from slogen.lower.program import lower
from slogen.spec.load import load
from tests.marked import pointed, unmarked

PROJECT = """\
project: example
environments: {production: {production: true}}
teams: {ml: {receivers: {page: [{webhook: {url: "http://alerts.example.org/"}}]}}}
"""
PAGE = """\
# TYPE answers_total counter
answers_total{locale="en",verdict="good"} 90
answers_total{locale="en",verdict="bad"} 10
# TYPE seconds histogram
seconds_bucket{le="0.1"} 80
seconds_bucket{le="0.5"} 99
seconds_bucket{le="+Inf"} 100
seconds_count 100
seconds_sum 12
# TYPE heat gauge
heat 40
"""
CASES = [
    (block[:6], block[7:])
    for block in Path(__file__).with_name("findings.txt").read_text(encoding="utf-8").split("=== ")[1:]
]
"""Each finding's code and a spec that causes it, with a mark where it must point."""


def found(folder: Path, spec: str) -> list[tuple[str, int, int]]:
    """Code, line and column of every finding in a spec."""
    (folder / "specs").mkdir()
    (folder / "slogen.yaml").write_text(PROJECT, encoding="utf-8")
    (folder / "page.prom").write_text(PAGE, encoding="utf-8")
    (folder / "broken.prom").write_text("<html>not a page</html>\n", encoding="utf-8")
    (folder / "specs" / "x.yaml").write_text(f"model: m\nteam: ml\n{spec}\n", encoding="utf-8")
    loaded = load(folder)
    _, findings = lower(loaded, folder)
    return pointed((*loaded.diagnostics, *findings))


@pytest.mark.parametrize(
    ("code", "marked"),
    [pytest.param(code, text, id=f"{n}-{code}") for n, (code, text) in enumerate(CASES)],
)
def test_a_finding_points_at_its_place(code: str, marked: str, tmp_path: Path) -> None:
    """The code is found once, where the mark stands; a saved page is pointed into itself."""
    text, places = unmarked(marked)
    expected = [(line + 2, column) for line, column in places] or [(1, 1)]
    seen = found(tmp_path, text)
    assert [(line, column) for one, line, column in seen if one == code] == expected, seen
    assert {one for one, _, _ in seen} - {code} <= {"SLO358"}, seen


def test_every_code_has_a_case() -> None:
    """No finding of these rooms is without a test; from SLO390 on they are those of importers."""
    mine = {code.id for code in codes.CODES if "SLO350" <= code.id <= "SLO389"}
    assert mine == {code for code, _ in CASES}
