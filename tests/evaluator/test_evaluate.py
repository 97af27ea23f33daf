"""The front door: grids, pieces of long ranges, name removal, refusals, and what is no query."""

import pytest

from slogen.evaluator import comparison
from slogen.evaluator.context import Options
from slogen.evaluator.engine import EXPERIMENTAL_FUNCTIONS
from slogen.evaluator.errors import EvaluationError, Unsupported
from slogen.evaluator.evaluate import evaluate, instant, selectors_of
from slogen.evaluator.functions import CALLS
from slogen.evaluator.range_functions import NAMES
from slogen.evaluator.series import Storage
from slogen.evaluator.times import Grid
from slogen.evaluator.vector import Matrix, Scalar, String, Vector
from slogen.promql.ast import Aggregate, Call, Hole, Number, Range, Selector, Text
from slogen.promql.parse import parse
from slogen.promql.signatures import AGGREGATORS, FUNCTIONS
from tests.evaluator.asking import MINUTE, ask, samples, stored


def test_every_stable_function_is_there_and_every_experimental_one_refused() -> None:
    """The evaluator knows the functions of Prometheus 3.5, neither fewer nor more."""
    known = {*CALLS, *NAMES, "absent_over_time"}
    assert known == {name for name, function in FUNCTIONS.items() if not function.experimental}
    assert {name for name, function in FUNCTIONS.items() if function.experimental} == EXPERIMENTAL_FUNCTIONS


def test_every_stable_aggregation_works() -> None:
    """No stable aggregation is refused."""
    storage = stored('a{i="1"} 1x5', 'a{i="2"} 3x5')
    for name, aggregator in AGGREGATORS.items():
        param = {None: "", "scalar": "0.5, ", "string": '"v", '}[aggregator.param]
        if aggregator.experimental:
            with pytest.raises(Unsupported, match=name):
                ask(storage, f"{name}({param}a)", 1)
        else:
            ask(storage, f"{name}({param}a)", 1)


@pytest.mark.parametrize(
    ("expr", "name"),
    [
        (Call("mad_over_time", (Range(Selector("a"), MINUTE),)), "mad_over_time"),
        (Call("from_the_future", (Selector("a"),)), "from_the_future"),
        (Aggregate("median", Selector("a")), "median"),
        (Aggregate("limitk", Selector("a"), param=Number(1.0)), "limitk"),
    ],
)
def test_refusals_name_the_construct(expr: "Call | Aggregate", name: str) -> None:
    """What is not supported is named, never guessed."""
    with pytest.raises(Unsupported) as caught:
        instant(expr, stored("a 1"), 0)
    assert caught.value.name == name
    assert name in str(caught.value)


LONG = (
    "rate(c_total[5m])",
    "sum by (i) (c_total) / on(i) group_left gap",
    "max_over_time(c_total[3m:1m])",
    "c_total @ start()",
    "gap or c_total",
    "time() + 1",
    "rate(h[3m])",
    '"text"',
)


@pytest.mark.parametrize("expr", LONG)
def test_a_range_in_pieces_is_the_same_as_in_one(expr: str) -> None:
    """Pieces of a long range join without a seam."""
    storage = stored(
        'c_total{i="1"} 0+3x3000',
        'c_total{i="2"} _x1200 5+1x1500',
        'gap{i="1"} 1 _x600 2 _x1000 3x20',
        'h{i="1"} {{count:1 sum:1 buckets:[1]}}+{{count:1 sum:1 buckets:[1]}}x2500',
    )
    grid = Grid(0, 2600 * MINUTE, MINUTE)
    whole = ask(storage, expr, grid, Options(cells=10**9))
    pieces = ask(storage, expr, grid, Options(cells=300))
    assert whole.warnings == pieces.warnings
    assert whole.infos == pieces.infos
    match whole.value, pieces.value:
        case Vector() as a, Vector() as b:
            assert a.labels == b.labels
            assert [comparison.cells(a, row) for row in range(len(a))] == [
                comparison.cells(b, row) for row in range(len(b))
            ]
        case Scalar(a), Scalar(b):
            assert (a == b).all()
        case a, b:
            assert a == b


def test_a_range_has_its_last_step() -> None:
    """The end of a grid is included if a step falls on it, and never passed."""
    assert Grid(0, 100, 50).times().tolist() == [0, 50, 100]
    assert Grid(0, 99, 50).times().tolist() == [0, 50]
    assert len(Grid(0, -1, 50)) == 0
    assert [part.times().tolist() for part in Grid(0, 99, 20).chunks(2)] == [[0, 20], [40, 60], [80]]
    with pytest.raises(ValueError, match="positive"):
        Grid(0, 10, 0)


def test_series_without_samples_are_not_returned() -> None:
    """A series is in a result only if it has a sample there."""
    storage = stored('a{i="1"} 1x5', 'a{i="2"} _x20 1')
    assert list(samples(storage, "a", Grid(0, 5 * MINUTE, MINUTE))) == ['a{i="1"}']
    assert samples(storage, "a > 5", Grid(0, 5 * MINUTE, MINUTE)) == {}


