"""Compares the rules that a side has on disk with what its own specs mean now: another slogen or a hand wrote them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from slogen import names
from slogen.promql.text import show
from slogen.replay.fields import Pairs
from slogen.replay.rulefile import AlertingRule, Group, RecordingRule, Rule
from slogen.review.changes import Change, Danger, Kind
from slogen.review.side import RULES, Side, groups_of, paths

Identity = tuple[str, str, str, Pairs]
"""File, group, name and the labels that tell a rule from others."""

_WHY = "the specs say the same: slogen or its catalogue changed, or somebody edited the output"


def changes(before: Side, after: Side) -> Iterator[Change]:
    """Rules of the old side's files that its specs would be compiled to differently now, by the name of the rule.

    The specs say the same, so nothing else of a comparison tells of them: slogen or an entry of its catalogue changed.
    """
    unlike = {path for path, text in before.files.items() if (path, text) not in after.known and RULES in path}
    unlike |= {path for path in paths(before.program) if path not in before.files}
    if not unlike:
        return
    then, now = _rules(before.rule_groups(), unlike), _rules(groups_of(before.program, unlike), unlike)
    yield from _alerts(then, now, _rules(after.rule_groups(), unlike))
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for identity in sorted(then.keys() & now.keys()):
        if then[identity].expr != now[identity].expr:
            found[identity[2]].append((show(then[identity].expr), show(now[identity].expr)))
        if _said(then[identity]) != _said(now[identity]):
            found[identity[2]].append((_said(then[identity]), _said(now[identity])))
    for name, pairs in found.items():
        count = f"{name} ({len(pairs)} rules)" if len(pairs) > 1 else name
        yield Change(Danger.BEHAVIOUR, Kind.RULE_REWRITTEN, count, *pairs[0], _WHY)


Rules = Mapping[Identity, Rule]


def _alerts(then: Rules, now: Rules, after: Rules) -> Iterator[Change]:
    """Alerts that the old files have and the specs do not ask for, and the other way round, and how loud they are."""
    alerts = {key for key in then.keys() | now.keys() if isinstance(then.get(key, now.get(key)), AlertingRule)}
    places = {key[2:] for key in then}, {key[2:] for key in now}
    for key in sorted(alerts):
        if key in then and key not in after and key[2:] not in places[1]:
            yield Change(Danger.COVER, Kind.ALERT_REMOVED, _called(key), _loud(then[key]), "", _WHY)
        elif key in now and key in after and key[2:] not in places[0]:
            yield Change(Danger.ADDED, Kind.ALERT_ADDED, _called(key), "", _loud(now[key]), _WHY)
        elif key in then and key in now and _loud(then[key]) != _loud(now[key]):
            kind = Kind.SEVERITY_LOWERED if _loud(then[key]) == "page" else Kind.SEVERITY_RAISED
            danger = Danger.COVER if kind is Kind.SEVERITY_LOWERED else Danger.BEHAVIOUR
            yield Change(danger, kind, _called(key), _loud(then[key]), _loud(now[key]), _WHY)


def _called(key: Identity) -> str:
    return " ".join([key[0], key[2], *(value for name, value in key[3] if name not in {names.ENV, names.MODEL})])


def _loud(rule: Rule) -> str:
    return dict(rule.labels).get(names.SEVERITY, "")


def _said(rule: Rule) -> str:
    """What else decides what people hear of an alert: labels that do not tell it from others, and how long it waits."""
    if isinstance(rule, RecordingRule):
        return ""
    labels = ", ".join(f"{k}={v}" for k, v in sorted(rule.labels) if k not in _IDENTITY and k != names.SEVERITY)
    return f"{labels}; for {rule.hold // 1000}s, kept for {rule.keep_firing // 1000}s"


_IDENTITY = frozenset({*names.SLO_IDENTITY, names.BURN, names.SLICE, names.WINDOW, names.COMPONENT})


def _rules(groups: Mapping[tuple[str, str], Group], paths: set[str]) -> dict[Identity, Rule]:
    return {_identity(key, rule): rule for key, group in groups.items() if key[0] in paths for rule in group.rules}


def _identity(key: tuple[str, str], rule: Rule) -> Identity:
    match rule:
        case RecordingRule(record, _, labels):
            return (*key, record, tuple(sorted(labels)))
        case AlertingRule(alert, _, _, _, labels):
            return (*key, alert, tuple(sorted(pair for pair in labels if pair[0] in _IDENTITY)))
