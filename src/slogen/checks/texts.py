"""Lints of the texts that an alert carries: labels that are not there, and labels that change with every evaluation."""

import re
from collections.abc import Iterator

from slogen.checks.expressions import Finding, short
from slogen.diagnostics.model import Code, Severity
from slogen.gotemplate.nodes import TemplateError
from slogen.gotemplate.parse import parse as parse_template
from slogen.gotemplate.uses import labels_read, operand_is_value, operands
from slogen.ir.where import Labels
from slogen.promql.ast import Expr
from slogen.promql.labels import result_labels

UNKNOWN_LABEL = Code(
    "SLO455",
    "template-of-a-missing-label",
    Severity.INFO,
    "a text uses a label that the expression cannot return",
    """The label is empty in every notification, because the expression drops it. Keep it in the aggregation, or
leave it out of the text.""",
)
VALUE_IN_LABEL = Code(
    "SLO461",
    "value-in-a-label",
    Severity.INFO,
    "a label of an alert holds its value",
    """An alert is known by its labels. One that holds the value, or depends on it, makes another alert of it whenever
that changes: `for` begins anew, so that it may never end, and each one that fires notifies anew. Put the value into an
annotation, and write one alert for each severity.""",
)

_FUNCTIONS = re.compile(r"[A-Za-z]\w*")
"""Every word of a template: whether a function of that name exists is not this check's question."""
_VARIABLES = ("$labels", "$externalLabels", "$externalURL", "$value")


def templates(expr: Expr, labels: Labels, annotations: Labels) -> Iterator[Finding]:
    """Findings about the templates of an alert's labels and annotations."""
    known = result_labels(expr)
    for name, text in (*labels, *annotations):
        if "{{" not in text:
            continue
        try:
            template = parse_template(text, _FUNCTIONS.findall(text), variables=_VARIABLES)
        except TemplateError:
            continue  # a template that does not parse is refused elsewhere, with its place
        for label in sorted(labels_read(template)):
            if not known.may_have(label):
                yield Finding(UNKNOWN_LABEL, f"`{name}` uses `{label}`, which `{short(expr)}` never has")
        if (name, text) in labels and any(map(operand_is_value, operands(template))):
            yield Finding(VALUE_IN_LABEL, f"`{name}` is `{text}`")
