"""Looking at and changing trees; changes when somebody needs another question answered or another change made."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from slogen.promql.ast import (
    Aggregate,
    Binary,
    Call,
    Expr,
    Hole,
    Matcher,
    Millis,
    Negate,
    Number,
    Range,
    Selector,
    Subquery,
    Text,
    Window,
)
from slogen.promql.types import children


def walk(expr: Expr) -> Iterator[Expr]:
    """Every node, an expression before its parts, the parts as they are written; the selector of a range is a part."""
    pending = [expr]
    while pending:
        node = pending.pop()
        yield node
        pending += reversed(children(node))


def selectors(expr: Expr) -> list[Selector]:
    """Every selector, in writing order, with repetitions."""
    return [node for node in walk(expr) if isinstance(node, Selector)]


def metric_names(expr: Expr) -> set[str]:
    """The names of all metrics that are selected by name; a selector without one is not counted."""
    return {s.name for s in selectors(expr) if s.name is not None}


def holes(expr: Expr) -> int:
    """How many windows are still to be filled."""
    return sum(isinstance(window, Hole) for window in windows(expr))


def windows(expr: Expr) -> Iterator[Window]:
    """The window of every range and subquery, outermost first."""
    for node in walk(expr):
        if isinstance(node, Range | Subquery):
            yield node.window


def offsets(expr: Expr) -> Iterator[Millis]:
    """How long ago each part of an expression reads, as it is written: of every selector and subquery."""
    return (node.offset for node in walk(expr) if isinstance(node, Selector | Subquery))


def rebuild(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The tree with `change` applied to every node, parts first; a range's selector must stay a selector."""
    match expr:
        case Number() | Text() | Selector():
            changed: Expr = expr
        case Range(inner, window):
            selector = rebuild(inner, change)
            if not isinstance(selector, Selector):
                msg = f"the selector of a range became a {type(selector).__name__}"
                raise TypeError(msg)
            changed = Range(selector, window)
        case Subquery(inner, window, step, offset, at):
            changed = Subquery(rebuild(inner, change), window, step, offset, at)
        case Negate(inner):
            changed = Negate(rebuild(inner, change))
        case Call(function, args):
            changed = Call(function, tuple([rebuild(a, change) for a in args]))
        case Aggregate(op, inner, grouping, without, param):
            first = None if param is None else rebuild(param, change)
            changed = Aggregate(op, rebuild(inner, change), grouping, without, first)
        case Binary(op, left, right, bool_, matching):
            changed = Binary(op, rebuild(left, change), rebuild(right, change), bool_, matching)
    return change(changed)


def map_selectors(expr: Expr, change: Callable[[Selector], Selector]) -> Expr:
    """The tree with `change` applied to every selector, those inside ranges included."""
    return rebuild(expr, lambda node: change(node) if isinstance(node, Selector) else node)


def fill_hole(expr: Expr, window: Millis) -> Expr:
    """The tree with every `[$window]` set to `window` milliseconds."""
    if window <= 0:
        msg = f"a window must be longer than zero: {window} ms"
        raise ValueError(msg)

    return fill_holes(expr, lambda _: window)


def fill_holes(expr: Expr, filled: Callable[[Hole], Window]) -> Expr:
    """The tree with every hole replaced by what `filled` makes of it."""

    def fill(node: Expr) -> Expr:
        match node:
            case Range(inner, Hole() as hole):
                return Range(inner, filled(hole))
            case Subquery(inner, Hole() as hole, step, offset, at):
                return Subquery(inner, filled(hole), step, offset, at)
            case _:
                return node

    return rebuild(expr, fill)


def add_matchers(expr: Expr, matchers: Iterable[Matcher]) -> Expr:
    """The tree with `matchers` behind those of every selector; one that a selector already has is not repeated."""
    wanted = tuple(matchers)

    def add(selector: Selector) -> Selector:
        new = tuple(m for m in wanted if m not in selector.matchers)
        return replace(selector, matchers=selector.matchers + new)

    return map_selectors(expr, add)
