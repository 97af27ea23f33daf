"""Prometheus' test language read into commands; changes when that language does.

Grammar: `promql/promqltest` of Prometheus 3.5, with the `expect string` and `expect range vector` lines of later
versions. An empty line or a comment ends a block. Every command remembers the line it began on, counting from 1.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from slogen.evaluator import notation
from slogen.evaluator.notation import Description, NotationError
from slogen.evaluator.numbers import parse_number
from slogen.promql.lex import Kind, PromQLError, Token, duration, unquote

_LOAD = re.compile(r"load(?:_(?P<nhcb>with_nhcb))?\s+(?P<step>.+?)", re.IGNORECASE)
_INSTANT = re.compile(r"eval(?:_(?P<mode>fail|warn|ordered|info))?\s+instant\s+(?:at\s+(?P<at>\S+))\s+(?P<expr>.+)")
_RANGE = re.compile(
    r"eval(?:_(?P<mode>fail|warn|info))?\s+range\s+from\s+(?P<start>\S+)\s+to\s+(?P<end>\S+)"
    r"\s+step\s+(?P<step>\S+)\s+(?P<expr>.+)"
)
_EXPECT = re.compile(
    r"expect\s+(?P<kind>ordered|fail|warn|no_warn|info|no_info)(?:\s+(?P<how>regex|msg):(?P<text>.+))?"
)
_EXPECT_RANGE = re.compile(r"expect\s+range\s+vector\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)")
_EXPECT_STRING = re.compile(r"expect\s+string\s+(.+)")


class TestSyntaxError(ValueError):
    """The file is not written in the test language; `line` counts from 1."""

    __test__ = False

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line
        self.message = message


class Expectation(Enum):
    """What an `expect` line asks for."""

    ORDERED = "ordered"
    FAIL = "fail"
    WARN = "warn"
    NO_WARN = "no_warn"
    INFO = "info"
    NO_INFO = "no_info"


@dataclass(frozen=True, slots=True)
class Expect:
    """One `expect` line: the text must be equal, or match anywhere if it is a pattern; None matches everything."""

    kind: Expectation
    text: str | None = None
    is_pattern: bool = False


@dataclass(frozen=True, slots=True)
class Clear:
    """Forget all samples."""

    line: int


@dataclass(frozen=True, slots=True)
class Load:
    """Add series with their samples `interval` milliseconds apart."""

    line: int
    interval: int
    series: tuple[Description, ...]
    convert: bool


@dataclass(frozen=True, slots=True)
class Eval:
    """Evaluate and compare. Times in milliseconds; an instant query has `step` 0.

    `scalar` and `string` are None unless such a result is expected; `range_step` is set where an instant query must
    give a range vector, whose first point is at `range_start`.
    """

    line: int
    expr: str
    start: int
    end: int
    step: int
    expects: tuple[Expect, ...] = ()
    results: tuple[Description, ...] = ()
    scalar: float | None = None
    string: str | None = None
    range_start: int = 0
    range_step: int | None = None

    @property
    def is_instant(self) -> bool:
        """Whether this is an instant query."""
        return self.step == 0


Command = Clear | Load | Eval


def commands(text: str) -> Iterator[Command]:
    """The commands of a file in order. Raises TestSyntaxError where the file cannot be read on."""
    lines = [line.strip() for line in text.split("\n")]
    lines = ["" if line.startswith("#") else line for line in lines]
    at = 0
    while at < len(lines):
        if not lines[at]:
            at += 1
            continue
        block_end = next((i for i in range(at + 1, len(lines)) if not lines[i]), len(lines))
        word = lines[at].split(None, 1)[0].lower()
        if word == "clear":
            yield Clear(at + 1)
            at += 1
        elif word.startswith("load"):
            yield _load(lines, at, block_end)
            at = block_end
        elif word.startswith("eval"):
            command, at = _Reader(at + 1, *_query(lines[at], at + 1)).read(lines, at + 1, block_end)
            yield command
        else:
            raise TestSyntaxError(at + 1, f"invalid command {lines[at]!r}")


def _load(lines: list[str], at: int, end: int) -> Load:
    found = _LOAD.fullmatch(lines[at])
    if found is None:
        raise TestSyntaxError(at + 1, "invalid load command, expected `load[_with_nhcb] <step>`")
    interval = _duration(found["step"], at + 1)
    series = tuple(_series(lines[i], i + 1) for i in range(at + 1, end))
    return Load(at + 1, interval, series, found["nhcb"] is not None)


def _series(line: str, number: int) -> Description:
    try:
        return notation.series(line)
    except NotationError as error:
        raise TestSyntaxError(number, f"column {error.column}: {error.message}") from None


def _duration(text: str, line: int) -> int:
    millis = 0 if text == "0" else duration(text)
    if millis is None:
        raise TestSyntaxError(line, f"{text!r} is no duration")
    return millis


def _query(text: str, line: int) -> tuple[str, str | None, tuple[int, int, int]]:
    found = _INSTANT.fullmatch(text)
    if found is not None:
        at = _duration(found["at"], line)
        return found["expr"], found["mode"], (at, at, 0)
    found = _RANGE.fullmatch(text)
    if found is None:
        raise TestSyntaxError(
            line, "invalid eval command, expected `eval instant at …` or `eval range from … to … step …`"
        )
    start, end, step = (_duration(found[name], line) for name in ("start", "end", "step"))
    if end < start or step <= 0:
        raise TestSyntaxError(line, "a range must not end before it starts, and its step must be positive")
    return found["expr"], found["mode"], (start, end, step)


_MODES = {mode.value: mode for mode in Expectation}


@dataclass(slots=True)
class _Reader:
    """Collects the lines of one `eval` block."""

    line: int
    expr: str
    mode: str | None
    times: tuple[int, int, int]
    expects: list[Expect] = field(default_factory=list)
    results: list[Description] = field(default_factory=list)
    scalar: float | None = None
    string: str | None = None
    range_start: int = 0
    range_step: int | None = None

    def read(self, lines: list[str], at: int, end: int) -> tuple[Eval, int]:
        """The command, and the index of the first line behind it."""
        if self.mode is not None:
            self.expects.append(Expect(_MODES[self.mode]))
        done = False
        while at < end and not done:
            done = self._line(lines[at], at + 1)
            at += 1
        self._check()
        command = Eval(
            self.line,
            self.expr,
            *self.times,
            tuple(self.expects),
            tuple(self.results),
            self.scalar,
            self.string,
            self.range_start,
            self.range_step,
        )
        return command, at

    def _line(self, text: str, number: int) -> bool:
        """Take one line; whether it ends the block."""
        if self.mode == "fail" and text.startswith(("expected_fail_message", "expected_fail_regexp")):
            word, _, rest = text.partition(" ")
            self.expects[0] = Expect(Expectation.FAIL, rest.strip(), word.endswith("regexp"))
            return True
        if text.split(" ", 1)[0] == "expect":
            self._expect(text, number)
            return False
        scalar = parse_number(text)
        if scalar is not None:
            self.scalar = scalar
            return True
        found = _series(text, number)
        if self.times[2] == 0 and self.range_step is None and len(found.samples) > 1:
            raise TestSyntaxError(number, "an instant query has one value for each series")
        self.results.append(found)
        return False

    def _expect(self, text: str, number: int) -> None:
        span, string, plain = _EXPECT_RANGE.fullmatch(text), _EXPECT_STRING.fullmatch(text), _EXPECT.fullmatch(text)
        if span is not None:
            self.range_start = _duration(span[1], number)
            self.range_step = _duration(span[3], number)
        elif string is not None:
            self.string = _unquoted(string[1], number)
        elif plain is not None:
            wanted = plain["text"].strip() if plain["text"] is not None else None
            self.expects.append(Expect(_MODES[plain["kind"]], wanted, plain["how"] == "regex"))
        else:
            raise TestSyntaxError(number, f"invalid expect line {text!r}")

    def _check(self) -> None:
        kinds = [expect.kind for expect in self.expects]
        for some, none in ((Expectation.INFO, Expectation.NO_INFO), (Expectation.WARN, Expectation.NO_WARN)):
            if some in kinds and none in kinds:
                raise TestSyntaxError(self.line, f"expect {some.value} and {none.value} cannot be used together")
        if kinds.count(Expectation.FAIL) > 1:
            raise TestSyntaxError(self.line, "several `expect fail` lines")


def _unquoted(text: str, line: int) -> str:
    if len(text) < 2 or text[0] != text[-1] or text[0] not in "\"'`":
        raise TestSyntaxError(line, f"{text!r} is no quoted string")
    try:
        return unquote(Token(Kind.STRING, text, 0))
    except PromQLError as error:
        raise TestSyntaxError(line, error.message) from None
