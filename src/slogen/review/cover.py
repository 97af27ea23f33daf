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
    yield from _alerts(before, after)


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


def _slos(before: Side, after: Side) -> Iterator[Change]:
    old, new = before.slos(), after.slos()
    known_before, known_after = before.components(), after.components()
    for key in sorted(old.keys() - new.keys()):
        if key[:2] in known_after:
            told = "its objective, budget and alerts are gone"
            yield Change(Danger.COVER, Kind.SLO_REMOVED, "/".join(key), percent(old[key].objective), "", told)
    for key in sorted(new.keys() - old.keys()):
        if key[:2] in known_before:
            yield Change(
                Danger.ADDED, Kind.SLO_ADDED, "/".join(key), "", percent(new[key].objective), "a new objective"
            )
    for key in sorted(old.keys() & new.keys()):
        yield from _slo("/".join(key), old[key], new[key])
        mine, theirs = _sli(known_before[key[:2]][1], key[2]), _sli(known_after[key[:2]][1], key[2])
        if mine != theirs:
            told = "the same alerts now watch something else; history before the change is of the old measure"
            words = "; ".join(map(show, mine)), "; ".join(map(show, theirs))
            yield Change(Danger.BEHAVIOUR, Kind.SLI_CHANGED, "/".join(key), *words, told)


def _sli(component: Component, slo: str) -> list[Expr]:
    """The base expressions of an SLO: what counts as bad and as total."""
    return [
        rule.expr
        for group in component.rules.groups
        for rule in group.rules
        if isinstance(rule, Recording)
        and rule.record.startswith(("slogen:bad:", "slogen:total:"))
        and dict(rule.labels).get(names.SLO) == slo
    ]


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


def _alerts(before: Side, after: Side) -> Iterator[Change]:
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
            yield Change(Danger.ADDED, Kind.ALERT_ADDED, called(key), "", new[key].severity, new[key].why)
    for key in sorted(old.keys() & new.keys()):
        slo = (*key[:2], key[2])
        reworked = slo in slos_before and slo in slos_after and slos_before[slo].tiers != slos_after[slo].tiers
        yield from _alert(key, old[key], new[key], reworked=reworked)


def _removed(key: AlertKey, alert: Alert) -> Change:
    if alert.kind == "no-data":
        told = "nobody is told any more when its numbers stop arriving"
        return Change(Danger.COVER, Kind.NO_DATA_REMOVED, called(key), alert.severity, "", told)
    return Change(Danger.COVER, Kind.ALERT_REMOVED, called(key), alert.severity, "", "nobody is told of this any more")


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
    if old.expr != new.expr and (old.declared or old.kind == "policy"):
        told = "it fires for other reasons or at other values"
        yield Change(Danger.BEHAVIOUR, Kind.EXPRESSION_CHANGED, subject, show(old.expr), show(new.expr), told)
    mine, theirs = (dict(alert.labels).get(names.PRIORITY, "") for alert in (old, new))
    if mine != theirs:
        yield Change(Danger.TELLING, Kind.TEXT_CHANGED, subject, mine, theirs, "people hear another priority")
    mine_labels, their_labels = (_own_labels(alert) for alert in (old, new))
    if mine_labels != their_labels:
        told = (
            "it is another alert to Alertmanager: routes, silences and inhibitions that match on them see the new one"
        )
        yield Change(Danger.TELLING, Kind.LABELS_CHANGED, subject, mine_labels, their_labels, told)
    if old.annotations != new.annotations and not reworked:
        yield Change(Danger.TELLING, Kind.TEXT_CHANGED, subject, "", "", "people read other words in it")


def _own_labels(alert: Alert) -> str:
    """The labels that the spec adds to an alert."""
    return ", ".join(f"{name}={value}" for name, value in alert.labels if name not in names.ALERT_LABELS)


def _time(millis: int) -> str:
    return names.window(millis) if millis else "0s"


def percent(objective: object) -> str:
    """An objective as people write it: `99.95%`."""
    return ratio(Fraction(str(objective)))


def ratio(value: Fraction) -> str:
    """A ratio as a percentage with at most six digits."""
    return f"{float(value * 100):.6g}%"


def budget(slo: Slo) -> str:
    """The budget in plain words: `43m of full outage in 30d`."""
    minutes = slo.budget * slo.period / 60_000
    told = f"{float(minutes):.3g}m" if minutes < 600 else f"{float(minutes / 60):.3g}h"
    return f"{told} of full outage in {names.window(slo.period)}"
