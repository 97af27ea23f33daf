"""What the models refuse, told as findings that point into the file; changes when the models refuse something new."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel, ValidationError

from slogen.diagnostics.model import Code, Diagnostic, Note, Span
from slogen.diagnostics.suggest import did_you_mean
from slogen.source.places import Path, Places
from slogen.source.scalars import YAML_1_1_BOOLEANS, text_of
from slogen.spec import codes
from slogen.spec.overrides import Overlay
from slogen.spec.units import shown
from slogen.spec.vocabulary import keys_at

Error = Mapping[str, Any]
_MOST = 200

_OWN: dict[str, Code] = {
    "unit": codes.BAD_QUANTITY,
    "bad_name": codes.BAD_NAME,
    "reserved_name": codes.RESERVED_NAME,
    "reserved_label": codes.RESERVED_LABEL,
    "bad_label": codes.BAD_LABEL,
    "bad_metric": codes.BAD_METRIC,
    "inline-secret": codes.INLINE_SECRET,
}
_KINDS = {
    "string_type": "text",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}
_LIMITS = {
    "greater_than_equal": "must be at least {ge}",
    "greater_than": "must be more than {gt}",
    "less_than_equal": "must be at most {le}",
    "less_than": "must be less than {lt}",
    "too_short": "needs at least {min_length} item(s)",
    "too_long": "may have at most {max_length} items",
    "string_too_short": "needs at least {min_length} character(s)",
    "string_too_long": "may have at most {max_length} characters",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """The file that the data came from and the model that it had to fit."""

    places: Places | Overlay
    model: type[BaseModel]


def findings(origin: Origin, error: ValidationError) -> list[Diagnostic]:
    """One finding for each thing that the model refused; beyond `_MOST` the last says how many more there are."""
    errors = _telling(error.errors(include_url=False))
    told = [_finding(origin, item) for item in errors[:_MOST]]
    if len(errors) > _MOST:
        told[-1] = replace(told[-1], notes=(Note(f"and {len(errors) - _MOST:,} more findings in this file"),))
    return told


def _telling(errors: Sequence[Error]) -> list[Error]:
    """Without complaints that a list is too short only because its items were refused."""
    broken = {error["loc"][:length] for error in errors for length in range(len(error["loc"]))}
    return [error for error in errors if error["type"] != "too_short" or error["loc"] not in broken]


def _finding(origin: Origin, error: Error) -> Diagnostic:
    location: Path = error["loc"]
    of_key = location[-1:] == ("[key]",)
    path = origin.places.written(location[:-1] if of_key else location)
    code, message, hint = _told(origin, error, location)
    span = _span(origin.places, path, error, of_key=of_key, location=location)
    return Diagnostic(code, message, span, hint)


def _span(places: Places | Overlay, path: Path, error: Error, *, of_key: bool, location: Path) -> Span:
    kind = error["type"]
    if of_key or kind == "extra_forbidden":
        return places.key(path) or places.nearest(path)
    if kind == "several_of":
        keys = [places.key((*path, key)) for key in error["ctx"]["keys"]]
        return max((span for span in keys if span is not None), default=places.nearest(path))
    if not path:
        return places.top()
    if kind in {"missing", "none_of", "one-kind", "maintenance-form"}:
        return _around(places, path)
    return places.nearest(location)


def _around(places: Places | Overlay, path: Path) -> Span:
    """Where to point for something that is missing in the mapping at `path`."""
    return places.key(path) or places.nearest(path)


def _told(origin: Origin, error: Error, location: Path) -> tuple[Code, str, str | None]:
    kind, context, value = error["type"], error.get("ctx", {}), error.get("input")
    if kind in _OWN:
        return _OWN[kind], context.get("problem", error["msg"]), context.get("hint")
    if kind in _KINDS:
        return codes.WRONG_TYPE, f"expected {_KINDS[kind]}, found {_kind_of(value)}", _type_hint(kind, value)
    if kind in _LIMITS:
        return codes.OUT_OF_RANGE, _LIMITS[kind].format(**context), None
    match kind:
        case "extra_forbidden":
            known = keys_at(origin.model, location[:-1])
            return codes.UNKNOWN_KEY, f"unknown key {shown(location[-1])}", _key_hint(str(location[-1]), known)
        case "missing":
            return codes.MISSING_KEY, f"`{location[-1]}` is missing", f"add `{location[-1]}:`"
        case "none_of":
            return codes.MISSING_KEY, error["msg"], "add one of these keys" if ", " in context["options"] else None
        case "several_of":
            return codes.CONTRADICTION, error["msg"], "keep one of them"
        case "literal_error":
            return _unknown_word(context["expected"], value)
        case "string_pattern_mismatch":
            return codes.INVALID_VALUE, f"{shown(value)} is not in the form that stands here", context.get("hint")
        case _:
            return codes.INVALID_VALUE, error["msg"].removeprefix("Value error, "), context.get("hint")


def _key_hint(word: str, known: frozenset[str]) -> str | None:
    if suggestion := did_you_mean(word, known):
        return suggestion
    if not known:
        return None
    listed = sorted(known)
    return f"possible here: {', '.join(listed[:12])}{', …' if len(listed) > 12 else ''}"


def _unknown_word(expected: str, value: object) -> tuple[Code, str, str | None]:
    words = re.findall(r"'([^']*)'", expected)
    message = f"{shown(value)} is none of: {', '.join(words)}"
    return codes.UNKNOWN_WORD, message, did_you_mean(value, words) if isinstance(value, str) else None


def _kind_of(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return f"the boolean {str(value).lower()}"
        case int() | float():
            return f"the number {shown(value)}"
        case str():
            return f"the text {shown(value)}"
        case list():
            return "a list"
        case _:
            return "a mapping"


def _type_hint(kind: str, value: object) -> str | None:
    expected = _KINDS[kind]
    if value is None:
        return "write something there, or remove the key"
    if expected == "true or false" and isinstance(value, str) and value in YAML_1_1_BOOLEANS:
        return f"write {'true' if value.lower() in {'y', 'yes', 'on'} else 'false'}; `{value}` is a word in YAML 1.2"
    if expected == "text" and isinstance(value, bool | int | float):
        return f'put it in quotes if it is text: "{text_of(value) or str(value).lower()}"'
    if expected == "a list" and not isinstance(value, dict):
        return f"write it as a list: [{value}]" if len(str(value)) <= 60 else "write it as a list"
    if expected in {"a whole number", "a number"} and isinstance(value, str):
        return "write it without quotes and unit"
    return None
