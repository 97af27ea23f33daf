"""The raw series that SLIs and alert conditions read, described well enough to make synthetic ones or to draw them."""

from dataclasses import dataclass
from typing import Literal

from slogen.ir.later import Later
from slogen.ir.where import Labels, Where
from slogen.promql.ast import Expr


@dataclass(frozen=True, slots=True)
class SeriesId:
    """One concrete series: its metric name and labels that satisfy the selectors which read it."""

    metric: str
    labels: Labels


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way an event can end (`good`, `bad`, `slow`, `invalid`): every series in `increments` goes up by one.

    `sums` are series that go up by a quantity per event (`_sum` of a histogram, in its own unit).
    """

    name: str
    bad: bool
    increments: tuple[SeriesId, ...]
    sums: tuple[tuple[SeriesId, float], ...]


@dataclass(frozen=True, slots=True)
class EventSignal:
    """Counters: each event has one outcome. `slices` repeat the outcomes under other label values, by slice name.

    `enough` is how many events per second each slice needs before those who read it judge them at all; 0: any number.
    `before` is how long there must have been such events before a moment says anything, ms: who reads it looks back.
    """

    id: str
    source: str
    outcomes: tuple[Outcome, ...]
    slices: tuple[tuple[str, tuple[Outcome, ...]], ...]
    where: Where
    enough: float = 0.0
    before: int = 0


@dataclass(frozen=True, slots=True)
class Beside:
    """Series that are scraped with a gauge's own, one with each, and hold `still + moved * value` of its value.

    Where a gauge is read as a share of a whole, what makes up the whole lies beside it: the total, or what is left.
    """

    series: tuple[SeriesId, ...]
    still: float
    moved: float


@dataclass(frozen=True, slots=True)
class GaugeSignal:
    """A gauge, or several series of one; `good` and `bad` are typical values, `cadence` how often it is renewed, ms."""

    id: str
    source: str
    series: tuple[SeriesId, ...]
    good: float
    bad: float
    cadence: int
    timestamp: bool
    """Whether the value is a Unix time in seconds that a living job keeps moving (heartbeat)."""
    where: Where
    beside: tuple[Beside, ...] = ()


Signal = EventSignal | GaugeSignal


@dataclass(frozen=True, slots=True)
class Source:
    """Where numbers come from: a catalogue template or bare metrics, and the labels that select this model's part."""

    name: str
    template: str | None
    verified: Literal["sample", "catalogue", "none"]
    cadence: int
    later_panels: Later[tuple["PanelQuery", ...]]
    where: Where

    @property
    def panels(self) -> tuple["PanelQuery", ...]:
        """What a dashboard may draw of it."""
        return self.later_panels()


@dataclass(frozen=True, slots=True)
class PanelQuery:
    """A raw query that a dashboard may draw: what it shows, its unit (Grafana's id) and its expression with a hole."""

    row: str
    title: str
    description: str
    unit: str
    kind: Literal["timeseries", "heatmap", "stat", "table"]
    series: tuple[tuple[str, Expr], ...]
    """Legend text and expression; ranges are `Hole("window")`, which a board fills with `$__rate_interval`."""
