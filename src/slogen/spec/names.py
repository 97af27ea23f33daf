"""Which words may name things: the allow-lists for names, labels, metrics and references to them."""

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, StrictStr, WithJsonSchema
from pydantic_core import PydanticCustomError

from slogen.source.scalars import text_of
from slogen.spec.units import shown

_KEY = r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?"
_NAME = r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?"
_LABEL = r"[a-zA-Z_][a-zA-Z0-9_]*"
_METRIC = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
_LONGEST_NAME = 100
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))})
RESERVED_NAMES = frozenset({"manifest", "fleet", "slogen"}) | _DEVICES
"""Names that would clash with slogen's own files or that some file systems refuse."""

RESERVED_LABELS = frozenset(
    {
        "alertname", "alertstate", "burn", "component", "criticality", "env", "le", "long", "mode", "model",
        "objective", "period", "quantile", "severity", "short", "slice", "slo", "team", "upstreams",
    }
)  # fmt: skip
"""Labels that slogen sets itself on everything it makes."""


def _problem(kind: str, message: str, hint: str) -> PydanticCustomError:
    return PydanticCustomError(kind, "{problem}", {"problem": message, "hint": hint})


def suggested(text: str) -> str:
    """The nearest allowed name to what somebody wrote; empty where nothing of it can stay."""
    return re.sub(r"[^a-z0-9._-]+", "-", text.lower())[:_LONGEST_NAME].strip("-._")


def _checked(text: str, pattern: str) -> str:
    if re.fullmatch(pattern, text, re.ASCII) is None or ".." in text:
        better = suggested(text) if pattern == _NAME else suggested(text).replace(".", "-")
        hint = "use lower-case letters, digits and hyphens, beginning and ending with a letter or digit"
        raise _problem("bad_name", f"{shown(text)} cannot be a name", f"write {better}; {hint}" if better else hint)
    if len(text) > _LONGEST_NAME:
        raise _problem("bad_name", f"this name has {len(text)} characters", f"use at most {_LONGEST_NAME}")
    return text


def _name(text: str) -> str:
    _checked(text, _NAME)
    if text.split(".", maxsplit=1)[0] in RESERVED_NAMES:
        raise _problem("reserved_name", f"{shown(text)} is reserved", "choose another name, for example with a suffix")
    return text


def _key(text: str) -> str:
    return _checked(text, _KEY)


def _reference(text: str) -> str:
    source, dot, measure = text.partition(".")
    _checked(source, _KEY)
    if dot:
        _checked(measure, _NAME)
    return text


def _label_name(text: str) -> str:
    if re.fullmatch(_LABEL, text, re.ASCII) is None:
        raise _problem("bad_label", f"{shown(text)} cannot be a label name", "use letters, digits and underscores")
    if text.startswith("__"):
        raise _problem("bad_label", f"{shown(text)} is internal to Prometheus", "labels beginning with __ never arrive")
    return text


def _own_label(text: str) -> str:
    _label_name(text)
    if text in RESERVED_LABELS:
        raise _problem("reserved_label", f"the label {shown(text)} is set by slogen", "choose another label name")
    return text


def _metric_name(text: str) -> str:
    if re.fullmatch(_METRIC, text, re.ASCII) is None:
        hint = "use a metric name alone; labels go under `where`" if "{" in text else "use letters, digits, _ and :"
        raise _problem("bad_metric", f"{shown(text)} cannot be a metric name", hint)
    return text


def _relative_path(text: str) -> str:
    parts = re.split(r"[/\\]", text)
    if not text or text.startswith(("/", "~")) or ":" in parts[0] or ".." in parts or not text.isprintable():
        hint = "write it relative to the folder of slogen.yaml, with forward slashes and without .."
        raise _problem("path", f"{shown(text)} does not lie in the project", hint)
    return text


def _web_address(text: str) -> str:
    if re.fullmatch(r"https?://[^\s/]\S*", text) is None or not text.isprintable():
        hint = "write it whole: https://runbooks.example.org/fraud"
        raise _problem("url", f"{shown(text)} is no web address", hint)
    return text


def written_text(value: object) -> object:
    """A number's text as it stands in the file (`1.10` stays `1.10`); everything else unchanged."""
    text = text_of(value)
    return value if text is None else text


Name = Annotated[StrictStr, AfterValidator(_name), WithJsonSchema({"type": "string", "pattern": f"^{_NAME}$"})]
"""What becomes part of a file name: models, components, environments."""
Key = Annotated[StrictStr, AfterValidator(_key), WithJsonSchema({"type": "string", "pattern": f"^{_KEY}$"})]
"""What names something inside a file: sources, signals, SLOs, alerts, tiers."""
Reference = Annotated[
    StrictStr, AfterValidator(_reference), WithJsonSchema({"type": "string", "pattern": rf"^{_KEY}(\.{_NAME})?$"})
]
"""A signal's name, or `source.measure` for what a source measures without a signal of its own."""
LabelName = Annotated[
    StrictStr, AfterValidator(_label_name), WithJsonSchema({"type": "string", "pattern": f"^{_LABEL}$"})
]
OwnLabel = Annotated[
    StrictStr, AfterValidator(_own_label), WithJsonSchema({"type": "string", "pattern": f"^{_LABEL}$"})
]
"""A label that users add to what slogen makes."""
MetricName = Annotated[
    StrictStr, AfterValidator(_metric_name), WithJsonSchema({"type": "string", "pattern": f"^{_METRIC}$"})
]
LabelValue = Annotated[StrictStr, BeforeValidator(written_text), WithJsonSchema({"type": ["string", "number"]})]
Text = Annotated[StrictStr, BeforeValidator(written_text), WithJsonSchema({"type": ["string", "number"]})]
"""Prose for people: carried through unchanged."""
RelativePath = Annotated[StrictStr, AfterValidator(_relative_path), WithJsonSchema({"type": "string", "minLength": 1})]
"""A file or folder inside the project."""
WebAddress = Annotated[
    StrictStr, AfterValidator(_web_address), WithJsonSchema({"type": "string", "pattern": r"^https?://[^\s/]\S*$"})
]
