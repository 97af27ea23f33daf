"""A query in plain words: its tree with what each part means, what to beware of, and which series of ours it reads."""

from collections.abc import Callable, Iterator

from slogen import names
from slogen.promql.ast import (
    COMPARISON,
    SET_OPERATORS,
    Aggregate,
    At,
    Binary,
    Call,
    Expr,
    Group,
    Hole,
    Matching,
    MatchOp,
    Negate,
    Number,
    Range,
    Selector,
    Subquery,
    Text,
    Window,
)
from slogen.promql.rewrite import metric_names, walk
from slogen.promql.signatures import ValueKind
from slogen.promql.text import show
from slogen.promql.types import children, kind
from slogen.review.functions import AGGREGATIONS, CAVEATS, FUNCTIONS, OPERATORS

_WIDEST = 100
_MATCHES = {
    MatchOp.EQ: "is {!r}",
    MatchOp.NE: "is not {!r}",
    MatchOp.RE: "matches {!r} as a whole",
    MatchOp.NRE: "does not match {!r}",
}


def explain_query(expr: Expr, meaning: Callable[[str], str | None]) -> str:
    """The explanation of a query; `meaning` says what a series that slogen records is, None for one it does not."""
    lines = [*_tree(expr, 0)]
    beware = list(dict.fromkeys(caveat for node in walk(expr) for caveat in _caveats(node)))
    if beware:
        lines += ["", "beware", *(f"  {line}" for line in beware)]
    ours = [(name, meaning(name)) for name in sorted(metric_names(expr)) if name.startswith(names.SERIES)]
    if ours:
        told = (f"  {name}: {words or 'nothing that this project records'}" for name, words in ours)
        lines += ["", "reads", *told]
    return "\n".join(lines)


def _tree(expr: Expr, depth: int) -> Iterator[str]:
    indent = "  " * depth
    yield f"{indent}{_short(expr)}"
    yield f"{indent}  = {means(expr)}"
    for child in _parts(expr):
        yield from _tree(child, depth + 1)


def _parts(expr: Expr) -> list[Expr]:
    """What is worth lines of its own: a range tells of its selector, and a node of its numbers and texts."""
    if isinstance(expr, Range):
        return []
    return [part for part in children(expr) if not isinstance(part, Number | Text)]


def _short(expr: Expr) -> str:
    text = show(expr)
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


def means(expr: Expr) -> str:
    """One node in a clause."""
    match expr:
        case Number(value):
            return f"the number {value:g}"
        case Text(value):
            return f"the text {value!r}"
        case Selector():
            return f"the newest sample, at most 5m old, of {_selected(expr)}{_moved(expr.offset, expr.at)}"
        case Range(selector, window):
            moved = _moved(selector.offset, selector.at)
            return f"all samples of the last {_window(window)} of {_selected(selector)}{moved}"
        case Subquery(_, window, step):
            every = "every evaluation interval" if step is None else f"every {names.window(step)}"
            return f"the expression below asked {every} over the last {_window(window)}{_moved(expr.offset, expr.at)}"
        case Call(function, args):
            return FUNCTIONS[function].format(*map(_short, args))
        case Aggregate():
            return _aggregated(expr)
        case Negate():
            return "the negative of it"
        case Binary():
            return _compared(expr)


def _selected(selector: Selector) -> str:
    told = [f"{m.label} {_MATCHES[m.op].format(m.value)}" for m in selector.matchers]
    name = selector.name or "every metric"
    return f"{name} where {' and '.join(told)}" if told else f"{name}, every series of it"


def _window(window: Window) -> str:
    return f"${window.name}" if isinstance(window, Hole) else names.window(window)


def _moved(offset: int, at: At | None) -> str:
    told = ""
    if at is not None:
        told += f", as of {at.when if isinstance(at.when, str) else f'{at.when / 1000:g} Unix seconds'}"
    if offset:
        told += f", {names.window(abs(offset))} {'ago' if offset > 0 else 'in the future'}"
    return told


def _aggregated(node: Aggregate) -> str:
    what = AGGREGATIONS[node.op].format(param=_short(node.param) if node.param is not None else "")
    labels = ", ".join(f"`{label}`" for label in node.grouping)
    if node.without:
        return f"{what}, one for each set of labels without {labels or 'any dropped'}"
    return f"{what}, one for each {labels}" if labels else f"{what} over all series, without labels"


def _compared(node: Binary) -> str:
    word = OPERATORS[node.op]
    if node.op in SET_OPERATORS:
        return f"{word}; {_partners(node.matching)}"
    vectors = all(kind(side) is ValueKind.VECTOR for side in (node.left, node.right))
    partners = f"; {_partners(node.matching)}" if vectors else ""
    if node.op not in COMPARISON:
        return f"{word}{partners}"
    other = f"`{_short(node.right)}`"
    if node.bool_:
        return f"1 where the left side is {word} {other}, else 0{partners}"
    return f"the left side's samples that are {word} {other}; the others vanish{partners}"


def _partners(matching: Matching | None) -> str:
    """Which samples of two sides belong together."""
    if matching is None:
        return "partners have all labels in common"
    labels = ", ".join(f"`{label}`" for label in matching.labels)
    if matching.on:
        told = f"partners agree on {labels}" if labels else "any two samples are partners"
    else:
        told = f"partners agree on everything but {labels}" if labels else "partners have all labels in common"
    if matching.group is None:
        return told
    side = "left" if matching.group is Group.LEFT else "right"
    taken = ", ".join(f"`{label}`" for label in matching.include)
    return f"{told}, several on the {side} may share one{f', from which they take {taken}' if taken else ''}"


def _caveats(node: Expr) -> Iterator[str]:
    match node:
        case Call(function) if function in CAVEATS:
            yield f"`{function}` {CAVEATS[function]}"
            yield from _of_quantile(node)
        case Aggregate("topk" | "bottomk" as op):
            yield f"`{op}`: which series are among them changes from one evaluation to the next"
        case Aggregate("avg", Binary("/")):
            yield "`avg` of ratios weights a quiet series like a busy one, and one 0/0 makes the mean NaN"
        case Subquery():
            yield f"`{_short(node)}` sees its inner expression at its steps alone; what happens between them is lost"
        case Binary("or", _, Call("vector", (Number(value),))):
            yield (
                f"`or vector({value:g})` stands in only where the whole left side is empty, and has no labels: beside "
                "one living series it fills nothing, and missing data looks like a value"
            )
        case Binary("/", _, right) if not isinstance(right, Number):
            told = "0/0 is NaN and x/0 is Inf, and both are samples; a series that one side alone has gives none"
            yield f"`/ {_short(right)}`: {told}"
        case Binary("==" | "!=", _, Number(value)) if not value.is_integer():
            yield f"`{node.op} {value:g}` compares floating-point numbers exactly"
        case Selector() if node.offset > 0:
            told = "needs that much more retention, and finds nothing of a young series"
            yield f"`offset {names.window(node.offset)}` {told}"


def _of_quantile(node: Call) -> Iterator[str]:
    """A quantile of buckets that an aggregation stripped of their bounds."""
    match node:
        case Call("histogram_quantile", (_, Aggregate() as inner)) if not _keeps_bounds(inner) and _is_classic(inner):
            yield f"`{_short(inner)}` drops `le`, without which classic buckets have no bounds: nothing comes out"


def _keeps_bounds(node: Aggregate) -> bool:
    return ("le" in node.grouping) is not node.without


def _is_classic(expr: Expr) -> bool:
    return any(name.endswith("_bucket") for name in metric_names(expr))
