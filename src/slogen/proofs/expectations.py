"""Judges what a scenario expects against what was played; each expectation gives a problem or nothing."""

from collections.abc import Iterator, Sequence

import numpy as np

from slogen import names
from slogen.ir.slo import Slo
from slogen.proofs.budgets import budget_left
from slogen.proofs.stage import Played
from slogen.proofs.wording import minutes
from slogen.replay.alerts import AlertLife
from slogen.replay.states import PENDING
from slogen.routing.story import Notification
from slogen.spec.scenario import Expectation

_ALWAYS = frozenset({names.WATCHDOG})
"""Alerts that fire by design."""


def problem(expected: Expectation, played: Played, subject: str, slos: Sequence[Slo]) -> str:
    """What is wrong, or an empty string; `subject` is the component the test is about, `slos` its objectives."""
    if expected.silent:
        return _silent(played)
    if expected.notified is not None:
        return _notified(expected, played)
    if expected.not_notified is not None:
        return _not_notified(expected, played)
    if expected.budget is not None:
        return _budget(expected, played, expected.model or subject, slos)
    return _alert(expected, played, expected.model or subject)


def _silent(played: Played) -> str:
    noisy = [life for life in played.world.alerts if life.rule.alert not in _ALWAYS and life.firing_spans()]
    return "; ".join(f"{_called(life)} fires at {_since(life.firing_spans()[0][0], played)}" for life in noisy[:5])


def _since(moment: int, played: Played) -> str:
    """A moment on the scenario's own clock."""
    offset = moment - played.zero
    return minutes(offset) if offset >= 0 else f"{minutes(-offset)} before the start"


def _called(life: AlertLife) -> str:
    labels = dict(life.labels)
    told = (
        labels.get(names.MODEL),
        labels.get(names.SLO),
        life.rule.alert,
        labels.get(names.BURN),
        labels.get(names.SLICE),
    )
    return " ".join(word for word in told if word)


def _matching(expected: Expectation, played: Played, subject: str) -> list[AlertLife]:
    wanted = {names.MODEL: subject, names.SLO: expected.slo, names.BURN: expected.burn, names.SLICE: expected.slice}
    found = []
    for life in played.world.alerts:
        labels = dict(life.labels)
        if life.rule.alert == expected.alert and all(labels.get(k) == v for k, v in wanted.items() if v is not None):
            found.append(life)
    return found


def _alert(expected: Expectation, played: Played, subject: str) -> str:
    lives = _matching(expected, played, subject)
    spans = sorted(span for life in lives for span in life.firing_spans() if span[1] is None or span[1] > played.zero)
    if expected.never:
        return f"it fires at {_since(spans[0][0], played)}" if spans else ""
    if expected.pending is not None:
        starts = sorted(start for life in lives for start in _pending(life))
        return _near(starts, expected.pending, expected.within, played, "is pending")
    wrong = _near([start for start, _ in spans], expected.fires or 0, expected.within, played, "fires")
    return wrong or _until(expected, spans, played) or _texts(expected, lives, played)


def _pending(life: AlertLife) -> list[int]:
    """The ticks at which the alert begins to be pending, Unix ms."""
    state = np.concatenate(([0], (life.states.state == PENDING).astype(np.int8)))
    return [int(life.ticks[index]) for index in np.flatnonzero(np.diff(state) == 1)]


def _near(moments: Sequence[int], expected: int, within: int, played: Played, what: str) -> str:
    if any(abs(moment - played.zero - expected) <= within for moment in moments):
        return ""
    wanted = f"expected at {minutes(expected)}, give or take {minutes(within)}"
    if not moments:
        return f"it never {what}, {wanted}"
    return f"it {what} at {', '.join(_since(moment, played) for moment in moments[:4])}, {wanted}"


def _until(expected: Expectation, spans: Sequence[tuple[int, int | None]], played: Played) -> str:
    if expected.until is None:
        return ""
    ends = [end for _, end in spans if end is not None]
    return _near(ends, expected.until, expected.within, played, "stops")


