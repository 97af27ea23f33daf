"""Who hears of an alert, through the routing trees as they are emitted; and those trees as pictures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from slogen import names
from slogen.checks.routing_alerts import sent_alerts
from slogen.ir.program import Environment, Program
from slogen.ir.rules import Alert
from slogen.report.contents import Picture
from slogen.review.routes import labels_of, trees
from slogen.review.side import Side
from slogen.routing.config import Config
from slogen.routing.drawing import as_svg, landings, rows
from slogen.routing.load import load
from slogen.routing.story import canonical
from slogen.routing.tree import routes_for

Receivers = tuple[tuple[str, tuple[str, ...]], ...]
"""Receivers in routing order, each with its kinds of channel (`pagerduty`)."""


@dataclass(frozen=True, slots=True)
class Trees:
    """The emitted Alertmanager configurations, each with the environments that it serves."""

    served: Sequence[tuple[frozenset[str], Config]]

    def told(self, alert: Alert, environment: Environment) -> Receivers:
        """Everybody who hears of an alert of an environment."""
        external = dict(environment.external_labels)
        labels = dict(canonical({**external, **dict(labels_of(alert))}))
        return tuple(
            (route.receiver, tuple(dict.fromkeys(c.kind for c in config.receiver(route.receiver).channels)))
            for environments, config in self.served
            if environment.name in environments
            for route in routes_for(config.root, labels)
        )


def read(side: Side) -> Trees:
    """The trees of a build."""
    return Trees(trees(side))


def pictures(program: Program, side: Side) -> Iterator[Picture]:
    """Each Alertmanager's tree with the alerts of the program that land in its nodes."""
    for instance in program.routing.instances:
        served = frozenset({*instance.production, *instance.other})
        config = load(side.files[f"generated/{names.alertmanager_path(instance.name)}"]).config
        if config is not None:
            alerts = [(sent.rule.name, sent.labels) for sent in sent_alerts(program, served)]
            nodes = rows(config, landings(config, alerts))
            title = f"Alertmanager {instance.name}"
            yield Picture(title, tuple(sorted(served)), as_svg(nodes, styled=False, title=title))
