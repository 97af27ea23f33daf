"""The spec language as a page: every key of a kind of file with its shape, default, meaning and an example."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from slogen.spec.schema import Kind, schema

_FORMS = {
    "^([0-9]+y)?([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$": "duration",
    "^[0-9]+(\\.[0-9]+)? ?%$": "percentage",
}
_PLAIN = {
    "string": "text",
    "number": "number",
    "integer": "whole number",
    "boolean": "true or false",
    "null": "nothing",
    "object": "mapping",
    "array": "list",
}

Schema = Mapping[str, Any]


def language_page(kind: Kind) -> str:
    """One kind of file in Markdown: its own keys first, then every part that they lead to, in alphabetic order."""
    whole = schema(kind)
    models = whole["definitions"]
    parts = [f"# {whole['title'].removeprefix('slogen: ').capitalize()}", *_section(whole, models)]
    for name, part in sorted(models.items()):
        parts += [f"## {name}", *_section(part, models)]
    return "\n\n".join(parts) + "\n"


def _section(part: Schema, models: Schema) -> Iterator[str]:
    yield part.get("description", "")
    if "properties" not in part:
        yield f"Written as {_form(part)}."
        return
    required = frozenset(part.get("required", ()))
    rows = [_row(key, _described(value, models), required=key in required) for key, value in part["properties"].items()]
    yield "\n".join(["| key | form | default | meaning | example |", "|---|---|---|---|---|", *rows])
    if part.get("maxProperties") == 1:
        yield "Exactly one of these keys is given."


def _described(value: Schema, models: Schema) -> Schema:
    """A key that is one model and says nothing of its own is described by the model."""
    match value:
        case {"allOf": [{"$ref": str(target)}]} if "description" not in value:
            return {**value, "description": models[target.rsplit("/", 1)[-1]].get("description", "")}
        case _:
            return value


def _row(key: str, value: Schema, *, required: bool) -> str:
    default = "required" if required else _value(value["default"]) if value.get("default") not in (None, {}, []) else ""
    example = _value(value["examples"][0]) if value.get("examples") else ""
    return f"| `{key}` | {_form(value)} | {default} | {_cell(value.get('description', ''))} | {example} |"


def _form(value: Schema) -> str:
    """The form of a value in words; that it may be nothing only says that the key can be left out."""
    for key in ("anyOf", "oneOf", "allOf"):
        if key in value:
            forms = [_form(each) for each in value[key] if each.get("type") != "null"]
            return " or ".join(dict.fromkeys(forms))
    if "$ref" in value:
        name = value["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "const" in value:
        return _value(value["const"])
    if "enum" in value:
        return ", ".join(_value(each) for each in value["enum"])
    return _plain(value)


def _plain(value: Schema) -> str:
    kinds = value.get("type", "object")
    if isinstance(kinds, list):
        return " or ".join(_PLAIN[kind] for kind in kinds if kind != "null")
    match kinds:
        case "array":
            return f"list of: {_form(value['items'])}" if "items" in value else "list"
        case "object":
            inner = list(value.get("patternProperties", {}).values())
            further = value.get("additionalProperties")
            inner += [further] if isinstance(further, dict) else []
            return f"mapping to: {_form(inner[0])}" if inner else "mapping"
        case "string":
            return _FORMS.get(value.get("pattern", ""), "text")
        case _:
            return _PLAIN[kinds] + _bounds(value)


def _bounds(value: Schema) -> str:
    low, high = value.get("minimum"), value.get("maximum")
    if low is None and high is None:
        return ""
    return f" from {low}" if high is None else f" up to {high}" if low is None else f" from {low} to {high}"


def _value(value: Any) -> str:
    """A value as YAML's flow style writes it, which JSON is a part of; words stay bare."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"`{_cell(text)}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
