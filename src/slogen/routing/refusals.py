"""Everything in a configuration for which one version of Alertmanager would refuse to load it, all at once.

Changes when a part of the file gets checks of its own.
"""

from slogen.alertmanager.schema import Version, mappings
from slogen.diagnostics.model import Diagnostic, ordered
from slogen.routing.demands import check_demands
from slogen.routing.load import Dialect, load
from slogen.routing.reading import Reader
from slogen.routing.shape import check_shape
from slogen.source.go_yaml import Fields, Items, NotYamlError, Scalar, read


def refusals(text: str, file: str, version: Version) -> list[Diagnostic]:
    """The findings, in order of place; empty where the version would load the file."""
    found = list(load(text, file, Dialect.of(version)).problems)
    try:
        top = read(text, file)
    except NotYamlError:
        return found
    if isinstance(top, Fields):
        reader = Reader([])
        check_shape(reader, top, "config", version)
        _demands(reader, top, "config", _defaults(top))
        places = {(d.span.line, d.span.column) for d in found if d.span is not None}
        found += [d for d in reader.problems if d.span is None or (d.span.line, d.span.column) not in places]
    return ordered(found)


def _defaults(top: Fields) -> Fields:
    given = top.fields.get("global")
    return given if isinstance(given, Fields) else Fields({}, {}, (), top.span)


def _demands(reader: Reader, node: Fields, mapping: str, defaults: Fields) -> None:
    check_demands(reader, node, mapping, defaults)
    for name, value in node.fields.items():
        field = mappings()[mapping].get(name)
        if field is None or field.holds not in mappings():
            continue
        for inner in value.items if isinstance(value, Items) else (value,):
            if isinstance(inner, Fields):
                _demands(reader, inner, field.holds, defaults)
            elif isinstance(value, Items) and isinstance(inner, Scalar) and inner.null and mapping == "receiver":
                reader.refuse(inner.span, f"missing {field.holds} config")
