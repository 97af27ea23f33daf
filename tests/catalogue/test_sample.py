"""Saved pages: every form that exporters write is read, and nothing else passes for a page."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slogen.catalogue.sample import PageSeries, parse_page

TEXT = r"""
# HELP requests_total All requests, "as counted" here.
# TYPE requests_total counter
requests_total{code="200",path="C:\\dir \"x\"\n{a}"} 1.5e+03 1700000000000
requests_total{code="500",} 3
# TYPE seconds histogram
seconds_bucket{le="0.5"} 1
seconds_bucket{le="1.0"} 2 # {trace_id="abc"} 0.7 1700000000.5
seconds_bucket{le="+Inf"} 2
seconds_sum 1.2
seconds_count 2
# TYPE "http.requests" counter
{"http.requests",code="200"} 4
heat NaN
up 1
# EOF
"""


def test_a_page_is_read() -> None:
    """Escapes, trailing commas, timestamps, exemplars, quoted names and special numbers."""
    page, findings = parse_page(TEXT, "x.prom")
    assert findings == []
    first = page.of("requests_total")[0]
    assert dict(first.labels) == {"code": "200", "path": 'C:\\dir "x"\n{a}'}
    assert first.value == 1500
    assert page.of("http.requests") == (PageSeries("http.requests", (("code", "200"),), 4.0),)
    assert page.type_of("seconds_bucket") == "histogram"
    assert page.type_of("requests_total") == "counter"
    assert page.bounds("seconds") == (Decimal("0.5"), Decimal("1.0"))
    assert page.values("requests_total", "code") == ("200", "500")


def test_openmetrics_declares_counters_without_total() -> None:
    """`# TYPE requests counter` speaks of `requests_total`."""
    page, _ = parse_page("# TYPE requests counter\nrequests_total 1\n# EOF\n", "x.prom")
    assert page.type_of("requests_total") == "counter"


@pytest.mark.parametrize(
    "line",
    [
        "<html>",
        "requests_total",
        "requests_total{code=200} 1",
        'requests_total{code="200" 1',
        'requests_total{code="200"} one',
        'requests_total{"a","b"} 1',
        "1requests 1",
        'x{="y"} 1',
    ],
)
def test_other_text_is_no_page(line: str) -> None:
    """A line that no exporter writes is found at its place; the others are read all the same."""
    page, findings = parse_page(f"up 1\n{line}\nheat 2\n", "x.prom")
    assert page.names() == {"up", "heat"}
    assert [(f.code.id, f.span.line if f.span else 0) for f in findings] == [("SLO350", 2)]


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n"])
def test_an_empty_page_is_no_page(text: str) -> None:
    """A page without a metric proves nothing."""
    _, findings = parse_page(text, "x.prom")
    assert [f.code.id for f in findings] == ["SLO350"]


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Whatever the file holds, there is a page or a finding."""
    page, findings = parse_page(text, "x.prom")
    assert page.series or findings


NAMES = st.from_regex(r"[a-zA-Z_:][a-zA-Z0-9_:]{0,10}", fullmatch=True)
LABELS = st.dictionaries(st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_]{0,8}", fullmatch=True), st.text(min_size=1, max_size=20))


@settings(deadline=None)
@given(NAMES, LABELS, st.floats(allow_nan=False))
def test_what_is_written_is_read(name: str, pairs: dict[str, str], number: float) -> None:
    """Any label value survives the exporter's escapes."""
    breaks = {"\\": "\\\\", '"': '\\"', "\n": "\\n"}
    escaped = {key: "".join(breaks.get(char, char) for char in text) for key, text in pairs.items()}
    line = name + "{" + ",".join(f'{key}="{text}"' for key, text in escaped.items()) + "} " + repr(number)
    page, findings = parse_page(line, "x.prom")
    assert findings == []
    assert page.series == (PageSeries(name, tuple(sorted(pairs.items())), number),)


@settings(deadline=None)
@given(st.integers(1, 20000))
def test_long_lines_take_no_time(length: int) -> None:
    """Hostile lines are refused in time that grows with their length only."""
    _, findings = parse_page('x{a="' + '\\"' * length, "x.prom")
    assert len(findings) == 1
