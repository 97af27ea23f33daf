"""promtool's test format, read as strictly as promtool reads it (cmd/promtool/unittest.go)."""

from dataclasses import dataclass
from datetime import UTC, datetime

from slogen.diagnostics.model import Span
from slogen.replay.fields import FieldError, Fields, Pairs


@dataclass(frozen=True, slots=True)
class InputSeries:
    """A series and its values in the expanding notation (`0+1x60`)."""

    series: str
    values: str
    span: Span


@dataclass(frozen=True, slots=True)
class ExpectedAlert:
    """One firing alert: all its labels beside `alertname`, and all its annotations."""

    labels: Pairs
    annotations: Pairs


@dataclass(frozen=True, slots=True)
class AlertCheck:
    """At `eval_time` (ms after the start) exactly these alerts of this name are firing."""

    eval_time: int
    alertname: str
    expected: tuple[ExpectedAlert, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ExpectedSample:
    """A sample of a query's result: its series in PromQL notation, and a value or a histogram's notation."""

    series: str
    value: float
    histogram: str


@dataclass(frozen=True, slots=True)
class ExprCheck:
    """At `eval_time` (ms after the start) the expression gives exactly these samples."""

    expr: str
    eval_time: int
    expected: tuple[ExpectedSample, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class TestCase:
    """One fresh world: series in, checks out. Times in ms; `name` is never empty."""

    name: str
    interval: int
    start: int
    series: tuple[InputSeries, ...]
    alert_checks: tuple[AlertCheck, ...]
    expr_checks: tuple[ExprCheck, ...]
    external_labels: Pairs
    external_url: str
    span: Span

    @property
    def last_check(self) -> int:
        """The latest moment that any check asks for, ms after the start."""
        times = [check.eval_time for check in self.alert_checks] + [check.eval_time for check in self.expr_checks]
        return max(times, default=0)


@dataclass(frozen=True, slots=True)
class TestFile:
    """A whole file; `evaluation_interval` in ms is the one step at which every group runs."""

    rule_files: tuple[str, ...]
    evaluation_interval: int
    group_eval_order: tuple[str, ...]
    fuzzy_compare: bool
    tests: tuple[TestCase, ...]
    span: Span


def read(text: str, file: str) -> TestFile:
    """A test file; raises FieldError at the first thing promtool would refuse."""
    root = Fields.of_text(text, file)
    root.known("rule_files", "evaluation_interval", "group_eval_order", "fuzzy_compare", "tests")
    interval = root.duration("evaluation_interval") or 60_000
    order = root.texts("group_eval_order")
    for name in order:
        if order.count(name) > 1:
            raise FieldError(f"group name repeated in evaluation order: {name}", root.at("group_eval_order"))
    tests = tuple(_test(fields, interval, number) for number, fields in enumerate(root.items("tests")))
    return TestFile(root.texts("rule_files"), interval, order, root.flag("fuzzy_compare"), tests, root.at("rule_files"))


def _test(fields: Fields, evaluation_interval: int, number: int) -> TestCase:
    fields.known(
        "name", "interval", "start_timestamp", "input_series", "alert_rule_test", "promql_expr_test",
        "external_labels", "external_url",
    )  # fmt: skip
    return TestCase(
        name=fields.text("name") or f"unnamed#{number}",
        interval=fields.duration("interval") or evaluation_interval,
        start=_start(fields),
        series=tuple(_input(item) for item in fields.items("input_series")),
        alert_checks=tuple(_alert_check(item) for item in fields.items("alert_rule_test")),
        expr_checks=tuple(_expr_check(item) for item in fields.items("promql_expr_test")),
        external_labels=fields.pairs("external_labels"),
        external_url=fields.text("external_url"),
        span=fields.span,
    )


def _start(fields: Fields) -> int:
    """`start_timestamp`: Unix seconds or RFC 3339."""
    text = fields.text("start_timestamp")
    if not text:
        return 0
    try:
        return round(float(text) * 1000)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        problem = f"start_timestamp is neither Unix seconds nor RFC 3339: {text}"
        raise FieldError(problem, fields.at("start_timestamp")) from None
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def _input(fields: Fields) -> InputSeries:
    fields.known("series", "values")
    return InputSeries(fields.text("series"), fields.text("values"), fields.at("values"))


def _alert_check(fields: Fields) -> AlertCheck:
    fields.known("eval_time", "alertname", "exp_alerts")
    name = fields.text("alertname")
    if not name:
        raise FieldError("an item under alert_rule_test misses required attribute alertname", fields.span)
    expected = []
    for item in fields.items("exp_alerts"):
        item.known("exp_labels", "exp_annotations")
        expected.append(ExpectedAlert(item.pairs("exp_labels"), item.pairs("exp_annotations")))
    return AlertCheck(fields.duration("eval_time"), name, tuple(expected), fields.span)


def _expr_check(fields: Fields) -> ExprCheck:
    fields.known("expr", "eval_time", "exp_samples")
    expected = []
    for item in fields.items("exp_samples"):
        item.known("labels", "value", "histogram")
        expected.append(ExpectedSample(item.text("labels"), item.number("value"), item.text("histogram")))
    return ExprCheck(fields.text("expr"), fields.duration("eval_time"), tuple(expected), fields.span)
