"""What every alert of one owner carries, so that each kind of alert only says what is its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from slogen import names
from slogen.emit.template_text import literal
from slogen.ir.later import Later
from slogen.ir.rules import Alert, Severity
from slogen.ir.where import Labels, Where
from slogen.ir.witness import Proof
from slogen.lower.annotations import Links, merged
from slogen.promql.ast import Expr


@dataclass(frozen=True, slots=True)
class Draft:
    """An alert's own part; `hold` and `keep_firing` are ms. What only some verbs read is made on demand."""

    name: str
    kind: str
    severity: Severity
    expr: Callable[[], Expr]
    proof: Callable[[], Proof]
    why: str
    texts: Callable[[], Mapping[str, str]]
    """Annotations, as Go template text already."""
    labels: Mapping[str, str] = field(default_factory=dict)
    hold: int = 0
    keep_firing: int = 0
    usual: Mapping[str, str] = field(default_factory=dict)
    """Labels that the user's own replace."""
    says: str = ""
    words: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks: the owner's part of every alert about one SLO, one declared alert or one component.

    `labels` and `annotations` are the user's own, as written; `unproven` is the user's reason for having no proof.
    """

    env: str
    model: str
    subject: str
    team: str
    upstreams: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    links: Links
    shadow: bool
    unproven: str | None
    where: Where

    def say(self, draft: Draft) -> Alert:
        """The alert: slogen's labels win over the user's, the user's annotations over slogen's."""
        own = {
            names.ENV: self.env,
            names.MODEL: self.model,
            names.SEVERITY: draft.severity,
            names.TEAM: self.team,
            names.UPSTREAMS: self.upstreams,
            names.MODE: names.SHADOW if self.shadow else "",
        }
        expr = Later(draft.expr)
        return Alert(
            name=draft.name,
            kind=draft.kind,
            subject=self.subject,
            severity=draft.severity,
            later_expr=expr,
            hold=draft.hold,
            keep_firing=draft.keep_firing,
            labels=merged(draft.usual, self.labels, own, draft.labels),
            later_annotations=Later(lambda: self._annotations(draft, expr())),
            shadow=self.shadow,
            later_proof=Later(draft.proof if self.unproven is None else self._nothing_claimed),
            why=draft.why,
            where=self.where,
            says=draft.says,
            words=draft.words,
            signs=draft.signs,
        )

    def _annotations(self, draft: Draft, expr: Expr) -> Labels:
        own = {name: literal(text) for name, text in self.annotations.items()}
        return merged(self.links.annotations(draft.name, expr), draft.texts(), own)

    def _nothing_claimed(self) -> Proof:
        return Proof((), (), self.unproven)
