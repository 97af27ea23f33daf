"""Names and labels that would be taken for something else once they have left the project."""

from collections.abc import Iterator

from slogen import names
from slogen.diagnostics.model import Code, Diagnostic, Note, Severity
from slogen.ir.program import Component
from slogen.ir.rules import Alert
from slogen.ir.where import Labels, Where

EXTERNAL_LABEL = Code(
    "SLO310",
    "external-label-collides",
    Severity.ERROR,
    "an external label has the name of a label that slogen sets",
    """\
Prometheus adds its external labels to every alert that does not carry them already. A label such as `slo` or `slice`
would then appear on alerts where it means nothing, and inhibition, grouping and silences that compare it would join
what does not belong together. Rename the external label. (`env` is allowed where its value is the environment's name.)
""",
)
SAME_ALERT = Code(
    "SLO311",
    "same-alert-name",
    Severity.ERROR,
    "two alerts would have the same name",
    """\
Alert names are written in capitals: `fpr-high` and `fpr_high` both become `FprHigh`, and notifications, silences and
inhibition could no longer tell them apart. Some names belong to slogen's own alerts. Rename one of them.
""",
)


def label_collisions(env: str, external: Labels, where: Where) -> Iterator[Diagnostic]:
    """External labels of an environment that alerts must not inherit; `where` holds the environment's fields."""
    for name, value in external:
        if name in names.ALERT_LABELS and (name, value) != (names.ENV, env):
            message = f"the external label `{name}` has the name of a label that slogen sets on alerts"
            hint = f"write `{names.ENV}: {env}` or leave it out" if name == names.ENV else "rename the external label"
            yield Diagnostic(EXTERNAL_LABEL, message, where.at(f"external_labels.{name}"), hint)


def colliding_names(component: Component) -> Iterator[Diagnostic]:
    """Declared alerts whose names mean another alert of the same component, or one of slogen's own."""
    first: dict[str, Alert] = {}
    for alert in component.declared:
        if alert.name in names.RESERVED_ALERTS:
            message = f"{alert.subject!r} would be called {alert.name}, like an alert of slogen's own"
            yield Diagnostic(SAME_ALERT, message, alert.where.span, "choose another name")
        elif alert.name in first:
            note = Note("the other one", first[alert.name].where.span)
            message = f"{alert.subject!r} would be called {alert.name}, like {first[alert.name].subject!r}"
            yield Diagnostic(SAME_ALERT, message, alert.where.span, "choose another name", (note,))
        else:
            first[alert.name] = alert
