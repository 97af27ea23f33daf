"""Rules as Prometheus will see them, each with the sentence that explains it and the place it came from."""

from dataclasses import dataclass
from typing import Literal

from slogen.ir.later import Later
from slogen.ir.where import Labels, Where
from slogen.ir.witness import Proof
from slogen.promql.ast import Expr

Severity = Literal["page", "ticket", "log"]


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording rule. `why` is one sentence for `explain` and for the comment-free generated file's reader."""

    record: str
    later_expr: Later[Expr]
    labels: Labels
    why: str
    where: Where

    @property
    def expr(self) -> Expr:
        """What it records."""
        return self.later_expr()


@dataclass(frozen=True, slots=True)
class Alert:
    """An alerting rule.

    `kind` says what made it (`burn`, `collapse`, `no-data`, `condition`, `data-condition`, `budget`, `policy`,
    `upstream`, `environment`, `watchdog`, `health`); a `data-condition` is a declared alert on data that is missing or
    broken.
    `subject` is what it is about: the SLO's or the alert's key in the spec, empty for fleet alerts.
    `shadow` alerts are evaluated and counted but reach nobody.
    """

    name: str
    kind: str
    subject: str
    severity: Severity
    later_expr: Later[Expr]
    hold: int
    keep_firing: int
    labels: Labels
    later_annotations: Later[Labels]
    shadow: bool
    later_proof: Later[Proof]
    why: str
    where: Where
    says: str = ""
    """For a declared alert, what holds while it fires, in plain words."""
    words: tuple[str, ...] = ()
    """For a declared alert, its owner's title and description as written, where there are any."""
    signs: tuple[str, ...] = ()
    """For a declared alert, the kinds of conditions it is made of (`drift`, `drop`), without its exceptions."""

    @property
    def expr(self) -> Expr:
        """What it asks."""
        return self.later_expr()

    @property
    def annotations(self) -> Labels:
        """Go template text by name: user text in it is already escaped, so that it prints as written."""
        return self.later_annotations()

    @property
    def proof(self) -> Proof:
        """What it claims of itself."""
        return self.later_proof()

    @property
    def declared(self) -> bool:
        """Whether a spec declares it by name."""
        return self.kind in {"condition", "data-condition"}


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Rules that Prometheus evaluates in order at `interval` ms; `name` is public API (renaming resets alerts)."""

    name: str
    interval: int
    rules: tuple[Recording | Alert, ...]


@dataclass(frozen=True, slots=True)
class RuleFile:
    """One file of groups; `stem` is its name without the suffix: the model's name, or `_fleet`."""

    stem: str
    later_groups: Later[tuple[RuleGroup, ...]]

    @property
    def groups(self) -> tuple[RuleGroup, ...]:
        """The groups in the order of the file."""
        return self.later_groups()
