"""Declared facts of the servers under which the rules would not say what they should."""

from collections.abc import Iterator
from typing import Final

from slogen import names
from slogen.diagnostics.model import Code, Diagnostic, Severity
from slogen.lower.plan import SLOW
from slogen.spec.load import LoadedProject

RULES_OF_AN_SLO: Final = 12
"""What an SLO with the workbook's tiers needs in one group."""
SLOW_EVALUATION = Code(
    "SLO308",
    "evaluation-too-slow",
    Severity.ERROR,
    "rules run too rarely for their series to be seen",
    """\
Prometheus looks back five minutes for a sample. A rule that runs less than twice in that time records a series that
flickers with every late evaluation, and alerts that read it flap. Use an `evaluation_interval` of 150 s or less; 30 s
and 60 s are usual.
""",
)
SMALL_GROUPS = Code(
    "SLO309",
    "groups-too-small",
    Severity.WARNING,
    "groups are too small to hold an SLO",
    """\
An SLO has up to 12 rules: its recordings and the alerts that read them, in that order. Rules of one group run one after
the other and see each other's newest sample. Torn over several groups they run beside each other, and a page may come
one evaluation later. Raise `rules_per_group`; Mimir allows 20 by default.
""",
)


def server_problems(project: LoadedProject) -> Iterator[Diagnostic]:
    """Facts in slogen.yaml, of all environments and of single ones, that cannot work or work worse than they could."""
    prometheus, at = project.model.prometheus, ("prometheus",)
    intervals: list[tuple[int, tuple[str, ...]]] = [(prometheus.evaluation_interval, at)]
    for name, environment in project.model.environments.items():
        if environment.evaluation_interval is not None:
            intervals.append((environment.evaluation_interval, ("environments", name)))
    for interval, path in intervals:
        if interval > SLOW // 2:
            message = f"an evaluation interval of {names.window(interval)} is too long for Prometheus' lookback of 5m"
            span = project.places.nearest((*path, "evaluation_interval"))
            yield Diagnostic(SLOW_EVALUATION, message, span, "use 60s")
    if prometheus.rules_per_group < RULES_OF_AN_SLO:
        message = f"groups of {prometheus.rules_per_group} rules cannot hold an SLO and its alerts"
        span = project.places.nearest((*at, "rules_per_group"))
        yield Diagnostic(SMALL_GROUPS, message, span, f"use {RULES_OF_AN_SLO} or more")
