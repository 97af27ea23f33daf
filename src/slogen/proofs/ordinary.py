"""What every component must live through without waking anybody: an ordinary day, and metrics that vanish."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from slogen import burn, names
from slogen.evaluator.series import Storage
from slogen.ir.program import Target
from slogen.ir.rules import Alert
from slogen.proofs.claims import Subject
from slogen.proofs.outcome import Outcome
from slogen.proofs.prove import is_rule
from slogen.proofs.retelling import BEGAN
from slogen.proofs.wording import exact
from slogen.replay.alerts import AlertLife
from slogen.replay.rulefile import Group
from slogen.replay.run import Setting, replay
from slogen.scenarios.story import Event, Happening, Missing, Restart, ScrapeGap, Story
from slogen.scenarios.synthesis import synthesise

_RATE = 10.0
"""Events per second of ordinary traffic."""
_GAP = 10 * burn.MINUTE
"""How long nothing is scraped: longer than the lookback, shorter than anybody should be told of."""


@dataclass(frozen=True, slots=True)
class Custom:
    """A story of `length` ms that happens to everybody, and which alerts it must not fire."""

    name: str
    length: int
    happens: Callable[[Subject], Iterator[Happening]]
    quiet: Callable[[Alert, Subject], bool]


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
    """Missing numbers are no bad numbers, but for SLOs that say they are: those have no alert on missing data."""
    noticed = {other.subject for other in subject.alerts if other.kind == "no-data"}
    return alert.kind in {"burn", "collapse", "budget", "no-data"} and alert.subject in noticed


def _on_budgets(alert: Alert, subject: Subject) -> bool:
    return alert.kind != "no-data" and _of_objectives(alert, subject)


CUSTOMS: tuple[Custom, ...] = (
    Custom("an ordinary day", burn.DAY, _nothing, _any),
    Custom("exporters restart", 4 * burn.HOUR, _to_every_source(2 * burn.HOUR, None, Restart), _any),
    Custom(
        "nothing is scraped for ten minutes",
        4 * burn.HOUR,
        _to_every_source(2 * burn.HOUR, 2 * burn.HOUR + _GAP, ScrapeGap),
        _of_objectives,
    ),
    Custom("metrics vanish", 6 * burn.HOUR, _vanish, _on_budgets),
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
    told = Story(BEGAN, custom.length, target.scrape_interval, _RATE, tuple(custom.happens(subject)))
    storage = Storage()
    for series in synthesise(subject.signals, told):
        storage.add(series.labels, series.times, series.values)
    external = dict(subject.external_labels)
    setting = Setting(BEGAN, BEGAN + custom.length, target.evaluation_interval, True, external, "")
    world = replay(groups, storage, setting)
    loud = [alert for alert in subject.alerts if not custom.quiet(alert, subject)]
    noisy = [
        f"{_called(life)} fires at {exact(life.firing_spans()[0][0] - BEGAN)}"
        for life in world.alerts
        if life.firing_spans() and life.rule.alert != names.WATCHDOG and not any(is_rule(life.rule, a) for a in loud)
    ]
    broken = [f"{found.rule}: {found.message}" for found in world.failures]
    return Outcome(
        kind="proof",
        suite=f"{subject.environment}/{subject.name}",
        name=custom_name(custom),
        problem="; ".join([*broken, *noisy[:5]]),
        expected=("silent",) if noisy else (),
        seen=tuple(noisy[:5]),
        picture=(),
        note=f"nobody is told in {exact(custom.length)}",
        seconds=time.perf_counter() - began,
        span=None,
    )


def _called(life: AlertLife) -> str:
    labels = dict(life.labels)
    words = (labels.get(names.SLO), life.rule.alert, labels.get(names.BURN), labels.get(names.SLICE))
    return " ".join(word for word in words if word)
