"""Alerts of one's own: conditions, how they combine, and what is said when they hold."""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from slogen.spec import conditions as c
from slogen.spec.fields import Annotations, Description, OwnLabels, RunbookUrl, Title
from slogen.spec.names import Text
from slogen.spec.node import Node, wrong_choice
from slogen.spec.units import Day, Duration

KINDS = (
    "threshold", "quantile", "drift", "score_distribution", "drop", "baseline", "volume", "parity", "canary",
    "disagreement", "absent", "data_quality", "confidence", "saturation", "cost", "expr", "all", "any", "at_least",
)  # fmt: skip
"""Every key that can stand for what an alert waits for."""


class Expr(Node):
    """PromQL of one's own that returns what is wrong."""

    promql: Text = Field(description="PromQL that returns a series for everything that is wrong.", examples=["up == 0"])


def _promql(value: object) -> object:
    return {"promql": value} if isinstance(value, str) else value


class AtLeast(Node):
    """Several of these hold at once."""

    count: int = Field(strict=True, ge=1, description="How many must hold.", examples=[2])
    of: tuple["Condition", ...] = Field(
        min_length=2,
        description="The conditions to count.",
        examples=[[{"threshold": {"of": "recall", "below": "90%"}}, {"threshold": {"of": "auc", "below": 0.8}}]],
    )

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.count > len(self.of):
            raise wrong_choice([], [f"a count of at most {len(self.of)}"])
        return self


