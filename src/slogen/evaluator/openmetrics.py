"""OpenMetrics and Prometheus text read into series; changes when that exposition format does.

Only samples are read: names, labels, values and timestamps (seconds, as OpenMetrics writes them). A sample without a
timestamp is at time 0. Comments, `# TYPE` and exemplars say nothing about samples and are passed over.
"""

import re

from slogen.evaluator import notation
from slogen.evaluator.labels import Labels
from slogen.evaluator.notation import NotationError
from slogen.evaluator.numbers import parse_number
from slogen.evaluator.series import Storage

_SAMPLE = re.compile(
    r"""(?P<metric>[a-zA-Z_:][a-zA-Z0-9_:]*\s*(?:\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\})?|\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\})
    \s+(?P<value>\S+)(?:\s+(?P<time>[^\s\#]\S*))?(?:\s+\#.*)?""",
    re.VERBOSE,
)


class ExpositionError(ValueError):
    """A line is no sample in the text format; `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line
        self.message = message


def read(text: str) -> Storage:
    """All samples of the text. Raises ExpositionError."""
    found: dict[Labels, dict[int, float]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() == "# EOF":
            break
        if line.strip() and not line.lstrip().startswith("#"):
            labels, at, value = _sample(line.strip(), number)
            if at in found.setdefault(labels, {}):
                raise ExpositionError(number, "a second sample of the same series at the same time")
            found[labels][at] = value
    storage = Storage()
    for labels, samples in found.items():
        times = sorted(samples)
        storage.add(labels, times, [samples[at] for at in times])
    return storage


def _sample(line: str, number: int) -> tuple[Labels, int, float]:
    parts = _SAMPLE.fullmatch(line)
    if parts is None:
        raise ExpositionError(number, f"{line!r} is no sample")
    value = parse_number(parts["value"])
    seconds = parse_number(parts["time"]) if parts["time"] is not None else 0.0
    if value is None or seconds is None or not abs(seconds) < 1e12:
        raise ExpositionError(number, "the value and the timestamp of a sample must be numbers")
    try:
        return notation.metric(parts["metric"]), round(seconds * 1000), value
    except NotationError as error:
        raise ExpositionError(number, f"column {error.column}: {error.message}") from None
