"""The smallest query that still shows a disagreement; changes when there is another way to make a query smaller."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from slogen.evaluator.series import Storage
from slogen.promql.ast import (
    Aggregate,
    Binary,
    Call,
    Expr,
    Matcher,
    MatchOp,
    Negate,
    Number,
    Range,
    Selector,
    Subquery,
    Text,
)
from slogen.promql.rewrite import walk
from slogen.promql.signatures import ValueKind
from slogen.promql.types import PromQLTypeError, check, kind
from tests.fuzz.expressions import Query

ATTEMPTS = 600


def shrunk(query: Query, storage: Storage, disagrees: Callable[[Query], bool]) -> Query:
    """Takes the first smaller query that still disagrees, again and again, until none does."""
    left = ATTEMPTS
    found = True
    while found and left > 0:
        found = False
        for candidate in smaller(query, storage):
            left -= 1
            if disagrees(candidate):
                query, found = candidate, True
                break
            if left <= 0:
                break
    return query


def smaller(query: Query, storage: Storage) -> Iterator[Query]:
    """Queries with less in them, the boldest first: well typed, and fit for a range where one is asked."""
    for expr in _smaller(query.expr, storage):
        if (not query.step or kind(expr) not in (ValueKind.MATRIX, ValueKind.STRING)) and _is_sound(expr):
            yield replace(query, expr=expr)
    if query.step:
        steps = (query.end - query.start) // query.step
        for first, last in ((0, steps // 2), (steps // 2, steps), (0, 0), (steps, steps), (0, steps - 1), (1, steps)):
            start, end = query.start + first * query.step, query.start + last * query.step
            if (start, end) != (query.start, query.end) and start <= end:
                yield replace(query, start=start, end=end)
        yield Query(query.expr, query.start, query.start)


def _is_sound(expr: Expr) -> bool:
    try:
        check(expr)
    except PromQLTypeError:
        return False
    return True


def _smaller(expr: Expr, storage: Storage) -> Iterator[Expr]:
    """The parts of an expression instead of it, then the expression with less in one of its parts."""
    yield from (part for part in walk(expr) if part is not expr and kind(part) is kind(expr))
    yield from _plainer(expr, storage)
    match expr:
        case Negate(inner):
            yield from (Negate(part) for part in _smaller(inner, storage))
        case Range(selector):
            yield from (
                replace(expr, selector=part) for part in _smaller(selector, storage) if isinstance(part, Selector)
            )
        case Subquery(inner):
            yield from (replace(expr, expr=part) for part in _smaller(inner, storage))
        case Aggregate(_, inner, _, _, param):
            yield from (replace(expr, expr=part) for part in _smaller(inner, storage))
            if param is not None:
                yield from (replace(expr, param=part) for part in _smaller(param, storage))
        case Binary(_, left, right):
            yield from (replace(expr, left=part) for part in _smaller(left, storage))
            yield from (replace(expr, right=part) for part in _smaller(right, storage))
        case Call(_, args):
            for place, arg in enumerate(args):
                for part in _smaller(arg, storage):
                    yield replace(expr, args=(*args[:place], part, *args[place + 1 :]))
        case Number() | Text() | Selector():
            pass


def _plainer(expr: Expr, storage: Storage) -> Iterator[Expr]:
    """The same construct without something that it may do without."""
    match expr:
        case Selector():
            yield from _plainer_selector(expr, storage)
        case Range(window=int(window)) if window > 1000:
            yield replace(expr, window=window // 2)
        case Subquery(window=int(window)):
            if expr.offset or expr.at:
                yield replace(expr, offset=0, at=None)
            if window > 1000:
                yield replace(expr, window=window // 2)
        case Aggregate(grouping=grouping):
            for name in grouping:
                yield replace(expr, grouping=tuple(other for other in grouping if other != name))
        case Binary(matching=matching) if matching is not None:
            yield replace(expr, matching=None)
            if matching.include:
                yield replace(expr, matching=replace(matching, include=()))
        case Number(value) if value not in (0.0, 1.0):
            yield Number(1.0)


def _plainer_selector(selector: Selector, storage: Storage) -> Iterator[Selector]:
    if selector.offset or selector.at is not None:
        yield replace(selector, offset=0, at=None)
    series = storage.select(selector).series
    for one in series if len(series) > 1 else ():
        labels = dict(one.labels)
        name = labels.pop("__name__")
        matchers = tuple(Matcher(key, MatchOp.EQ, value) for key, value in labels.items())
        yield replace(selector, name=name, matchers=matchers)
    for matcher in selector.matchers if len(series) <= 1 else ():
        fewer = tuple(other for other in selector.matchers if other is not matcher)
        if fewer or selector.name is not None:
            yield replace(selector, matchers=fewer)
