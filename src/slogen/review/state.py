"""Compares what servers remember by name: files, groups, series and boards, as both sides emit them."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping

from slogen import names
from slogen.replay.rulefile import AlertingRule, Group, RecordingRule
from slogen.review.changes import Change, Danger, Kind
from slogen.review.side import Side


def changes(before: Side, after: Side) -> Iterator[Change]:
    """Every difference that makes a server lose or restart something, for what exists on both sides."""
    old, new = before.rule_groups(), after.rule_groups()
    yield from _groups(old, new)
    yield from _intervals(old, new)
    yield from _series(before, after, _recorded(old), _recorded(new))
    yield from _boards(before.files, after.files)


Groups = Mapping[tuple[str, str], Group]


def _alerts(groups: Groups) -> dict[tuple[object, ...], tuple[str, str]]:
    """Where each alerting rule lives, by its name and fixed labels."""
    return {
        (rule.alert, tuple(sorted(pair for pair in rule.labels if pair[0] in {*names.SLO_IDENTITY, names.BURN}))): place
        for place, group in groups.items()
        for rule in group.rules
        if isinstance(rule, AlertingRule)
    }


def _groups(before: Groups, after: Groups) -> Iterator[Change]:
    """An alert whose group or file has another name starts anew: pending time and state are lost."""
    old, new = _alerts(before), _alerts(after)
    moved = {(old[key], new[key]) for key in old.keys() & new.keys() if old[key] != new[key]}
    for (old_file, old_group), (new_file, new_group) in sorted(moved):
        told = "pending alerts in it start their `for` anew, and firing ones may resolve and fire again"
        if old_file != new_file:
            yield Change(Danger.STATE, Kind.FILE_RENAMED, old_group, old_file, new_file, told)
        else:
            yield Change(Danger.STATE, Kind.GROUP_RENAMED, old_file, old_group, new_group, told)


def _intervals(before: Groups, after: Groups) -> Iterator[Change]:
    for place in sorted(before.keys() & after.keys()):
        old, new = before[place].interval, after[place].interval
        if old != new:
            mine, theirs = (names.window(time) if time else "the server's own" for time in (old, new))
            told = "its rules run at other times: alerts come sooner or later by as much"
            yield Change(Danger.BEHAVIOUR, Kind.INTERVAL_CHANGED, place[1], mine, theirs, told)


Recorded = set[tuple[str, tuple[tuple[str, str], ...]]]


def _recorded(groups: Groups) -> Recorded:
    """Recorded series by name and fixed labels."""
    return {
        (rule.record, tuple(sorted(rule.labels)))
        for group in groups.values()
        for rule in group.rules
        if isinstance(rule, RecordingRule)
    }


def _series(before: Side, after: Side, old: Recorded, new: Recorded) -> Iterator[Change]:
    """Series of SLOs that exist on both sides, under other names or labels than before."""
    kept = before.slos().keys() & after.slos().keys()
    known: dict[tuple[str, tuple[str, str, str]], list[tuple[tuple[str, str], ...]]] = defaultdict(list)
    for name, labels in sorted(new):
        known[name, _slo(labels)].append(labels)
    for name, labels in sorted(old - new):
        identity = _slo(labels)
        if identity not in kept or name == names.INFO:
            continue
        same_name = known[name, identity]
        subject = "/".join(identity)
        if same_name:
            consequence = "its history belongs to the old labels: budgets and long windows start anew"
            yield Change(
                Danger.STATE,
                Kind.IDENTITY_CHANGED,
                f"{subject} {name}",
                _text(labels),
                _text(same_name[0]),
                consequence,
            )
        else:
            yield Change(
                Danger.STATE, Kind.SERIES_RENAMED, subject, name, "", "whoever reads it finds nothing from now on"
            )


def _slo(labels: tuple[tuple[str, str], ...]) -> tuple[str, str, str]:
    told = dict(labels)
    return told.get(names.ENV, ""), told.get(names.MODEL, ""), told.get(names.SLO, "")


def _text(labels: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(f"{name}={value}" for name, value in labels)


def _boards(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for path in sorted(before.keys() & after.keys()):
        if path.startswith("dashboards/") and path.endswith(".json") and before[path] != after[path]:
            old, new = _uid(before[path]), _uid(after[path])
            if old != new:
                told = "links and bookmarks to the old board lead nowhere"
                yield Change(Danger.STATE, Kind.DASHBOARD_MOVED, path, old, new, told)
            else:
                yield Change(Danger.TELLING, Kind.DASHBOARD_CHANGED, path, "", "", "the board draws other things")


def _uid(text: str) -> str:
    try:
        board = json.loads(text)
    except ValueError:
        return ""
    return str(board.get("uid", "")) if isinstance(board, dict) else ""
