"""The builder makes exactly what is asked, and nothing that Prometheus would refuse."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from slogen.promql import build as q
from slogen.promql.ast import Expr, Matcher, MatchOp, Number, Selector
from slogen.promql.parse import parse
from slogen.promql.rewrite import fill_hole
from slogen.promql.text import show
from slogen.promql.types import PromQLTypeError

X = q.selector("x", model="fraud-detector")
Y = q.selector("y")


@pytest.mark.parametrize(
    ("built", "text"),
    [
        (X, 'x{model="fraud-detector"}'),
        (q.selector("x", q.one_of("code", ["500"])), 'x{code="500"}'),
        (q.selector("x", q.one_of("code", ["500", "5.*", "500"])), 'x{code=~"500|5\\\\.\\\\*"}'),
        (q.selector("x", q.matcher("a.b", MatchOp.NE, '"')), 'x{"a.b"!="\\""}'),
        (q.rate(q.over(X, q.WINDOW)), 'rate(x{model="fraud-detector"}[$window])'),
        (
            q.max_over_time(q.subquery(q.div(X, Y), q.HOUR, q.MINUTE)),
            'max_over_time((x{model="fraud-detector"} / y)[1h:1m])',
        ),
        (q.sum_by(Y, "a", "b"), "sum by (a, b) (y)"),
        (q.sum_without(Y), "sum without () (y)"),
        (q.topk_by(3, Y), "topk(3, y)"),
        (q.aggregate("count_values", Y, param="v"), 'count_values("v", y)'),
        (
            q.div(X, Y, q.on("model", group_left=("team",))),
            'x{model="fraud-detector"} / on (model) group_left (team) y',
        ),
        (q.mul(Y, Y, q.ignoring("a", group_right=())), "y * ignoring (a) group_right () y"),
        (q.gt(Y, 0.5, bool_=True), "y > bool 0.5"),
        (q.sub(1, q.add(Y, 2)), "1 - (y + 2)"),
        (q.any_of([X, Y, q.absent(Y)]), 'x{model="fraud-detector"} or y or absent(y)'),
        (q.all_of([q.gt(Y, 1), Y], q.on("a")), "y > 1 and on (a) y"),
        (q.with_label(q.vector(0), "slice", "a$1"), 'label_replace(vector(0), "slice", "a$$1", "", "")'),
        (q.label_join(Y, "a", "-", "b", "c"), 'label_join(y, "a", "-", "b", "c")'),
        (
            q.histogram_quantile(0.99, q.sum_by(q.rate(q.over(Y, q.MINUTE)), "le")),
            "histogram_quantile(0.99, sum by (le) (rate(y[1m])))",
        ),
        (q.shifted(Y, q.DAY), "y offset 1d"),
        (q.negate(q.time()), "-time()"),
    ],
)
def test_what_is_built(built: Expr, text: str) -> None:
    """Each function gives the tree of the text it stands for."""
    assert show(built) == text
    assert parse(text, allow_hole=True) == built


@pytest.mark.parametrize(
    "mistake",
    [
        lambda: q.call("rate", Y),
        lambda: q.call("rte", q.over(Y, 1)),
        lambda: q.call("rate"),
        lambda: q.call("vector", "1"),
        lambda: q.sum_by(q.time()),
        lambda: q.aggregate("topk", Y),
        lambda: q.aggregate("sum", Y, param=1),
        lambda: q.aggregate("sum", Y, by=("a",), without=("b",)),
        lambda: q.aggregate("total", Y),
        lambda: q.sum_by(Y, ""),
        lambda: q.over(Y, 0),
        lambda: q.subquery(Y, q.HOUR, 0),
        lambda: q.and_(Y, q.time()),
        lambda: q.gt(1, 2),
        lambda: q.binary("+", Y, Y, bool_=True),
        lambda: q.binary("=", Y, Y),
        lambda: q.and_(Y, Y, q.on(group_left=())),
        lambda: q.div(Y, 2, q.on("a")),
        lambda: q.div(Y, Y, q.on("a", group_left=("a",))),
        lambda: q.on("a", group_left=(), group_right=()),
        lambda: q.selector(""),
        lambda: q.selector("x", Matcher("__name__", MatchOp.EQ, "y")),
        lambda: q.selector("x", Matcher("a", MatchOp.RE, "(")),
        lambda: q.selector("x", Matcher("", MatchOp.EQ, "a")),
        lambda: q.label_replace(Y, "a", "b", "c", "("),
    ],
)
def test_what_does_not_type_check_cannot_be_built(mistake: Callable[[], Expr]) -> None:
    """Every mistake that mypy cannot see is refused when the node is made."""
    with pytest.raises(PromQLTypeError):
        mistake()


def test_mypy_refuses_a_mistyped_call(root: Path, tmp_path: Path) -> None:
    """Each line of a program of mistakes is an error of mypy."""
    mistakes = [
        "q.rate(x)",
        "q.sum_by(q.over(x, 1))",
        "q.sum_by(1.0)",
        "q.over(q.time(), 1)",
        'q.on(group_left="team")',
        "q.absent(2)",
    ]
    program = tmp_path / "mistakes.py"
    program.write_text("\n".join(["from slogen.promql import build as q", 'x = q.selector("x")', *mistakes]))
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", str(program)]
    done = subprocess.run(command, cwd=root / "src", capture_output=True, text=True, check=False)
    refused = {
        int(line.split(":")[1]) for line in done.stdout.splitlines() if ": error:" in line and "mistakes.py" in line
    }
    assert refused == set(range(3, 3 + len(mistakes))), done.stdout


def test_the_example_of_the_module() -> None:
    """The example in the module's docstring runs and shows what it promises."""
    example = "\n".join(line.strip() for line in (q.__doc__ or "").splitlines() if line.startswith("    "))
    names = {**vars(q), "fill_hole": fill_hole, "show": show, "shown": None}
    exec(example.replace("show(page)", "shown = show(page)"), names)  # noqa: S102 - our own docstring
    assert str(names["shown"]).endswith("[5m])) > 0.0144")


def test_numbers_stand_for_themselves() -> None:
    """Integers become the same literal as floats."""
    assert q.add(Selector("x"), 1).right == Number(1.0)
