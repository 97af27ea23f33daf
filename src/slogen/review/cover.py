"""Compares what is watched, and how: objectives, alerts, severities, windows, guards."""

from collections.abc import Iterator
from fractions import Fraction

from slogen import names
from slogen.ir.program import Component
from slogen.ir.rules import Alert, Recording
from slogen.ir.slo import Slo, Tier
from slogen.promql.ast import Expr
from slogen.promql.text import show
from slogen.review.changes import Change, Danger, Kind
from slogen.review.side import AlertKey, Side, called

_LOUDNESS = {"page": 3, "ticket": 2, "log": 1}


def changes(before: Side, after: Side) -> Iterator[Change]:
    """Every difference in what is watched."""
    yield from _components(before, after)
    yield from _slos(before, after)
    places = _unlike(before, after)
    old, new = _measured(before, places), _measured(after, places)
    for key in sorted(key for key in old.keys() & new.keys() if old[key] != new[key]):
        told = "the same alerts now watch something else; history before the change is of the old measure"
        words = "; ".join(map(show, old[key])), "; ".join(map(show, new[key]))
        yield Change(Danger.BEHAVIOUR, Kind.SLI_CHANGED, "/".join(key), *words, told)
    was, now = before.program.routing.suppression, after.program.routing.suppression
    if was != now:
        told = (
            "what holds alerts back stands in the rules now"
            if now == "promql"
            else "Alertmanager holds alerts back now"
        )
        yield Change(Danger.BEHAVIOUR, Kind.SUPPRESSION_MOVED, "routing.suppression", was, now, told)
    yield from _alerts(before, after, _reworked(before, after, places))


def _components(before: Side, after: Side) -> Iterator[Change]:
    old, new = before.components(), after.components()
    for key in sorted(old.keys() - new.keys()):
        yield Change(
            Danger.COVER, Kind.COMPONENT_REMOVED, "/".join(key), "watched", "", "nothing of it is watched any more"
        )
    for key in sorted(new.keys() - old.keys()):
        yield Change(Danger.ADDED, Kind.COMPONENT_ADDED, "/".join(key), "", "watched", "it is watched from now on")
    for key in sorted(old.keys() & new.keys()):
        mine, theirs = old[key][1], new[key][1]
        if mine.team != theirs.team:
            told = f"its alerts go to {theirs.team}"
            yield Change(Danger.TELLING, Kind.TEAM_CHANGED, "/".join(key), mine.team, theirs.team, told)
        if mine.criticality != theirs.criticality:
            told = "money at risk is weighed by it, and boards choose models by it"
            words = mine.criticality, theirs.criticality
            yield Change(Danger.TELLING, Kind.CRITICALITY_CHANGED, "/".join(key), *words, told)
        if any(slo.inhibits_dependents for slo in (*mine.slos, *theirs.slos)):
            yield from _quietening(key, mine, theirs, [c for (e, _), (_, c) in new.items() if e == key[0]])


def _quietening(key: tuple[str, str], old: Component, new: Component, all_of_it: list[Component]) -> Iterator[Change]:
    """Objectives whose burning holds back the alerts of dependents, where there are some on both sides."""
    mine, theirs = ([slo.name for slo in side.slos if slo.inhibits_dependents] for side in (old, new))
    dependents = ", ".join(c.name for c in all_of_it if new.name in c.depends_on)
    if mine and theirs and dependents and set(mine) != set(theirs):
        words = ", ".join(mine), ", ".join(theirs)
        if set(theirs) - set(mine):
            told = f"nobody hears of alerts of {dependents} while one of these burns"
            yield Change(Danger.COVER, Kind.INHIBITED, "/".join(key), *words, told)
        else:
            told = f"people hear of alerts of {dependents} unless one of these burns"
            yield Change(Danger.TELLING, Kind.UNINHIBITED, "/".join(key), *words, told)


