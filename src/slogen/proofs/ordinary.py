"""What every component must live through without waking anybody: a healthy month, a restart, metrics that vanish."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from slogen import burn, names
from slogen.evaluator.series import Storage
from slogen.ir.program import Target
from slogen.ir.rules import Alert
from slogen.ir.streams import before
from slogen.proofs import month
from slogen.proofs.budgets import budget_left
from slogen.proofs.claims import Subject
from slogen.proofs.outcome import Outcome
from slogen.proofs.prove import is_rule
from slogen.proofs.retelling import BEGAN
from slogen.proofs.wording import exact, minutes
from slogen.replay.alerts import AlertLife
from slogen.replay.rulefile import Group
from slogen.replay.run import Replay, Setting, replay
from slogen.scenarios.story import Event, Happening, Missing, Restart, ScrapeGap, Story
from slogen.scenarios.synthesis import synthesise
from slogen.scenarios.telling import needed

_RATE = 10.0
"""Events per second of ordinary traffic."""
_GAP = 10 * burn.MINUTE
"""How long nothing is scraped: longer than the lookback, shorter than anybody should be told of."""
_TOLERANCE = 0.005
"""How far what is left of a budget may be from what theory says: counters are whole, and windows begin at ticks.

Errors reach a budget through the base window, so that what is as long as that may lie in the period before.
"""


@dataclass(frozen=True, slots=True)
class Custom:
    """A story of `length` ms that happens to everybody, and which alerts it must not fire.

    `left` gives the share (0-1) of their budgets that SLOs must have left at its end, for those for which it is known.
    A `step` (ms) beyond the servers' own intervals makes long stories affordable; 0 lives as servers do.
    """

    name: str
    length: int
    happens: Callable[[Subject], Iterator[Happening]]
    quiet: Callable[[Alert, Subject], bool]
    left: Callable[[Subject], Mapping[str, float]]
    began: int = BEGAN
    step: int = 0


def _not_told(_: Subject) -> Mapping[str, float]:
    return {}


def _nothing(_: Subject) -> Iterator[Happening]:
    yield from ()


def _to_every_source(
    at: int, until: int | None, event: Callable[[str], Event]
) -> Callable[[Subject], Iterator[Happening]]:
    def happens(subject: Subject) -> Iterator[Happening]:
        for source in dict.fromkeys(signal.source for signal in subject.signals):
            yield Happening(at, until, event(source))

    return happens


def _vanish(subject: Subject) -> Iterator[Happening]:
    for signal in subject.signals:
        yield Happening(3 * burn.HOUR, None, Missing(signal.id))


def _any(alert: Alert, _: Subject) -> bool:
    return alert.kind != "watchdog"


def _of_objectives(alert: Alert, subject: Subject) -> bool:
    """Missing numbers are no bad numbers, but for SLOs that say they are, be it of moments or of the metrics."""
    noticed = {other.subject for other in subject.alerts if other.kind == "no-data"}
    if alert.kind == "no-data":
        return True
    noticed -= {slo.name for slo in subject.slos if slo.no_traffic == "bad"}
    return alert.kind in {"burn", "collapse", "budget", "policy"} and alert.subject in noticed


def _on_budgets(alert: Alert, subject: Subject) -> bool:
    return alert.kind != "no-data" and _of_objectives(alert, subject)


CUSTOMS: tuple[Custom, ...] = (
    Custom("an ordinary day", burn.DAY, _nothing, _any, _not_told),
    Custom("exporters restart", 4 * burn.HOUR, _to_every_source(2 * burn.HOUR, None, Restart), _any, _not_told),
    Custom(
        "nothing is scraped for ten minutes",
        4 * burn.HOUR,
        _to_every_source(2 * burn.HOUR, 2 * burn.HOUR + _GAP, ScrapeGap),
        _of_objectives,
        _not_told,
    ),
    Custom("metrics vanish", 6 * burn.HOUR, _vanish, _on_budgets, _not_told),
    Custom("a healthy month", month.LENGTH, month.happens, month.quiet, month.left, month.BEGINS, month.STEP),
)
"""Every story that is told of every component, whatever its alerts claim themselves."""


def customs(subject: Subject) -> tuple[Custom, ...]:
    """The customs that a subject lives through: none without signals of its own."""
    return () if not subject.signals or subject.name == names.FLEET else CUSTOMS


def custom_name(custom: Custom) -> str:
    """The name of a custom among proofs."""
    return f"stays silent: {custom.name}"


def lived(custom: Custom, subject: Subject, groups: Sequence[Group], target: Target) -> Outcome:
    """Whether a subject lives through a custom."""
    began = time.perf_counter()
    scrape, tick = (max(custom.step, interval) for interval in (target.scrape_interval, target.evaluation_interval))
    told = _told(custom, subject, scrape)
    storage = Storage()
    for series in synthesise(subject.signals, told):
        storage.add(series.labels, series.times, series.values)
    external = dict(subject.external_labels)
    setting = Setting(custom.began, custom.began + custom.length, tick, True, external, "")
    slowed = [replace(group, interval=max(group.interval or tick, custom.step)) for group in groups]
    world = replay(slowed, storage, setting)
    noisy = list(_noise(custom, subject, world))
    known = {name: (share, _left(world, subject, name)) for name, share in _budgets(custom, subject)}
    doubt = {slo.name: _TOLERANCE + burn.shortest_window(slo.cadence, slo.period) / slo.period for slo in subject.slos}
    wrong = [name for name, (share, seen) in known.items() if seen is None or abs(seen - share) > doubt[name]]
    broken = [f"{found.rule}: {found.message}" for found in world.failures]
    budgets = [f"{_percent(known[name][1])} of {name}'s budget is left" for name in wrong]
    return Outcome(
        kind="proof",
        suite=f"{subject.environment}/{subject.name}",
        name=custom_name(custom),
        problem="; ".join([*broken, *noisy[:5], *budgets[:5]]),
        expected=(("silent",) if noisy else ())
        + tuple(f"{_percent(known[n][0])} of {n}'s budget is left" for n in wrong),
        seen=(*noisy[:5], *budgets),
        picture=(),
        note=_note(custom, {name: seen for name, (_, seen) in known.items()}),
        seconds=time.perf_counter() - began,
        span=None,
    )


def _told(custom: Custom, subject: Subject, scrape: int) -> Story:
    """The story, of signals that lived for as long before it as those who read them look back."""
    lead = before(subject.signals, scrape)
    later = [
        replace(one, start=one.start + lead if one.start else 0, end=None if one.end is None else one.end + lead)
        for one in (*needed(subject.signals, _RATE), *custom.happens(subject))
    ]
    return Story(custom.began - lead, custom.length + lead, scrape, _RATE, tuple(later))


def _noise(custom: Custom, subject: Subject, world: Replay) -> Iterator[str]:
    """The alerts that a story fired, in words, without those that may well."""
    loud = [alert for alert in subject.alerts if _late(alert, subject) or not custom.quiet(alert, subject)]
    for life in world.alerts:
        spans = life.firing_spans()
        if spans and life.rule.alert != names.WATCHDOG and not any(is_rule(life.rule, alert) for alert in loud):
            yield f"{_called(life)} fires at {exact(spans[0][0] - custom.began)}"


def _late(alert: Alert, subject: Subject) -> bool:
    """Whether an alert is about what arrives late, or repeats such alerts: no made series shows what it would do."""
    return alert.subject in subject.delayed or (bool(subject.delayed) and alert.kind == "upstream")


def _budgets(custom: Custom, subject: Subject) -> Iterator[tuple[str, float]]:
    """What SLOs must have left at the end, without those that are judged late."""
    return ((name, share) for name, share in custom.left(subject).items() if name not in subject.delayed)


def _left(world: Replay, subject: Subject, slo: str) -> float | None:
    """What is left of the budget at the end of a story, of the worst slice; None where no rule says."""
    return min(budget_left(world.storage, subject.name, slo, world.setting.end), default=None)


def _percent(share: float | None) -> str:
    return "nothing known" if share is None else f"{share:.1%}"


def _note(custom: Custom, left: Mapping[str, float | None]) -> str:
    told = f"nobody is told in {minutes(custom.length)}" if custom.step else f"nobody is told in {exact(custom.length)}"
    step = f", in steps of {exact(custom.step)}" if custom.step else ""
    budgets = ", ".join(f"{name} {_percent(share)}" for name, share in left.items())
    return f"{told}{step}" + (f"; budgets left as computed: {budgets}" if budgets else "")


def _called(life: AlertLife) -> str:
    labels = dict(life.labels)
    words = (labels.get(names.SLO), life.rule.alert, labels.get(names.BURN), labels.get(names.SLICE))
    return " ".join(word for word in words if word)
