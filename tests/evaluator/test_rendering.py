"""Results as text and as the JSON of Prometheus' HTTP API."""

import json

import pytest

from slogen.evaluator import render
from slogen.evaluator.times import Grid
from tests.evaluator.asking import MINUTE, ask, stored

STORAGE = (
    'up{job="api"} 1 0 1',
    'up{job="web"} 0 _ 1.5',
    '{"odd.name", "a-b"="c"} 7',
    "h {{count:3 sum:2.5 z_bucket:1 z_bucket_w:0.5 buckets:[0 1] n_buckets:[1]}}",
    "custom {{schema:-53 count:3 sum:2 custom_values:[1] buckets:[2 1]}}",
)
GRID = Grid(0, 2 * MINUTE, MINUTE)


def table(expr: str, grid: Grid) -> list[str]:
    """The lines of the table."""
    return render.table(ask(stored(*STORAGE), expr, grid), grid).splitlines()


def api(expr: str, grid: Grid) -> dict[str, object]:
    """The data of the JSON answer."""
    answer = json.loads(render.api_json(ask(stored(*STORAGE), expr, grid), grid))
    assert answer["status"] == "success"
    data: dict[str, object] = answer["data"]
    return data


def test_tables() -> None:
    """One line a sample, aligned; times only where there are several."""
    assert table("up", Grid.instant(0)) == ['up{job="api"} 1', 'up{job="web"} 0']
    assert table("up", GRID)[0] == 'up{job="api"} 1970-01-01T00:00:00Z 1'
    assert len(table("up", GRID)) == 6
    assert table("up > 9", GRID) == ["(no series)"]
    assert table("1 + 1", Grid.instant(0)) == [" 2"]
    assert table('"a\\n"', Grid.instant(0)) == ['"a\\n"']
    assert table('{"odd.name"}', Grid.instant(0)) == ['{"odd.name", "a-b"="c"} 7']
    assert table('up{job="api"}[2m]', Grid.instant(MINUTE))[1] == 'up{job="api"} 1970-01-01T00:01:00Z 0'
    assert table("h", Grid.instant(0)) == [
        "h {{count:3 sum:2.5 z_bucket:1 z_bucket_w:0.5 offset:1 buckets:[1] n_buckets:[1]}}"
    ]


@pytest.mark.parametrize(
    ("at", "text"), [(0, "1970-01-01T00:00:00Z"), (1500, "1970-01-01T00:00:01.500Z"), (10**18, "1e+15s")]
)
def test_clock(at: int, text: str) -> None:
    """Milliseconds show only where there are some; beyond the calendar there are seconds."""
    assert render.clock(at) == text


def test_api_of_an_instant() -> None:
    """Vectors, scalars, strings and range vectors as the API gives them."""
    assert api("up", Grid.instant(0)) == {
        "resultType": "vector",
        "result": [
            {"metric": {"__name__": "up", "job": "api"}, "value": [0, "1"]},
            {"metric": {"__name__": "up", "job": "web"}, "value": [0, "0"]},
        ],
    }
    assert api("0.5", Grid.instant(1500)) == {"resultType": "scalar", "result": [1.5, "0.5"]}
    assert api('"x"', Grid.instant(0)) == {"resultType": "string", "result": [0, "x"]}
    assert api('up{job="api"}[1m]', Grid.instant(0)) == {
        "resultType": "matrix",
        "result": [{"metric": {"__name__": "up", "job": "api"}, "values": [[0, "1"]]}],
    }


def test_api_of_a_range() -> None:
    """Gaps are left out, scalars are a series without labels."""
    assert api('up{job="web"}', GRID) == {
        "resultType": "matrix",
        "result": [{"metric": {"__name__": "up", "job": "web"}, "values": [[0, "0"], [60, "0"], [120, "1.5"]]}],
    }
    assert api("time()", Grid(0, 1000, 500))["result"] == [{"metric": {}, "values": [[0, "0"], [0.5, "0.5"], [1, "1"]]}]


def test_api_of_histograms() -> None:
    """Buckets carry the kind of their bounds."""
    assert api("h", Grid.instant(0))["result"] == [
        {
            "metric": {"__name__": "h"},
            "histogram": [
                0,
                {
                    "count": "3",
                    "sum": "2.5",
                    "buckets": [[1, "-1", "-0.5", "1"], [3, "-0.5", "0.5", "1"], [0, "1", "2", "1"]],
                },
            ],
        }
    ]
    custom = {"count": "3", "sum": "2", "buckets": [[3, "-Inf", "1", "2"], [0, "1", "+Inf", "1"]]}
    assert api("custom", Grid(0, MINUTE, MINUTE))["result"] == [
        {"metric": {"__name__": "custom"}, "histograms": [[0, custom], [60, custom]]}
    ]


def test_annotations_are_in_the_answer() -> None:
    """Warnings and infos stand beside the data."""
    grid = Grid.instant(MINUTE)
    answer = json.loads(render.api_json(ask(stored("a 1 2"), "quantile(2, rate(a[5m]))", grid), grid))
    assert answer["warnings"] == ["PromQL warning: quantile value should be between 0 and 1, got 2"]
    assert answer["infos"][0].startswith("PromQL info: metric might not be a counter")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "-0"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (1.5e300, "1.5e+300"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (1.25e-10, "1.25e-10"),
        (float("nan"), "NaN"),
        (float("-inf"), "-Inf"),
    ],
)
def test_api_numbers(value: float, text: str) -> None:
    """Numbers have an exponent only where they are very small or very large."""
    assert render.api_number(value) == text


def test_sparklines() -> None:
    """The lowest value draws the lowest bar, the highest the highest, and a gap draws nothing."""
    storage = stored(
        'up{job="api"} 0 1 2 3 4 5 6 7', "gap 1 _x9 2", "flat 3x7", "broken NaN NaN NaN NaN NaN NaN NaN NaN"
    )
    grid = Grid(0, 7 * MINUTE, MINUTE)
    drawn = render.sparklines(ask(storage, '{__name__=~".+"}', grid), grid).splitlines()
    assert drawn == [
        "broken                 NaN",
        "flat          ▁▁▁▁▁▁▁▁ 3 … 3",
        "gap           ▁▁▁▁▁    1 … 1",
        'up{job="api"} ▁▂▃▄▅▆▇█ 0 … 7',
    ]
    assert render.sparklines(ask(storage, "time()", grid), grid, width=4) == "scalar ▂▄▆█ 0 … 420"
    assert render.sparklines(ask(storage, "up > 99", grid), grid) == "(no series)"
    assert render.sparklines(ask(storage, '"x"', 0), Grid.instant(0)) == '"x"'