def _slos(before: Side, after: Side) -> Iterator[Change]:
    old, new = before.slos(), after.slos()
    known_before, known_after = before.components().keys(), after.components().keys()
    for key in sorted(old.keys() - new.keys()):
        if key[:2] in known_after:
            told = "its objective, budget and alerts are gone"
            yield Change(Danger.COVER, Kind.SLO_REMOVED, "/".join(key), percent(old[key].objective), "", told)
    for key in sorted(new.keys() - old.keys()):
        if key[:2] in known_before:
            yield Change(
                Danger.ADDED, Kind.SLO_ADDED, "/".join(key), "", percent(new[key].objective), "a new objective"
            )
    for key in sorted(key for key in old.keys() & new.keys() if old[key] is not new[key]):
        yield from _slo("/".join(key), old[key], new[key])


SloKey = tuple[str, str, str]


Places = set[tuple[str, str]]


def _unlike(before: Side, after: Side) -> Places:
    """The components that were not made from the very same files on both sides."""
    old, new = before.components(), after.components()
    return {key for key in old.keys() & new.keys() if old[key][1] is not new[key][1]}


def _measured(side: Side, places: Places) -> dict[SloKey, list[Expr]]:
    """The base expressions of every SLO of these components: what counts as bad and as total."""
    found: dict[SloKey, list[Expr]] = {key: [] for key in side.slos() if key[:2] in places}
    components = side.components()
    for environment, name in places:
        component = components[environment, name][1]
        for group in component.rules.groups:
            for rule in group.rules:
                if isinstance(rule, Recording) and rule.record.startswith(("slogen:bad:", "slogen:total:")):
                    found.get((environment, name, dict(rule.labels).get(names.SLO, "")), []).append(rule.expr)
    return found


def _slo(subject: str, old: Slo, new: Slo) -> Iterator[Change]:
    if old.objective != new.objective:
        looser = new.objective < old.objective
        kind = Kind.OBJECTIVE_LOOSENED if looser else Kind.OBJECTIVE_TIGHTENED
        danger = Danger.COVER if looser else Danger.BEHAVIOUR
        told = f"the budget goes from {budget(old)} to {budget(new)}"
        yield Change(danger, kind, subject, percent(old.objective), percent(new.objective), told)
    if old.period != new.period:
        told = "the budget is counted over another period; windows and thresholds follow"
        words = names.window(old.period), names.window(new.period)
        yield Change(Danger.BEHAVIOUR, Kind.PERIOD_CHANGED, subject, *words, told)
    for what, mine, theirs in (("events", old.min_events, new.min_events), ("bad events", old.min_bad, new.min_bad)):
        if mine != theirs:
            raised = theirs > mine
            told = (
                f"windows with fewer {what} than that now stay silent" if raised else f"fewer {what} are enough to fire"
            )
            kind, danger = (Kind.GUARD_RAISED, Danger.COVER) if raised else (Kind.GUARD_LOWERED, Danger.BEHAVIOUR)
            yield Change(danger, kind, subject, f"{mine} {what}", f"{theirs} {what}", told)
    gone = [one for one in old.slices if one not in new.slices]
    if gone:
        words = ", ".join(old.slices), ", ".join(new.slices) or "none"
        told = f"nobody is told any more when it fails for {', '.join(gone)} alone"
        yield Change(Danger.COVER, Kind.SLICE_REMOVED, subject, *words, told)
    mine_tiers, their_tiers = {t.burn: t for t in old.tiers}, {t.burn: t for t in new.tiers}
    for burn in sorted(mine_tiers.keys() & their_tiers.keys()):
        yield from _tier(f"{subject} {burn}", mine_tiers[burn], their_tiers[burn], same=old.objective == new.objective)


def _tier(subject: str, old: Tier, new: Tier, *, same: bool) -> Iterator[Change]:
    if old.long != new.long:
        longer = new.long > old.long
        kind, danger = (Kind.WINDOW_LENGTHENED, Danger.COVER) if longer else (Kind.WINDOW_SHORTENED, Danger.BEHAVIOUR)
        told = "a fault takes longer to be seen" if longer else "a fault is seen sooner, from less evidence"
        yield Change(danger, kind, subject, names.window(old.long), names.window(new.long), told)
    if old.threshold != new.threshold and same:
        words = ratio(old.threshold), ratio(new.threshold)
        told = "it fires at another error ratio"
        yield Change(Danger.BEHAVIOUR, Kind.THRESHOLD_CHANGED, subject, *words, told)


