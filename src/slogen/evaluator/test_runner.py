"""Test files run command by command; changes when an outcome is judged by something else.

The engine is set up as Prometheus sets it up for its own tests: delayed name removal, subqueries of one minute.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from slogen import regex
from slogen.evaluator import comparison, loading
from slogen.evaluator.context import Options
from slogen.evaluator.errors import EvaluationError, Unsupported
from slogen.evaluator.evaluate import Result, evaluate
from slogen.evaluator.series import Storage
from slogen.evaluator.test_language import Clear, Eval, Expect, Expectation, Load, commands
from slogen.evaluator.times import Grid
from slogen.evaluator.vector import Scalar, String, Value, Vector, single
from slogen.promql.ast import Expr
from slogen.promql.lex import PromQLError
from slogen.promql.parse import parse

TEST_OPTIONS = Options(delayed_name_removal=True)


class Verdict(Enum):
    """What came of one `eval`."""

    PASS = "pass"  # noqa: S105 -- a word, no password
    FAIL = "fail"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One `eval`: where it is, what it asked, and what came of it; `reason` is empty for a pass."""

    line: int
    expr: str
    verdict: Verdict
    reason: str = ""


def run(text: str, options: Options = TEST_OPTIONS) -> Iterator[Outcome]:
    """The outcome of every `eval` of a file, in order. Raises TestSyntaxError, and ValueError for impossible loads."""
    storage = Storage()
    for command in commands(text):
        if isinstance(command, Eval):
            yield judged(command, storage, options)
        else:
            storage = _after(command, storage)


def loaded(text: str) -> Storage:
    """The samples that the `load` blocks of a file leave; its evals are passed over. Raises as `run` does."""
    storage = Storage()
    for command in commands(text):
        if not isinstance(command, Eval):
            storage = _after(command, storage)
    return storage


def _after(command: Clear | Load, storage: Storage) -> Storage:
    if isinstance(command, Clear):
        return Storage()
    put = loading.load_with_custom_buckets if command.convert else loading.load
    put(storage, command.series, command.interval)
    return storage


def judged(command: Eval, storage: Storage, options: Options) -> Outcome:
    """Evaluate and compare one `eval`."""
    try:
        verdict, reason = _verdict(command, parse(command.expr), storage, options)
    except PromQLError as error:
        verdict, reason = _refused(command, error)
    return Outcome(command.line, command.expr, verdict, reason)


def _verdict(command: Eval, expr: Expr, storage: Storage, options: Options) -> tuple[Verdict, str]:
    grid = Grid.instant(command.start) if command.is_instant else Grid(command.start, command.end, command.step)
    failure = next((expect for expect in command.expects if expect.kind is Expectation.FAIL), None)
    try:
        result = evaluate(expr, storage, grid, options)
    except Unsupported as refusal:
        return Verdict.UNSUPPORTED, f"{refusal} ({_position(command.expr, refusal.name)})"
    except EvaluationError as error:
        if failure is None:
            return Verdict.FAIL, f"failed: {error}"
        return (Verdict.PASS, "") if _matches(failure, str(error)) else (Verdict.FAIL, f"failed otherwise: {error}")
    if failure is not None:
        return Verdict.FAIL, f"expected a failure, got {comparison.describe(result.value)}"
    problem = _annotations_differ(command, result) or _value_differs(command, result.value)
    if problem is None and command.is_instant and _has_a_middle(command, result.value):
        problem = _in_range_differs(command, expr, storage, options)
    return (Verdict.PASS, "") if problem is None else (Verdict.FAIL, problem)


def _value_differs(command: Eval, value: Value) -> str | None:
    if isinstance(value, Scalar) and not command.is_instant:
        value = single(value.values, np.ones(len(value.values), dtype=np.bool_))
    if command.string is not None:
        same = isinstance(value, String) and value.text == command.string
        return None if same else f"expected string {command.string!r}, got {comparison.describe(value)}"
    if command.scalar is not None:
        return comparison.scalar_difference(value, command.scalar)
    if command.range_step is not None:
        return comparison.matrix_difference(value, command.results, command.range_start, command.range_step)
    ordered = any(expect.kind is Expectation.ORDERED for expect in command.expects)
    return comparison.difference(value, command.results, ordered)


