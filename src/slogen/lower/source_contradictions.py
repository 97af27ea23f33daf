"""Selectors that no series can satisfy: a label is asked to be one thing here and another there."""

from collections.abc import Iterable, Iterator

from slogen.diagnostics.model import Code, Diagnostic, Severity
from slogen.lower.sli_question import Question
from slogen.lower.source_labels import holds
from slogen.promql.ast import Expr, Matcher, MatchOp, Selector
from slogen.promql.rewrite import selectors
from slogen.promql.text import show

NEVER_SELECTED = Code(
    "SLO377",
    "selector-without-series",
    Severity.ERROR,
    "no series can have the labels that are asked for",
    """\
The conditions of a source (`select`), of a metric and of an objective (`where`) must all hold. Where one of them wants
a label to be one value and another one wants something else of the same label, nothing is ever selected: the objective
would have no data, and its alerts could never fire. Leave one of the conditions out, or give the objective a source of
its own.
""",
)


def contradictions(exprs: Iterable[Expr], ask: Question) -> Iterator[Diagnostic]:
    """What keeps `exprs` from ever selecting anything: conditions on one label that cannot all hold, or slices."""
    told = tuple(dict.fromkeys(one for expr in exprs for one in selectors(expr)))
    for shown in dict.fromkeys(show(Selector(None, pair)) for one in told for pair in _apart(one)):
        yield Diagnostic(NEVER_SELECTED, f"no series has {shown}", ask.at("where"), "leave one of the two out")
    if ask.sliced is not None:
        by, values = ask.sliced.by, ask.sliced.values
        asked = dict.fromkeys(matcher for one in told for matcher in one.matchers if matcher.label == by)
        for matcher in asked:
            out = next((value for value in values if not holds(matcher, value)), None)
            if out is not None:
                message = f"the slice {out!r} has no series: the source asks for {show(Selector(None, (matcher,)))}"
                yield Diagnostic(NEVER_SELECTED, message, ask.where.at("slices.values"), "slice by another label")


def _apart(selector: Selector) -> Iterator[tuple[Matcher, Matcher]]:
    """Pairs of matchers on one label of which the first leaves a single value, which the second refuses."""
    for wanted in selector.matchers:
        for other in selector.matchers if wanted.op is MatchOp.EQ else ():
            if other.label == wanted.label and not holds(other, wanted.value):
                yield (wanted, other)
                return
