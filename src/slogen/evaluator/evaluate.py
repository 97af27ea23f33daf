"""The front door of the evaluator: one expression over one grid; changes when callers need something else."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from slogen.evaluator import engine, selectors
from slogen.evaluator import labels as label
from slogen.evaluator.annotations import Annotations
from slogen.evaluator.context import Context, Options
from slogen.evaluator.functions import Piece
from slogen.evaluator.labels import Labels
from slogen.evaluator.series import Storage
from slogen.evaluator.times import Grid
from slogen.evaluator.vector import Scalar, String, Value, Vector, check_unique, no_objects, relabelled, rows
from slogen.promql.ast import Aggregate, Binary, Call, Expr, Negate, Range, Selector, Subquery


@dataclass(frozen=True, slots=True)
class Result:
    """The value of a query with the warnings and infos that came up, each in alphabetical order."""

    value: Value
    warnings: tuple[str, ...] = ()
    infos: tuple[str, ...] = ()


DEFAULTS = Options()


def evaluate(expr: Expr, storage: Storage, grid: Grid, options: Options = DEFAULTS) -> Result:
    """What Prometheus 3.5 answers to a range query over `grid`, or to an instant query for a grid of one step.

    A long range is computed in pieces, so that memory stays bounded. The series of a range query come sorted by labels,
    those of an instant query in the order of the expression. Raises EvaluationError and Unsupported.
    """
    with np.errstate(all="ignore"):
        return _evaluate(expr, storage, grid, options)


def _evaluate(expr: Expr, storage: Storage, grid: Grid, options: Options) -> Result:
    """`evaluate` where overflow, division by zero and NaN are values, as they are in PromQL."""
    notes = Annotations()
    context = Context(storage, grid, grid.start, grid.end, options, notes)
    if isinstance(expr, Range | Subquery):
        if not grid.is_instant:
            raise ValueError("a range query needs an instant vector or a scalar, not a range vector")
        return Result(selectors.matrix(engine.range_of(context, expr)), notes.warnings(), notes.infos())
    pieces = [engine.evaluated(context.on(part), expr) for part in grid.chunks(_steps(expr, storage, options))]
    value = _finished(_joined(pieces), options) if not grid.is_instant else _finished(pieces[0], options)
    if isinstance(value, Vector) and not grid.is_instant:
        value = by_labels(value)
    return Result(value, notes.warnings(), notes.infos())


def instant(expr: Expr, storage: Storage, at: int, options: Options = DEFAULTS) -> Result:
    """An instant query at a time in milliseconds."""
    return evaluate(expr, storage, Grid.instant(at), options)


def _steps(expr: Expr, storage: Storage, options: Options) -> int:
    series = max((len(storage.select(selector).series) for selector in selectors_of(expr)), default=1)
    return max(1, options.cells // max(series, 1))


def selectors_of(expr: Expr) -> Iterator[Selector]:
    """All selectors inside an expression."""
    match expr:
        case Selector():
            yield expr
        case Range(selector=selector):
            yield selector
        case Subquery() | Negate():
            yield from selectors_of(expr.expr)
        case Aggregate():
            yield from selectors_of(expr.expr)
            if expr.param is not None:
                yield from selectors_of(expr.param)
        case Binary(left=left, right=right):
            yield from selectors_of(left)
            yield from selectors_of(right)
        case Call(args=args):
            for arg in args:
                yield from selectors_of(arg)


def _finished(value: Piece, options: Options) -> Piece:
    """Names dropped whose removal was delayed."""
    if not isinstance(value, Vector) or not options.delayed_name_removal or not value.dropped.any():
        return value
    labels = [
        label.drop_metadata(item) if dropped else item
        for item, dropped in zip(value.labels, value.dropped.tolist(), strict=True)
    ]
    result = replace(value, labels=tuple(labels), dropped=np.zeros(len(value), dtype=np.bool_))
    check_unique(result)
    return result


def by_labels(vector: Vector) -> Vector:
    """The series sorted by their labels, as the result of a range query."""
    order = sorted(range(len(vector)), key=lambda row: vector.labels[row])
    return rows(vector, np.array(order, dtype=np.intp))


def _joined(pieces: list[Piece]) -> Piece:
    if len(pieces) == 1:
        return pieces[0]
    first = pieces[0]
    if isinstance(first, String):
        return first
    if isinstance(first, Scalar):
        return Scalar(np.concatenate([piece.values for piece in pieces if isinstance(piece, Scalar)]))
    return _side_by_side([piece for piece in pieces if isinstance(piece, Vector)])


def _side_by_side(parts: list[Vector]) -> Vector:
    """Pieces of a range put one after the other; a series may be missing from some of them."""
    places: dict[tuple[Labels, bool], int] = {}
    for part in parts:
        for key in _keys(part):
            places.setdefault(key, len(places))
    shape = (len(places), sum(part.steps for part in parts))
    values, present = np.zeros(shape), np.zeros(shape, dtype=np.bool_)
    cells = no_objects(shape) if any(part.histograms is not None for part in parts) else None
    start = 0
    for part in parts:
        chosen = [places[key] for key in _keys(part)]
        span = slice(start, start + part.steps)
        values[chosen, span], present[chosen, span] = part.values, part.present
        if cells is not None and part.histograms is not None:
            cells[chosen, span] = part.histograms
        start += part.steps
    return Vector(
        tuple(labels for labels, _ in places),
        values,
        present,
        np.array([dropped for _, dropped in places], dtype=np.bool_),
        cells,
    )


def _keys(part: Vector) -> Iterable[tuple[Labels, bool]]:
    return zip(part.labels, part.dropped.tolist(), strict=True)


def renamed(vector: Vector, name: str) -> Vector:
    """The same series under another metric name, as a recording rule leaves them."""
    return relabelled(vector, lambda labels: label.replace(labels, label.NAME, name))
