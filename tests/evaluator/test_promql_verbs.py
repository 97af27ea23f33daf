"""The verbs `promql test` and `promql eval`: output, statuses, and files that are wrong."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from slogen.cli.promql import app

GOOD = "load 1m\n  a 1 2 3\n\neval instant at 1m a\n  a 2\n\neval instant at 1m limitk(1, a)\n  a 2\n"
BAD = "load 1m\n  a 1 2 3\n\neval instant at 1m a\n  a 7\n"


def run(*argv: object) -> Result:
    """The outcome of `slogen promql ARGV`."""
    return CliRunner().invoke(app, [str(word) for word in argv])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two test files and a series file."""
    (tmp_path / "good.test").write_text(GOOD, encoding="utf-8")
    (tmp_path / "bad.test").write_text(BAD, encoding="utf-8")
    (tmp_path / "series.prom").write_text("up 1 0\nup 0 60\nc_total 5 0\nc_total 65 60\n", encoding="utf-8")
    return tmp_path


def test_a_passing_file(folder: Path) -> None:
    """What is refused is shown but fails nothing; a table counts."""
    done = run("test", folder / "good.test")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0].endswith("good.test:7: unsupported: limitk(1, a)")
    assert lines[1] == "    limitk: experimental in Prometheus 3.5 and not supported (column 1)"
    assert lines[2].split() == ["file", "pass", "fail", "unsupported"]
    assert lines[3].split()[1:] == ["1", "0", "1"]


def test_a_failing_file_is_status_1(folder: Path) -> None:
    """The difference is printed."""
    done = run("test", folder / "good.test", folder / "bad.test")
    assert done.exit_code == 1
    assert "bad.test:4: fail: a\n    a: expected 7, got 2" in done.stdout.replace('{__name__="a"}', "a")


def test_outcomes_as_json(folder: Path) -> None:
    """One object a line with the keys that scripts read."""
    done = run("test", "--json", folder / "good.test", folder / "bad.test")
    assert done.exit_code == 1
    objects = [json.loads(line) for line in done.stdout.splitlines()]
    assert [list(found) for found in objects] == [["file", "line", "expr", "outcome", "reason"]] * 3
    assert [found["outcome"] for found in objects] == ["pass", "unsupported", "fail"]
    assert objects[0]["reason"] == ""


@pytest.mark.parametrize("text", ["load\n", "eval instant at 0 a\n  a x\n", "load 1m\n  a 1 2\n\nload 1m\n  a 3\n"])
def test_a_file_that_is_wrong_is_status_2(tmp_path: Path, text: str) -> None:
    """A file that cannot be read as tests is a usage error with its name."""
    file = tmp_path / "wrong.test"
    file.write_text(text, encoding="utf-8")
    done = run("test", file)
    assert done.exit_code == 2
    assert "wrong.test" in done.stderr


def test_a_file_that_is_no_text_is_status_2(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 are refused."""
    file = tmp_path / "binary.test"
    file.write_bytes(b"\xff\xfe")
    assert run("test", file).exit_code == 2


def test_an_instant(folder: Path) -> None:
    """Without a time the last sample's is taken; infos go to standard error."""
    done = run("eval", "rate(c_total[5m])", "--series", folder / "series.prom")
    assert (done.exit_code, done.stdout) == (0, "{} 0.21666666666666665\n")
    assert run("eval", "up", "--series", folder / "series.prom", "--at", "30s").stdout == "up 1\n"
    assert "might not be a counter" in run("eval", "rate(up[5m])", "--series", folder / "series.prom").stderr


def test_a_range_in_every_format(folder: Path) -> None:
    """A table, JSON as the API gives it, and a drawing."""
    common = ("eval", "up", "--series", folder / "series.prom", "--start", "0", "--step", "30s")
    assert run(*common).stdout.splitlines() == [
        "up 1970-01-01T00:00:00Z 1",
        "up 1970-01-01T00:00:30Z 1",
        "up 1970-01-01T00:01:00Z 0",
    ]
    data = json.loads(run(*common, "--format", "json").stdout)["data"]
    assert data == {
        "resultType": "matrix",
        "result": [{"metric": {"__name__": "up"}, "values": [[0, "1"], [30, "1"], [60, "0"]]}],
    }
    assert run(*common, "--format", "sparkline").stdout == "up ██▁ 0 … 1\n"


@pytest.mark.parametrize(
    ("expr", "options", "status", "message"),
    [
        ("up +", [], 2, "up +\n"),
        ("up * on() group_left up", [], 0, ""),
        ("mad_over_time(up[5m])", [], 1, "mad_over_time"),
        ('{__name__=~".+"} * on() up', [], 1, "many-to-one matching must be explicit"),
        ("up", ["--at", "x"], 2, "neither a duration"),
        ("up", ["--start", "5m", "--end", "1m"], 2, "positive"),
        ("up[5m]", ["--start", "0"], 2, "range vector"),
    ],
)
def test_what_goes_wrong(folder: Path, expr: str, options: list[str], status: int, message: str) -> None:
    """Mistakes in the question are usage errors, failures on the data are findings."""
    done = run("eval", expr, "--series", folder / "series.prom", *options)
    assert done.exit_code == status
    assert message in done.stderr


def test_a_wrong_series_file(tmp_path: Path) -> None:
    """A line that is no sample is named."""
    file = tmp_path / "series.prom"
    file.write_text("up 1\nup x\n", encoding="utf-8")
    done = run("eval", "up", "--series", file)
    assert done.exit_code == 2
    assert "line 2" in done.stderr
