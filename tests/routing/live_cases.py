"""Scripted cases for a real Alertmanager: a subtree of routes, alerts over some seconds, and what is odd about them.

Every case lives under its own value of the label `case` in one configuration. Receivers named in a case are its own.
Ticks of a default group come 2, 7, 12, 17, ... seconds after its first alert; what happens is kept away from them.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Fires:
    """An alert that fires from `start` to `end` seconds after the beginning; None: to the end of the run."""

    labels: dict[str, str]
    start: float
    end: float | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """`routes` go under a node for the case, whose own receiver is `rest`; `node` sets fields of that node itself."""

    name: str
    alerts: list[Fires]
    routes: list[dict[str, Any]] = field(default_factory=list)
    node: dict[str, Any] = field(default_factory=dict)
    inhibit: list[dict[str, Any]] = field(default_factory=list)
    silent_resolves: frozenset[str] = frozenset()
    """Receivers with `send_resolved: false`."""
    twin: frozenset[str] = frozenset()
    """Receivers with a second integration, which does not tell of resolves."""
    meets_minute: bool = False
    """Whether the case starts so that the next full minute falls between two ticks."""


A = {"alertname": "A", "severity": "page"}
B = {"alertname": "B", "severity": "ticket"}
PAGE = 'severity="page"'
TICKET = 'severity="ticket"'


def to(receiver: str, *matchers: str, **more: Any) -> dict[str, Any]:
    """A route."""
    return {"receiver": receiver, "matchers": list(matchers), **more}


def mutes(source: str, target: str, *equal: str) -> dict[str, Any]:
    """An inhibition rule."""
    return {"source_matchers": [source], "target_matchers": [target], "equal": list(equal)}


CASES = (
    Case("fires and ends", [Fires(A, 0, 9)]),
    Case("ends before it is told", [Fires(A, 0, 1)]),
    Case("company within the wait", [Fires(A, 0), Fires(B, 1)], node={"group_by": ["case"]}),
    Case("company after the wait", [Fires(A, 0), Fires(B, 4)], node={"group_by": ["case"]}),
    Case("one of two ends", [Fires(A, 0, 9), Fires(B, 0)], node={"group_by": ["case"]}),
    Case("both end apart", [Fires(A, 0, 4), Fires(B, 0, 14)], node={"group_by": ["case"]}),
    Case("continue tells two", [Fires(A, 0)], [to("one", PAGE, **{"continue": True}), to("two", PAGE)]),
    Case("the first of two takes it", [Fires(A, 0)], [to("one", PAGE), to("two", PAGE)]),
    Case(
        "one receiver by two nodes hears twice",
        [Fires(A, 0)],
        [to("one", PAGE, **{"continue": True}), to("one", 'alertname="A"')],
    ),
    Case("a child keeps it from the parent", [Fires(A, 0)], [to("one", PAGE, routes=[to("two", 'alertname="A"')])]),
    Case("no child takes it", [Fires(A, 0)], [to("one", PAGE, routes=[to("two", 'alertname="B"')])]),
    Case("nothing takes it", [Fires(A, 0)], [to("one", TICKET)]),
    Case("everything in one group", [Fires(A, 0), Fires(B, 1)], node={"group_by": []}),
    Case("every label set a group", [Fires(A, 0), Fires(B, 0)], node={"group_by": ["..."]}),
    Case(
        "a label that is missing groups apart",
        [Fires({**A, "slo": "x"}, 0), Fires(B, 0)],
        node={"group_by": ["slo"]},
    ),
    Case(
        "options come from above",
        [Fires(A, 0, 9), Fires(B, 1)],
        [{"matchers": [], "routes": [to("one", 'severity=~"page|ticket"')]}],
        node={"group_by": ["case"], "group_wait": "3s", "group_interval": "4s"},
    ),
    Case("patterns match whole values", [Fires(A, 0)], [to("one", 'severity=~"pag"'), to("two", 'severity=~"pa.*"')]),
    Case("unequal to what is missing", [Fires(A, 0)], [to("one", 'env!="production"')]),
    Case("a pattern for anything needs the label", [Fires(A, 0)], [to("one", 'env=~".+"'), to("two", 'env=~".*"')]),
    Case(
        "old matchers",
        [Fires(A, 0), Fires(B, 0)],
        [{"receiver": "one", "match": {"severity": "page"}}, {"receiver": "two", "match_re": {"severity": "t.+"}}],
    ),
    Case("names beyond ASCII", [Fires({**A, "größe": "µ"}, 0)], [to("one", '"größe"="µ"', group_by=["größe"])]),
    Case("repeats at the tick after the interval", [Fires(A, 0)], node={"repeat_interval": "7s"}),
    Case("repeats at a multiple of the tick", [Fires(A, 0)], node={"group_interval": "4s", "repeat_interval": "8s"}),
    Case("repeats faster than it ticks", [Fires(A, 0)], node={"repeat_interval": "1s"}),
    Case("speaks at once", [Fires(A, 0.5, 8)], node={"group_wait": "0s"}),
    Case("resolves are not told", [Fires(A, 0, 9)], silent_resolves=frozenset({"rest"})),
    Case("two integrations, one silent on resolves", [Fires(A, 0, 9)], twin=frozenset({"rest"})),
    Case("back before anybody knew it was gone", [Fires(A, 0, 3.5), Fires(A, 5)]),
    Case("back after the resolve was told", [Fires(A, 0, 4), Fires(A, 9.5, 20)]),
    Case("a source mutes from the start", [Fires(A, 0), Fires(B, 0.5)], inhibit=[mutes(PAGE, TICKET, "case")]),
    Case(
        "a resolve is lost while muted",
        [Fires(B, 0, 9.5), Fires(A, 4, 14.5)],
        inhibit=[mutes(PAGE, TICKET, "case")],
    ),
    Case("audible again after the source", [Fires(A, 0, 9), Fires(B, 0)], inhibit=[mutes(PAGE, TICKET, "case")]),
    Case(
        "other values do not mute",
        [Fires({**A, "slo": "x"}, 0), Fires({**B, "slo": "y"}, 0)],
        inhibit=[mutes(PAGE, TICKET, "case", "slo")],
    ),
    Case("missing on both sides is equal", [Fires(A, 0), Fires(B, 0)], inhibit=[mutes(PAGE, TICKET, "case", "slo")]),
    Case("an alert does not mute itself", [Fires(A, 0)], inhibit=[mutes(PAGE, 'alertname="A"', "case")]),
    Case(
        "a muted source mutes all the same",
        [Fires(A, 0), Fires(B, 0), Fires({"alertname": "C", "severity": "log"}, 0)],
        inhibit=[mutes(PAGE, TICKET, "case"), mutes(TICKET, 'severity="log"', "case")],
    ),
    Case(
        "a source that nobody is told of",
        [Fires(A, 0), Fires(B, 0)],
        [to("nobody", PAGE)],
        inhibit=[mutes(PAGE, TICKET, "case")],
    ),
    Case(
        "in one group the muted one is left out",
        [Fires(A, 4), Fires(B, 0), Fires({"alertname": "C", "severity": "ticket"}, 0)],
        node={"group_by": ["case"]},
        inhibit=[mutes(PAGE, 'alertname="B"', "case")],
    ),
    Case("a muted time", [Fires(A, 0)], [to("one", PAGE, mute_time_intervals=["always"])]),
    Case("outside the active time", [Fires(A, 0)], [to("one", PAGE, active_time_intervals=["never"])]),
    Case("inside the active time", [Fires(A, 0, 9)], [to("one", PAGE, active_time_intervals=["always"])]),
    Case(
        "a muted route passes on only if it says so",
        [Fires(A, 0)],
        [
            to("one", PAGE, mute_time_intervals=["always"], **{"continue": True}),
            to("two", PAGE, active_time_intervals=["never"]),
            to("three", PAGE),
        ],
    ),
    Case(
        "muted until the minute",
        [Fires(A, 0)],
        [to("one", PAGE, mute_time_intervals=["this minute"])],
        meets_minute=True,
    ),
    Case(
        "active until the minute",
        [Fires(A, 0), Fires({**A, "instance": "2"}, 14)],
        [to("one", PAGE, active_time_intervals=["this minute"], group_by=["case"])],
        meets_minute=True,
    ),
)

SEVERAL_SOURCES = (
    Case(
        "one of two sources ends, the other goes on muting",
        [Fires({**A, "burn": "fast"}, 0, 4.5), Fires({**A, "burn": "slow"}, 0), Fires(B, 0.5)],
        inhibit=[mutes(PAGE, TICKET, "case")],
    ),
    Case(
        "both sources end",
        [Fires({**A, "burn": "fast"}, 0, 4.5), Fires({**A, "burn": "slow"}, 0, 9.5), Fires(B, 0.5)],
        inhibit=[mutes(PAGE, TICKET, "case")],
    ),
    Case(
        "a source on both sides does not hide one on a single side",
        [Fires(A, 0), Fires({"alertname": "C", "severity": "page"}, 0), Fires(B, 0)],
        inhibit=[mutes('alertname=~"A|B|C"', 'alertname=~"A|B"', "case")],
    ),
    Case("old versions wait as well", [Fires(A, 0, 9)], node={"group_by": ["case"]}),
)
"""Cases that Alertmanager 0.30 to 0.34.0 gets wrong, or that an old one is asked beside."""
