"""What every alert of one owner carries, so that each kind of alert only says what is its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from slogen import names
from slogen.emit.template_text import literal
from slogen.ir.rules import Alert, Severity
from slogen.ir.where import Where
from slogen.ir.witness import Proof
from slogen.lower.annotations import Links, merged
from slogen.promql.ast import Expr


@dataclass(frozen=True, slots=True)
class Draft:
    """An alert's own part. `texts` are Go template text already; `hold` and `keep_firing` are ms."""

    name: str
    kind: str
    severity: Severity
    expr: Expr
    proof: Proof
    why: str
    labels: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
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
        annotations = {name: literal(text) for name, text in self.annotations.items()}
        return Alert(
            name=draft.name,
            kind=draft.kind,
            subject=self.subject,
            severity=draft.severity,
            expr=draft.expr,
            hold=draft.hold,
            keep_firing=draft.keep_firing,
            labels=merged(draft.usual, self.labels, own, draft.labels),
            annotations=merged(self.links.annotations(draft.name, draft.expr), draft.texts, annotations),
            shadow=self.shadow,
            proof=draft.proof if self.unproven is None else Proof((), (), self.unproven),
            why=draft.why,
            where=self.where,
            says=draft.says,
            words=draft.words,
            signs=draft.signs,
        )
