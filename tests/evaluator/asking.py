"""Short ways to load series and ask for a result, for tests of the evaluator."""

from slogen.evaluator import comparison, loading, notation
from slogen.evaluator.context import Options
from slogen.evaluator.evaluate import Result, evaluate
from slogen.evaluator.notation import Sample
from slogen.evaluator.render import series_name
from slogen.evaluator.series import Storage
from slogen.evaluator.times import Grid
from slogen.evaluator.vector import Vector
from slogen.promql.parse import parse

MINUTE = 60_000


def stored(*lines: str, interval: int = MINUTE) -> Storage:
    """A storage with the series in promtool's notation, a sample a minute."""
    storage = Storage()
    loading.load(storage, [notation.series(line) for line in lines], interval)
    return storage


def ask(storage: Storage, expr: str, grid: Grid | int, options: Options | None = None) -> Result:
    """The result over a grid, or at a minute."""
    steps = Grid.instant(grid * MINUTE) if isinstance(grid, int) else grid
    return evaluate(parse(expr), storage, steps, options or Options())


def samples(storage: Storage, expr: str, grid: Grid | int, options: Options | None = None) -> dict[str, list[Sample]]:
    """The samples of a vector by the name of their series."""
    value = ask(storage, expr, grid, options).value
    assert isinstance(value, Vector)
    return {series_name(labels): comparison.cells(value, row) for row, labels in enumerate(value.labels)}
