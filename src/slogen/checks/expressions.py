"""Lints of expressions that people write by hand: each finds a mistake that loads without a word and fires wrongly.

They judge a tree, not its text, so they hold for any rule. New ones begin as information; a finding is never a guess:
where an expression alone does not decide, nothing is said.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from slogen.checks.conditions import conditional
from slogen.checks.known_values import contradiction
from slogen.diagnostics.model import Code, Severity
from slogen.promql.ast import (
    ARITHMETIC,
    COMPARISON,
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
)
from slogen.promql.atoms import quote
from slogen.promql.labels import result_labels
from slogen.promql.rewrite import selectors, walk
from slogen.promql.signatures import ValueKind
from slogen.promql.text import show
from slogen.promql.types import children, kind

ALWAYS_FIRES = Code(
    "SLO450",
    "alert-without-condition",
    Severity.INFO,
    "the alert has no condition",
    """Nothing in the expression can filter a sample away: no comparison, no `absent`, no `unless`, or a comparison that
always holds (`rate(errors_total[5m]) >= 0`). The alert fires as long as the metric exists, whatever it says. Compare
the value: `errors_ratio > 0.05`.""",
)
RAW_COUNTER = Code(
    "SLO451",
    "counter-without-rate",
    Severity.INFO,
    "a counter's value is compared as it is",
    """A counter only grows until its process restarts, so its value says how long the process has run. Compare how
fast it grows: `rate(requests_total[5m])`, or how much: `increase(requests_total[1h])`. A quotient of two counters says
what was true on average since their process started, which moves less every day.""",
)
RATE_OF_SUM = Code(
    "SLO452",
    "rate-of-a-sum",
    Severity.INFO,
    "a rate is taken of an aggregated counter",
    """When one of the counters in a sum restarts, the sum falls, and `rate` takes that for a restart of them all: it
shows a spike that never was. Take the rate first: `sum(rate(requests_total[5m]))`.""",
)
UNSTABLE_ALERT = Code(
    "SLO453",
    "topk-in-an-alert",
    Severity.INFO,
    "an alert is made of topk or bottomk",
    """Which series are among the first changes from one evaluation to the next, so alerts come and go although nothing
has changed, with `by` as without. Compare all series, and pick the first ones on a dashboard. What is aggregated once
more (`sum(topk(3, queue_length))`) is fine.""",
)
IMPOSSIBLE_MATCH = Code(
    "SLO454",
    "sides-never-match",
    Severity.INFO,
    "two sides of an operator can never match",
    """One side requires a label that the other cannot have any more: an aggregation dropped it, or a function did; or
the sides select different values of it (`a{job="x"} / b{job="y"}`). The expression gives nothing, whatever happens,
and an `unless` leaves nothing out. Keep the label (`sum by (job)`) or match without it (`ignoring`, `on`).""",
)
USELESS_REGEX = Code(
    "SLO456",
    "regex-that-is-none",
    Severity.INFO,
    "a regular expression says no more than a plain matcher",
    """Matchers are anchored, so `=~"foo"` is `="foo"`, `^` and `$` change nothing, and `=~".*"` matches everything,
series without the label included. A plain matcher is faster and says what is meant.""",
)
UNGUARDED_RATIO = Code(
    "SLO457",
    "average-of-ratios",
    Severity.INFO,
    "ratios are averaged or summed",
    """A mean of ratios weights a quiet instance like a busy one, and one 0/0 makes all of it NaN. Divide sums:
`sum(rate(errors_total[5m])) / sum(rate(requests_total[5m]))`.""",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A lint that fires: its code and what it found."""

    code: Code
    message: str


def without_condition(expr: Expr) -> Iterator[Finding]:
    """An alert in which nothing can filter a sample away."""
    if not conditional(expr):
        yield Finding(ALWAYS_FIRES, f"`{short(expr)}` fires as long as it has a value")


_COUNTERS = ("_total", "_bucket")
"""How names of counters end; `_count` and `_sum` are names of gauges, too."""
_READS_CHANGE = frozenset({"rate", "irate", "increase", "delta", "idelta", "resets", "changes", "deriv"})
_OVER_TIME = frozenset({"avg_over_time", "min_over_time", "max_over_time", "last_over_time", "quantile_over_time"})


def raw_counter(expr: Expr) -> Iterator[Finding]:
    """A counter whose bare value is compared."""
    for node in walk(expr):
        match node:
            case Binary(op, left, right) if op in COMPARISON - {"==", "!="}:
                for side, other in ((left, right), (right, left)):
                    name = _plain_counter(side)
                    if name is not None and isinstance(other, Number) and other.value not in {0, 1}:
                        yield Finding(RAW_COUNTER, f"`{name}` is a counter by its name, and its value is compared")


def _plain_counter(expr: Expr) -> str | None:
    """The counter whose bare value the expression is: summed, scaled, over time, or divided by another counter."""
    match expr:
        case Selector(str() as name) if name.endswith(_COUNTERS):
            return name
        case Aggregate("sum" | "max" | "min" | "avg", inner) | Negate(inner):
            return _plain_counter(inner)
        case Call(function, (*_, Range(inner))) if function in _OVER_TIME:
            return _plain_counter(inner)
        case Binary(op, inner, Number()) | Binary(op, Number(), inner) if op in ARITHMETIC:
            return _plain_counter(inner)
        case Binary("/", left, right) if _plain_counter(right) is not None:
            return _plain_counter(left)
    return None


