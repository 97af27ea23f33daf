"""The PromQL tree; changes only when the language gains a construct.

Nodes are frozen and hashable, so equal expressions are equal values and can be cached and compared.
There is no node for parentheses: precedence belongs to the printer. Times are integer milliseconds.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class MatchOp(StrEnum):
    """How a label matcher compares."""

    EQ = "="
    NE = "!="
    RE = "=~"
    NRE = "!~"


@dataclass(frozen=True, slots=True)
class Matcher:
    """One label matcher of a selector; the metric name is not a matcher here but `Selector.name`."""

    label: str
    op: MatchOp
    value: str


@dataclass(frozen=True, slots=True)
class Hole:
    """A range still to be filled, written `[$window]`; no expression with a hole leaves lowering."""

    name: str = "window"


Millis = int
Window = Millis | Hole


@dataclass(frozen=True, slots=True)
class At:
    """The `@` modifier: a timestamp in milliseconds, or the start or end of the query."""

    when: Millis | Literal["start", "end"]


@dataclass(frozen=True, slots=True)
class Number:
    """A scalar literal; NaN compares by identity of the float object, so trees with NaN are never equal twice."""

    value: float


@dataclass(frozen=True, slots=True)
class Text:
    """A string literal."""

    value: str


@dataclass(frozen=True, slots=True)
class Selector:
    """An instant vector selector. `name` is None when none was given (`{job="x"}`)."""

    name: str | None
    matchers: tuple[Matcher, ...] = ()
    offset: Millis = 0
    at: At | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """A range vector selector `selector[window]`; offset and `@` live on the inner selector."""

    selector: Selector
    window: Window


@dataclass(frozen=True, slots=True)
class Subquery:
    """`expr[window:step]`; `step` None means the engine's default step."""

    expr: "Expr"
    window: Window
    step: Millis | None = None
    offset: Millis = 0
    at: At | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A function call; names and argument types are rows of `signatures`."""

    function: str
    args: tuple["Expr", ...] = ()


@dataclass(frozen=True, slots=True)
class Aggregate:
    """An aggregation; `param` is the first argument of topk, quantile, count_values and the like."""

    op: str
    expr: "Expr"
    grouping: tuple[str, ...] = ()
    without: bool = False
    param: "Expr | None" = None


class Group(StrEnum):
    """Which side of a vector match may have several partners."""

    LEFT = "group_left"
    RIGHT = "group_right"


@dataclass(frozen=True, slots=True)
class Matching:
    """`on(...)`/`ignoring(...)` with an optional `group_left(...)`/`group_right(...)`."""

    labels: tuple[str, ...] = ()
    on: bool = False
    group: Group | None = None
    include: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Binary:
    """A binary operator; `matching` None means all labels, one to one; `bool_` is the `bool` modifier."""

    op: str
    left: "Expr"
    right: "Expr"
    bool_: bool = False
    matching: Matching | None = None


@dataclass(frozen=True, slots=True)
class Negate:
    """Unary minus. Unary plus is dropped by the parser: it never changes a value."""

    expr: "Expr"


Expr = Number | Text | Selector | Range | Subquery | Call | Aggregate | Binary | Negate

ARITHMETIC = frozenset({"+", "-", "*", "/", "%", "^", "atan2"})
COMPARISON = frozenset({"==", "!=", ">", "<", ">=", "<="})
SET_OPERATORS = frozenset({"and", "or", "unless"})
