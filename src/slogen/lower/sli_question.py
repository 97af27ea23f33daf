"""What every SLI shape and alert condition is given: sources, signals, slices and the places to point at."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

from slogen.diagnostics.model import Code, Diagnostic, Severity, Span
from slogen.ir.where import Where
from slogen.lower.sli_slices import Slicing
from slogen.lower.source_checks import SpanOf
from slogen.lower.sources import ResolvedSource
from slogen.spec.signals import Signal

UNKNOWN_SOURCE = Code(
    "SLO360",
    "unknown-source",
    Severity.ERROR,
    "no source of this spec has this name",
    """\
`from` names one of the `sources` of the same file. A source that could not be resolved (an unknown template, an
unreadable sample) is reported at its own place and counts as known here.
""",
)
UNKNOWN_SIGNAL = Code(
    "SLO361",
    "unknown-signal",
    Severity.ERROR,
    "nothing has this name",
    """\
`of` names one of the `signals` of the same file, or `source.measure` for what a source measures by itself, such as
`app.fpr`. `slogen catalogue show TEMPLATE` lists what a template measures.
""",
)


@dataclass(frozen=True, slots=True)
class Context:
    """What all SLIs and conditions of one spec in one environment share.

    `declared` are all source names of the spec, `sources` those that could be resolved: what reads one that could not
    is left out without a second finding. `scrape_interval` is in ms.
    """

    sources: Mapping[str, ResolvedSource]
    declared: frozenset[str]
    signals: Mapping[str, Signal]
    scrape_interval: int


@dataclass(frozen=True, slots=True)
class Question:
    """One SLI or condition to be answered.

    `name` is the SLO's or alert's key. `where` holds the places of the SLO's or alert's fields, and `path` is the
    prefix of this shape's own (`sli.latency`).
    """

    name: str
    context: Context
    sliced: Slicing | None
    where: Where
    path: str

    def at(self, field: str = "") -> Span:
        """The place of a field of this shape, or of the nearest one around it."""
        return self.where.at(f"{self.path}.{field}" if field else self.path)

    def conditions_at(self, field: str) -> SpanOf:
        """The place of the condition on a label under `field`."""
        return lambda label: self.at(f"{field}.{label}")

    def below(self, step: str) -> "Question":
        """The same for a part of this shape."""
        return replace(self, path=f"{self.path}.{step}" if self.path else step)

    def source(self, name: str, field: str = "from") -> ResolvedSource | list[Diagnostic]:
        """The source called `name`; else the finding, or none where the source itself has been reported."""
        if name in self.context.sources:
            return self.context.sources[name]
        if name in self.context.declared:
            return []
        near = get_close_matches(name, sorted(self.context.declared), n=1, cutoff=0.5)
        known = ", ".join(sorted(self.context.declared)) or "none yet"
        hint = f"did you mean `{near[0]}`?" if near else f"the sources are {known}"
        return [Diagnostic(UNKNOWN_SOURCE, f"there is no source {name!r}", self.at(field), hint=hint)]

    def unknown_signal(self, reference: str) -> Diagnostic:
        """The finding that `of` names nothing."""
        near = get_close_matches(reference, sorted(self.context.signals), n=1, cutoff=0.5)
        known = ", ".join(sorted(self.context.signals)) or "none"
        hint = f"did you mean `{near[0]}`?" if near else f"the signals are {known}; or write `source.measure`"
        return Diagnostic(UNKNOWN_SIGNAL, f"there is no signal {reference!r}", self.at("of"), hint=hint)