def rate_of_sum(expr: Expr) -> Iterator[Finding]:
    """A rate of an aggregation of counters."""
    for node in walk(expr):
        match node:
            case Call("rate" | "increase" | "irate" as function, (Subquery(inner),)):
                parts = list(walk(inner))
                ops = [part.op for part in parts if isinstance(part, Aggregate) and part.op in {"sum", "avg"}]
                if ops and not any(isinstance(part, Call) and part.function in _READS_CHANGE for part in parts):
                    yield Finding(RATE_OF_SUM, f"`{function}` of `{ops[0]}`: `{short(node)}`")


def unstable(expr: Expr) -> Iterator[Finding]:
    """A choice of first series, which changes by itself, unless something aggregates over what was chosen."""
    match expr:
        case Aggregate("topk" | "bottomk"):
            yield Finding(UNSTABLE_ALERT, f"`{short(expr)}`")
        case Aggregate():
            return
    for part in children(expr):
        yield from unstable(part)


def impossible_match(expr: Expr) -> Iterator[Finding]:
    """Two sides whose labels can never agree."""
    for node in walk(expr):
        if isinstance(node, Binary) and node.op != "or" and (reason := _never_meet(node)):
            yield Finding(IMPOSSIBLE_MATCH, f"`{short(node.left)}` and `{short(node.right)}` {reason}")


def _never_meet(node: Binary) -> str:
    """Why no series of one side matches one of the other; empty where it may."""
    if ValueKind.SCALAR in {kind(node.left), kind(node.right)}:
        return ""
    sides = (result_labels(node.left), result_labels(node.right))
    # set operators match as arithmetic does, and then keep the left side as it is
    matched = result_labels(replace(node, op="+", bool_=False))
    if matched.impossible and not any(side.impossible for side in sides):
        return "share no label set"
    label = contradiction(node)
    return f"differ in `{label}`" if label is not None else ""


def _alternatives(pattern: str) -> list[str]:
    """The alternatives of a pattern that is nothing but words with `|` between; else the pattern alone."""
    return pattern.split("|") if re.fullmatch(r"[\w |:/-]*", pattern) else [pattern]


_META = re.compile(r"[.*+?()\[\]{}|^$\\]")
_ESCAPED = re.compile(r"\\([.*+?()\[\]{}|^$\\/-])")


def useless_regex(expr: Expr) -> Iterator[Finding]:
    """A pattern that says no more than a plain matcher, or something else than it seems."""
    for selector in selectors(expr):
        for matcher in selector.matchers:
            problem = _regex_problem(matcher)
            if problem:
                yield Finding(USELESS_REGEX, f'`{matcher.label}{matcher.op}"{matcher.value}"` {problem}')


def _regex_problem(matcher: Matcher) -> str:
    if matcher.op not in {MatchOp.RE, MatchOp.NRE} or "$" in matcher.value[:-1] or matcher.value.startswith("$"):
        return ""  # templated selectors of dashboards are no regular expressions yet
    plain = "=" if matcher.op is MatchOp.RE else "!="
    if not _META.search(_ESCAPED.sub("", matcher.value)):
        word = _ESCAPED.sub(r"\1", matcher.value)
        return f"is `{matcher.label}{plain}{quote(word)}`"
    if matcher.value == ".*":
        return "matches everything" if matcher.op is MatchOp.RE else "matches nothing"
    alternatives = _alternatives(matcher.value)
    if "" in alternatives[1:-1]:
        return "has an empty alternative, which is a series without the label"
    if len(set(alternatives)) < len(alternatives):
        return "names an alternative twice"
    if matcher.value.startswith("^") or (matcher.value.endswith("$") and not matcher.value.endswith("\\$")):
        return "is anchored anyway"
    return ""


def average_of_ratios(expr: Expr) -> Iterator[Finding]:
    """A mean or sum of ratios."""
    for node in walk(expr):
        match node:
            case Aggregate("avg" | "sum" as op, inner) if is_ratio_of_rates(inner):
                yield Finding(UNGUARDED_RATIO, f"`{op}` of `{short(inner)}`")


def is_rate(expr: Expr) -> bool:
    """Whether the value is a rate, which is zero where nothing happens."""
    match expr:
        case Call("rate" | "increase" | "irate", (Range(),)):
            return True
        case Aggregate(_, inner) | Binary("*" | "/", inner, Number()) | Binary("*", Number(), inner):
            return is_rate(inner)
    return False


def is_ratio_of_rates(expr: Expr) -> bool:
    """Whether an expression divides rates, and nothing else."""
    match expr:
        case Binary("/", left, right):
            return is_rate(left) and is_rate(right)
    return False


_LONGEST = 80


def short(expr: Expr) -> str:
    """The expression as a message shows it."""
    text = show(expr)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
