"""A hand-written Alertmanager configuration as settings that the backend can add to; changes with what may be kept.

Values keep the meaning they have for Alertmanager: a plain `yes` is a boolean where the field is one, text elsewhere.
"""

import re
from collections.abc import Iterator

from slogen.alertmanager.schema import Field, mappings
from slogen.diagnostics.model import Code, Diagnostic, Severity
from slogen.diagnostics.secret_text import secret_form
from slogen.ir.routing import Included, Setting, Table
from slogen.ir.where import Where
from slogen.source.go_yaml import Fields, Items, Node, NotYamlError, Scalar, read

NOT_A_CONFIGURATION = Code(
    id="SLO706",
    slug="include-no-configuration",
    severity=Severity.ERROR,
    title="the included file is no Alertmanager configuration",
    explanation=(
        "`include.file` must hold one YAML mapping with `route` and `receivers`, as Alertmanager itself would load it. "
        "slogen adds its receivers, inhibition rules and intervals to it, and its routes under the route that "
        "`include.under` names."
    ),
)
INCLUDED_SECRET = Code(
    id="SLO707",
    slug="include-with-secret",
    severity=Severity.ERROR,
    title="the included Alertmanager configuration holds a secret",
    explanation=(
        "Whatever the included file holds is copied into a generated file, which is committed and reviewed. Move keys, "
        "tokens and passwords into files on the server and name those: `api_url_file`, `routing_key_file`, "
        "`password_file` and so on."
    ),
)

_TRUE = frozenset({"y", "yes", "true", "on"})
_FRACTION = re.compile(r"-?[0-9]{1,9}\.[0-9]{1,9}")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")


def read_included(text: str, file: str, under: tuple[str, ...], where: Where) -> Included | list[Diagnostic]:
    """The configuration as settings, or why it cannot be kept. Whether Alertmanager would load it is checked later."""
    try:
        top = read(text, file)
    except NotYamlError as error:
        return [Diagnostic(NOT_A_CONFIGURATION, f"not YAML: {error}", error.span)]
    if not isinstance(top, Fields):
        return [Diagnostic(NOT_A_CONFIGURATION, "this is no mapping", top.span)]
    problems = list(_secrets(top, "config"))
    return problems or Included(file, text, _table(top, "config"), under, where)


def _secrets(node: Fields, mapping: str) -> Iterator[Diagnostic]:
    """Every secret, at its key: a value on a line of its own would be printed with the finding."""
    hint = "name a file instead: most fields have a twin that ends in _file"
    for name, value in node.fields.items():
        field = mappings().get(mapping, {}).get(name)
        for inner in value.items if isinstance(value, Items) else (value,):
            if isinstance(inner, Fields):
                yield from _secrets(inner, "" if field is None else field.holds)
            elif isinstance(inner, Scalar) and inner.text and not inner.null:
                if field is not None and field.holds == "secret":
                    yield Diagnostic(INCLUDED_SECRET, f"`{name}` holds a secret", node.keys[name], hint)
                elif (form := secret_form(inner.text)) is not None:
                    message = f"`{name}` holds what looks like {form}"
                    yield Diagnostic(INCLUDED_SECRET, message, node.keys[name], hint)


def _table(node: Fields, mapping: str) -> Table:
    """The mapping without its empty fields, which mean the same as absent ones to Alertmanager."""
    known = mappings().get(mapping, {})
    entries = []
    for name, value in node.fields.items():
        if not (isinstance(value, Scalar) and value.null):
            entries.append((name, _setting(value, known.get(name))))
    return Table(tuple(entries))


def _setting(node: Node, field: Field | None) -> Setting:
    match node:
        case Fields():
            return _table(node, "" if field is None else field.holds)
        case Items(items=items):
            return tuple(_setting(item, field) for item in items if not (isinstance(item, Scalar) and item.null))
        case Scalar(plain=True, text=text) if field is not None and field.holds == "bool":
            return text.lower() in _TRUE
        case Scalar(plain=True, text=text) if _INTEGER.fullmatch(text):
            return int(text)
        case Scalar(plain=True, text=text) if _FRACTION.fullmatch(text) and repr(float(text)) == text:
            return float(text)
        case Scalar(text=text):
            return text
