"""Whether a configuration has the shape its version of Alertmanager knows: keys, types and addresses."""

import re
from urllib.parse import urlsplit

from slogen.alertmanager.schema import Field, Version, mappings, shown
from slogen.diagnostics.suggest import did_you_mean
from slogen.routing.durations import DurationError, milliseconds
from slogen.routing.reading import Reader
from slogen.source.go_yaml import Fields, Items, Node, Scalar

_INTEGER = re.compile(r"[-+]?(?:[0-9][0-9_]*|0x[0-9a-fA-F_]+|0b[01_]+|0o?[0-7_]+)")
_GO_DURATION = re.compile(r"[-+]?(?:0|(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|ms|s|m|h))+")


def check_shape(reader: Reader, node: Fields, mapping: str, version: Version) -> None:
    """Note every key and value of a mapping, and of all below it, that the version would not decode."""
    known = mappings()[mapping]
    for name, span in node.repeated:
        reader.refuse(span, f"field {name} already set in {mapping}")
    for name, value in node.fields.items():
        field = known.get(name)
        if field is None:
            reader.refuse(node.keys[name], f"field {name} not found in {mapping}", did_you_mean(name, known))
        elif field.since > version:
            needs = f"it needs Alertmanager {shown(field.since)}, this one is {shown(version)}"
            reader.refuse(node.keys[name], f"field {name} not found in {mapping}", needs)
        elif not (isinstance(value, Scalar) and value.null):
            _check_field(reader, field, name, value, version)


def _check_field(reader: Reader, field: Field, name: str, value: Node, version: Version) -> None:
    if not field.many:
        _check_value(reader, field.holds, name, value, version)
        return
    if not isinstance(value, Items):
        reader.refuse(value.span, f"{name} must be a list")
        return
    for item in value.items:
        if not (isinstance(item, Scalar) and item.null):
            _check_value(reader, field.holds, f"an item of {name}", item, version)


def _check_value(reader: Reader, holds: str, name: str, value: Node, version: Version) -> None:
    match holds:
        case "any":
            return
        case "texts_by_name" | "details":
            _check_texts(reader, name, value, holds == "details" and version >= (0, 30))
        case "jira_field_or_text":
            if not isinstance(value, Scalar) and (fields := _mapping(reader, name, value)) is not None:
                if version < (0, 30):
                    reader.refuse(value.span, f"{name} must be text before Alertmanager 0.30")
                check_shape(reader, fields, "jira_field", version)
        case _ if holds in mappings():
            fields = _mapping(reader, name, value)
            if fields is not None:
                check_shape(reader, fields, holds, version)
        case _ if isinstance(value, Scalar):
            _check_scalar(reader, holds, name, value, version)
        case _:
            reader.refuse(value.span, f"{name} must be a single value")


def _mapping(reader: Reader, name: str, value: Node) -> Fields | None:
    if isinstance(value, Fields):
        return value
    reader.refuse(value.span, f"{name} must be a mapping")
    return None


def _check_texts(reader: Reader, name: str, value: Node, nested: bool) -> None:
    fields = _mapping(reader, name, value)
    if fields is None:
        return
    for key, span in fields.repeated:
        reader.refuse(span, f"key {key} already set in {name}")
    for key, inner in fields.fields.items():
        if not nested and not isinstance(inner, Scalar):
            reader.refuse(inner.span, f"{key} in {name} must be text")


def _check_scalar(reader: Reader, holds: str, name: str, value: Scalar, version: Version) -> None:
    match holds:
        case "bool":
            reader.boolean(Fields({name: value}, {}, (), value.span), name, default=False)
        case "int" if not (value.plain and _INTEGER.fullmatch(value.text)):
            reader.refuse(value.span, f"{name} must be a whole number")
        case "duration":
            try:
                milliseconds(value.text)
            except DurationError as error:
                reader.refuse(value.span, str(error), "write durations as 30s, 5m or 1h30m")
        case "go_duration" if not _GO_DURATION.fullmatch(value.text):
            reader.refuse(value.span, f"{name} must be a duration such as 10s or 1m30s")
        case "url" | "secret_url":
            _check_url(reader, name, value, templated=holds == "secret_url" and version >= (0, 31))


def _check_url(reader: Reader, name: str, value: Scalar, *, templated: bool) -> None:
    text = value.text
    if templated and "{{" in text:
        if text.count("{{") != text.count("}}"):
            reader.refuse(value.span, f"{name}: unclosed action in a template")
        return
    try:
        parts = urlsplit(text)
    except ValueError:
        reader.refuse(value.span, f"{name} is no URL")
        return
    if parts.scheme not in {"http", "https"}:
        reader.refuse(value.span, f'{name}: unsupported scheme "{parts.scheme}" for URL')
    elif not parts.netloc:
        reader.refuse(value.span, f"{name}: missing host for URL")
