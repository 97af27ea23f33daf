"""Compares who is told: every alert through the emitted routing tree of both sides."""

from collections.abc import Iterator, Sequence

from slogen import names
from slogen.ir.rules import Alert
from slogen.review.changes import Change, Danger, Kind
from slogen.review.habits import habits
from slogen.review.side import AlertKey, Side, called
from slogen.routing.config import Config, Route
from slogen.routing.inhibit import inhibitions
from slogen.routing.load import load
from slogen.routing.story import Labels, canonical
from slogen.routing.tree import routes_for


def changes(before: Side, after: Side) -> Iterator[Change]:
    """Alerts of both sides that land elsewhere or nowhere, or that others hold back now and did not before."""
    old, new = before.alerts(), after.alerts()
    trees_before, trees_after = trees(before), trees(after)
    same = _configurations(before) == _configurations(after)
    for key in sorted(old.keys() & new.keys()):
        if same and old[key].labels == new[key].labels and old[key].name == new[key].name:
            continue
        mine, theirs = receivers(old[key], trees_before), receivers(new[key], trees_after)
        if mine != theirs:
            yield from _moved(key, (old[key], mine), (new[key], theirs))
        if not same:
            yield from habits(called(key), heard(old[key], trees_before), heard(new[key], trees_after))
    held = _held_back((old, trees_before), (new, trees_after), same=same)
    in_rules = before.program.routing.suppression != after.program.routing.suppression
    yield from (one for one in held if not in_rules)


Heard = tuple[Alert, tuple[str, ...]]
"""An alert with everybody who hears of it."""


def _moved(key: AlertKey, before: Heard, after: Heard) -> Iterator[Change]:
    (old, mine), (new, theirs) = before, after
    if new.shadow and not old.shadow:
        return  # that it reaches nobody is meant, and told of the alert
    words = ", ".join(mine) or "nobody", ", ".join(theirs) or "nobody"
    if not theirs:
        yield Change(Danger.COVER, Kind.ROUTE_LOST, called(key), *words, "no receiver hears of it")
    elif _told_elsewhere(key, before, after):
        return
    elif set(mine) <= set(theirs):
        yield Change(Danger.TELLING, Kind.ROUTE_ADDED, called(key), *words, "more people, or machines, hear of it")
    else:
        told = "other people, or the same in another way, hear of it"
        yield Change(Danger.COVER, Kind.ROUTE_MOVED, called(key), *words, told)


def _told_elsewhere(key: AlertKey, before: Heard, after: Heard) -> bool:
    """Whether another change says it: the alert has another severity or mode, or its component another team."""
    (old, mine), (new, theirs) = before, after
    was, now = dict(old.labels).get(names.TEAM, ""), dict(new.labels).get(names.TEAM, "")
    renamed = tuple(name.replace(was, now) if was else name for name in mine)
    with_team = bool(key[1]) and was != now and renamed == theirs
    return with_team or old.severity != new.severity or old.shadow != new.shadow


def _configurations(side: Side) -> list[tuple[frozenset[str], str | None]]:
    """The texts of the emitted configurations with the environments that each serves."""
    return [
        (
            frozenset({*instance.production, *instance.other}),
            side.files.get(f"generated/{names.alertmanager_path(instance.name)}"),
        )
        for instance in side.program.routing.instances
    ]


def trees(side: Side) -> list[tuple[frozenset[str], Config]]:
    """The emitted configurations with the environments that each serves."""
    loaded = ((served, load(text).config) for served, text in _configurations(side) if text)
    return [(served, config) for served, config in loaded if config is not None]


def labels_of(alert: Alert) -> Labels:
    """The labels with which an alert reaches an Alertmanager, as far as they are fixed."""
    return canonical({**{k: v for k, v in alert.labels if "{{" not in v}, "alertname": alert.name})


def heard(alert: Alert, trees: list[tuple[frozenset[str], Config]]) -> list[tuple[Route, Config]]:
    """The routes on which somebody hears of an alert, in their order; a receiver without channels tells nobody."""
    labels = dict(labels_of(alert))
    return [
        (route, config)
        for environments, config in trees
        if labels.get(names.ENV, "") in environments or names.ENV not in labels
        for route in routes_for(config.root, labels)
        if config.receiver(route.receiver).channels
    ]


