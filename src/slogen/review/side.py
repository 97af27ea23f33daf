"""One side of a comparison, and the stable identities by which two sides are laid beside each other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from slogen import names
from slogen.ir.program import Component, Environment, Program
from slogen.ir.rules import Alert
from slogen.ir.slo import Slo

VARIABLE = frozenset(
    {names.SEVERITY, names.TEAM, names.LONG, names.SHORT, names.MODE, names.UPSTREAMS, names.CRITICALITY}
)
"""Labels that may change without an alert becoming another one."""

AlertKey = tuple[str, str, str, str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Side:
    """What one side means and what it emits: file texts by path, with the root in front."""

    program: Program
    files: Mapping[str, str]

    def components(self) -> dict[tuple[str, str], tuple[Environment, Component]]:
        """Every component by environment and name."""
        return {(e.name, c.name): (e, c) for e in self.program.environments for c in e.components}

    def slos(self) -> dict[tuple[str, str, str], Slo]:
        """Every SLO by environment, component and name."""
        return {(e, c, slo.name): slo for (e, c), (_, component) in self.components().items() for slo in component.slos}

    def alerts(self) -> dict[AlertKey, Alert]:
        """Every alert by what it is about; burn tiers of one SLO are told apart by their label `burn`."""
        return dict(self._alerts())

    def _alerts(self) -> Iterator[tuple[AlertKey, Alert]]:
        for environment in self.program.environments:
            files = [("", environment.fleet), *((c.name, c.rules) for c in environment.components)]
            for component, file in files:
                for group in file.groups:
                    for rule in group.rules:
                        if isinstance(rule, Alert):
                            yield _key(environment.name, component, rule), rule


def _key(environment: str, component: str, alert: Alert) -> AlertKey:
    name = "burn" if alert.kind == "burn" else alert.name
    kept = tuple(pair for pair in alert.labels if pair[0] in {names.BURN, names.SLICE, names.WINDOW, names.COMPONENT})
    return environment, component, alert.subject, name, kept


def called(key: AlertKey) -> str:
    """An alert's identity in words: `production/fraud-detector/availability burn fast`."""
    environment, component, subject, name, labels = key
    place = "/".join(part for part in (environment, component, subject) if part)
    return " ".join((place, name, *(value for _, value in labels)))
