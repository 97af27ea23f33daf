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
    for key in sorted(old.keys() & new.keys()):
        mine, theirs = receivers(old[key], trees_before), receivers(new[key], trees_after)
        if mine != theirs and not _moved_with_team(old[key], new[key], mine, theirs):
            yield _moved(key, mine, theirs)
    yield from _held_back(before, after)


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


def trees(side: Side) -> list[tuple[frozenset[str], Config]]:
    """The emitted configurations with the environments that each serves."""
    found = []
    for instance in side.program.routing.instances:
        text = side.files.get(f"generated/{names.alertmanager_path(instance.name)}")
        config = load(text).config if text else None
        if config is not None:
            found.append((frozenset({*instance.production, *instance.other}), config))
    return found


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


def _held_back(before: Side, after: Side) -> Iterator[Change]:
    """Alerts of a component that others of the same component hold back now, and did not before."""
    held_before, held_after = _holding(before), _holding(after)
    for key in sorted(held_before.keys() & held_after.keys()):
        fresh = sorted(held_after[key] - held_before[key])
        known = [other for other in fresh if other in held_before]
        if known:
            words = ", ".join(called(other) for other in known[:3])
            yield Change(Danger.COVER, Kind.INHIBITED, called(key), "", words, "nobody hears of it while these fire")


def _holding(side: Side) -> dict[AlertKey, frozenset[AlertKey]]:
    """For every alert the alerts of its own component that would hold it back if all fired."""
    alerts = side.alerts()
    held: dict[AlertKey, frozenset[AlertKey]] = {}
    for environments, config in trees(side):
        parts: dict[tuple[str, str], list[AlertKey]] = {}
        for key in alerts:
            if key[0] in environments:
                parts.setdefault(key[:2], []).append(key)
        for members in parts.values():
            found = inhibitions(config.inhibit_rules, [dict(labels_of(alerts[key])) for key in members])
            held.update({key: frozenset(members[n] for n in by) for key, by in zip(members, found, strict=True)})
    return held
