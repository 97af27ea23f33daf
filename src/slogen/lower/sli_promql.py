"""PromQL that users write: parsed and type-checked before anything is made of it."""

from slogen.diagnostics.model import Code, Diagnostic, Severity
from slogen.lower.sli_question import Question
from slogen.promql import build as q
from slogen.promql.ast import Aggregate, Binary, Call, Negate, Selector
from slogen.promql.lex import PromQLError
from slogen.promql.parse import parse
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
