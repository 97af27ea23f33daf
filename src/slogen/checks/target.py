"""Rules that the declared servers cannot serve: too few scrapes, taken labels, missing functions.

Everything here follows from slogen.yaml; no server is asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from slogen import names
from slogen.diagnostics.model import Code, Diagnostic, Severity, Span
from slogen.ir.program import Component, Environment, Program, Target
from slogen.ir.rules import Alert, Recording
from slogen.ir.where import Where
from slogen.promql.ast import COMPARISON, Aggregate, Binary, Call, Expr, Matcher, Range, Selector
from slogen.promql.rewrite import selectors, walk
from slogen.promql.signatures import AGGREGATORS, FUNCTIONS
from slogen.promql.text import show
from slogen.promql.types import matches_empty

TOO_FEW_SCRAPES = Code(
    "SLO530",
    "range-under-two-scrapes",
    Severity.WARNING,
    "a range is too short to hold two scrapes",
    """Functions that measure a change need two samples in their range. A range shorter than two scrape intervals holds
fewer at most evaluations, so the expression gives nothing and the alert never fires. Use four scrape intervals or more,
so that a failed scrape does no harm.""",
)
HASTY_ABSENCE = Code(
    "SLO531",
    "absence-without-for",
    Severity.INFO,
    "absence is told before a second scrape could end it",
    """`absent` is true from the first evaluation after a server has started until the first scrape, and whenever one
scrape is late. Wait with `for` of at least two scrape intervals.""",
)
TAKEN_LABEL = Code(
    "SLO532",
    "label-of-the-server",
    Severity.WARNING,
    "a label has the name of an external label",
    """Prometheus adds its external labels to an alert only where the alert has no such label. This one keeps its own
value, so routes, silences and people who tell servers apart by the label are misled. Give the label another name.""",
)
SELECTS_EXTERNAL = Code(
    "SLO533",
    "selects-an-external-label",
    Severity.INFO,
    "a selector asks for an external label",
    """External labels are added to what leaves a server; the series inside do not carry them, so the selector finds
nothing there unless the targets have the same label. Leave the matcher out: every environment has rules of its own.""",
)
OLD_SERVER = Code(
    "SLO534",
    "needs-a-newer-server",
    Severity.ERROR,
    "the declared version of Prometheus does not know a function",
    """A server refuses the whole rule file for one function that it does not know, and goes on with the old rules or,
after a restart, with none. Write the expression without the function, or declare the version that really runs
(`prometheus.version`).""",
)
FEATURE_OFF = Code(
    "SLO535",
    "needs-a-feature-flag",
    Severity.ERROR,
    "a function is experimental and the servers do not allow it",
    """Experimental functions are refused, with the whole rule file, unless the server is started with
