"""Traffic that was once measured, from a file to rates over time; changes with what a recording must be.

Everything wrong with a file is found at once, each with its line.
"""

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from slogen.diagnostics.model import Code, Diagnostic, Note, Severity, Span
from slogen.source.folder import display_name
from slogen.spec.scenario_rows import Row, Unusable, csv_rows, json_rows, millis, per_second

LARGEST = 8 * 1024 * 1024
"""Bytes of a recording."""
MOST = 100_000
"""Measurements of a recording: two months of one a minute."""
_SHOWN = 20

BAD_RECORDING = Code(
    "SLO644",
    "unusable-recording",
    Severity.ERROR,
    "a file of recorded traffic cannot be used",
    """`recorded: FILE` names a file inside the project, relative to the test file, with events per second over time: a
CSV of two columns, time and rate, with or without a line of headings, or the answer of Prometheus to a range query,
saved as `.json`:

```text
curl -sG "$PROMETHEUS/api/v1/query_range" --data-urlencode 'query=sum(rate(http_requests_total[5m]))' \\
  -d start=2024-03-01T00:00:00Z -d end=2024-03-02T00:00:00Z -d step=5m > day.json
```

It holds one series of two to 100,000 measurements, in at most 8 MiB.
""",
)
BAD_MEASUREMENT = Code(
    "SLO645",
    "bad-measurement",
    Severity.ERROR,
    "a line of recorded traffic is no rate at a time",
    """Every measurement is a time and a rate. Times are seconds or ISO 8601 (`2024-03-01 14:05:00`, UTC unless they say
otherwise), each later than the one before. Rates are events per second: numbers that are not negative. `NaN`, which a
division by nothing gives, is no rate. A test on such traffic would prove nothing.
""",
)


@dataclass(frozen=True, slots=True)
class Recording:
    """`rates[i]` events per second from `times[i]` ms after the first measurement to before the next; at least two."""

    times: tuple[int, ...]
    rates: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class RecordingFile:
    """What came of reading a file: a recording unless something is wrong; `name` and `text` are for excerpts."""

    recording: Recording | None
    diagnostics: tuple[Diagnostic, ...]
    name: str
    text: str


def read_recording(root: Path, test_file: str, written: str, named: Span) -> RecordingFile:
    """Reads the file `written`, relative to the folder of `test_file` in `root`; `named` is where the test names it."""
    path = _inside(root, (root / test_file).parent / written)
    if isinstance(path, Unusable):
        return RecordingFile(None, (_about(written, path, named),), "", "")
    text = _text(path)
    if isinstance(text, Unusable):
        return RecordingFile(None, (_about(written, text, named),), "", "")
    name = display_name(root.resolve(), path)
    rows = (json_rows if path.suffix.lower() == ".json" else csv_rows)(text, name)
    if not isinstance(rows, Unusable) and not 2 <= len(rows) <= MOST:
        rows = Unusable(f"it holds {len(rows):,} measurements", f"it may hold 2 to {MOST:,}")
    if isinstance(rows, Unusable):
        return RecordingFile(None, (_about(written, rows, named),), name, text)
    recording, findings = _judged(rows, named)
    return RecordingFile(recording, findings, name, text)


def _inside(root: Path, path: Path) -> Path | Unusable:
    """The file that is meant: a CSV or JSON file of the project; links are followed."""
    try:
        found = path.resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:
        return Unusable(_reason(error), "give a path relative to the test file")
    if not found.is_relative_to(root.resolve()):
        return Unusable("it lies outside the project", "copy it into the project")
    if found.suffix.lower() not in {".csv", ".json"}:
        return Unusable("its name ends neither in .csv nor in .json")
    return found


def _text(path: Path) -> str | Unusable:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return Unusable("it is not a regular file")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            return Unusable(f"it is larger than {LARGEST:,} bytes", "record fewer measurements")
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Unusable(f"byte {error.start + 1} is not UTF-8", "save it as UTF-8")
    except OSError as error:
        return Unusable(_reason(error))


def _reason(error: Exception) -> str:
    number = error.errno if isinstance(error, OSError) else None
    return os.strerror(number).lower() if number else "that is no possible path"


def _judged(rows: Sequence[Row], named: Span) -> tuple[Recording | None, tuple[Diagnostic, ...]]:
    """The recording that rows hold, or what is wrong with each of them."""
    note = Note("it is the traffic that is named here", named)
    found: list[Diagnostic] = []
    times: list[int] = []
    rates: list[float] = []
    for row in rows:
        time, rate = millis(row.time), per_second(row.rate)
        late = "" if isinstance(time, str) or not times or time > times[-1] else "it is not later than the one before"
        problem = next((text for text in (time, late, rate) if isinstance(text, str) and text), "")
        if problem:
            found.append(Diagnostic(BAD_MEASUREMENT, problem, row.span, None, (note,)))
        if isinstance(time, int):
            times.append(time)
        if isinstance(rate, float):
            rates.append(rate)
    if not found:
        return Recording(tuple(time - times[0] for time in times), tuple(rates)), ()
    if len(found) > _SHOWN:
        rest = Note(f"and {len(found) - _SHOWN:,} more measurements of this file")
        found[_SHOWN - 1 :] = [
            Diagnostic(BAD_MEASUREMENT, found[_SHOWN - 1].message, found[_SHOWN - 1].span, None, (note, rest))
        ]
    return None, tuple(found)


def _about(written: str, problem: Unusable, named: Span) -> Diagnostic:
    message = f"the recorded traffic {written!r} cannot be used: {problem.reason}"
    notes = () if problem.span is None else (Note("this is where", problem.span),)
    return Diagnostic(BAD_RECORDING, message, named, problem.hint, notes)