class Condition(Node):
    """Something that can be wrong: exactly one kind, or a combination, with an optional exception."""

    threshold: c.Threshold | None = Field(
        default=None, description=str(c.Threshold.__doc__), examples=[{"of": "app.fpr", "above": "2%", "over": "15m"}]
    )
    quantile: c.Quantile | None = Field(
        default=None,
        description=str(c.Quantile.__doc__),
        examples=[{"from": "app", "percentile": "p99", "above": "2s", "over": "5m"}],
    )
    drift: c.Drift | None = Field(
        default=None,
        description=str(c.Drift.__doc__),
        examples=[{"from": "drift", "test": "psi", "above": 0.2, "features": ["amount"]}],
    )
    score_distribution: c.ScoreDistribution | None = Field(
        default=None,
        description=str(c.ScoreDistribution.__doc__),
        examples=[{"from": "app", "test": "psi", "above": 0.2, "over": "1h", "against": "1w"}],
    )
    drop: c.Drop | None = Field(
        default=None, description=str(c.Drop.__doc__), examples=[{"of": "recall", "by": "5 points", "against": "1w"}]
    )
    baseline: c.Baseline | None = Field(
        default=None, description=str(c.Baseline.__doc__), examples=[{"of": "auc", "deviations": 3}]
    )
    volume: c.Volume | None = Field(
        default=None, description=str(c.Volume.__doc__), examples=[{"of": "app.predictions", "below": "50%"}]
    )
    parity: c.Parity | None = Field(
        default=None, description=str(c.Parity.__doc__), examples=[{"of": "helpful", "gap": "5 points", "over": "1d"}]
    )
    canary: c.Canary | None = Field(
        default=None,
        description=str(c.Canary.__doc__),
        examples=[
            {
                "of": "clicks",
                "canary": {"track": "canary"},
                "control": {"track": "stable"},
                "margin": "0.1 points",
                "over": "1h",
            }
        ],
    )
    disagreement: c.Disagreement | None = Field(
        default=None, description=str(c.Disagreement.__doc__), examples=[{"from": "app", "above": "2%", "over": "1h"}]
    )
    absent: c.Absent | None = Field(
        default=None, description=str(c.Absent.__doc__), examples=[{"from": "app", "what": "labels", "over": "6h"}]
    )
    data_quality: c.DataQuality | None = Field(
        default=None,
        description=str(c.DataQuality.__doc__),
        examples=[{"from": "app", "check": "null_ratio", "above": "1%", "over": "1h"}],
    )
    confidence: c.Confidence | None = Field(
        default=None,
        description=str(c.Confidence.__doc__),
        examples=[{"from": "app", "score_above": 0.9, "moves_by": "10 points", "against": "1w", "over": "1h"}],
    )
    saturation: c.Saturation | None = Field(
        default=None,
        description=str(c.Saturation.__doc__),
        examples=[{"from": "gpu", "resource": "kv_cache", "above": "90%"}],
    )
    cost: c.Cost | None = Field(
        default=None,
        description=str(c.Cost.__doc__),
        examples=[{"from": "app", "budget": "5000 EUR", "faster_than": 3, "over": "1h"}],
    )
    expr: Annotated[Expr, BeforeValidator(_promql, json_schema_input_type=Expr | Text)] | None = Field(
        default=None, description=str(Expr.__doc__), examples=["sum(rate(fallback_answers_total[5m])) > 1"]
    )
    all: tuple["Condition", ...] | None = Field(
        default=None,
        min_length=1,
        description="All of these hold at once.",
        examples=[[{"drift": {"from": "drift", "test": "psi", "above": 0.2}}]],
    )
    any: tuple["Condition", ...] | None = Field(
        default=None,
        min_length=1,
        description="At least one of these holds.",
        examples=[[{"threshold": {"of": "recall", "below": "90%"}}]],
    )
    at_least: AtLeast | None = Field(
        default=None,
        description=str(AtLeast.__doc__),
        examples=[{"count": 2, "of": [{"expr": "a > 1"}, {"expr": "b > 1"}, {"expr": "c > 1"}]}],
    )
    unless: "Condition | None" = Field(
        default=None,
        description="Does not count while this holds.",
        examples=[{"drift": {"from": "drift", "test": "psi", "above": 0.2}}],
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        chosen = [kind for kind in KINDS if getattr(self, kind) is not None]
        if len(chosen) != 1:
            raise wrong_choice(chosen, list(KINDS))
        return self

    @property
    def kind(self) -> str:
        """The key that is set: the name of the condition, or of the way its parts combine."""
        return next(kind for kind in KINDS if getattr(self, kind) is not None)

    @property
    def value(self) -> "Simple | AtLeast | tuple[Condition, ...]":
        """What stands under that key."""
        return getattr(self, self.kind)  # type: ignore[no-any-return]  # the fields above are exactly this union


Simple = (
    c.Threshold
    | c.Quantile
    | c.Drift
    | c.ScoreDistribution
    | c.Drop
    | c.Baseline
    | c.Volume
    | c.Parity
    | c.Canary
    | c.Disagreement
    | c.Absent
    | c.DataQuality
    | c.Confidence
    | c.Saturation
    | c.Cost
    | Expr
)
"""A condition that holds no other."""


class Shadow(Node):
    """A trial run: the alert is evaluated and counted but reaches nobody."""

    until: Day = Field(description="The day after which the trial must have been judged.", examples=["2027-03-01"])


class Alert(Condition):
    """A condition that somebody must hear about."""

    severity: Literal["page", "ticket", "log"] = Field(
        description="Whether it wakes somebody (page), waits for office hours (ticket) or is only recorded (log).",
        examples=["ticket"],
    )
    hold: Duration | None = Field(
        default=None, alias="for", description="How long the condition must last first.", examples=["15m"]
    )
    keep_firing_for: Duration | None = Field(
        default=None, description="How long it stays firing after the condition has gone.", examples=["10m"]
    )
    title: Title = Field(default=None)
    description: Description = Field(default=None)
    runbook_url: RunbookUrl = Field(default=None)
    labels: OwnLabels = Field(default={})
    annotations: Annotations = Field(default={})
    shadow: Shadow | None = Field(default=None, description=str(Shadow.__doc__), examples=[{"until": "2027-03-01"}])
    unproven: Text | None = Field(
        default=None,
        description="Why no replay can show that this alert fires; it is listed as unproven.",
        examples=["The vendor's gauge cannot be simulated."],
    )
    review_after: Day | None = Field(
        default=None, description="The day after which its numbers must be looked at again.", examples=["2027-06-30"]
    )
