"""Rule files as Prometheus reads them (model/rulefmt); changes when the format does."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from slogen.gotemplate.nodes import TemplateError
from slogen.gotemplate.parse import parse as parse_template
from slogen.promql import parse as promql
from slogen.promql.ast import Expr
from slogen.replay import template_functions
from slogen.replay.template_functions import parse_duration

Pairs = tuple[tuple[str, str], ...]
TEMPLATE_VARIABLES = frozenset({"$labels", "$externalLabels", "$externalURL", "$value"})
"""The variables Prometheus sets before every template."""


class RuleFileError(Exception):
    """A rule file that Prometheus would refuse; the message names the group and the rule."""


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


_GROUP_KEYS = frozenset({"name", "interval", "query_offset", "limit", "labels", "rules"})
_RULE_KEYS = frozenset({"record", "alert", "expr", "for", "keep_firing_for", "labels", "annotations"})


def read(data: object, file: str) -> tuple[Group, ...]:
    """The groups of a parsed rule file; raises RuleFileError at the first thing Prometheus would refuse."""
    if data is None:
        return ()
    root = _mapping(data, file)
    _known(root, frozenset({"groups"}), file)
    groups = tuple(_group(item, file) for item in _list(root.get("groups"), f"{file}: groups"))
    seen: set[str] = set()
    for group in groups:
        if group.name in seen:
            raise RuleFileError(f'{file}: groupname: "{group.name}" is repeated in the same file')
        seen.add(group.name)
    return groups


def _group(item: object, file: str) -> Group:
    fields = _mapping(item, f"{file}: a group")
    name = _text(fields.get("name"), f"{file}: group name")
    place = f"{file}: group {name!r}"
    if not name:
        raise RuleFileError(f"{file}: Groupname must not be empty")
    _known(fields, _GROUP_KEYS, place)
    interval = _duration(fields, "interval", place)
    limit = fields.get("limit") or 0
    if not isinstance(limit, int):
        raise RuleFileError(f"{place}: limit must be a whole number")
    labels = _pairs(fields.get("labels"), place)
    rules = tuple(
        _rule(rule, dict(labels), f"{place}, rule {number}")
        for number, rule in enumerate(_list(fields.get("rules"), f"{place}: rules"), 1)
    )
    offset = _duration(fields, "query_offset", place)
    return Group(file, name, interval or None, offset, limit, labels, rules)


def _rule(item: object, inherited: Mapping[str, str], place: str) -> Rule:
    fields = _mapping(item, place)
    _known(fields, _RULE_KEYS, place)
    record, alert = _text(fields.get("record"), place), _text(fields.get("alert"), place)
    if bool(record) == bool(alert):
        raise RuleFileError(
            f"{place}: "
            + ("only one of 'record' and 'alert' must be set" if record else "one of 'record' or 'alert' must be set")
        )
    expr = _expression(fields.get("expr"), place)
    labels = tuple({**inherited, **dict(_pairs(fields.get("labels"), place))}.items())
    if record:
        for key in ("for", "keep_firing_for", "annotations"):
            if fields.get(key):
                raise RuleFileError(f"{place}: invalid field {key!r} in recording rule")
        _no_templates(labels, place)
        return RecordingRule(record, expr, labels)
    annotations = _pairs(fields.get("annotations"), place)
    _check_templates((*labels, *annotations), place)
    hold, keep = _duration(fields, "for", place), _duration(fields, "keep_firing_for", place)
    return AlertingRule(alert, expr, hold, keep, labels, annotations)


def _expression(value: object, place: str) -> Expr:
    text = _text(value, place)
    if not text.strip():
        raise RuleFileError(f"{place}: field 'expr' must be set in rule")
    try:
        return promql.parse(text)
    except promql.PromQLError as error:
        raise RuleFileError(f"{place}: could not parse expression: {error}") from None


def _pairs(value: object, place: str) -> Pairs:
    if value is None:
        return ()
    pairs = tuple((str(key), _text(text, place)) for key, text in _mapping(value, place).items())
    for name, _ in pairs:
        if not name or name == "__name__":
            raise RuleFileError(f"{place}: invalid label name: {name!r}")
    return pairs


def _no_templates(labels: Pairs, place: str) -> None:
    for _, text in labels:
        try:
            text.encode()
        except UnicodeEncodeError:
            raise RuleFileError(f"{place}: a label value is not valid UTF-8") from None


def _check_templates(pairs: Pairs, place: str) -> None:
    for name, text in pairs:
        try:
            parse_template(text, template_functions.names(), variables=TEMPLATE_VARIABLES)
        except TemplateError as error:
            raise RuleFileError(f"{place}: template of {name!r}: {error}") from None


def _duration(fields: Mapping[str, object], key: str, place: str) -> int:
    value = fields.get(key)
    if value is None:
        return 0
    try:
        return round(parse_duration(_text(value, place)) * 1000)
    except template_functions.GoError as error:
        raise RuleFileError(f"{place}: {key}: {error}") from None


def _mapping(value: object, place: str) -> Mapping[str, object]:
    if isinstance(value, Mapping):
        return value
    raise RuleFileError(f"{place}: a mapping was expected")


def _list(value: object, place: str) -> Iterable[object]:
    if value is None:
        return ()
    if isinstance(value, list):
        return value
    raise RuleFileError(f"{place}: a list was expected")


def _text(value: object, place: str) -> str:
    """A scalar as the text it was written with, as go-yaml gives a string field."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    raise RuleFileError(f"{place}: a text was expected")


def _known(fields: Mapping[str, object], known: frozenset[str], place: str) -> None:
    for key in fields:
        if key not in known:
            raise RuleFileError(f"{place}: field {key} not found")
