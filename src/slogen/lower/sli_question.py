"""What every SLI shape and alert condition is given: sources, signals, slices and the places to point at."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from slogen.diagnostics.model import Code, Diagnostic, Severity, Span
from slogen.ir.where import Where
from slogen.lower.sli_slices import Slicing
from slogen.lower.source_checks import SpanOf
from slogen.lower.source_facts import ResolvedSource
from slogen.spec.signals import Signal

WRONG_SIGNAL = Code(
    "SLO360",
    "wrong-kind-of-signal",
    Severity.ERROR,
    "the signal is of a kind that cannot be used here",
    """\
An objective over events needs a signal that counts events (`events`, `classification`); a gauge or a formula is judged
moment by moment with the shape `gauge`, or over windows with `timeslice`.
""",
)


@dataclass(frozen=True, slots=True)
class Context:
    """What all SLIs and conditions of one spec in one environment share.

    `sources` are those that could be resolved: what reads another is left out without a second finding.
    `scrape_interval` is in ms.
    """

    sources: Mapping[str, ResolvedSource]
    signals: Mapping[str, Signal]
    scrape_interval: int
    slices: Mapping[str, Slicing] = field(default_factory=dict)
    """The slicing of each signal that an objective of the spec splits: conditions that compare slices use it."""
    places: Mapping[str, Where] = field(default_factory=dict)
    """Where each signal and its fields stand."""
    retention: int | None = None
    """How long the server keeps samples, ms; None where nobody says."""


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
        return self.where.at(".".join(step for step in (self.path, field) if step))

    def conditions_at(self, field: str) -> SpanOf:
        """The place of the condition on a label under `field`."""
        return lambda label: self.at(f"{field}.{label}")

    def below(self, step: str) -> "Question":
        """The same for a part of this shape."""
        return replace(self, path=f"{self.path}.{step}" if self.path else step)

    def of_signal(self, name: str) -> "Question":
        """The same about a signal that the spec names: places are those of the signal, where they are known.

        Signals have a short form without their kind (`{from: app, bad: …}`), which has places without it.
        """
        where = self.context.places.get(name)
        if where is None:
            return replace(self, name=name)
        kind = self.context.signals[name].kind
        path = kind if any(field.startswith(f"{kind}.") for field, _ in where.fields) else ""
        return replace(self, name=name, where=where, path=path)

    def source(self, name: str) -> ResolvedSource | None:
        """The source called `name`; None where there is none or it is unresolved, which is reported elsewhere."""
        return self.context.sources.get(name)

    def wrong_signal(self, reference: str, hint: str) -> Diagnostic:
        """The finding that a signal exists but cannot be used here."""
        return Diagnostic(WRONG_SIGNAL, f"the signal {reference!r} cannot be used here", self.at("of"), hint=hint)