def _has_a_middle(command: Eval, value: Value) -> bool:
    ordered = any(expect.kind is Expectation.ORDERED for expect in command.expects)
    return isinstance(value, Vector) and not ordered and not re.search(r"@\s*(start|end)\s*\(", command.expr)


def _in_range_differs(command: Eval, expr: Expr, storage: Storage, options: Options) -> str | None:
    """The same query as the middle of a range of three minutes, which must give the same."""
    minute = 60_000
    grid = Grid(command.start - minute, command.start + minute, minute)
    try:
        value = evaluate(expr, storage, grid, options).value
    except EvaluationError as error:
        return f"as part of a range: failed: {error}"
    if not isinstance(value, Vector):
        return None
    middle = replace(
        value,
        values=value.values[:, 1:2],
        present=value.present[:, 1:2],
        histograms=value.histograms[:, 1:2] if value.histograms is not None else None,
    )
    alive = [row for row in range(len(middle)) if middle.holding()[row, 0]]
    found = comparison.difference(comparison.chosen(middle, alive), command.results, ordered=False)
    return f"as part of a range: {found}" if found is not None else None


def _annotations_differ(command: Eval, result: Result) -> str | None:
    for some, none, texts in (
        (Expectation.WARN, Expectation.NO_WARN, result.warnings),
        (Expectation.INFO, Expectation.NO_INFO, result.infos),
    ):
        if texts and any(expect.kind is none for expect in command.expects):
            return f"unexpected {some.value} annotation: {texts[0]}"
        wanted = [expect for expect in command.expects if expect.kind is some]
        problem = _unmatched(some.value, wanted, texts) if wanted else None
        if problem is not None:
            return problem
    return None


def _unmatched(kind: str, wanted: Sequence[Expect], texts: Sequence[str]) -> str | None:
    for expect in wanted:
        if not any(_matches(expect, text) for text in texts):
            found = "; ".join(texts) or "none"
            return f"expected {kind} annotation {expect.text or ''!r}, got {found}"
    for text in texts:
        if not any(_matches(expect, text) for expect in wanted):
            return f"unexpected {kind} annotation: {text}"
    return None


def _matches(expect: Expect, text: str) -> bool:
    if expect.text is None:
        return True
    return regex.compile(expect.text, dot_newline=False).search(text) if expect.is_pattern else expect.text == text


def _refused(command: Eval, error: PromQLError) -> tuple[Verdict, str]:
    """A parse error: something of an experimental syntax is refused by name, anything else is a failure."""
    where = f"column {error.start + 1}"
    for name, pattern in EXPERIMENTAL_SYNTAX:
        if pattern.search(command.expr):
            return Verdict.UNSUPPORTED, f"{name}: experimental in Prometheus 3.5 and not supported ({where})"
    return Verdict.FAIL, f"cannot be parsed: {error.message} ({where})"


_NUMBER = r"[\d.]+(?:ms|[smhdwy]\b)?[\dsmhdwy]*"
EXPERIMENTAL_SYNTAX = (
    (
        "duration expression",
        re.compile(rf"(?:\[|offset\s|:)\s*[-(\d][^\]]*?[-+*/%^(]\s*[\d(.]|{_NUMBER}\s*[*+/%^]\s*{_NUMBER}\s*[\]:]"),
    ),
    ("duration expression", re.compile(r"\b(?:step|range)\s*\(\s*\)")),
)


def _position(expr: str, name: str) -> str:
    found = re.search(rf"\b{re.escape(name)}\b", expr, re.IGNORECASE)
    return f"column {found.start() + 1}" if found is not None else "column 1"
