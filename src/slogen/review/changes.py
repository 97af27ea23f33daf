"""What a difference between two builds can be; kinds are stable words that scripts may rely on."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Danger(IntEnum):
    """How a reviewer should take it, most dangerous first."""

    COVER = 1
    """Somebody may not be told any more."""
    BEHAVIOUR = 2
    """Alerts fire at other times or for other reasons."""
    STATE = 3
    """The servers lose or restart something they remember."""
    COST = 4
    """The servers have more or less to do."""
    TELLING = 5
    """Other words or other people, as wanted."""
    ADDED = 6
    """Something is covered that was not before."""


class Kind(StrEnum):
    """The kind of a change."""

    COMPONENT_REMOVED = "component-removed"
    SLO_REMOVED = "slo-removed"
    ALERT_REMOVED = "alert-removed"
    NO_DATA_REMOVED = "no-data-alert-removed"
    SEVERITY_LOWERED = "severity-lowered"
    OBJECTIVE_LOOSENED = "objective-loosened"
    WINDOW_LENGTHENED = "window-lengthened"
    GUARD_RAISED = "guard-raised"
    SHADOWED = "alert-in-shadow"
    ROUTE_LOST = "route-lost"
    ROUTE_MOVED = "route-moved"
    INHIBITED = "newly-inhibited"
    PROOF_LOST = "proof-lost"
    OBJECTIVE_TIGHTENED = "objective-tightened"
    PERIOD_CHANGED = "period-changed"
    DETECTION_CHANGED = "time-to-detect"
    THRESHOLD_CHANGED = "threshold-changed"
    WINDOW_SHORTENED = "window-shortened"
    GUARD_LOWERED = "guard-lowered"
    SEVERITY_RAISED = "severity-raised"
    SLI_CHANGED = "sli-changed"
    EXPRESSION_CHANGED = "expression-changed"
    HOLD_CHANGED = "hold-changed"
    UNSHADOWED = "alert-out-of-shadow"
    RULE_REWRITTEN = "rule-rewritten"
    FILE_RENAMED = "rule-file-renamed"
    GROUP_RENAMED = "rule-group-renamed"
    SERIES_RENAMED = "series-gone"
    IDENTITY_CHANGED = "identity-labels-changed"
    DASHBOARD_MOVED = "dashboard-uid-changed"
    COST_CHANGED = "cost-changed"
    LIMIT_EXCEEDED = "limit-exceeded"
    TEAM_CHANGED = "team-changed"
    LABELS_CHANGED = "labels-changed"
    TEXT_CHANGED = "annotations-changed"
    DASHBOARD_CHANGED = "dashboard-changed"
    COMPONENT_ADDED = "component-added"
    SLO_ADDED = "slo-added"
    ALERT_ADDED = "alert-added"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: what it is about (`production/fraud-detector/availability`), before and after in words."""

    danger: Danger
    kind: Kind
    subject: str
    before: str
    after: str
    consequence: str


def ordered(changes: "list[Change]") -> "list[Change]":
    """The one order in which changes are shown: by danger, kind and subject; each once."""
    return sorted(set(changes), key=lambda c: (c.danger, list(Kind).index(c.kind), c.subject, c.before, c.after))
