"""Lints the expressions that users wrote themselves, and points at them; generated ones are held by tests instead."""

from collections.abc import Iterator

from slogen.checks.linting import lint_of_model
from slogen.diagnostics.model import Diagnostic, Span
from slogen.ir.program import Program
from slogen.ir.rules import Alert


def check_expressions(program: Program) -> list[Diagnostic]:
    """Findings about every hand-written alert expression, once each whatever environments it runs in."""
    return list(dict.fromkeys(_findings(program)))


def _findings(program: Program) -> Iterator[Diagnostic]:
    for environment in program.environments:
        for component in environment.components:
            for alert in component.declared:
                if (span := _written_at(alert)) is not None:
                    own = tuple(pair for pair in alert.annotations if pair[0] in {"summary", "description"})
                    for finding in lint_of_model(alert.expr, (), own):
                        yield Diagnostic(finding.code, finding.message, span, "`slogen explain` tells why")


def _written_at(alert: Alert) -> Span | None:
    """Where the alert's own expression stands, or None where slogen made it."""
    return next((span for name, span in alert.where.fields if name.rpartition(".")[2] == "expr"), None)
