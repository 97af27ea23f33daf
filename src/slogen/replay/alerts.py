"""Alerts as Prometheus makes them of an expression's result: labels, states, and texts on demand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from slogen.evaluator import labels as label
from slogen.evaluator.context import Options
from slogen.evaluator.errors import EvaluationError, Unsupported
from slogen.evaluator.evaluate import evaluate
from slogen.evaluator.labels import Labels
from slogen.evaluator.series import Storage
from slogen.evaluator.times import Grid
from slogen.evaluator.vector import Scalar, Vector
from slogen.gotemplate.execute import execute
from slogen.gotemplate.nodes import Template, TemplateError
from slogen.gotemplate.parse import parse as parse_template
from slogen.gotemplate.uses import reads_value
from slogen.gotemplate.values import GoError, Value
from slogen.promql.lex import PromQLError
from slogen.promql.parse import parse
from slogen.replay import template_functions
from slogen.replay.rulefile import TEMPLATE_VARIABLES, AlertingRule
from slogen.replay.states import FIRING, States, states

SAME_LABELS = "vector contains metrics with the same labelset after applying alert labels"


class LabelCollision(Exception):  # noqa: N818 -- the name says what happened, as Prometheus does
    """Two samples of an alert's expression became one alert."""


@dataclass(frozen=True, slots=True)
class ExpansionContext:
    """What templates may ask for besides the sample: other series and the server's external labels."""

    storage: Storage
    external_labels: Mapping[str, str]
    external_url: str
    query_offset: int


@dataclass(frozen=True, slots=True, eq=False)
class AlertLife:
    """One alert over time. `labels` are what it carries besides `alertname`; `ticks`, `states` and `values` are `[T]`.

    `sources` are the labels of the expression's sample at each tick, for templates; one entry where one feeds it.
    """

    rule: AlertingRule
    group: str
    labels: Labels
    ticks: npt.NDArray[np.int64]
    states: States
    values: npt.NDArray[np.float64]
    sources: Sequence[Labels]
    context: ExpansionContext

    @property
    def all_labels(self) -> Labels:
        """The labels with `alertname`, as an Alertmanager receives them (external labels not yet added)."""
        return label.make({**dict(self.labels), "alertname": self.rule.alert})

    def tick_at(self, moment: int) -> int | None:
        """The index of the last tick at or before `moment` (ms), or None before the first."""
        found = int(np.searchsorted(self.ticks, moment, side="right")) - 1
        return found if found >= 0 else None

    def state_at(self, moment: int) -> int:
        """The state the last evaluation at or before `moment` (ms) left."""
        tick = self.tick_at(moment)
        return 0 if tick is None else int(self.states.state[tick])

    def annotations_at(self, moment: int) -> Labels:
        """The annotations as expanded for the result that the alert shows at `moment`; () where it is inactive."""
        tick = self.tick_at(moment)
        if tick is None or not self.states.state[tick]:
            return ()
        shown = int(self.states.result[tick])
        sample = (self.sources[shown if len(self.sources) > 1 else 0], float(self.values[shown]))
        return tuple(
            (name, expand(text, sample, int(self.ticks[shown]), self.context, self.rule.alert))
            for name, text in self.rule.annotations
        )

    def firing_spans(self) -> list[tuple[int, int | None]]:
        """When it fires: pairs of first firing tick and first tick after it (None where it still fires), in ms."""
        firing = np.concatenate(([False], self.states.state == FIRING, [False])).astype(np.int8)
        edges = np.flatnonzero(np.diff(firing))
        return [
            (int(self.ticks[first]), int(self.ticks[after]) if after < len(self.ticks) else None)
            for first, after in zip(edges[::2], edges[1::2], strict=True)
        ]


