"""PromQL that users write: parsed and type-checked before anything is made of it."""

from difflib import get_close_matches

from slogen.diagnostics.model import Code, Diagnostic, Severity, Span
from slogen.lower.sli_question import Question
from slogen.lower.source_checks import UNKNOWN_METRIC, check_conditions
from slogen.lower.source_facts import ResolvedSource
from slogen.promql import build as q
from slogen.promql.ast import Aggregate, Binary, Call, Negate, Selector
from slogen.promql.lex import PromQLError
from slogen.promql.parse import parse
from slogen.promql.rewrite import metric_names, selectors
from slogen.promql.signatures import ValueKind
from slogen.promql.types import kind

BAD_PROMQL = Code(
    "SLO363",
    "bad-promql",
    Severity.ERROR,
    "the PromQL of a spec cannot be read",
    """\
PromQL in a spec is parsed and type-checked before anything is made of it. In a ratio the window is written `[$window]`
and nothing else; in a signal or condition windows are written out (`[5m]`).
""",
)


_NEAR = 0.85
"""How alike two names must be for one to be taken for the other misspelt."""
VECTOR = Selector | Call | Aggregate | Binary | Negate


def parsed(text: str, ask: Question, field: str, hole: bool = False) -> q.Vector | Diagnostic:
    """The tree of a user's PromQL, or why there is none. It must give a vector."""
    try:
        expr = parse(text, allow_hole=hole)
    except PromQLError as error:
        return Diagnostic(BAD_PROMQL, f"this PromQL cannot be read: {error}", ask.at(field))
    if kind(expr) is not ValueKind.VECTOR or not isinstance(expr, VECTOR):
        return Diagnostic(BAD_PROMQL, "this PromQL gives no instant vector", ask.at(field))
    return expr


def check_names(expr: q.Vector, ask: Question, span: Span) -> list[Diagnostic]:
    """Metrics in PromQL of one's own that no source knows, and labels and values that those it knows do not have."""
    sources = list(ask.context.sources.values())
    known = {name for source in sources for name in _known(source)}
    findings = []
    for name in sorted(metric_names(expr) - known):
        near = get_close_matches(name, sorted(known), n=1, cutoff=_NEAR)
        if near:
            message = f"no source of this spec has the metric {name}"
            findings.append(Diagnostic(UNKNOWN_METRIC, message, span, hint=f"did you mean `{near[0]}`?"))
    for one in dict.fromkeys(selectors(expr)):
        findings += _conditions(one, [source for source in sources if one.name in _known(source)], span)
    return list(dict.fromkeys(findings))


def _conditions(one: Selector, sources: list[ResolvedSource], span: Span) -> list[Diagnostic]:
    """What is wrong with a selector's conditions in the eyes of every source that has its metric."""
    found = [check_conditions(source, one.name or "", one.matchers, lambda _: span, rare=True) for source in sources]
    return min(found, key=len, default=[])


def _known(source: ResolvedSource) -> set[str]:
    """Every series name that a source's page or entry has."""
    names = set(source.page.names()) if source.page else set()
    for name, metric in source.entry.metrics.items() if source.entry else ():
        suffixes = ("_bucket", "_count", "_sum") if metric.type in ("histogram", "summary") else ("",)
        names |= {name + suffix for suffix in suffixes}
    return names
