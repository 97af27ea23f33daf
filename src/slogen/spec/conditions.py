"""What an alert may wait for: one class per condition, and how conditions combine."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from slogen.spec.fields import (
    Above,
    Below,
    Certainty,
    Features,
    From,
    MinEvents,
    Of,
    OptionalCertainty,
    OptionalOver,
    Over,
)
from slogen.spec.names import Key
from slogen.spec.node import Node, wrong_choice
from slogen.spec.slis import exactly_one
from slogen.spec.sources import Selector, Where
from slogen.spec.units import Amount, Bound, By, Duration, Number, Percentage, Percentile

Against = Annotated[Duration, Field(description="How far back the value is compared with.", examples=["1w"])]
Test = Annotated[
    Literal[
        "psi",
        "ks_stat",
        "ks_pvalue",
        "wasserstein_norm",
        "js",
        "kl",
        "hellinger",
        "chi2_pvalue",
        "mmd_pvalue",
        "l_infinity",
    ],
    Field(description="The statistical test whose result is read.", examples=["psi"]),
]


class Threshold(Node):
    """A signal is beyond a bound."""

    of: Of
    above: Above = Field(default=None)
    below: Below = Field(default=None)
    over: OptionalOver = Field(default=None)
    min_events: MinEvents = Field(default=0)

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        exactly_one(self, "above", "below")
        return self


class Quantile(Node):
    """A percentile of a duration or another distribution is beyond a bound: a symptom, not an objective."""

    source: From
    percentile: Percentile = Field(description="Which percentile.", examples=["p99"])
    above: Above = Field(default=None)
    below: Below = Field(default=None)
    over: Over
    quantity: Key = Field(
        default="latency", description="Which of the source's distributions is meant.", examples=["time_to_first_token"]
    )
    where: Where = Field(default={})
    min_events: MinEvents = Field(default=0)

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        exactly_one(self, "above", "below")
        return self


class Drift(Node):
    """Features have moved away from the data that the model was trained on."""

    source: From
    test: Test
    above: Above = Field(default=None)
    below: Below = Field(default=None)
    features: Features = Field(default=())
    within: Duration | None = Field(
        default=None,
        description="How long after the drift it still counts: at least as long as labels need to show the damage.",
        examples=["6h"],
    )
    consecutive_runs: int = Field(
        default=1, strict=True, ge=1, le=100, description="How many results in a row must be bad.", examples=[3]
    )
    share_of_features: Percentage | None = Field(
        default=None, description="Fires when more than this share of the features has drifted.", examples=["50%"]
    )
    correction: Literal["none", "bonferroni"] = Field(
        default="none", description="How p-values of many features are corrected.", examples=["bonferroni"]
    )
    min_rows: MinEvents = Field(default=0)
    where: Where = Field(default={})

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        exactly_one(self, "above", "below")
        return self


class ScoreDistribution(Node):
    """The distribution of the model's scores has moved, computed from its histogram without a drift job."""

    source: From
    test: Literal["psi", "kl", "js"] = Field(description="How the distributions are compared.", examples=["psi"])
    above: Number = Field(description="Fires when the distance is greater than this.", examples=[0.2])
    over: Over
    against: Duration | None = Field(
        default=None, description="How far back the reference distribution lies.", examples=["1w"]
    )
    bins: tuple[Number, ...] | None = Field(
        default=None, min_length=2, description="Upper bounds of the bins; each is a bucket.", examples=[[0.25, 0.5, 1]]
    )
    reference: tuple[Percentage, ...] | None = Field(
        default=None,
        min_length=2,
        description="The share of each bin in the reference.",
        examples=[["70%", "20%", "10%"]],
    )
    quantity: Key = Field(default="score", description="Which of the source's distributions.", examples=["score"])
    where: Where = Field(default={})
    min_events: MinEvents = Field(default=0)

    @model_validator(mode="after")
    def _one_reference(self) -> Self:
        exactly_one(self, "against", "reference")
        if self.reference is not None and self.bins is None:
            raise wrong_choice([], ["bins"])
        return self


class Drop(Node):
    """A signal has fallen against its own past, or against a fixed reference."""

    of: Of
    by: By = Field(description="How far: `5 points` is absolute, `5%` relative.", examples=["5 points", "5%"])
    against: Duration | None = Field(
        default=None, description="How far back the value is compared with.", examples=["1w"]
    )
    over: OptionalOver = Field(default=None)
    reference: Bound | None = Field(
        default=None,
        description="What it is compared with while there is no past; always, without `against`.",
        examples=["92%"],
    )
    min_events: MinEvents = Field(default=0)

    @model_validator(mode="after")
    def _something_to_compare_with(self) -> Self:
        if self.against is None and self.reference is None:
            raise wrong_choice([], ["against", "reference"])
        return self


class Baseline(Node):
    """A signal is further from its usual value than its usual spread explains."""

    of: Of
    deviations: Number = Field(description="How many standard deviations are too many.", examples=[3])
    direction: Literal["above", "below", "both"] = Field(
        default="both", description="Which side counts.", examples=["below"]
    )
    over: Duration = Field(
        default="7d", validate_default=True, description="The past that counts as usual.", examples=["7d"]
    )
    excluding: Duration = Field(
        default="1d",
        validate_default=True,
        description="The latest stretch, left out so that the fault is not usual.",
        examples=["1d"],
    )
    min_deviation: Number | None = Field(
        default=None, description="The smallest standard deviation to believe in.", examples=[0.005]
    )
    mean: Number | None = Field(default=None, description="A fixed usual value instead of the past.", examples=[0.92])
    deviation: Number | None = Field(default=None, description="The fixed spread that goes with it.", examples=[0.01])
    min_events: MinEvents = Field(default=0)

    @model_validator(mode="after")
    def _whole_reference(self) -> Self:
        if (self.mean is None) != (self.deviation is None):
            raise wrong_choice([], ["mean" if self.mean is None else "deviation"])
        return self


