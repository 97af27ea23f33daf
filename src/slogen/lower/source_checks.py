"""Checks the names that a spec writes against what its source really exports: metrics, types, labels and values."""

from collections.abc import Callable, Iterable
from difflib import get_close_matches

from slogen.diagnostics.model import Code, Diagnostic, Severity, Span
from slogen.lower.source_facts import ResolvedSource
from slogen.lower.source_labels import holds, satisfied
from slogen.promql.ast import Matcher, MatchOp

UNKNOWN_METRIC = Code(
    "SLO352",
    "unknown-metric",
    Severity.ERROR,
    "the source exports no such metric",
    """\
The saved page does not have the metric, not even in a TYPE line. Either its name is misspelt, or the page comes from
another version of the server, or the metric has to be switched on first. Correct the name, or save the page anew.
""",
)
UNKNOWN_LABEL = Code(
    "SLO353",
    "unknown-label",
    Severity.ERROR,
    "the source's series have no such label",
    """\
A condition on a label that does not exist selects nothing (or, when negated, everything). The labels of a source are
those on its saved page or in its catalogue entry, and those that scraping adds everywhere (`job`, `instance`,
`namespace`, `pod`, `service` and the like).
""",
)
UNKNOWN_VALUE = Code(
    "SLO354",
    "unknown-label-value",
    Severity.ERROR,
    "no series of the source has such a label value",
    """\
The condition selects nothing among the series of the saved page, or names a value that the exporter is not known to
write. An SLI on it has no data for ever, and an alert on it can never fire.
""",
)
WRONG_TYPE = Code(
    "SLO355",
    "wrong-metric-type",
    Severity.ERROR,
    "the metric has another type than the spec says",
    """\
Rates are taken of counters and histograms, never of gauges; bounds are checked on gauges, never on counters. Name the
metric under the key of its true type (`counter`, `gauge`, `histogram`).
""",
)

_SCRAPED = frozenset({
    "job", "instance", "namespace", "pod", "container", "service", "endpoint", "node", "cluster", "region", "zone",
    "app", "environment", "stage", "tenant",
})  # fmt: skip
_SCRAPED_PREFIXES = ("exported_", "kubernetes_", "app_kubernetes_io_", "label_")
"""Labels that discovery and relabelling add; they are never on a page."""

SpanOf = Callable[[str], Span]
"""The place of the condition on a label."""


def check_selection(source: ResolvedSource) -> list[Diagnostic]:
    """What is wrong with the labels by which a source is selected, wherever its series are."""

    def place(label: str) -> Span:
        return source.where.at(f"select.{label}")

    exported = source.exported
    if not exported and source.page is None:
        return []
    findings = _unknown_labels(source.select, exported, source, place)
    series = source.page.series if source.page else ()
    own = tuple(m for m in source.select if m.label in exported)
    named = [dict(one.labels) for one in series if {m.label for m in own} <= {label for label, _ in one.labels}]
    if not series or findings or any(satisfied(own, labels) for labels in named):
        return findings
    values = {m.label: sorted({labels[m.label] for labels in named}) for m in own}
    return [*_wrong_values(own, values, place), *([] if named else _never_together(own, source, place))]


def check_own_metrics(source: ResolvedSource) -> list[Diagnostic]:
    """What is wrong with the metrics that the spec names itself, whether or not anything reads them."""
    findings = []
    for key, written in source.written.metrics.items():
        for kind in ("counter", "gauge", "histogram"):
            name = getattr(written, kind)
            if name is not None:
                series = f"{name}_bucket" if kind == "histogram" and not written.native else name
                types = ("counter", "histogram", "summary") if kind == "counter" else (kind,)
                findings += check_metric(source, (series,), types, source.where.at(f"metrics.{key}.{kind}"))
    return findings


def _never_together(own: tuple[Matcher, ...], source: ResolvedSource, place: SpanOf) -> list[Diagnostic]:
    names = ", ".join(sorted({m.label for m in own}))
    if len(own) < 2:
        return []
    message = f"no series of source {source.name!r} has all of the labels {names}"
    return [Diagnostic(UNKNOWN_VALUE, message, place(own[0].label), hint="select by labels of the same series")]


def check_metric(source: ResolvedSource, names: Iterable[str], types: tuple[str, ...], span: Span) -> list[Diagnostic]:
    """What is wrong with series that are added up: at least one must be known, and each of one of the `types`.

    An unverified source passes: it has been reported as such.
    """
    wanted = tuple(names)
    if source.page is None:
        return _against_entry(source, wanted, span)
    present = [name for name in wanted if source.page.of(name) or source.page.type_of(name) is not None]
    if not present:
        known = sorted(source.page.names())
        near = get_close_matches(wanted[0], known, n=1, cutoff=0.6)
        entry = source.metric(wanted[0])
        switch = f"it must be switched on: {entry.opt_in}" if entry is not None and entry.opt_in else None
        hint = f"did you mean `{near[0]}`?" if near else switch or f"see the names on {source.page.file}"
        message = f"the page {source.page.file} has no metric {wanted[0]}"
        return [Diagnostic(UNKNOWN_METRIC, message, span, hint=switch or hint)]
    findings = []
    for name in present:
        found = source.page.type_of(name)
        if found is not None and found not in (*types, "unknown", "untyped"):
            message = f"{name} is a {found}, not a {types[0]}"
            findings.append(Diagnostic(WRONG_TYPE, message, span, hint=f"name it under `{found}`, or another metric"))
    return findings


