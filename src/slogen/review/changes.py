"""What a difference between two builds can be; kinds are stable words that scripts may rely on."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from types import MappingProxyType


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
    RECEIVER_CHANGED = "receiver-changed"
    MUTED = "newly-muted"
    INHIBITED = "newly-inhibited"
    SLICE_REMOVED = "slice-removed"
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
    SUPPRESSION_MOVED = "suppression-moved"
    INTERVAL_CHANGED = "evaluation-interval-changed"
    TIMING_CHANGED = "notification-timing-changed"
    ROLLOUT_CHANGED = "rollout-analysis-changed"
    FILE_RENAMED = "rule-file-renamed"
    GROUP_RENAMED = "rule-group-renamed"
    SERIES_RENAMED = "series-gone"
    IDENTITY_CHANGED = "identity-labels-changed"
    DASHBOARD_MOVED = "dashboard-uid-changed"
    OBJECT_MOVED = "kubernetes-object-changed"
    OUTPUT_GONE = "output-gone"
    COST_CHANGED = "cost-changed"
    LIMIT_EXCEEDED = "limit-exceeded"
    TEAM_CHANGED = "team-changed"
    ROUTE_ADDED = "route-added"
    UNMUTED = "no-longer-muted"
    UNINHIBITED = "no-longer-inhibited"
    CRITICALITY_CHANGED = "criticality-changed"
    LABELS_CHANGED = "labels-changed"
    TEXT_CHANGED = "annotations-changed"
    MESSAGE_CHANGED = "message-changed"
    RUNBOOK_CHANGED = "runbook-changed"
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


def ordered(changes: Iterable[Change], quiet: Collection[str] = ()) -> list[Change]:
    """The one order in which changes are shown, each once: by danger, production before `quiet` environments, what
    paged or is gone as a whole before what made tickets, by kind and by subject.
    """

    def rank(change: Change) -> tuple[object, ...]:
        environment = _ENVIRONMENT.match(change.subject)
        asleep = environment is not None and environment[0] in quiet
        loud = 0 if change.kind in _WHOLE else _LOUD.get(change.before, 1)
        return change.danger, asleep, loud, _KINDS.index(change.kind), change.subject, change.before, change.after

    return sorted(set(changes), key=rank)


_KINDS = tuple(Kind)
_WHOLE = frozenset({Kind.COMPONENT_REMOVED, Kind.SLO_REMOVED})
_LOUD = MappingProxyType({"page": 0, "ticket": 2, "log": 3})
_ENVIRONMENT = re.compile(r"[^/ ]+")
"""The first word of a subject, which names its environment where it is in one."""