def test_names_are_dropped_at_once_or_at_the_end() -> None:
    """With delayed removal a function may merge what it may not merge without."""
    storage = stored('a{i="1"} 1x5', 'b{i="1"} 2x5')
    grid = Grid(0, 3 * MINUTE, MINUTE)
    with pytest.raises(EvaluationError, match="same labelset"):
        ask(storage, 'abs({i="1"})', grid)
    assert samples(storage, 'sum by (i) (abs({i="1"}))', 1, Options(delayed_name_removal=True)) == {'{i="1"}': [3.0]}
    with pytest.raises(EvaluationError, match="same labelset"):
        ask(storage, 'abs({i="1"})', 1, Options(delayed_name_removal=True))
    assert list(samples(storage, "abs(a)", 1, Options(delayed_name_removal=True))) == ['{i="1"}']


def test_series_that_alternate_become_one() -> None:
    """Equal labels at different steps are one series of a range query."""
    storage = stored("a 1 1 1", "b _x5 stale _ 5 5")
    found = samples(storage, "(a < 5) * 2 or b * 1", Grid(0, 12 * MINUTE, 2 * MINUTE))
    assert found == {"{}": [2.0, 2.0, 2.0, 2.0, 5.0, 5.0, 5.0]}
    histograms = stored("a 1 1 1", "b _x7 {{count:2}} {{count:3}}")
    cells = samples(histograms, "(a < 5) * 2 or b * 1", Grid(0, 8 * MINUTE, 4 * MINUTE))["{}"]
    assert cells[0] == 2.0
    assert getattr(cells[2], "count", None) == 3


def test_range_vectors_and_strings_as_results() -> None:
    """An instant query may end in a range selector, a subquery or a string."""
    storage = stored('a{i="1"} 1 2 3', "h {{count:1}} {{count:2}}")
    value = ask(storage, "a[2m]", 2).value
    assert isinstance(value, Matrix)
    assert [(row.labels, row.times.tolist(), row.values.tolist()) for row in value.rows] == [
        ((("__name__", "a"), ("i", "1")), [60_000, 120_000], [2.0, 3.0])
    ]
    assert isinstance(ask(storage, "h[2m:30s]", 1).value, Matrix)
    native = ask(storage, "h[5m]", 1).value
    assert isinstance(native, Matrix)
    assert len(native.rows[0].histograms) == 2
    assert ask(storage, '"x"', 0).value == String("x")
    with pytest.raises(ValueError, match="range vector"):
        ask(storage, "a[2m]", Grid(0, 10, 5))


def test_an_empty_subquery() -> None:
    """A subquery whose resolution skips its range has no samples."""
    assert samples(stored("a 1x9"), "sum_over_time(a[20s:1m] offset 30s)", 2) == {}


def test_an_open_window_is_a_mistake_of_the_caller() -> None:
    """A hole must be filled before anything is evaluated."""
    with pytest.raises(ValueError, match="filled in"):
        evaluate(Call("rate", (Range(Selector("a"), Hole()),)), stored("a 1"), Grid.instant(0))


@pytest.mark.parametrize(
    ("expr", "message"),
    [
        (Call("abs", (Number(1.0),)), "expected an instant vector, got scalar"),
        (Call("vector", (Selector("a"),)), "expected a scalar, got vector"),
        (Call("label_join", (Selector("a"), Number(1.0), Text(""))), "expected a string, got scalar"),
        (Call("rate", (Selector("a"),)), "expected a scalar, got vector"),
        (Call("absent_over_time", (Selector("a"),)), "expected a range vector"),
        (Call("abs", (Range(Selector("a"), MINUTE),)), "a range vector has no value at a step"),
    ],
)
def test_trees_the_parser_would_refuse(expr: Call, message: str) -> None:
    """A tree built by hand with the wrong types does not evaluate to anything."""
    with pytest.raises(TypeError, match=message):
        instant(expr, stored("a 1"), 0)


def test_selectors_of() -> None:
    """Every selector is found, in parameters too."""
    expr = parse("topk(scalar(a), max_over_time((-b)[5m:1m])) + on() sum_over_time(c[1m]) / abs(d)")
    assert [selector.name for selector in selectors_of(expr)] == ["b", "a", "c", "d"]


def test_scalar_negation_and_arithmetic() -> None:
    """Scalars are numbers at every step."""
    value = ask(Storage(), "-(time() - 30) ^ 2", Grid(0, 60_000, 30_000)).value
    assert isinstance(value, Scalar)
    assert value.values.tolist() == [-900.0, 0.0, -900.0]


def test_no_warning_escapes(recwarn: pytest.WarningsRecorder) -> None:
    """Division by zero and overflow are values of PromQL, not warnings of ours."""
    storage = stored("a 0 1e308 NaN Inf", "b 0 1e308 NaN -Inf")
    for expr in ("a / b", "a * 10", "ln(a)", "a % b", "sum_over_time(a[5m]) - stddev_over_time(b[5m])", "rate(a[5m])"):
        ask(storage, expr, Grid(0, 5 * MINUTE, MINUTE))
    assert list(recwarn) == []


