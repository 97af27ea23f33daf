"""A query as people give it on a command line: a series file, and times as text; changes with what they may write."""

from slogen.evaluator import openmetrics, test_runner
from slogen.evaluator.numbers import parse_number
from slogen.evaluator.series import Storage
from slogen.evaluator.times import Grid
from slogen.promql.lex import duration


def read_series(text: str) -> Storage:
    """The series of a file: `load` blocks of the test language, else OpenMetrics text. Raises ValueError."""
    lines = (line.strip().lower() for line in text.splitlines())
    first = next((line for line in lines if line and not line.startswith("#")), "")
    return test_runner.loaded(text) if first.startswith("load") else openmetrics.read(text)


def grid(at: str | None, start: str | None, end: str | None, step: str, last: int) -> Grid:
    """The steps of an instant query (`at`) or a range query; what is not given ends at `last`, in milliseconds.

    Times are Unix seconds or durations since 1970. Raises ValueError.
    """
    if start is None and end is None:
        return Grid.instant(last if at is None else millis(at))
    if at is not None or start is None:
        raise ValueError("a range query takes a start, an end and a step, an instant query only a time")
    first, final, distance = millis(start), last if end is None else millis(end), millis(step)
    if distance <= 0 or final < first:
        raise ValueError("the step must be positive and the end not before the start")
    return Grid(first, final, distance)


def millis(text: str) -> int:
    """Milliseconds from Unix seconds or a duration such as `1h30m`. Raises ValueError."""
    number = parse_number(text)
    if number is not None and abs(number) < 1e12:
        return round(number * 1000)
    found = duration(text)
    if found is None:
        raise ValueError(f"{text!r} is neither a duration like 90m nor Unix seconds")
    return found