def lives(
    rule: AlertingRule, group: str, vector: Vector, ticks: npt.NDArray[np.int64], context: ExpansionContext
) -> list[AlertLife]:
    """The alerts that a rule makes of its result `vector` over `ticks[T]` (ms).

    Samples become alerts by their labels after the rule's label templates are expanded; raises LabelCollision where
    two samples of one tick become the same alert.
    """
    making = _Making(rule, group, vector, ticks, context)
    parts: dict[Labels, list[_Part]] = {}
    moving = any("{{" in text and reads_value(_template(text, rule.alert)) for _, text in rule.labels)
    held = vector.holding()
    for row in range(len(vector)):
        for labels, mask in making.expanded(row, held[row], moving=moving):
            parts.setdefault(labels, []).append(_Part(row, mask))
    return [making.life(labels, members) for labels, members in sorted(parts.items())]


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """A row of the result and the ticks `[T]` at which it is a certain alert."""

    row: int
    mask: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class _Making:
    """A rule's result on its way to alerts."""

    rule: AlertingRule
    group: str
    vector: Vector
    ticks: npt.NDArray[np.int64]
    context: ExpansionContext

    def expanded(
        self, row: int, present: npt.NDArray[np.bool_], *, moving: bool
    ) -> list[tuple[Labels, npt.NDArray[np.bool_]]]:
        """The alert labels of one row, with the ticks at which they hold."""
        held = np.flatnonzero(present)
        if not len(held):
            return []
        if not moving:
            return [(self.labels(row, int(held[0])), present)]
        masks: dict[Labels, npt.NDArray[np.bool_]] = {}
        for tick in held:
            masks.setdefault(self.labels(row, int(tick)), np.zeros(len(self.ticks), np.bool_))[tick] = True
        return list(masks.items())

    def labels(self, row: int, tick: int) -> Labels:
        source = self.vector.labels[row]
        sample = (source, float(self.vector.values[row, tick]))
        merged = dict(label.drop(source, (label.NAME,)))
        for name, text in self.rule.labels:
            merged[name] = expand(text, sample, int(self.ticks[tick]), self.context, self.rule.alert)
        merged.pop("alertname", None)
        return label.make(merged)

    def life(self, labels: Labels, parts: Sequence[_Part]) -> AlertLife:
        present = np.zeros(len(self.ticks), np.bool_)
        values = np.zeros(len(self.ticks))
        for part in parts:
            if (present & part.mask).any():
                raise LabelCollision(SAME_LABELS)
            present |= part.mask
            values = np.where(part.mask, self.vector.values[part.row], values)
        found = states(self.ticks, present, self.rule.hold, self.rule.keep_firing)
        sources = self.sources(parts)
        return AlertLife(self.rule, self.group, labels, self.ticks, found, values, sources, self.context)

    def sources(self, parts: Sequence[_Part]) -> Sequence[Labels]:
        if len(parts) == 1:
            return (self.vector.labels[parts[0].row],)
        sources = [label.EMPTY] * len(self.ticks)
        for part in parts:
            for tick in np.flatnonzero(part.mask):
                sources[tick] = self.vector.labels[part.row]
        return sources


def expand(text: str, sample: tuple[Labels, float], at: int, context: ExpansionContext, alert: str) -> str:
    """A label's or annotation's template for one sample at `at` (ms); a failure becomes the text, as on a server."""
    if "{{" not in text:
        return text
    labels, value = sample
    variables: dict[str, Value] = {
        "$labels": dict(labels),
        "$externalLabels": dict(context.external_labels),
        "$externalURL": context.external_url,
        "$value": value,
    }
    dot: dict[str, Value] = {
        "Labels": dict(labels),
        "ExternalLabels": dict(context.external_labels),
        "ExternalURL": context.external_url,
        "Value": value,
    }
    table = template_functions.functions(lambda expr: _query(expr, at - context.query_offset, context.storage))
    try:
        template = _template(text, alert)
        return execute(template, dot, variables, table)
    except TemplateError as error:
        place = f"template: __alert_{alert}:{error.line}:{error.column}"
        return f"<error expanding template: error executing template __alert_{alert}: {place}: {error.message}>"


def _template(text: str, alert: str) -> Template:
    return parse_template(text, template_functions.names(), name=f"__alert_{alert}", variables=TEMPLATE_VARIABLES)


def _query(expr: str, at: int, storage: Storage) -> Sequence[template_functions.Sample]:
    try:
        value = evaluate(parse(expr), storage, Grid.instant(at), Options()).value
    except (PromQLError, EvaluationError, Unsupported) as error:
        raise GoError(str(error)) from None
    match value:
        case Vector():
            return [(dict(labels), float(value.values[row, 0])) for row, labels in enumerate(value.labels)]
        case Scalar(values):
            return [({}, float(values[0]))]
    raise GoError("query result is not a vector or scalar")
