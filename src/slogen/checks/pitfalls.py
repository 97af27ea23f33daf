"""Lints of what works until the day it counts: NaN in sums, matches that turn ambiguous, conditions that are none."""

from collections.abc import Iterator

from slogen.checks.conditions import conditional
from slogen.checks.expressions import Finding, is_rate, is_ratio_of_rates, short
from slogen.diagnostics.model import Code, Severity
from slogen.promql.ast import ARITHMETIC, Aggregate, Binary, Call, Expr, Matching, Negate, Number, Range, Selector
from slogen.promql.rewrite import selectors, walk

POISONED = Code(
    "SLO458",
    "nan-in-an-aggregation",
    Severity.INFO,
    "one idle series makes an aggregation NaN",
    """A rate is zero where nothing happens, and 0/0 is NaN. Inside a sum or mean one NaN makes all of it NaN, and no
comparison keeps NaN: the alert is silent because one series is idle. Aggregate above and below the line first, or leave
idle series out: `... / (rate(requests_total[5m]) > 0)`.""",
)
FRAGILE_JOIN = Code(
    "SLO459",
    "fragile-join",
    Severity.INFO,
    "a match breaks as soon as two series share its labels",
    """Both sides are raw series, and `on` names labels that are not all they have. While each set of them occurs once
the match works; when a restart, a second container or a new label makes two, the whole expression fails with
`many-to-many matching not allowed`, and the alert with it. Aggregate both sides by the labels of the match.""",
)
SELECTS_ALL = Code(
    "SLO460",
    "selects-every-series",
    Severity.INFO,
    "a selector has no matcher",
    """The expression belongs to one model, but the selector finds every series of the metric on the server, those of
other models and teams too. Add the matchers that tell this model apart, as its sources do with `select`.""",
)
ALSO_ALWAYS = Code(
    "SLO462",
    "half-without-condition",
    Severity.INFO,
    "one side of `or` has no condition",
    """An alert fires for every sample that its expression gives. Here one side of `or` is filtered, the other is not,
so the alert fires whatever that side says: `errors > 5 or vector(0)` fires all the time. Compare that side as well, or
put the stand-in inside the comparison: `(errors or vector(0)) > 5`.""",
)

_POISONED_BY_NAN = frozenset({"sum", "avg", "stddev", "stdvar"})


def poisoned(expr: Expr) -> Iterator[Finding]:
    """An aggregation over arithmetic with a division by a rate; a plain ratio of rates is another finding already."""
    for node in walk(expr):
        match node:
            case Aggregate(op, Binary() | Negate() | Call() as inner) if op in _POISONED_BY_NAN:
                if not is_ratio_of_rates(inner) and any(map(_is_ratio, _arithmetic(inner))):
                    yield Finding(POISONED, f"`{op}` of `{short(inner)}`")


def _is_ratio(expr: Expr) -> bool:
    match expr:
        case Binary("/" | "%", _, right):
            return is_rate(right)
    return False


def _arithmetic(expr: Expr) -> Iterator[Expr]:
    """A value and what it is computed of, as far as NaN comes through: comparisons and set operators end it."""
    yield expr
    match expr:
        case Binary(op, left, right) if op in ARITHMETIC:
            yield from _arithmetic(left)
            yield from _arithmetic(right)
        case Negate(inner):
            yield from _arithmetic(inner)
        case Call("abs" | "ceil" | "floor" | "round" | "sqrt" | "ln" | "exp" | "sgn", (inner, *_)):
            yield from _arithmetic(inner)


def fragile_join(expr: Expr) -> Iterator[Finding]:
    """A one-to-one match on some labels of two raw sides."""
    for node in walk(expr):
        match node:
            case Binary(_, left, right, _, Matching(labels, True, None)) if labels and _is_arithmetic(node):
                if _is_raw(left) and _is_raw(right):
                    on = ", ".join(labels)
                    yield Finding(FRAGILE_JOIN, f"`{short(left)}` and `{short(right)}` match on {on} alone")


def _is_arithmetic(node: Binary) -> bool:
    return node.op not in {"and", "or", "unless"}


def _is_raw(expr: Expr) -> bool:
    """Whether the series keep the labels that they were scraped with."""
    match expr:
        case Selector():
            return True
        case Call(_, (*_, Range(Selector()))) | Call(_, (Range(Selector()), *_)):
            return True
        case Binary(op, left, Number()) if op in ARITHMETIC or op in {">", "<", ">=", "<=", "==", "!="}:
            return _is_raw(left)
        case Binary(op, Number(), right) if op in ARITHMETIC:
            return _is_raw(right)
    return False


def selects_all(expr: Expr) -> Iterator[Finding]:
    """A selector that any model's series would satisfy; for expressions that belong to one model."""
    for selector in dict.fromkeys(selectors(expr)):
        if selector.name is not None and not selector.matchers:
            yield Finding(SELECTS_ALL, f"`{short(selector)}` finds every series of the metric")


def half_without_condition(expr: Expr) -> Iterator[Finding]:
    """A side of `or` that nothing filters, beside one that something does."""
    match expr:
        case Binary("or", left, right):
            open_sides = [side for side in (left, right) if not conditional(side)]
            if len(open_sides) == 1:
                yield Finding(ALSO_ALWAYS, f"`{short(open_sides[0])}` fires as long as it has a value")
            for side in (left, right):
                yield from half_without_condition(side)
