"""Runs promtool's tests: the same verdict as promtool 3.5 on the same files (cmd/promtool/unittest.go)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from slogen.diagnostics.model import Span
from slogen.evaluator import labels as label
from slogen.evaluator import native_notation, notation
from slogen.evaluator.context import Options
from slogen.evaluator.errors import EvaluationError, Unsupported
from slogen.evaluator.evaluate import evaluate
from slogen.evaluator.labels import Labels
from slogen.evaluator.loading import load
from slogen.evaluator.native import Histogram
from slogen.evaluator.series import Storage
from slogen.evaluator.times import Grid
from slogen.evaluator.vector import Scalar, Vector
from slogen.gotemplate.values import shortest
from slogen.promql.lex import PromQLError
from slogen.promql.parse import parse
from slogen.replay.fields import Pairs
from slogen.replay.rulefile import Group
from slogen.replay.run import Replay, Setting, replay
from slogen.replay.states import FIRING
from slogen.replay.testfile import AlertCheck, ExprCheck, TestCase, TestFile

Value = float | Histogram


@dataclass(frozen=True, slots=True)
class Failure:
    """A check that did not hold, or a test that could not run: what was expected and what was seen, line by line."""

    message: str
    expected: tuple[str, ...]
    seen: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class CaseResult:
    """The verdict of one test; `replayed` is what happened in it, None where it could not be run."""

    name: str
    failures: tuple[Failure, ...]
    replayed: Replay | None


def ordered(groups: Sequence[Group], order: Sequence[str]) -> list[Group]:
    """Groups as promtool evaluates them: those that `group_eval_order` names in its order, all others before them.

    promtool leaves the order of the others to chance; here they stay in the order of the files.
    """
    rank = {name: number for number, name in enumerate(order)}
    return sorted(groups, key=lambda group: rank.get(group.name, 0))


def run_case(case: TestCase, file: TestFile, groups: Sequence[Group]) -> CaseResult:
    """Plays one test against `groups`, which are in order of evaluation."""
    storage = Storage()
    failures = _load(case, storage)
    if failures:
        return CaseResult(case.name, tuple(failures), None)
    end = case.start + case.last_check
    setting = Setting(
        start=case.start,
        end=end,
        interval=file.evaluation_interval,
        honour_group_intervals=False,
        external_labels=dict(case.external_labels),
        external_url=case.external_url,
    )
    world = replay(groups, storage, setting)
    if world.failures:
        broken = [
            Failure(f"rule {found.rule} of group {found.group} failed: {found.message}", (), (), case.span)
            for found in world.failures
        ]
        return CaseResult(case.name, tuple(broken), world)
    failures = [f for check in case.alert_checks for f in _alert_failures(check, case, world)]
    failures += [f for check in case.expr_checks for f in _expr_failures(check, case, file, world)]
    return CaseResult(case.name, tuple(failures), world)


def _load(case: TestCase, storage: Storage) -> list[Failure]:
    described = []
    for series in case.series:
        try:
            described.append(notation.series(f"{series.series} {series.values}"))
        except notation.NotationError as error:
            return [Failure(f"input series {series.series}: {error.message}", (), (), series.span)]
    load(storage, described, case.interval, case.start)
    return []


def _alert_failures(check: AlertCheck, case: TestCase, world: Replay) -> list[Failure]:
    """As promtool compares: at the last tick at or before the check, and only alerts that are firing."""
    moment = case.start + check.eval_time
    name = (("alertname", check.alertname),)
    expected = sorted(_alert_text((*item.labels, *name), item.annotations) for item in check.expected)
    firing = [life for life in world.alerts if life.rule.alert == check.alertname and life.state_at(moment) == FIRING]
    seen = sorted(_alert_text(life.all_labels, life.annotations_at(moment)) for life in firing)
    if expected == seen:
        return []
    return [
        Failure(
            f"alertname: {check.alertname}, time: {_duration(check.eval_time)}",
            tuple(expected),
            tuple(seen),
            check.span,
        )
    ]


def _alert_text(labels: Pairs, annotations: Pairs) -> str:
    return f"Labels:{label.show(label.make(dict(labels)))} Annotations:{label.show(tuple(sorted(annotations)))}"


def _expr_failures(check: ExprCheck, case: TestCase, file: TestFile, world: Replay) -> list[Failure]:
    moment = case.start + check.eval_time
    where = f"expr: {check.expr!r}, time: {_duration(check.eval_time)}"
    try:
        options = Options(subquery_step=file.evaluation_interval)
        value = evaluate(parse(check.expr), world.storage, Grid.instant(moment), options).value
        seen = _samples(value)
        expected = _expected(check)
    except (PromQLError, EvaluationError, Unsupported, notation.NotationError, native_notation.HistogramError) as error:
        return [Failure(f"{where}: {error}", (), (), check.span)]
    if seen is None:
        return [Failure(f"{where}: the result is neither a vector nor a scalar", (), (), check.span)]
    if len(seen) == len(expected) and all(
        a[0] == b[0] and _same(a[1], b[1], fuzzy=file.fuzzy_compare) for a, b in zip(expected, seen, strict=True)
    ):
        return []
    return [Failure(where, tuple(map(_sample_text, expected)), tuple(map(_sample_text, seen)), check.span)]


def _samples(value: object) -> list[tuple[Labels, Value]] | None:
    match value:
        case Scalar(values):
            return [(label.EMPTY, float(values[0]))]
        case Vector():
            found: list[tuple[Labels, Value]] = []
            for row, labels in enumerate(value.labels):
                histogram = None if value.histograms is None else value.histograms[row, 0]
                found.append((labels, float(value.values[row, 0]) if histogram is None else histogram))
            return sorted(found, key=lambda sample: sample[0])
    return None


def _expected(check: ExprCheck) -> list[tuple[Labels, Value]]:
    found: list[tuple[Labels, Value]] = []
    for item in check.expected:
        labels = notation.metric(item.series) if item.series else label.EMPTY
        found.append((labels, native_notation.histogram(item.histogram) if item.histogram else item.value))
    return sorted(found, key=lambda sample: sample[0])


def _same(expected: Value, seen: Value, *, fuzzy: bool) -> bool:
    """Bit for bit, NaN never equal, as promtool; with `fuzzy_compare` one unit in the last place is forgiven."""
    if isinstance(expected, Histogram) or isinstance(seen, Histogram):
        return expected == seen
    if expected == seen or not fuzzy:
        return expected == seen
    return math.nextafter(expected, math.inf) == seen or math.nextafter(expected, -math.inf) == seen


def _sample_text(sample: tuple[Labels, Value]) -> str:
    labels, value = sample
    return f"{label.show(labels)} {value if isinstance(value, Histogram) else shortest(value)}"


def _duration(millis: int) -> str:
    parts = []
    for unit, size in (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)):
        count, millis = divmod(millis, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
