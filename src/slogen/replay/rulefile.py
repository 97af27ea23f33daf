"""Rule files as Prometheus reads them (model/rulefmt); changes when the format does."""

from dataclasses import dataclass

from slogen.diagnostics.model import Span
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


def read(text: str, file: str) -> tuple[Group, ...]:
    """The groups of a rule file; raises FieldError at the first thing Prometheus would refuse."""
    root = Fields.of_text(text, file)
    root.known("groups")
    groups = tuple(_group(item, file) for item in root.items("groups"))
    seen: set[str] = set()
    for group in groups:
        if group.name in seen:
            raise FieldError(f'groupname: "{group.name}" is repeated in the same file', root.at("groups"))
        seen.add(group.name)
    return groups


def _group(fields: Fields, file: str) -> Group:
    fields.known("name", "interval", "query_offset", "limit", "labels", "rules")
    name = fields.text("name")
    if not name:
        raise FieldError("Groupname must not be empty", fields.span)
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
        raise FieldError("only one of 'record' and 'alert' must be set", fields.span)
    if not record and not alert:
        raise FieldError("one of 'record' or 'alert' must be set", fields.span)
    expr = _expression(fields)
    labels = tuple({**dict(inherited), **dict(_labels(fields, "labels"))}.items())
    if record:
        for key in ("for", "keep_firing_for", "annotations"):
            if fields.has(key):
                raise FieldError(f"invalid field {key!r} in recording rule", fields.keys[key])
        return RecordingRule(record, expr, labels)
    annotations = _labels(fields, "annotations")
    _check_templates(labels, fields.at("labels"))
    _check_templates(annotations, fields.at("annotations"))
    return AlertingRule(alert, expr, fields.duration("for"), fields.duration("keep_firing_for"), labels, annotations)


def _expression(fields: Fields) -> Expr:
    text = fields.text("expr")
    if not text.strip():
        raise FieldError("field 'expr' must be set in rule", fields.at("expr"))
    try:
        return parse(text)
    except PromQLError as error:
        raise FieldError(f"could not parse expression: {error}", fields.at("expr")) from None


def _labels(fields: Fields, name: str) -> Pairs:
    pairs = fields.pairs(name)
    for key, _ in pairs:
        if not key or key == "__name__":
            raise FieldError(f"invalid label name: {key!r}", fields.at(name))
    return pairs


def _check_templates(pairs: Pairs, span: Span) -> None:
    for name, text in pairs:
        try:
            parse_template(text, template_functions.names(), variables=TEMPLATE_VARIABLES)
        except TemplateError as error:
            raise FieldError(f"template of {name!r}: {error}", span) from None
