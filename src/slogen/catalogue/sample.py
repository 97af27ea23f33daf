"""Reads saved `/metrics` pages, in Prometheus' text format or OpenMetrics, into names, labels, types and bounds."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from slogen.diagnostics.model import Code, Diagnostic, Severity, Span
from slogen.ir.where import Labels, labels

BAD_PAGE = Code(
    "SLO350",
    "bad-metrics-page",
    Severity.ERROR,
    "a line of a saved /metrics page cannot be read",
    """\
A `sample` is a page as an exporter serves it: `curl -s http://host:port/metrics > samples/name.prom`. Every line is a
comment, blank, or `name{label="value"} number`. A page that was cut off, wrapped or saved as HTML proves nothing about
the names in it, so nothing is checked against it until it reads cleanly.
""",
)

_NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_SAMPLE = re.compile(
    rf'(?P<name>{_NAME})?[ \t]*(?:\{{(?P<labels>(?:[^"}}]|{_QUOTED})*)\}})?[ \t]+(?P<value>[^\s#]+)'
    r"(?:[ \t]+-?[0-9.]+)?[ \t]*(?:#.*)?"
)
_PAIR = re.compile(rf"[ \t]*(?P<name>{_NAME}|{_QUOTED})[ \t]*(?:=[ \t]*(?P<value>{_QUOTED})[ \t]*)?(?:,|$)")
_COMMENT = re.compile(rf"#[ \t]+(?P<what>TYPE|HELP|UNIT)[ \t]+(?P<name>{_NAME}|{_QUOTED})(?:[ \t]+(?P<text>.*))?")
_ESCAPES = {"\\\\": "\\", '\\"': '"', "\\n": "\n"}


@dataclass(frozen=True, slots=True)
class PageSeries:
    """One line of a page: the series name, its labels and the number it had."""

    name: str
    labels: Labels
    value: float


@dataclass(frozen=True, slots=True)
class Page:
    """A saved page. `types` is what its TYPE lines say, by the name of the metric they speak of."""

    file: str
    types: tuple[tuple[str, str], ...]
    series: tuple[PageSeries, ...]
    _named: Mapping[str, tuple[PageSeries, ...]] = field(init=False, repr=False, compare=False)
    """The series by name: a spec asks for each of them many times."""

    def __post_init__(self) -> None:
        named: dict[str, list[PageSeries]] = {}
        for one in self.series:
            named.setdefault(one.name, []).append(one)
        object.__setattr__(self, "_named", {name: tuple(found) for name, found in named.items()})

    def names(self) -> frozenset[str]:
        """Every series name on the page (`x_bucket`, not `x`)."""
        return frozenset(self._named)

    def of(self, name: str) -> tuple[PageSeries, ...]:
        """The series called `name`."""
        return self._named.get(name, ())

    def type_of(self, name: str) -> str | None:
        """The declared type of a series: OpenMetrics declares a counter without `_total`, histograms without suffix."""
        types = dict(self.types)
        for suffix in ("", "_total", "_bucket", "_count", "_sum", "_created"):
            stem = name.removesuffix(suffix) if suffix else name
            if stem in types and (not suffix or stem != name):
                return types[stem]
        return None

    def values(self, name: str, label: str) -> tuple[str, ...]:
        """The values that `label` has on series called `name`, sorted."""
        return tuple(sorted({dict(series.labels).get(label, "") for series in self.of(name)} - {""}))

    def label_names(self, name: str) -> frozenset[str]:
        """The labels that series called `name` carry."""
        return frozenset(label for series in self.of(name) for label, _ in series.labels)

    def bounds(self, histogram: str) -> tuple[Decimal, ...]:
        """The upper bucket bounds of a classic histogram, ascending, without +Inf; empty where there are none."""
        found: set[Decimal] = set()
        for text in self.values(f"{histogram}_bucket", "le"):
            try:
                bound = Decimal(text)
            except InvalidOperation:
                continue
            if bound.is_finite():
                found.add(bound)
        return tuple(sorted(found))


def parse_page(text: str, file: str) -> tuple[Page, list[Diagnostic]]:
    """Every readable line of a page and a finding for each line that is not."""
    types: dict[str, str] = {}
    series: list[PageSeries] = []
    findings: list[Diagnostic] = []
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        if not stripped:
            continue
        if stripped.startswith("#"):
            types.update(_declared_type(stripped))
        elif (one := _sample(stripped)) is not None:
            series.append(one)
        else:
            findings.append(_unreadable(file, number, line))
    if not series and not findings:
        findings.append(_empty(file))
    return Page(file, tuple(sorted(types.items())), tuple(series)), findings


def _declared_type(line: str) -> Iterable[tuple[str, str]]:
    found = _COMMENT.fullmatch(line)
    if found and found["what"] == "TYPE" and found["text"]:
        yield _unquoted(found["name"]), found["text"].strip()


def _sample(line: str) -> PageSeries | None:
    found = _SAMPLE.fullmatch(line)
    if found is None:
        return None
    pairs = list(_pairs(found["labels"] or ""))
    if None in pairs:
        return None
    named = {name: value for pair in pairs if pair is not None for name, value in [pair] if value is not None}
    bare = [name for pair in pairs if pair is not None for name, value in [pair] if value is None]
    name = found["name"] or (bare[0] if len(bare) == 1 else None)
    if name is None or (found["name"] and bare):
        return None
    try:
        value = float(found["value"])
    except ValueError:
        return None
    return PageSeries(name, labels(named), value)


def _pairs(text: str) -> Iterator[tuple[str, str | None] | None]:
    """Label pairs; a quoted name alone (a UTF-8 metric name) has no value; None stands for what cannot be read."""
    position = 0
    while position < len(text.rstrip()):
        found = _PAIR.match(text, position)
        if found is None:
            yield None
            return
        value = found["value"]
        if value is None and not found["name"].startswith('"'):
            yield None
            return
        yield _unquoted(found["name"]), None if value is None else _unquoted(value)
        position = found.end()


def _unquoted(text: str) -> str:
    if not text.startswith('"'):
        return text
    return re.sub(r'\\[\\"n]', lambda escape: _ESCAPES[escape[0]], text[1:-1])


def _unreadable(file: str, number: int, line: str) -> Diagnostic:
    shown = line.strip()[:60]
    return Diagnostic(
        BAD_PAGE,
        f"this is not a line of a /metrics page: {shown!r}",
        Span(file, number, 1, number, max(2, len(line) + 1)),
        hint="save the page as the exporter serves it, for example with curl",
    )


def _empty(file: str) -> Diagnostic:
    return Diagnostic(
        BAD_PAGE,
        "the page has no metrics",
        Span(file, 1, 1, 1, 2),
        hint="save the page as the exporter serves it, for example with curl",
    )