def _against_entry(source: ResolvedSource, wanted: tuple[str, ...], span: Span) -> list[Diagnostic]:
    if source.entry is None or any(source.metric(name) for name in wanted):
        return []
    near = get_close_matches(wanted[0], list(source.entry.metrics), n=1, cutoff=0.8)
    if not near:
        return []
    message = f"{source.entry.title} exports no metric {wanted[0]}"
    return [Diagnostic(UNKNOWN_METRIC, message, span, hint=f"did you mean `{near[0]}`?")]


def check_conditions(
    source: ResolvedSource, metric: str, written: tuple[Matcher, ...], place: SpanOf, rare: bool = False
) -> list[Diagnostic]:
    """What is wrong with conditions on one metric's labels.

    `rare` conditions (of failures) need not hold on a page that was saved when all was well: only a value that looks
    like a misspelt one of the known values is reported.
    """
    labels = source.labels(metric)
    if labels is None:
        return []
    findings = _unknown_labels(written, labels, source, place)
    if findings:
        return findings
    values = {m.label: list(source.values(metric, m.label)) for m in written}
    if rare or source.page is None or not source.page.of(metric):
        return _misspelt(written, values, place)
    on_page = {label: list(source.page.values(metric, label)) for label in values}
    return _wrong_values(tuple(m for m in written if m.label in labels), on_page, place)


def check_slices(
    source: ResolvedSource, metric: str, label: str, values: tuple[str, ...], spans: tuple[Span, Span]
) -> list[Diagnostic]:
    """What is wrong with the label that slices go by and with their values; `spans` are the places of both."""
    labels = source.labels(metric)
    if labels is None:
        return []
    findings = _unknown_labels((Matcher(label, MatchOp.NE, ""),), labels, source, lambda _: spans[0])
    known = {label: list(source.values(metric, label))}
    each = tuple(Matcher(label, MatchOp.EQ, value) for value in values)
    return findings or _wrong_values(each, known, lambda _: spans[1])


def _unknown_labels(
    written: Iterable[Matcher], exported: frozenset[str], source: ResolvedSource, place: SpanOf
) -> list[Diagnostic]:
    findings = []
    for label in dict.fromkeys(m.label for m in written):
        if label in exported or label in _SCRAPED or label.startswith(_SCRAPED_PREFIXES):
            continue
        near = get_close_matches(label, sorted(exported | _SCRAPED), n=1, cutoff=0.6)
        hint = f"did you mean `{near[0]}`?" if near else f"the labels are {', '.join(sorted(exported))}"
        message = f"the series of source {source.name!r} have no label `{label}`"
        findings.append(Diagnostic(UNKNOWN_LABEL, message, place(label), hint=hint))
    return findings


def _wrong_values(written: tuple[Matcher, ...], known: dict[str, list[str]], place: SpanOf) -> list[Diagnostic]:
    negated = tuple(m for m in written if m.op in (MatchOp.NE, MatchOp.NRE))
    findings = _misspelt(negated, known, place)
    for matcher in (m for m in written if m not in negated):
        values = known.get(matcher.label, [])
        wanted = _exact(matcher)
        if wanted is not None:
            bad = next((word for word in wanted if word not in values), None)
        else:
            bad = None if any(holds(matcher, value) for value in values) else matcher.value
        if bad is not None and values:
            findings.append(_unknown_value(matcher.label, bad, values, place))
    return findings


def _misspelt(written: tuple[Matcher, ...], known: dict[str, list[str]], place: SpanOf) -> list[Diagnostic]:
    return [
        _unknown_value(matcher.label, word, known.get(matcher.label, []), place)
        for matcher in written
        for word in _exact(matcher) or ()
        if word not in known.get(matcher.label, []) and _near(word, known.get(matcher.label, []))
    ]


def _near(word: str, values: list[str]) -> list[str]:
    return get_close_matches(word, values, n=1, cutoff=0.75)


def _exact(matcher: Matcher) -> tuple[str, ...] | None:
    """The values that a condition names word by word; None for a pattern or a negation that names none."""
    if matcher.op in (MatchOp.EQ, MatchOp.NE):
        return (matcher.value,)
    plain = matcher.value.replace("|", "").replace("_", "").replace("-", "").isalnum()
    return tuple(matcher.value.split("|")) if matcher.op is MatchOp.RE and plain else None


def _unknown_value(label: str, value: str, values: list[str], place: SpanOf) -> Diagnostic:
    near = get_close_matches(value, values, n=1, cutoff=0.6)
    shown = ", ".join(values[:8]) + (" …" if len(values) > 8 else "")
    hint = f"did you mean `{near[0]}`?" if near else f"the values are {shown}"
    return Diagnostic(UNKNOWN_VALUE, f"no series has {label}={value!r}", place(label), hint=hint)
