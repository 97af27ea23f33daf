"""The tests of a fleet as rows: scenarios, and what every component lives through; and what no test exercised."""

from collections.abc import Mapping, Sequence

from slogen.proofs.coverage import Part
from slogen.proofs.outcome import Outcome
from slogen.report.contents import Covered, Trial


def trials(outcomes: Sequence[Outcome], teams: Mapping[str, str]) -> tuple[Trial, ...]:
    """One row a test, once for all environments in which it came to the same; `teams` own the components."""
    found: dict[tuple[str, str, bool, str], list[str]] = {}
    for outcome in outcomes:
        environment, _, component = outcome.suite.partition("/")
        key = (component, outcome.name, outcome.passed, outcome.note if outcome.passed else outcome.problem)
        found.setdefault(key, []).append(environment)
    return tuple(
        Trial(component, teams.get(component, ""), tuple(environments), name, passed, words)
        for (component, name, passed, words), environments in found.items()
    )


def covered(parts: Sequence[Part]) -> tuple[Covered, ...]:
    """What was exercised and what was not."""
    return tuple(Covered(part.what, part.total, part.missing) for part in parts)
