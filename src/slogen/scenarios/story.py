"""What happens to which signal and when: the timeline between a scenario's words and its series."""

from dataclasses import dataclass

from slogen.scenarios.shapes import Shape


@dataclass(frozen=True, slots=True)
class Flow:
    """Events of one source arrive in `shape`; `slice` says which part, None all of them in equal shares."""

    source: str
    shape: Shape
    slice: str | None


@dataclass(frozen=True, slots=True)
class Fault:
    """The share `ratio` (0-1) of a signal's events ends badly; `outcome` None is the signal's first bad outcome."""

    signal: str
    ratio: float
    outcome: str | None
    slice: str | None


@dataclass(frozen=True, slots=True)
class Hold:
    """A gauge holds `value`, a timestamp gauge the age `value` in seconds; `series` None means all its series."""

    signal: str
    value: float
    series: int | None


@dataclass(frozen=True, slots=True)
class Missing:
    """The signal's series do not exist."""

    signal: str


@dataclass(frozen=True, slots=True)
class ScrapeGap:
    """Nothing of the source is scraped; counters go on counting."""

    source: str


@dataclass(frozen=True, slots=True)
class Restart:
    """The exporter of the source starts anew: its counters begin at zero."""

    source: str


Event = Flow | Fault | Hold | Missing | ScrapeGap | Restart


@dataclass(frozen=True, slots=True)
class Happening:
    """`event` holds from `start` to before `end` (ms since the story began); None means to the end of the story."""

    start: int
    end: int | None
    event: Event


@dataclass(frozen=True, slots=True)
class Story:
    """Where happenings overlap, the later in the list wins. Signals that nothing is said about are healthy.

    `began` is the Unix time in ms of the story's zero; `length` and `scrape` are ms; `rate` is the default traffic.
    """

    began: int
    length: int
    scrape: int
    rate: float
    happenings: tuple[Happening, ...]
