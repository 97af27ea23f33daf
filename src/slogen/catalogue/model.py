"""The shape of a catalogue entry: what a server measures, under which names, and what it cannot tell."""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Unit = Literal[
    "1",
    "seconds",
    "milliseconds",
    "microseconds",
    "timestamp",
    "ratio",
    "percent",
    "bytes",
    "tokens",
    "usd",
    "rows",
    "score",
]
MetricType = Literal["counter", "gauge", "histogram", "summary"]
Status = Literal["source", "docs", "mixed", "convention"]
Category = Literal[
    "model-server", "llm", "web", "mesh", "platform", "feature-store", "pipeline", "stream", "gpu", "ml", "cloud"
]


class Strict(BaseModel):
    """Frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class Operators(Strict):
    """A label condition other than equality; exactly one key is given."""

    matches: str | None = None
    not_matches: str | None = None
    not_: str | tuple[str, ...] | None = Field(default=None, alias="not")

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        if len(self.model_fields_set) != 1:
            msg = "give exactly one of matches, not_matches, not"
            raise ValueError(msg)
        return self


Pick = str | tuple[str, ...] | Operators
"""A condition on one label: equal to a word, equal to one of several, or an operator."""

Where = dict[str, Pick]
Bounds = Annotated[tuple[Decimal, ...], Field(min_length=1)]


class Metric(Strict):
    """One metric as its exporter writes it.

    `labels` are the exporter's own; those that scraping adds (job, instance) are not listed. `values` are the label
    values that the exporter is known to write. `bounds` are upper bucket bounds in the metric's unit, without +Inf;
    None for a histogram whose bounds only a live page can tell. `opt_in` says what must be switched on first.
    """

    type: MetricType
    help: str
    unit: Unit = "1"
    labels: tuple[str, ...] = ()
    values: dict[str, tuple[str, ...]] = {}
    bounds: Bounds | None = None
    opt_in: str | None = None


class Part(Strict):
    """Some series of one metric; several parts of one measure are added up."""

    metric: str
    where: Where = {}


class Ratio(Strict):
    """Events of which some are bad: counters (or `_count` of histograms). Exactly one of `bad` and `good` is given.

    `value` says which share is meant where somebody asks for the measure's value: an availability is the share of good
    events, a null ratio that of bad ones. `proxy` says why this is only an approximation, where it is one.
    """

    title: str
    bad: tuple[Part, ...] = ()
    good: tuple[Part, ...] = ()
    total: tuple[Part, ...] = Field(min_length=1)
    value: Literal["good", "bad"] = "good"
    proxy: str | None = None

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if bool(self.bad) == bool(self.good):
            msg = "give exactly one of bad and good"
            raise ValueError(msg)
        return self


class Duration(Strict):
    """A quantity per event kept in a classic histogram, such as a latency or a score.

    `valid` are the labels of an event that also succeeded; None where the histogram cannot tell.
    """

    title: str
    histogram: str
    where: Where = {}
    valid: Where | None = None
    proxy: str | None = None


class Level(Strict):
    """A gauge, or the ratio of one gauge to the sum of others with the same labels.

    `good` and `bad` are typical values on either side of trouble; they also say which direction is worse.
    """

    title: str
    metric: str
    where: Where = {}
    over: tuple[str, ...] = ()
    aggregate: Literal["max", "min", "sum", "avg"] = "max"
    good: float
    bad: float


class Flow(Strict):
    """A counter whose rate means something by itself: requests, tokens, money."""

    title: str
    parts: tuple[Part, ...] = Field(min_length=1)


class Moment(Strict):
    """A gauge that holds the Unix time (seconds) at which something last succeeded."""

    title: str
    metric: str
    where: Where = {}


class Confusion(Strict):
    """Counters of predictions whose label has arrived; `tn` is None where the exporter's is not one."""

    title: str
    tp: Part
    fp: Part
    fn: Part
    tn: Part | None = None


class Drift(Strict):
    """A gauge per feature that a drift job sets. `tests` maps a test's name here to the label value there.

    `test` is the label that names the test; None where the metric holds one test only, named by the single key.
    `last_run` names the moment at which the job last finished.
    """

    title: str
    metric: str
    where: Where = {}
    feature: str
    test: str | None
    tests: dict[str, str] = Field(min_length=1)
    last_run: str | None = None


