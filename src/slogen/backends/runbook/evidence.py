"""The decision table: which of a model's own alerts and panels speak for which suspect, and what to do then."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from slogen import names
from slogen.backends.runbook.markdown import Markdown, code, joined, link
from slogen.ir.program import Component
from slogen.ir.rules import Alert
from slogen.ir.signals import PanelQuery


@dataclass(frozen=True, slots=True)
class Suspect:
    """A kind of cause: the conditions and rows of panels that show it, what it looks like, and the way out."""

    name: str
    signs: frozenset[str]
    rows: frozenset[str]
    looks: str
    missing: str
    do: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table, for one model."""

    suspect: str
    looks: str
    alerts: Markdown
    panels: Markdown
    do: str


SUSPECTS: Final = (
    Suspect(
        "Data",
        frozenset({"drift", "data_quality", "score_distribution", "confidence"}),
        frozenset({"features", "drift", "predictions"}),
        "Inputs are empty, out of range or distributed otherwise, while the service answers as fast as ever.",
        "Nothing here measures inputs: compare a sample of today's requests with last week's.",
        "Name the features to whoever delivers them. Use the fallback. Do not retrain on this data.",
    ),
    Suspect(
        "Upstream",
        frozenset({"volume"}),
        frozenset({"jobs"}),
        "Something that this depends on is out or late; its other dependents suffer at the same time.",
        "Nothing is declared that this depends on.",
        "Hand over to the team that owns it. Do not roll back: the version before depends on it, too.",
    ),
    Suspect(
        "Labels",
        frozenset({"absent"}),
        frozenset({"labels"}),
        "True labels or evaluations arrive late, or not at all: quality looks frozen, or made of few cases.",
        "Nothing here measures how labels arrive: ask how old the newest one is.",
        "Treat quality as unknown until they are back. Neither roll back nor retrain because of it.",
    ),
    Suspect(
        "Code",
        frozenset({"canary", "disagreement", "saturation", "quantile", "cost"}),
        frozenset({"errors", "latency", "saturation", "canary", "traffic", "cost"}),
        "It began with a release or a change of configuration; errors or times rise, inputs are as ever.",
        "Nothing here measures errors or times: look at the logs and at what was released last.",
        "Roll back what was released last, then look for the reason.",
    ),
    Suspect(
        "Concept",
        frozenset({"drop", "baseline", "threshold", "parity"}),
        frozenset({"quality", "business"}),
        "Quality falls while inputs, labels and the service are as ever: the world has changed.",
        "Nothing here measures quality: judge a sample of answers by hand.",
        "Use the fallback where it is better. Retrain on data that has passed its checks, and release as a canary.",
    ),
)
"""In the order in which they are cheap to rule out."""

_MOST = 6
"""Panels that are named in one cell; the board shows the others."""


def table(component: Component, alerts: tuple[Alert, ...]) -> tuple[Row, ...]:
    """The decision table of a component with these alerts of its own."""
    panels = [panel for source in component.sources for panel in source.panels]
    return tuple(_row(suspect, component, alerts, panels) for suspect in SUSPECTS)


def _row(suspect: Suspect, component: Component, alerts: tuple[Alert, ...], panels: list[PanelQuery]) -> Row:
    signs = [
        link(alert.name, f"{names.alert_page(alert.subject)}.md")
        for alert in alerts
        if suspect.signs.intersection(alert.signs)
    ]
    if suspect.name == "Upstream":
        signs += [Markdown(f"{code(names.UPSTREAM_OUTAGE).text} of {code(name).text}") for name in component.depends_on]
    shown = list(dict.fromkeys(panel.title for panel in panels if panel_row(panel) in suspect.rows))
    unseen = not signs and not shown
    return Row(
        suspect.name,
        suspect.missing if unseen else suspect.looks,
        joined(list(_unique(signs))),
        joined([code(title) for title in shown[:_MOST]]),
        suspect.do,
    )


def panel_row(panel: PanelQuery) -> str:
    """The row of a panel, with labels told apart from the quality that is computed from them."""
    return "labels" if panel.row == "quality" and "label" in panel.title.lower() else panel.row


def _unique(found: list[Markdown]) -> Iterator[Markdown]:
    yield from dict.fromkeys(found)
