"""Compares who is told: every alert through the emitted routing tree of both sides."""

from collections.abc import Iterator

from slogen import names
from slogen.ir.rules import Alert
from slogen.review.changes import Change, Danger, Kind
from slogen.review.side import AlertKey, Side, called
from slogen.routing.config import Config
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
        if mine != theirs and not _moved_with_team(old[key], new[key], mine, theirs):
            yield _moved(key, mine, theirs)
    yield from _held_back((old, trees_before), (new, trees_after), same=same)


def _moved(key: AlertKey, mine: tuple[str, ...], theirs: tuple[str, ...]) -> Change:
    words = ", ".join(mine) or "nobody", ", ".join(theirs) or "nobody"
    if not theirs:
        return Change(Danger.COVER, Kind.ROUTE_LOST, called(key), *words, "no receiver hears of it")
    return Change(
        Danger.COVER, Kind.ROUTE_MOVED, called(key), *words, "other people, or the same in another way, hear of it"
    )


def _moved_with_team(old: Alert, new: Alert, mine: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Whether the receivers differ by nothing but the name of the team that owns the alert now, or by its severity."""
    before, after = dict(old.labels).get(names.TEAM, ""), dict(new.labels).get(names.TEAM, "")
    renamed = tuple(name.replace(before, after) if before else name for name in mine)
    return (before != after and renamed == theirs) or old.severity != new.severity


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


def receivers(alert: Alert, trees: list[tuple[frozenset[str], Config]]) -> tuple[str, ...]:
    """Everybody who hears of an alert, in the order of the routes."""
    labels = dict(labels_of(alert))
    return tuple(
        route.receiver
        for environments, config in trees
        if labels.get(names.ENV, "") in environments or names.ENV not in labels
        for route in routes_for(config.root, labels)
    )


Alerts = dict[AlertKey, Alert]
Trees = list[tuple[frozenset[str], Config]]
Members = dict[AlertKey, Labels]


def _held_back(before: tuple[Alerts, Trees], after: tuple[Alerts, Trees], *, same: bool) -> Iterator[Change]:
    """Alerts of a component that others of the same component hold back now, and did not before.

    Where the configurations are the `same`, only components whose alerts changed are looked at.
    """
    shown = _touched(before[0], after[0]) if same else {key[:2] for key in before[0]}
    parts_before, parts_after = (_parts(side[0], shown) for side in (before, after))
    for part in sorted(parts_before.keys() & parts_after.keys()):
        mine, theirs = parts_before[part], parts_after[part]
        held_before, held_after = _held(part[0], mine, before[1]), _held(part[0], theirs, after[1])
        for key in sorted(held_before.keys() & held_after.keys()):
            fresh = sorted(held_after[key] - held_before[key])
            known = [other for other in fresh if other in held_before]
            if known:
                words = ", ".join(called(other) for other in known[:3])
                yield Change(
                    Danger.COVER, Kind.INHIBITED, called(key), "", words, "nobody hears of it while these fire"
                )


def _touched(before: Alerts, after: Alerts) -> set[tuple[str, str]]:
    """The components with an alert that is new, gone, or labelled in another way."""
    return {
        key[:2]
        for key in before.keys() | after.keys()
        if key not in before or key not in after or before[key].labels != after[key].labels
    }


def _parts(alerts: Alerts, shown: set[tuple[str, str]]) -> dict[tuple[str, str], Members]:
    """The fixed labels of the alerts of these components."""
    parts: dict[tuple[str, str], Members] = {}
    for key, alert in alerts.items():
        if key[:2] in shown:
            parts.setdefault(key[:2], {})[key] = labels_of(alert)
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
