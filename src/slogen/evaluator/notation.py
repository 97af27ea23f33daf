"""Series as promtool writes them: `name{label="value"} 0+10x5 _ stale`; changes when that notation does.

Grammar: `series_description` in the parser of Prometheus 3.5. `a+bxN` is N+1 values made by repeated addition, `_xN`
is N missing ones; `0x5` is zero six times, never a hexadecimal number.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate, repeat

from slogen.evaluator import labels as label
from slogen.evaluator import native_notation
from slogen.evaluator.labels import Labels
from slogen.evaluator.native import Histogram
from slogen.evaluator.native_arithmetic import IncompatibleBounds, IncompatibleSchema, added, subtracted
from slogen.evaluator.numbers import STALE
from slogen.promql.lex import Kind, PromQLError, Token, unquote

Sample = float | Histogram | None
"""One place in a series; None where there is no sample."""

_NUM = r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[iI][nN][fF]|[nN][aA][nN]"
_ITEM = re.compile(
    rf"""(?P<blank>_)(?:x(?P<gap>\d+))?
    | (?P<stale>stale)(?:x(?P<stale_times>\d+))?
    | (?P<value>[+-]?(?:{_NUM}))(?:(?P<step>[+-](?:{_NUM}))?x(?P<times>\d+))?""",
    re.VERBOSE,
)
_HISTOGRAM = re.compile(r"(?P<base>\{\{[^{}]*\}\})(?:(?:(?P<sign>[+-])(?P<step>\{\{[^{}]*\}\}))?x(?P<times>\d+))?")
_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|`[^`]*`')
LIMIT = 5_000_000
"""Samples one line may expand to."""


class NotationError(ValueError):
    """The text is no series in this notation; `column` counts code points from 1."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.message = message
        self.column = column


@dataclass(frozen=True, slots=True)
class Description:
    """A series and its samples, one for each step from the start on."""

    labels: Labels
    samples: tuple[Sample, ...]


def series(text: str) -> Description:
    """A whole line: the metric, then its samples. Raises NotationError."""
    labels, end = _metric(text, 0)
    return Description(labels, tuple(_samples(text, end)))


def metric(text: str) -> Labels:
    """A metric alone. Raises NotationError."""
    labels, end = _metric(text, 0)
    if text[end:].strip():
        raise NotationError(f"unexpected {text[end:].strip()!r} after the metric", end + 1)
    return labels


def samples(text: str) -> tuple[Sample, ...]:
    """The samples of a line without its metric. Raises NotationError."""
    return tuple(_samples(text, 0))


def _metric(text: str, at: int) -> tuple[Labels, int]:
    pairs: dict[str, str] = {}
    name = _NAME.match(text, at)
    if name is not None:
        pairs[label.NAME], at = name[0], name.end()
    at = _spaces(text, at)
    if at < len(text) and text[at] == "{" and not text.startswith("{{", at):
        at = _pairs(text, at + 1, pairs)
    elif name is None:
        raise NotationError("a series begins with a metric name or `{`", at + 1)
    return label.make(pairs), at


def _pairs(text: str, at: int, pairs: dict[str, str]) -> int:
    while True:
        at = _spaces(text, at)
        if text.startswith("}", at):
            return at + 1
        key, at = _key(text, at)
        at = _spaces(text, at)
        if text.startswith("=", at):
            pairs[key], at = _quoted(text, _spaces(text, at + 1))
        else:
            pairs[label.NAME] = key
        at = _spaces(text, at)
        if text.startswith(",", at):
            at += 1
        elif not text.startswith("}", at):
            raise NotationError("expected `,` or `}` between labels", at + 1)


def _key(text: str, at: int) -> tuple[str, int]:
    bare = _NAME.match(text, at)
    return (bare[0], bare.end()) if bare is not None else _quoted(text, at)


def _quoted(text: str, at: int) -> tuple[str, int]:
    found = _STRING.match(text, at)
    if found is None:
        raise NotationError("expected a quoted string", at + 1)
    try:
        return unquote(Token(Kind.STRING, found[0], at)), found.end()
    except PromQLError as error:
        raise NotationError(error.message, at + 1) from None


def _spaces(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t":
        at += 1
    return at


def count(text: str) -> int:
    """How many places `samples` gives, without making them. Raises NotationError."""
    return sum(_places(found) for found, _ in _items(text, 0))


def _samples(text: str, at: int) -> list[Sample]:
    made: list[Sample] = []
    for found, place in _items(text, at):
        if len(made) + _places(found) > LIMIT:
            raise NotationError(f"more than {LIMIT} samples in one series", place + 1)
        made += _expanded(found, place)
    return made


def _items(text: str, at: int) -> Iterator[tuple[re.Match[str], int]]:
    """The items of a line, each with where it begins."""
    while (at := _spaces(text, at)) < len(text):
        found = (_HISTOGRAM if text.startswith("{{", at) else _ITEM).match(text, at)
        if found is None or (found.end() < len(text) and text[found.end()] not in " \t"):
            word = text[at:].split(None, 1)[0]
            raise NotationError(f"{word!r} is no sample", at + 1)
        yield found, at
        at = found.end()


def _places(found: re.Match[str]) -> int:
    """How many samples an item stands for; a gap alone counts what it says."""
    groups = found.groupdict()
    if groups.get("blank"):
        return int(groups["gap"] or 1)
    return 1 + int(groups.get("stale_times") or groups.get("times") or 0)


def _expanded(found: re.Match[str], at: int) -> list[Sample]:
    groups = found.groupdict()
    if groups.get("base"):
        return list(_histograms(groups, at))
    if groups["blank"]:
        return [None] * int(groups["gap"] or 1)
    if groups["stale"]:
        return [STALE] * (int(groups["stale_times"] or 0) + 1)
    value, step = float(groups["value"]), float(groups["step"] or 0)
    times = int(groups["times"] or 0)
    return list(accumulate(repeat(step, times), initial=value)) if groups["step"] else [value] * (times + 1)


def _histograms(groups: dict[str, str | None], at: int) -> Iterator[Histogram]:
    try:
        current = native_notation.histogram(groups["base"] or "")
        step = native_notation.histogram(groups["step"]) if groups["step"] else None
        yield current
        combine: Callable[[Histogram, Histogram], Histogram] = subtracted if groups["sign"] == "-" else added
        for _ in range(int(groups["times"] or 0)):
            if step is not None:
                if current.schema > step.schema:
                    raise NotationError(
                        f"cannot merge histograms from schema {step.schema} to {current.schema}", at + 1
                    )
                current = combine(current, step)
            yield current
    except native_notation.HistogramError as error:
        raise NotationError(str(error), at + 1) from None
    except (IncompatibleSchema, IncompatibleBounds):
        raise NotationError("the two histograms have incompatible buckets", at + 1) from None