class Scores(Strict):
    """A gauge per quality metric that an evaluation job sets; `metric_label` names which.

    `sample_size` is the gauge with the same labels that counts the rows behind each value.
    """

    title: str
    metric: str
    where: Where = {}
    metric_label: str
    sample_size: str | None = None
    last_run: str | None = None


class Entry(Strict):
    """What one kind of server exports.

    `identity` are the labels that tell one model from another; empty where a process serves one model only.
    `select` are conditions that always hold unless a source names the same label itself.
    `ratios`, `durations`, `levels`, `flows` and `moments` are keyed by the measure's name (`availability`, `latency`,
    `ttft`, `freshness`, ...), which is what an SLI shape asks for. `cannot` maps a measure that people ask for, and
    that this server does not have, to the nearest way out. `canary` is the label that tells versions apart.
    """

    title: str
    category: Category
    status: Status
    versions: str
    endpoint: str
    reads: tuple[str, ...] = Field(min_length=1)
    """What the facts were read in: repository and path, package and version."""
    identity: tuple[str, ...] = ()
    select: Where = {}
    metrics: dict[str, Metric] = Field(min_length=1)
    ratios: dict[str, Ratio] = {}
    durations: dict[str, Duration] = {}
    levels: dict[str, Level] = {}
    flows: dict[str, Flow] = {}
    moments: dict[str, Moment] = {}
    confusion: Confusion | None = None
    drift: Drift | None = None
    scores: Scores | None = None
    cannot: dict[str, str] = {}
    canary: str | None = None
    traps: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for part in self.parts():
            _check_part(self.metrics, part)
        for label in (*self.identity, *self.select, *([self.canary] if self.canary else [])):
            if not any(label in metric.labels for metric in self.metrics.values()):
                msg = f"no metric has the label {label}"
                raise ValueError(msg)
        both = set(self.cannot) & set(self.measures())
        if both:
            msg = f"both measured and impossible: {sorted(both)}"
            raise ValueError(msg)
        return self

    def measures(self) -> tuple[str, ...]:
        """Names of everything that this server measures, in the order of the kinds above."""
        kinds = (self.ratios, self.durations, self.levels, self.flows, self.moments)
        named = [name for kind in kinds for name in kind]
        return (*named, *(name for name in ("confusion", "drift", "scores") if getattr(self, name) is not None))

    def parts(self) -> tuple[Part, ...]:
        """Every place where a measure names a metric."""
        found = [part for ratio in self.ratios.values() for part in (*ratio.bad, *ratio.good, *ratio.total)]
        found += [part for flow in self.flows.values() for part in flow.parts]
        for duration in self.durations.values():
            found.append(Part(metric=duration.histogram, where={**duration.where, **(duration.valid or {})}))
        for level in self.levels.values():
            found.append(Part(metric=level.metric, where=level.where))
            found += [Part(metric=name, where=level.where) for name in level.over]
        found += [Part(metric=moment.metric, where=moment.where) for moment in self.moments.values()]
        if self.confusion:
            cells = (self.confusion.tp, self.confusion.fp, self.confusion.fn, self.confusion.tn)
            found += [cell for cell in cells if cell is not None]
        if self.drift:
            found.append(Part(metric=self.drift.metric, where={**self.drift.where, self.drift.feature: "any"}))
        if self.scores:
            found.append(Part(metric=self.scores.metric, where={**self.scores.where, self.scores.metric_label: "any"}))
        return tuple(found)


def family(metrics: dict[str, Metric], series: str) -> str | None:
    """The metric that a series name belongs to: `x_bucket`, `x_count` and `x_sum` belong to the histogram `x`."""
    if series in metrics:
        return series
    for suffix in ("_bucket", "_count", "_sum"):
        name = series.removesuffix(suffix)
        if name != series and name in metrics and metrics[name].type in ("histogram", "summary"):
            return name
    return None


def _check_part(metrics: dict[str, Metric], part: Part) -> None:
    name = family(metrics, part.metric)
    if name is None:
        msg = f"a measure names {part.metric}, which is not among the metrics"
        raise ValueError(msg)
    unknown = set(part.where) - set(metrics[name].labels)
    if unknown:
        msg = f"{part.metric} has no label {sorted(unknown)}"
        raise ValueError(msg)
