"""How far back an expression looks and how short its ranges are, against what a server scrapes and keeps."""

from collections.abc import Iterator

from slogen import burn, names
from slogen.diagnostics.model import Code, Diagnostic, Severity, Span
from slogen.ir.where import Where
from slogen.lower.sli_question import Context, Question
from slogen.lower.terms import BEYOND_RETENTION, WINDOW_TOO_SHORT
from slogen.promql.ast import Expr, Range, Selector, Subquery
from slogen.promql.rewrite import windows
from slogen.promql.types import children
from slogen.spec.slis import Classification, Coverage, Events
from slogen.spec.slos import Slo

LATE_LABELS = Code(
    "SLO393",
    "labels-later-than-the-period",
    Severity.WARNING,
    "true labels arrive later than the objective's period reaches back",
    """\
Counters of the confusion matrix move when labels arrive. With a label delay as long as the period or longer, every
event that the objective counts was predicted before the period began: what it says of this period is about another one.
Lengthen the period beyond the delay, and watch what is known at once until then: drift, `score_distribution`, an
estimated quality.
""",
)


def lookback(expr: Expr) -> int:
    """How long before its evaluation the oldest sample lies that an expression may read, ms; holes count nothing."""
    match expr:
        case Selector(offset=offset):
            return max(0, offset)
        case Range(selector, int(window)):
            return max(0, selector.offset) + window
        case Subquery(inner, int(window), offset=offset):
            return lookback(inner) + window + offset
        case _:
            furthest = 0
            for part in children(expr):
                furthest = max(furthest, lookback(part))
            return furthest


def beyond_retention(reach: int, retention: int | None, span: Span) -> Iterator[Diagnostic]:
    """The finding that a server forgets before an expression that looks back so far, ms, has read it."""
    if retention is not None and reach > retention:
        message = f"this looks back {names.window(reach)}; Prometheus keeps samples for {names.window(retention)}"
        yield Diagnostic(BEYOND_RETENTION, message, span, f"look back {names.window(retention)} or less")


def of_condition(expr: Expr, ask: Question, *, own: bool) -> Iterator[Diagnostic]:
    """What is wrong with the ranges of a condition; in PromQL of the user's `own` only how far back they reach."""
    context = ask.context
    least = burn.SAMPLES * context.scrape_interval
    shortest = min((window for window in windows(expr) if isinstance(window, int)), default=least)
    if shortest < least and not own:
        message = f"{names.window(shortest)} holds fewer than {burn.SAMPLES} scrapes"
        yield Diagnostic(WINDOW_TOO_SHORT, message, ask.at("over"), f"use {names.window(least)} or more")
    yield from beyond_retention(lookback(expr), context.retention, ask.at("against"))


def late_labels(slo: Slo, context: Context, period: int, where: Where) -> Iterator[Diagnostic]:
    """The finding that labels arrive after the period of an objective on them, ms."""
    shape, at = slo.sli.shape, f"sli.{slo.sli.kind}.label_delay"
    named = (shape.of or "") if isinstance(shape, Classification | Events) else ""
    asked = context.signals[named].shape if named in context.signals else shape
    match asked:
        case Classification(label_delay=int(delay)) | Coverage(label_delay=int(delay)) if delay >= period:
            message = f"labels arrive after {names.window(delay)}, and the period is {names.window(period)}"
            yield Diagnostic(LATE_LABELS, message, where.at(at), "make the period longer than the delay")
