"""Rule files as Prometheus reads them (model/rulefmt); changes when the format does."""

from dataclasses import dataclass

from slogen.gotemplate.nodes import TemplateError
from slogen.gotemplate.parse import parse as parse_template
from slogen.promql.ast import Expr
from slogen.promql.lex import PromQLError
from slogen.promql.parse import parse
from slogen.replay import template_functions
from slogen.replay.fields import FieldError, Fields, Pairs

TEMPLATE_VARIABLES = frozenset({"$labels", "$externalLabels", "$externalURL", "$value"})
"""The variables Prometheus sets before every template."""


@dataclass(frozen=True, slots=True)
class RecordingRule:
    """Writes the result of `expr` under the name `record`, with `labels` put over the result's own."""

    record: str
    expr: Expr
    labels: Pairs


@dataclass(frozen=True, slots=True)
class AlertingRule:
    """Makes an alert of each sample of `expr`; `hold` and `keep_firing` in ms, labels and annotations are templates."""

    alert: str
    expr: Expr
    hold: int
    keep_firing: int
    labels: Pairs
    annotations: Pairs


Rule = RecordingRule | AlertingRule


@dataclass(frozen=True, slots=True)
class Group:
    """Rules evaluated in order; `interval` and `query_offset` in ms, None where the server's default holds."""

    file: str
    name: str
    interval: int | None
    query_offset: int
    limit: int
    labels: Pairs
    rules: tuple[Rule, ...]


def read(data: object, file: str) -> tuple[Group, ...]:
    """The groups of a parsed rule file; raises FieldError at the first thing Prometheus would refuse."""
    root = Fields(data, file)
    root.known("groups")
    groups = tuple(_group(item, file) for item in root.items("groups"))
    seen: set[str] = set()
    for group in groups:
        if group.name in seen:
            raise FieldError(f'{file}: groupname: "{group.name}" is repeated in the same file')
        seen.add(group.name)
    return groups


def _group(fields: Fields, file: str) -> Group:
    fields.known("name", "interval", "query_offset", "limit", "labels", "rules")
    name = fields.text("name")
    if not name:
        raise FieldError(f"{file}: Groupname must not be empty")
    fields.place = f"{file}: group {name!r}"
    labels = _labels(fields, "labels")
    rules = tuple(_rule(item, labels) for item in fields.items("rules"))
    return Group(
        file=file,
        name=name,
        interval=fields.duration("interval") or None,
        query_offset=fields.duration("query_offset"),
        limit=fields.whole("limit"),
        labels=labels,
        rules=rules,
    )


def _rule(fields: Fields, inherited: Pairs) -> Rule:
    fields.known("record", "alert", "expr", "for", "keep_firing_for", "labels", "annotations")
    record, alert = fields.text("record"), fields.text("alert")
    if record and alert:
        raise FieldError(f"{fields.place}: only one of 'record' and 'alert' must be set")
    if not record and not alert:
        raise FieldError(f"{fields.place}: one of 'record' or 'alert' must be set")
    expr = _expression(fields)
    labels = tuple({**dict(inherited), **dict(_labels(fields, "labels"))}.items())
    if record:
        for key in ("for", "keep_firing_for", "annotations"):
            if fields.values.get(key):
                raise FieldError(f"{fields.place}: invalid field {key!r} in recording rule")
        return RecordingRule(record, expr, labels)
    annotations = _labels(fields, "annotations")
    _check_templates((*labels, *annotations), fields.place)
    return AlertingRule(alert, expr, fields.duration("for"), fields.duration("keep_firing_for"), labels, annotations)


def _expression(fields: Fields) -> Expr:
    text = fields.text("expr")
    if not text.strip():
        raise FieldError(f"{fields.place}: field 'expr' must be set in rule")
    try:
        return parse(text)
    except PromQLError as error:
        raise FieldError(f"{fields.place}: could not parse expression: {error}") from None


def _labels(fields: Fields, name: str) -> Pairs:
    pairs = fields.pairs(name)
    for key, _ in pairs:
        if not key or key == "__name__":
            raise FieldError(f"{fields.place}: invalid label name: {key!r}")
    return pairs


def _check_templates(pairs: Pairs, place: str) -> None:
    for name, text in pairs:
        try:
            parse_template(text, template_functions.names(), variables=TEMPLATE_VARIABLES)
        except TemplateError as error:
            raise FieldError(f"{place}: template of {name!r}: {error}") from None