`--enable-feature=promql-experimental-functions`. Start it so and list the flag under `prometheus.features`, or write
the expression without the function.""",
)

EXPERIMENTAL = "promql-experimental-functions"
SINCE = {
    "histogram_stddev": (2, 47), "histogram_stdvar": (2, 47), "mad_over_time": (2, 49), "sort_by_label": (2, 49),
    "sort_by_label_desc": (2, 49), "histogram_avg": (2, 51), "limitk": (2, 54), "limit_ratio": (2, 54),
    "double_exponential_smoothing": (3, 0), "info": (3, 0), "ts_of_last_over_time": (3, 5),
    "ts_of_max_over_time": (3, 5), "ts_of_min_over_time": (3, 5),
}  # fmt: skip
"""First version that knows a function or aggregation, where that is above 2.42 (`promql/parser/functions.go`)."""
_CHANGE = frozenset(
    {"rate", "increase", "irate", "delta", "idelta", "deriv", "predict_linear", "double_exponential_smoothing"}
)

Rule = Recording | Alert


@dataclass(frozen=True, slots=True)
class _Server:
    """What is declared of the server of one environment; times in ms."""

    environment: Environment
    target: Target

    @property
    def scrape(self) -> int:
        return self.environment.scrape_interval or self.target.scrape_interval


def check_target(program: Program) -> list[Diagnostic]:
    """Findings about every rule of every model, once each whatever environments it runs in."""
    found: dict[Diagnostic, None] = {}
    for environment in program.environments:
        server = _Server(environment, program.target)
        for component in environment.components:
            for rule in _rules(component, server):
                found.update(dict.fromkeys(_findings(rule, server)))
    return list(found)


def _rules(component: Component, server: _Server) -> Iterator[Rule]:
    """The rules of which anything could be found: those of objectives only where somebody wrote a part of them."""
    external = {name for name, _ in server.environment.external_labels} - names.ALERT_LABELS
    if external or any(_written_at(slo.where) for slo in component.slos):
        yield from (rule for group in component.rules.groups for rule in group.rules)
    else:
        yield from component.declared


def _findings(rule: Rule, server: _Server) -> Iterator[Diagnostic]:
    if isinstance(rule, Alert):
        yield from _of_alert(rule, server)
    span = _written_at(rule.where)
    if span is not None:
        yield from _of_expression(rule, span, server)


def _of_expression(rule: Rule, span: Span, server: _Server) -> Iterator[Diagnostic]:
    """Findings about an expression that somebody wrote; tests hold those that slogen makes."""
    yield from _scrapes(rule, span, server)
    yield from _unknown(rule, span, server)
    for name, _ in server.environment.external_labels:
        for selector in selectors(rule.expr):
            if name != names.ENV and any(_requires(matcher, name) for matcher in selector.matchers):
                message = f"`{show(selector)}` asks for the external label `{name}` of {server.environment.name}"
                yield Diagnostic(SELECTS_EXTERNAL, message, span, f"leave `{name}` out")
    match rule:
        case Alert(expr=expr, hold=hold) if hold < 2 * server.scrape and _tells_absence(expr):
            hint = f"write `for: {names.window(2 * server.scrape)}`"
            yield Diagnostic(HASTY_ABSENCE, "one late scrape fires this", span, hint)


def _requires(matcher: Matcher, label: str) -> bool:
    """Whether only series with the label are found; `!=` and the like find those without it."""
    return matcher.label == label and not matches_empty(matcher.op, matcher.value)


def _tells_absence(expr: Expr) -> bool:
    """Whether `absent` itself fires, rather than guards something else."""
    match expr:
        case Call("absent"):
            return True
        case Binary("or", left, right):
            return _tells_absence(left) or _tells_absence(right)
        case Binary(op, left) if op in COMPARISON | {"and", "unless"}:
            return _tells_absence(left)
    return False


def _written_at(where: Where) -> Span | None:
    """Where somebody's own PromQL stands; None where slogen makes all expressions."""
    for name, span in where.fields:
        if name.endswith("expr") or "ratio." in name:
            return span
    return None


def _scrapes(rule: Rule, span: Span, server: _Server) -> Iterator[Diagnostic]:
    for node in walk(rule.expr):
        match node:
            case Call(function, (Range(Selector(str() as name), int() as window), *_)) if function in _CHANGE:
                if window < 2 * server.scrape and not name.startswith(names.SERIES):
                    told = f"`{show(node)}` holds fewer than two scrapes, one every {names.window(server.scrape)}"
                    yield Diagnostic(TOO_FEW_SCRAPES, told, span, f"use {names.window(4 * server.scrape)} or more")


def _unknown(rule: Rule, span: Span, server: _Server) -> Iterator[Diagnostic]:
    version = server.target.prometheus_version
    for name in dict.fromkeys(_called(rule.expr)):
        since = SINCE.get(name, version)
        if since > version:
            told = (
                f"`{name}` exists from Prometheus {since[0]}.{since[1]} on, and {version[0]}.{version[1]} is declared"
            )
            yield Diagnostic(OLD_SERVER, told, span, "write the expression without it")
        elif _is_experimental(name) and EXPERIMENTAL not in server.target.features:
            yield Diagnostic(FEATURE_OFF, f"`{name}` is experimental", span, f"list `{EXPERIMENTAL}` in `features`")


def _called(expr: Expr) -> Iterator[str]:
    for node in walk(expr):
        match node:
            case Call(name) | Aggregate(name):
                yield name


def _is_experimental(name: str) -> bool:
    known = FUNCTIONS.get(name) or AGGREGATORS.get(name)
    return known is not None and known.experimental


def _of_alert(alert: Alert, server: _Server) -> Iterator[Diagnostic]:
    external = dict(server.environment.external_labels)
    for name, value in alert.labels:
        if name in external and name not in names.ALERT_LABELS and value != external[name]:
            told = f"the label `{name}` of the alert hides the external label of {server.environment.name}"
            yield Diagnostic(TAKEN_LABEL, told, alert.where.at(f"labels.{name}"), "give it another name")