def test_quantile_parameters_are_warned_of_once() -> None:
    """Every invalid quantile is reported, NaN as such."""
    storage = stored("a 1x5")
    assert ask(storage, "quantile_over_time(2, a[5m])", 2).warnings == (
        "PromQL warning: quantile value should be between 0 and 1, got 2",
    )
    assert "got NaN" in ask(storage, "quantile(NaN, a)", 2).warnings[0]
    assert len(ask(storage, "quantile(time() - 60, a)", Grid(0, 2 * MINUTE, MINUTE)).warnings) == 2


def test_the_lookback_is_an_option() -> None:
    """How old a sample may be is configurable, and exclusive."""
    storage = stored("a 1")
    assert samples(storage, "a", 5) == {}
    assert samples(storage, "a", 5, Options(lookback=6 * MINUTE)) == {"a": [1.0]}


def test_the_default_step_of_subqueries_is_an_option() -> None:
    """`[5m:]` uses the configured resolution."""
    storage = stored("a 1x9")
    assert samples(storage, "count_over_time(a[5m:])", 5) == {"{}": [5.0]}
    assert samples(storage, "count_over_time(a[5m:])", 5, Options(subquery_step=30_000)) == {"{}": [10.0]}


def test_topk_of_nothing_and_of_too_much() -> None:
    """Limits beyond 64 bits are an error only where there is something to rank."""
    storage = stored("a 1x5")
    assert samples(storage, "topk(1e30, nothing)", 0) == {}
    with pytest.raises(EvaluationError, match=r"Scalar value 1e\+30 overflows int64"):
        ask(storage, "topk(1e30, a)", 0)


def test_giants_among_resets() -> None:
    """What a huge value leaves of later resets depends on the order of addition, which is that of Prometheus."""
    storage = stored("a_total 1e100 5 -89 38 15")
    assert samples(storage, "increase(a_total[10m])", 4) == {"{}": [pytest.approx((5 + 38) * 4.5 / 4)]}


@pytest.mark.parametrize(
    ("expr", "message"),
    [
        ('label_replace(a, "", "x", "i", "1")', r"invalid destination label name in label_replace\(\): "),
        ('label_join(a, "", "x", "i")', r"invalid destination label name in label_join\(\): "),
        ('label_join(a, "x", "", "")', r"invalid source label name in label_join\(\): "),
        ('count_values("", a)', 'invalid label name ""'),
    ],
)
def test_invalid_label_names(expr: str, message: str) -> None:
    """An empty name is no label name."""
    with pytest.raises(EvaluationError, match=message):
        ask(stored("a 1"), expr, 0)


def test_absent_knows_no_name() -> None:
    """`absent` of a name written as a matcher has no labels from it."""
    assert samples(Storage(), 'absent({__name__="a", b="c"})', 0) == {'{b="c"}': [1.0]}
    assert samples(Storage(), "vector(1)", Grid(0, 10, 5)) == {"{}": [1.0] * 3}


def test_pinned_expressions_are_computed_once_and_repeated() -> None:
    """What `@` pins is the same at every step, histograms too."""
    storage = stored("a 1 2 3", "h {{count:1}} {{count:2}}")
    grid = Grid(0, 2 * MINUTE, MINUTE)
    assert samples(storage, "a @ 60", grid) == {"a": [2.0, 2.0, 2.0]}
    assert [getattr(cell, "count", None) for cell in samples(storage, "h @ 60", grid)["h"]] == [2, 2, 2]
    value = ask(storage, "scalar(a @ 60)", grid).value
    assert isinstance(value, Scalar)
    assert value.values.tolist() == [2.0, 2.0, 2.0]


def test_the_first_step_that_fails_is_reported() -> None:
    """Errors come in the order of the steps, whatever kind they are."""
    storage = stored('a{x="1"} 1x9', 'a{x="2"} 2x9', 'b{y="1"} 3x9', 'b{y="2"} _x5 4x9')
    with pytest.raises(EvaluationError, match="many-to-one matching must be explicit"):
        ask(storage, "a * on() b", Grid(0, 9 * MINUTE, MINUTE))
    with pytest.raises(EvaluationError, match="found duplicate series"):
        ask(storage, "a * on() b", Grid(5 * MINUTE, 9 * MINUTE, MINUTE))


def test_a_subquery_reaches_to_the_end_of_the_query() -> None:
    """Its inner expression is evaluated up to the end of the range, even where no step falls on it."""
    storage = stored('a{x="1"} 1x9', 'b{y="1"} 3x9', 'b{y="2"} _x5 4x9')
    expr = "sum_over_time((a * on() b)[1m:30s])"
    assert samples(storage, expr, Grid(0, 4 * MINUTE, 4 * MINUTE)) == {"{}": [3.0, 6.0]}
    with pytest.raises(EvaluationError, match="found duplicate series"):
        ask(storage, expr, Grid(0, 7 * MINUTE, 4 * MINUTE))
