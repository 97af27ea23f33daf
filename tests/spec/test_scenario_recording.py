"""Recorded traffic: what its files hold, and every way in which one cannot be used."""

import json
import os
from pathlib import Path

import pytest

from slogen.diagnostics.model import Span
from slogen.spec import scenario_recording
from slogen.spec.scenario_recording import LARGEST, RecordingFile, read_recording

NAMED = Span("specs/shop.test.yaml", 3, 20, 3, 30)


def reading(folder: Path, content: str | bytes, name: str = "day.csv") -> RecordingFile:
    """A file beside the tests, read."""
    (folder / "specs").mkdir(exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    (folder / "specs" / name).write_bytes(data)
    return read_recording(folder, "specs/shop.test.yaml", name, NAMED)


def answer(*series: object, kind: str = "matrix") -> str:
    """What Prometheus says to a range query."""
    return json.dumps({"status": "success", "data": {"resultType": kind, "result": series}})


VALUES = {"metric": {}, "values": [[1700000000, "3"], [1700000060.5, "4.5"]]}


@pytest.mark.parametrize(
    ("name", "content", "times"),
    [
        ("day.csv", "time,rate\n1700000000,3\n1700000060.5,4.5\n", (0, 60_500)),
        ("day.csv", "0,3\r\n60.5,4.5", (0, 60_500)),
        (
            "day.csv",
            '\ufeff"Time","sum(rate(x[5m]))"\n"2024-03-01 00:00:00",3\n"2024-03-01 00:01:00",4.5\n\n',
            (0, 60_000),
        ),
        ("day.CSV", "2024-03-01T01:00:00+01:00, 3\n2024-03-01T00:01:00Z, 4.5", (0, 60_000)),
        ("day.json", answer(VALUES), (0, 60_500)),
    ],
)
def test_formats(tmp_path: Path, name: str, content: str, times: tuple[int, ...]) -> None:
    """Seconds or dates, with headings or without, and the answer to a range query say the same."""
    read = reading(tmp_path, content, name)

    assert read.diagnostics == ()
    assert read.recording is not None
    assert (read.recording.times, read.recording.rates) == (times, (3.0, 4.5))


@pytest.mark.parametrize(
    ("rows", "place", "says"),
    [
        ("0,1\n60,-2", (2, 1), "`-2` events per second is negative"),
        ("0,1\n60,NaN", (2, 1), "`NaN` is no rate"),
        ("0,1\n60,+Inf", (2, 1), "`+Inf` is no rate"),
        ("0,1\n60,1e99", (2, 1), "no traffic of one source"),
        ("0,1\n60,12 req/s", (2, 1), "write a plain number"),
        ("0,1\n60,", (2, 1), "`` is no rate"),
        ("0,1\n60,1\n60,2", (3, 1), "not later than the one before"),
        ("0,1\n60,1\n30,2", (3, 1), "not later than the one before"),
        ("noon,1\n60,1", (1, 1), "`noon` is no time"),
        ("1700000000000,1\n1700000060000,1", (1, 1), "milliseconds?"),
    ],
)
def test_a_line_that_is_no_measurement(tmp_path: Path, rows: str, place: tuple[int, int], says: str) -> None:
    """The line of the data file, and where the test names the file."""
    read = reading(tmp_path, rows)
    finding = read.diagnostics[0]

    assert finding.code.id == "SLO645"
    assert says in finding.message
    assert finding.span is not None
    assert (finding.span.file, finding.span.line, finding.span.column) == ("specs/day.csv", *place)
    assert finding.notes[0].span == NAMED
    assert read.recording is None


def test_a_wrong_sample_in_json_is_pointed_at(tmp_path: Path) -> None:
    """On whichever line of the answer it stands."""
    text = '{"data": {"resultType": "matrix", "result": [{"values": [[0, "1"],\n  [60, "2"], [120, "NaN"]]}]}}'
    [finding] = reading(tmp_path, text, "day.json").diagnostics

    assert finding.span == Span("specs/day.json", 2, 14, 2, 26)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("day.csv", "", "0 measurements"),
        ("day.csv", "time,rate\n0,1\n", "1 measurements"),
        ("day.csv", b"0" * (LARGEST + 1), "larger than"),
        ("day.csv", b"0,1\n60,\xff", "byte 8 is not UTF-8"),
        ("day.csv", "0,1,2\n", "line 1 has 3 column(s)"),
        ("day.csv", '0,"1\n', "line 1 is no CSV"),
        ("day.txt", "0,1\n60,1", "neither in .csv nor in .json"),
        ("day.json", '{"data":\n oops}', "line 2 is no JSON"),
        ("day.json", "[" * 100_000, "nested too deeply"),
        ("day.json", "[]", "no answer of Prometheus"),
        ("day.json", answer(kind="vector"), "no answer of Prometheus"),
        ("day.json", answer(VALUES, VALUES), "it holds 2 series"),
        ("day.json", answer({"metric": {}}), "no list of times and values"),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path: Path, name: str, content: str | bytes, says: str) -> None:
    """The place in the test file, why, and a note with the place in the data where there is one."""
    read = reading(tmp_path, content, name)
    [finding] = read.diagnostics

    assert (finding.code.id, finding.span) == ("SLO644", NAMED)
    assert says in finding.message
    assert read.recording is None
    assert all(note.span is not None and note.span.file == f"specs/{name}" for note in finding.notes)


def test_paths_that_lead_nowhere(tmp_path: Path) -> None:
    """Missing files, folders, pipes and whatever lies outside the project."""
    project = tmp_path / "project"
    (project / "specs" / "folder.csv").mkdir(parents=True)
    os.mkfifo(project / "specs" / "pipe.csv")
    (tmp_path / "secret.csv").write_text("0,1\n60,1")
    (project / "specs" / "link.csv").symlink_to(tmp_path / "secret.csv")
    known = {
        "none.csv": "no such file",
        "../../secret.csv": "outside the project",
        "link.csv": "outside the project",
        "folder.csv": "not a regular file",
        "pipe.csv": "not a regular file",
        "a\0b.csv": "no possible path",
    }
    for written, says in known.items():
        [finding] = read_recording(project, "specs/shop.test.yaml", written, NAMED).diagnostics
        assert says in finding.message, written


def test_a_recording_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a number of measurements nothing is made of them."""
    monkeypatch.setattr(scenario_recording, "MOST", 3)
    [finding] = reading(tmp_path, "0,1\n" * 4).diagnostics

    assert "it holds 4 measurements" in finding.message
    assert finding.hint == "it may hold 2 to 3"


def test_many_wrong_lines_are_counted(tmp_path: Path) -> None:
    """Twenty are shown; the last says how many more there are."""
    found = reading(tmp_path, "0,1\n" + "".join(f"{n},-1\n" for n in range(1, 51))).diagnostics

    assert len(found) == 20
    assert found[-1].notes[-1].message == "and 30 more measurements of this file"