def receivers(alert: Alert, trees: list[tuple[frozenset[str], Config]]) -> tuple[str, ...]:
    """Everybody who hears of an alert, in the order of the routes."""
    return tuple(route.receiver for route, _ in heard(alert, trees))


Alerts = dict[AlertKey, Alert]
Trees = list[tuple[frozenset[str], Config]]
Members = dict[AlertKey, Labels]
_FROM_OUTSIDE = frozenset({"upstream", "environment"})
"""Kinds of alerts that hold back those of components which are not their own."""


def _held_back(before: tuple[Alerts, Trees], after: tuple[Alerts, Trees], *, same: bool) -> Iterator[Change]:
    """Alerts of a component that others hold back now and did not before, or the other way round.

    Where the configurations are the `same`, only components whose alerts changed are looked at.
    """
    shown = _touched(before[0], after[0]) if same else {key[:2] for key in before[0]}
    parts_before, parts_after = (_parts(side[0], shown) for side in (before, after))
    for part in sorted(parts_before.keys() & parts_after.keys()):
        held_before = _held(part[0], parts_before[part], before[1])
        held_after = _held(part[0], parts_after[part], after[1])
        for key in sorted(key for key in held_before.keys() & held_after.keys() if key[:2] == part):
            mine, theirs = held_before[key], held_after[key]
            fresh = [other for other in sorted(theirs - mine) if other in held_before or other[:2] != part]
            gone = [other for other in sorted(mine - theirs) if other in held_after or other[:2] != part]
            if fresh:
                told = "nobody hears of it while these fire"
                yield Change(Danger.COVER, Kind.INHIBITED, called(key), "", _some(fresh), told)
            if gone:
                told = "people hear of it also while these fire"
                yield Change(Danger.TELLING, Kind.UNINHIBITED, called(key), _some(gone), "", told)


def _some(keys: Sequence[AlertKey]) -> str:
    more = f" and {len(keys) - 3} more" if len(keys) > 3 else ""
    return ", ".join(called(key) for key in keys[:3]) + more


def _touched(before: Alerts, after: Alerts) -> set[tuple[str, str]]:
    """The components with an alert that is new, gone, or labelled in another way."""
    return {
        key[:2]
        for key in before.keys() | after.keys()
        if key not in before or key not in after or before[key].labels != after[key].labels
    }


def _parts(alerts: Alerts, shown: set[tuple[str, str]]) -> dict[tuple[str, str], Members]:
    """The fixed labels of the alerts of these components, and of those from outside that may hold them back."""
    parts: dict[tuple[str, str], Members] = {}
    outside = {key: alert for key, alert in alerts.items() if alert.kind in _FROM_OUTSIDE}
    for key, alert in alerts.items():
        if key[:2] in shown:
            members = parts.setdefault(key[:2], {})
            members[key] = labels_of(alert)
            upstreams = dict(alert.labels).get(names.UPSTREAMS, "").split(",")
            members.update((k, labels_of(a)) for k, a in outside.items() if k[0] == key[0] and k[1] in ("", *upstreams))
    return parts


def holding(environment: str, alerts: Alerts, trees: Trees) -> dict[AlertKey, frozenset[AlertKey]]:
    """For every one of these alerts, those of them that would hold it back if all fired."""
    return _held(environment, {key: labels_of(alert) for key, alert in alerts.items()}, trees)


def _held(environment: str, members: Members, trees: Trees) -> dict[AlertKey, frozenset[AlertKey]]:
    keys = list(members)
    held: dict[AlertKey, frozenset[AlertKey]] = {}
    for environments, config in trees:
        if environment in environments:
            found = inhibitions(config.inhibit_rules, [dict(labels) for labels in members.values()])
            held.update({key: frozenset(keys[n] for n in by) for key, by in zip(keys, found, strict=True)})
    return held
