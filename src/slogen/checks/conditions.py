"""Whether an expression can leave samples out by what they say; without that an alert fires as long as series exist."""

from slogen.promql.ast import COMPARISON, Aggregate, Binary, Call, Expr, Number, Range, Selector
from slogen.promql.types import children

_MEASURES = frozenset(
    {"rate", "irate", "increase", "delta", "idelta", "resets", "changes", "deriv", "predict_linear"}
    | {"histogram_quantile", "double_exponential_smoothing"}
)
"""Functions whose result says how much or how fast; which series were selected no longer decides anything."""
_COUNTS = frozenset({"rate", "irate", "increase", "resets", "changes", "count_over_time", "present_over_time", "abs"})
_MIRRORED = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "==": "==", "!=": "!="}


def conditional(expr: Expr) -> bool:
    """Whether some part of an expression filters."""
    match expr:
        case Selector(name, matchers):
            # a matcher on a label that changes, such as `state="down"`, is a condition too
            return bool(matchers) or name in {"ALERTS", "ALERTS_FOR_STATE", None}
        case Call("absent" | "absent_over_time"):
            return True
        case Call(function) if function in _MEASURES:
            return any(conditional(part) for part in children(expr) if not isinstance(part, Range))
        case Binary(op, _, _, bool_) if op in {"and", "unless"} or (op in COMPARISON and not bool_):
            return not _always_holds(expr) or any(map(conditional, children(expr)))
    return any(map(conditional, children(expr)))


def _always_holds(comparison: Binary) -> bool:
    """Whether a comparison keeps every sample: what is never negative is at least 0."""
    match comparison:
        case Binary(op, left, Number(bound)) if _never_negative(left):
            pass
        case Binary(op, Number(bound), right) if op in _MIRRORED and _never_negative(right):
            op = _MIRRORED[op]
        case _:
            return False
    return (op == ">=" and bound <= 0) or (op in {">", "!="} and bound < 0)


def _never_negative(expr: Expr) -> bool:
    """Whether all values are 0 or more; a division may give NaN, which `>= 0` does leave out."""
    match expr:
        case Number(value):
            return value >= 0
        case Call(function):
            return function in _COUNTS
        case Aggregate("count" | "group" | "stddev" | "stdvar"):
            return True
        case Aggregate("sum" | "avg" | "min" | "max", inner):
            return _never_negative(inner)
        case Binary("+" | "*", left, right) | Binary("/", left, Number() as right):
            return _never_negative(left) and _never_negative(right)
    return False