class Volume(Node):
    """There are far fewer or far more events than at the same hour of the weeks before."""

    of: Of
    below: Percentage | None = Field(default=None, description="Fires under this share of the usual.", examples=["50%"])
    above: Number | None = Field(default=None, description="Fires over this multiple of the usual.", examples=[3])
    over: Duration = Field(
        default="1h", validate_default=True, description="The window in which events are counted.", examples=["1h"]
    )
    weeks: int = Field(default=3, strict=True, ge=1, le=8, description="How many weeks make the usual.", examples=[3])
    min_events: MinEvents = Field(default=100)

    @model_validator(mode="after")
    def _some_bound(self) -> Self:
        if self.below is None and self.above is None:
            raise wrong_choice([], ["below", "above"])
        return self


class Parity(Node):
    """One slice does worse than the others."""

    of: Of
    gap: By | None = Field(default=None, description="How far behind is too far.", examples=["5 points"])
    ratio: Percentage | None = Field(
        default=None, description="The smallest share of the best slice's value that is fair.", examples=["80%"]
    )
    against: Literal["overall", "rest", "best"] = Field(
        default="overall",
        description="What each slice is compared with: all together, all but itself, or the best one.",
        examples=["rest"],
    )
    over: Over
    min_events: MinEvents = Field(default=0)
    certainty: OptionalCertainty = Field(default=None)

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        exactly_one(self, "gap", "ratio")
        return self


class Canary(Node):
    """The new version does worse than the old one, beyond a margin and beyond chance."""

    of: Of
    canary: Selector = Field(description="Labels of the new version.", examples=[{"track": "canary"}])
    control: Selector = Field(description="Labels of the old version.", examples=[{"track": "stable"}])
    margin: By = Field(description="How much worse is still accepted.", examples=["0.1 points"])
    over: Over
    certainty: Certainty = Field(default="95%", validate_default=True)
    min_events: MinEvents = Field(default=0)
    decide_within: Duration | None = Field(
        default=None,
        description="How long a rollout may take to judge it; as long as `over` where missing.",
        examples=["60m"],
    )


class Disagreement(Node):
    """A model in shadow answers differently from the live one."""

    source: From
    above: Percentage = Field(description="Fires over this share of different answers.", examples=["2%"])
    over: Over
    where: Where = Field(default={})
    min_events: MinEvents = Field(default=0)


class Absent(Node):
    """Something that should arrive does not."""

    source: From
    what: Literal["target", "metric", "traffic", "labels", "run"] = Field(
        description="What is missing: the scrape target, the metric, requests, true labels, or a batch run.",
        examples=["labels"],
    )
    over: Over
    where: Where = Field(default={})


class DataQuality(Node):
    """The data that reaches the model is broken."""

    source: From
    check: Literal["null_ratio", "out_of_range", "schema_violations", "suite"] = Field(
        description="Which check is read.", examples=["null_ratio"]
    )
    above: Percentage | None = Field(default=None, description="Fires over this share of bad rows.", examples=["1%"])
    rises_by: By | None = Field(
        default=None, description="Fires when the share has risen by this much.", examples=["3 points"]
    )
    against: Against = Field(default="1d", validate_default=True)
    over: Over
    features: Features = Field(default=())
    where: Where = Field(default={})
    min_events: MinEvents = Field(default=0)

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        exactly_one(self, "above", "rises_by")
        return self


class Confidence(Node):
    """The model has become surer, or less sure, of its answers than it was."""

    source: From
    score_above: Number = Field(description="From which score on an answer counts as sure; a bucket.", examples=[0.9])
    moves_by: By = Field(description="How far the share of sure answers may move.", examples=["10 points"])
    against: Against
    over: Over
    direction: Literal["up", "down", "both"] = Field(default="both", description="Which side counts.", examples=["up"])
    quantity: Key = Field(default="score", description="Which of the source's distributions.", examples=["score"])
    where: Where = Field(default={})
    min_events: MinEvents = Field(default=0)


class Saturation(Node):
    """A resource is nearly used up."""

    source: From
    resource: Key = Field(description="Which of the source's resources.", examples=["kv_cache"])
    above: Bound = Field(description="Fires over this level.", examples=["90%", 100])
    over: OptionalOver = Field(default=None)
    where: Where = Field(default={})


class Cost(Node):
    """Money is spent faster than planned."""

    source: From
    budget: Amount | None = Field(default=None, description="What may be spent in the period.", examples=["5000 EUR"])
    period: Duration = Field(
        default="30d", validate_default=True, description="The period of the budget.", examples=["30d"]
    )
    faster_than: Number = Field(
        default=1,
        validate_default=True,
        description="Fires when spending is this many times the even pace.",
        examples=[3],
    )
    per_1000_predictions: Amount | None = Field(
        default=None, description="Fires when a thousand predictions cost more than this.", examples=["0.40 EUR"]
    )
    over: Over
    where: Where = Field(default={})

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        exactly_one(self, "budget", "per_1000_predictions")
        return self
