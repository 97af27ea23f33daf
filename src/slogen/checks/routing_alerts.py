"""The alerts of a Program with the labels that Alertmanager sees; changes with what Prometheus adds to alerts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from slogen.ir.program import Component, Program
from slogen.ir.rules import Alert
from slogen.ir.where import Labels, labels


@dataclass(frozen=True, slots=True)
class SentAlert:
    """An alert rule with the labels of its alerts, as far as the rule and the environment alone decide them."""

    rule: Alert
    external: Labels
    """The labels that its server adds where the rule has none of the name."""

    @property
    def labels(self) -> Labels:
        """Every label with the alert's name among them."""
        return labels({**dict(self.external), **dict(self.rule.labels), "alertname": self.rule.name})

    def label(self, name: str) -> str:
        """The value of one label; empty where there is none."""
        return next((value for known, value in (*self.rule.labels, *self.external) if known == name), "")


def sent_alerts(
    program: Program, environments: frozenset[str], whose: Callable[[Component], bool] = lambda _: True
) -> Iterator[SentAlert]:
    """Every alert of the named environments, the fleet's and those of the components that are asked for."""
    for environment in program.environments:
        if environment.name in environments:
            files = [environment.fleet, *(part.rules for part in environment.components if whose(part))]
            for rule in (rule for file in files for group in file.groups for rule in group.rules):
                if isinstance(rule, Alert):
                    yield SentAlert(rule, environment.external_labels)