def _reworked(before: Side, after: Side, places: Places) -> set[SloKey]:
    """The SLOs of both sides whose alerts are others because of what is told of the SLO, its group or the project."""
    old, new = _firing(before, places), _firing(after, places)
    return {key for key in old.keys() & new.keys() if old[key] != new[key]}


def _firing(side: Side, places: Places) -> dict[SloKey, object]:
    """All that the alerts of every SLO of these components follow from."""
    measured, components = _measured(side, places), side.components()
    slos, suppression = side.slos(), side.program.routing.suppression
    found: dict[SloKey, object] = {}
    for environment, name in places:
        component = components[environment, name][1]
        rhythm = {group.interval for group in component.rules.groups}
        for key in ((environment, name, slo.name) for slo in component.slos):
            slo = slos[key]
            numbers = slo.objective, slo.period, slo.cadence, slo.min_events, slo.min_bad, slo.no_traffic
            found[key] = numbers, slo.tiers, slo.slices, rhythm, measured[key], suppression
    return found


def _alerts(before: Side, after: Side, reworked: set[SloKey]) -> Iterator[Change]:
    old, new = before.alerts(), after.alerts()
    known, known_before = after.components().keys(), before.components().keys()
    slos_before, slos_after = before.slos(), after.slos()
    for key in sorted(old.keys() - new.keys()):
        gone_with_slo = (*key[:2], key[2]) in slos_before and (*key[:2], key[2]) not in slos_after
        if (key[:2] in known or not key[1]) and not gone_with_slo:
            yield _removed(key, old[key])
    for key in sorted(new.keys() - old.keys()):
        added_with_slo = (*key[:2], key[2]) in slos_after and (*key[:2], key[2]) not in slos_before
        if key[:2] in known_before and not added_with_slo:
            yield Change(Danger.ADDED, Kind.ALERT_ADDED, called(key), "", new[key].severity, _claimed(new[key]))
    for key in sorted(old.keys() & new.keys()):
        if old[key] is not new[key]:
            yield from _alert(key, old[key], new[key], reworked=(*key[:2], key[2]) in reworked)


def _claimed(alert: Alert) -> str:
    """Why there is a new alert, and why nobody has proven it where its spec says so."""
    reason = alert.proof.unproven
    return alert.why if reason is None else f"{alert.why} Unproven: {reason}"


def _removed(key: AlertKey, alert: Alert) -> Change:
    if alert.kind == "no-data":
        told = "nobody is told any more when its numbers stop arriving"
        return Change(Danger.COVER, Kind.NO_DATA_REMOVED, called(key), alert.severity, "", told)
    if alert.kind == "upstream":
        told = "its outage holds back no alerts of what depends on it any more"
        return Change(Danger.TELLING, Kind.UNINHIBITED, called(key), alert.severity, "", told)
    return Change(Danger.COVER, Kind.ALERT_REMOVED, called(key), alert.severity, "", "nobody is told of this any more")


_STEADY = frozenset({"policy", "environment"})
"""Kinds of alerts whose conditions follow neither from an objective nor from what else there is."""