def _texts(expected: Expectation, lives: Sequence[AlertLife], played: Played) -> str:
    """Labels must be equal, annotations must hold the expected text, at the moment the alert begins to fire."""
    for life in lives:
        for start, _ in life.firing_spans():
            if abs(start - played.zero - (expected.fires or 0)) <= expected.within:
                return "; ".join(_differences(expected, life, start))
    return ""


def _differences(expected: Expectation, life: AlertLife, moment: int) -> Iterator[str]:
    carried, shown = dict(life.all_labels), dict(life.annotations_at(moment))
    for name, value in expected.labels.items():
        if carried.get(name, "") != value:
            yield f"label {name} is {carried.get(name, '')!r}, expected {value!r}"
    for name, text in expected.annotations.items():
        if text not in shown.get(name, ""):
            yield f"annotation {name} is {shown.get(name, '')!r}, expected to hold {text!r}"


def _budget(expected: Expectation, played: Played, subject: str, slos: Sequence[Slo]) -> str:
    slo = next((slo for slo in slos if slo.name == expected.budget), None)
    if slo is None:
        return f"{subject} has no objective {expected.budget!r}"
    left = budget_left(played.world.storage, subject, slo.name, played.zero + (expected.at or 0))
    if not left:
        return f"no budget is known at {minutes(expected.at or 0)}"
    wanted = float(expected.remaining or 0)
    worst = min(left)
    if abs(worst - wanted) <= float(expected.give_or_take):
        return ""
    return f"{worst:.2%} of the budget is left, expected {wanted:.2%} give or take {float(expected.give_or_take):.2%}"


def _about(expected: Expectation, notice: Notification) -> bool:
    return expected.alert is None or any(("alertname", expected.alert) in alert for alert in notice.firing)


def _notified(expected: Expectation, played: Played) -> str:
    heard = [
        n for n in played.notices.notifications if n.receiver == expected.notified and _about(expected, n) and n.firing
    ]
    if not _exists(expected.notified, played):
        return f"there is no receiver {expected.notified!r}"
    if not heard:
        return f"it hears nothing; {_others(played)}"
    if expected.at is None:
        return ""
    moment = played.zero + expected.at
    if any(n.earliest - expected.within <= moment <= (n.latest or n.earliest) + expected.within for n in heard):
        return ""
    return f"it hears at {', '.join(_since(n.earliest, played) for n in heard[:4])}, expected at {minutes(expected.at)}"


def _others(played: Played) -> str:
    told = sorted({n.receiver for n in played.notices.notifications if n.firing})
    return f"those who hear are {', '.join(told)}" if told else "nobody hears anything"


def _exists(receiver: str | None, played: Played) -> bool:
    return played.routing is not None and any(found.name == receiver for found in played.routing.receivers)


def _not_notified(expected: Expectation, played: Played) -> str:
    if not _exists(expected.not_notified, played):
        return f"there is no receiver {expected.not_notified!r}"
    start, end = played.zero, played.end if expected.until is None else played.zero + expected.until
    heard = [
        n
        for n in played.notices.notifications
        if n.receiver == expected.not_notified and n.firing and start <= n.earliest < end and _about(expected, n)
    ]
    if heard:
        return f"it hears of {heard[0].group_key} at {_since(heard[0].earliest, played)}"
    return _reason(expected, played)


def _reason(expected: Expectation, played: Played) -> str:
    if expected.because is None:
        return ""
    kept = [
        w
        for w in played.notices.withheld
        if w.receiver == expected.not_notified and (expected.alert is None or ("alertname", expected.alert) in w.alert)
    ]
    seen = {"inhibited" if w.reason == "inhibited" else "muted" for w in kept} or {"not routed"}
    return "" if expected.because in seen else f"it hears nothing because {' and '.join(sorted(seen))}"
