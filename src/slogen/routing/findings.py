"""Everything to say about an Alertmanager configuration that somebody wrote; changes with what is looked at."""

from slogen.alertmanager.schema import Version
from slogen.diagnostics.model import Diagnostic
from slogen.routing.lint import lint
from slogen.routing.load import Dialect, load
from slogen.routing.refusals import refusals


def routing_findings(text: str, file: str, version: Version) -> list[Diagnostic]:
    """What the version would refuse; where it refuses nothing, what it does not do as meant."""
    refused = refusals(text, file, version)
    config = load(text, file, Dialect.of(version)).config
    return refused if refused or config is None else lint(config)