def _alert(key: AlertKey, old: Alert, new: Alert, *, reworked: bool) -> Iterator[Change]:
    """Differences of one alert; numbers in the texts of a `reworked` SLO's alerts follow from its own changes."""
    subject = called(key)
    if old.severity != new.severity:
        lower = _LOUDNESS[new.severity] < _LOUDNESS[old.severity]
        kind, danger = (Kind.SEVERITY_LOWERED, Danger.COVER) if lower else (Kind.SEVERITY_RAISED, Danger.BEHAVIOUR)
        told = (
            "nobody is woken by it any more" if lower and old.severity == "page" else "it reaches people in another way"
        )
        yield Change(danger, kind, subject, old.severity, new.severity, told)
    if old.shadow != new.shadow:
        kind, danger = (Kind.SHADOWED, Danger.COVER) if new.shadow else (Kind.UNSHADOWED, Danger.BEHAVIOUR)
        words = ("in shadow", "in force") if old.shadow else ("in force", "in shadow")
        told = (
            "it is counted, but reaches nobody"
            if new.shadow
            else "it reaches people from now on; its state starts anew"
        )
        yield Change(danger, kind, subject, *words, told)
    if old.hold != new.hold or old.keep_firing != new.keep_firing:
        mine, theirs = (f"for {_time(a.hold)}, kept for {_time(a.keep_firing)}" for a in (old, new))
        yield Change(Danger.BEHAVIOUR, Kind.HOLD_CHANGED, subject, mine, theirs, "it fires or resolves at other times")
    if old.proof.unproven is None and new.proof.unproven is not None:
        yield Change(Danger.COVER, Kind.PROOF_LOST, subject, "proven", "unproven", new.proof.unproven)
    if old.expr != new.expr and (old.declared or old.kind in _STEADY or (old.subject and not reworked)):
        told = "it fires for other reasons or at other values"
        yield Change(Danger.BEHAVIOUR, Kind.EXPRESSION_CHANGED, subject, show(old.expr), show(new.expr), told)
    yield from _labels(subject, _own_labels(old), _own_labels(new))
    if not reworked:
        yield from _texts(subject, dict(old.annotations), dict(new.annotations))


_LINKS = frozenset({"dashboard_url", "runbook_url", "query"})
"""Annotations that lead somewhere; that of the query holds the expression, so it follows from it."""


def _texts(subject: str, old: dict[str, str], new: dict[str, str]) -> Iterator[Change]:
    differing = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    words = [name for name in differing if name not in _LINKS]
    if words:
        mine, theirs = ("; ".join(f"{n}: {side[n]}" for n in words if n in side) or "none" for side in (old, new))
        yield Change(Danger.TELLING, Kind.TEXT_CHANGED, subject, mine, theirs, "people read other words in it")
    links = [name for name in differing if name in _LINKS - {"query"}]
    if links:
        yield Change(
            Danger.TELLING, Kind.TEXT_CHANGED, subject, "", "", f"links in it lead elsewhere: {', '.join(links)}"
        )


Pairs = list[tuple[str, str]]


def _labels(subject: str, old: Pairs, new: Pairs) -> Iterator[Change]:
    if old != new:
        mine, theirs = (", ".join(f"{name}={value}" for name, value in side) or "none" for side in (old, new))
        yield Change(Danger.TELLING, Kind.LABELS_CHANGED, subject, mine, theirs, _matched(old, new))


def _matched(old: Pairs, new: Pairs) -> str:
    """What follows from other labels."""
    if {name for name, _ in {*old} ^ {*new}} == {names.PRIORITY}:
        return "people hear another priority; what matches on it sees the new one"
    return "it is another alert to Alertmanager: routes, silences and inhibitions that match on them see the new one"


def _own_labels(alert: Alert) -> Pairs:
    """The labels that the spec adds to an alert, and the priority that follows from money at risk."""
    return [pair for pair in alert.labels if pair[0] not in names.ALERT_LABELS]


def _time(millis: int) -> str:
    return names.window(millis) if millis else "0s"


def percent(objective: object) -> str:
    """An objective as people write it: `99.95%`."""
    return ratio(Fraction(str(objective)))


def ratio(value: Fraction) -> str:
    """A ratio as a percentage with at most six digits."""
    return f"{float(value * 100):.6g}%"


def budget(slo: Slo) -> str:
    """The budget in plain words: `43.2m of full outage in 30d`; what is judged by moments is in a bad state so long."""
    minutes = slo.budget * slo.period / 60_000
    told = f"{float(minutes):.3g}m" if minutes < 600 else f"{float(minutes / 60):.3g}h"
    return f"{told} of {spender(slo)} in {names.window(slo.period)}"


def spender(slo: Slo) -> str:
    """What spends a budget as fast as can be: events can all fail, moments are good or bad."""
    return "full outage" if slo.kind == "counter" else "a bad state"
