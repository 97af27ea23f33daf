"""Text exposition and queries as people type them."""

import pytest

from slogen.evaluator import openmetrics, query
from slogen.evaluator.openmetrics import ExpositionError
from slogen.evaluator.times import Grid
from tests.evaluator.asking import MINUTE, samples

TEXT = """
# HELP http_requests_total Requests.
# TYPE http_requests_total counter
http_requests_total{code="200", path="/a b"} 5 60
http_requests_total{code="200", path="/a b"} 9 120.5 # {trace_id="x"} 1 119
http_requests_total{code="500", path="}"} 1e3 60
{"odd.name", "k-v"="\\"q\\""} +Inf 60
untimed NaN
# EOF
this is not read
"""


def test_samples_are_read() -> None:
    """Names, labels, values and times come out as written, and exemplars are passed over."""
    storage = openmetrics.read(TEXT)
    assert len(storage) == 4
    assert storage.last_time() == 120_500
    found = samples(storage, "http_requests_total", 2)
    assert found == {
        'http_requests_total{code="200", path="/a b"}': [5.0],
        'http_requests_total{code="500", path="}"}': [1000.0],
    }
    assert samples(storage, 'last_over_time({"odd.name"}[5m])', 2) == {'{"odd.name", "k-v"="\\"q\\""}': [float("inf")]}
    assert list(samples(storage, "untimed", 0)) == ["untimed"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a 1\na", 2),
        ("a x", 1),
        ("a 1 x", 1),
        ("a 1 1e99", 1),
        ("\n\na{b=c} 1", 3),
        ("a 1 5\na 2 5", 2),
        ('a{b="\\q"} 1', 1),
    ],
)
def test_faults_name_their_line(text: str, line: int) -> None:
    """What is no sample is refused where it stands."""
    with pytest.raises(ExpositionError) as caught:
        openmetrics.read(text)
    assert caught.value.line == line


def test_series_files_of_both_kinds() -> None:
    """A file of `load` blocks and one of text exposition give the same series."""
    loaded = query.read_series("# a comment\nload 1m\n  a 1 2\n\neval instant at 0 a\n  a 5\n")
    exposed = query.read_series("a 1 0\na 2 60\n")
    assert samples(loaded, "a", 1) == samples(exposed, "a", 1) == {"a": [2.0]}


@pytest.mark.parametrize(
    ("at", "start", "end", "step", "expected"),
    [
        (None, None, None, "1m", Grid.instant(7 * MINUTE)),
        ("90s", None, None, "1m", Grid.instant(90_000)),
        ("1.5", None, None, "1m", Grid.instant(1500)),
        (None, "0", None, "1m", Grid(0, 7 * MINUTE, MINUTE)),
        (None, "1m", "1h", "30", Grid(MINUTE, 60 * MINUTE, 30_000)),
    ],
)
def test_grids(at: str | None, start: str | None, end: str | None, step: str, expected: Grid) -> None:
    """Durations and seconds are times; what is left out ends at the last sample."""
    assert query.grid(at, start, end, step, 7 * MINUTE) == expected


@pytest.mark.parametrize(
    ("at", "start", "end", "step"),
    [
        ("x", None, None, "1m"),
        ("0", "0", None, "1m"),
        (None, None, "5m", "1m"),
        (None, "10m", "5m", "1m"),
        (None, "0", "5m", "0"),
        (None, "1e13", None, "1m"),
    ],
)
def test_grids_that_make_no_sense(at: str | None, start: str | None, end: str | None, step: str) -> None:
    """Contradictions are refused."""
    with pytest.raises(ValueError, match=r"\w"):
        query.grid(at, start, end, step, 0)
