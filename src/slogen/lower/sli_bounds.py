"""Bucket bounds: whether a threshold is one, and the matcher that finds it however its `le` was printed."""

from decimal import Decimal
from functools import lru_cache

from slogen import regex
from slogen.diagnostics.model import Code, Diagnostic, Severity, Span
from slogen.lower.source_measures import Histogram
from slogen.promql.ast import Matcher, MatchOp

NOT_A_BOUND = Code(
    "SLO356",
    "not-a-bucket-bound",
    Severity.ERROR,
    "the threshold is no bound of the histogram's buckets",
    """\
A classic histogram counts events up to fixed bounds. Between two bounds nothing is known: an estimate by interpolation
may be wrong by the whole width of the bucket, so no objective is built on it. Choose one of the bounds that the message
names, or add a bucket to the instrumentation and say so under `buckets` of the source (or save a new `sample`).
""",
)
UNKNOWN_BOUNDS = Code(
    "SLO364",
    "unknown-bucket-bounds",
    Severity.ERROR,
    "nobody knows the bounds of this histogram",
    """\
Whether a threshold is a bucket bound decides whether it can be measured at all. Save a /metrics page and name it under
`sample`, or list the bounds under `buckets` of the source.
""",
)

_LONGEST_SECONDS = 10**12
"""A bound beyond this is nobody's threshold; it is never rounded, as it may have a million digits."""


def le_matcher(bound: Decimal) -> Matcher:
    """A matcher for a bucket's `le` in every form in which exporters and servers print it.

    Prometheus 3 stores `1.0`, 2.x what the client printed: Go `1`, Python `1.0`, large numbers also as `1e+06`.
    """
    forms = le_forms(bound)
    if len(forms) == 1:
        return Matcher("le", MatchOp.EQ, forms[0])
    plain = forms[0]
    if forms == (plain, f"{plain}.0"):
        return Matcher("le", MatchOp.RE, f"{regex.escape(plain)}(\\.0)?")
    return Matcher("le", MatchOp.RE, "|".join(regex.escape(form) for form in forms))


def le_forms(bound: Decimal) -> tuple[str, ...]:
    """The texts that stand for a bound: plain decimal first, then with `.0`, then with an exponent."""
    plain = f"{bound:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    forms = [plain] if "." in plain else [plain, f"{plain}.0"]
    forms.append(_shortest(bound))
    return tuple(dict.fromkeys(forms))


@lru_cache(maxsize=1024)
def stored_le(bound: Decimal) -> str:
    """The form that Prometheus 3 stores: the shortest of Go's `%g`, with `.0` where it is a whole number."""
    text = _shortest(bound)
    return text if "." in text or "e" in text else f"{text}.0"


def _shortest(bound: Decimal) -> str:
    """Go's `strconv.FormatFloat(x, 'g', -1, 64)`: an exponent below 1e-4 and from 1e6 on."""
    exact = Decimal(repr(float(bound))).normalize()
    power = exact.adjusted()
    if -4 <= power < 6:
        return f"{exact:f}"
    digits = "".join(map(str, exact.as_tuple().digits))
    mantissa = digits[0] + (f".{digits[1:]}" if len(digits) > 1 else "")
    return f"{mantissa}e{'-' if power < 0 else '+'}{abs(power):02d}"


def bucket_bound(seconds: Decimal, histogram: Histogram, span: Span) -> Decimal | Diagnostic:
    """The bound that a threshold means, in the histogram's unit; else a finding that names the nearest ones.

    Some servers have bounds that nobody can write (0.14778918800354002 s): one that rounds to the threshold in whole
    milliseconds is meant. A threshold that is no time is given as it is.
    """
    wanted = seconds * (histogram.per_second or Decimal(1))
    if histogram.bounds is None:
        message = f"the bucket bounds of {histogram.series.metric} are not known"
        return Diagnostic(UNKNOWN_BOUNDS, message, span, hint="name a `sample` of the source, or list its `buckets`")
    if wanted in histogram.bounds:
        return wanted
    rounded = [b for b in histogram.bounds if _whole_milliseconds(b, histogram) == seconds]
    return rounded[0] if len(rounded) == 1 else _not_a_bound(wanted, histogram, span)


def _whole_milliseconds(bound: Decimal, histogram: Histogram) -> Decimal | None:
    """The bound in seconds to whole milliseconds; None for what is no time, or longer than any threshold could be."""
    if histogram.per_second is None or bound > _LONGEST_SECONDS * histogram.per_second:
        return None
    return (bound / histogram.per_second).quantize(Decimal("0.001"))


def _not_a_bound(bound: Decimal, histogram: Histogram, span: Span) -> Diagnostic:
    bounds = histogram.bounds or ()
    below = max((b for b in bounds if b < bound), default=None)
    above = min((b for b in bounds if b > bound), default=None)
    near = " and ".join(shown_bound(b, histogram) for b in (below, above) if b is not None)
    message = f"{shown_bound(bound, histogram)} is no bucket bound of {histogram.series.metric}"
    hint = f"the nearest bounds are {near}; choose one, or add a bucket and list it under `buckets` of the source"
    return Diagnostic(NOT_A_BOUND, message, span, hint=hint)


def shown_bound(bound: Decimal, histogram: Histogram) -> str:
    """A bound as specs write it: a time with its unit, or a plain number."""
    if histogram.per_second is None:
        return f"{bound.normalize():f}"
    seconds = bound / histogram.per_second
    if seconds > _LONGEST_SECONDS:
        return f"{seconds.normalize()}s"
    milliseconds = (seconds * 1000).quantize(Decimal(1))
    return f"{milliseconds}ms" if milliseconds % 1000 else f"{milliseconds // 1000}s"
