"""A scenario's words become a story about signals; changes with what scenarios can say."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from slogen.diagnostics.model import Code, Diagnostic, Severity
from slogen.diagnostics.suggest import did_you_mean
from slogen.ir.program import Component
from slogen.ir.signals import EventSignal, GaugeSignal, Signal
from slogen.ir.streams import by_source, enough
from slogen.scenarios import shapes
from slogen.scenarios.story import Event, Fault, Flow, Happening, Hold, Missing, Restart, ScrapeGap, Story
from slogen.spec import scenario as written
from slogen.spec.scenario_load import LoadedScenarios
from slogen.spec.scenario_recording import Recording

MONDAY = 1_704_067_200_000
"""Monday, 1 January 2024, 00:00 UTC: the week in which every scenario plays."""
DEFAULT_RATE = 10.0
"""Events per second of sources whose traffic nobody describes, and of which nobody needs more."""
_DAY = 86_400_000

UNKNOWN_SIGNAL = Code(
    "SLO642",
    "fault-of-unknown-signal",
    Severity.ERROR,
    "a fault or traffic is about something that the spec does not measure",
    """Faults name an SLO, a signal or a source of the spec that the test is about, or `component/slo` for another
one that takes part (`with:`). A misspelt name would make a story in which nothing goes wrong.""",
)
WRONG_FAULT = Code(
    "SLO643",
    "fault-does-not-fit",
    Severity.ERROR,
    "a fault asks something of a signal that it cannot do",
    """`errors` needs a signal that counts events, `value` a gauge, `age` the timestamp of a job. An outcome or a slice
must be one that the signal has.""",
)


@dataclass(frozen=True, slots=True)
class Told:
    """The story of each component that takes part, by name; all share one clock."""

    stories: Mapping[str, Story]
    history: int

    @property
    def zero(self) -> int:
        """The Unix time in ms at which the scenario's own time begins, after its history."""
        story = next(iter(self.stories.values()))
        return story.began + self.history


def tell(
    file: LoadedScenarios, name: str, components: Mapping[str, Component], scrape: int
) -> tuple[Told | None, tuple[Diagnostic, ...]]:
    """The stories of scenario `name`; `components` are those that take part, scraped every `scrape` ms."""
    scenario = file.model.tests[name]
    telling = _Telling(file, name, components, [])
    zero = MONDAY + scenario.starts
    happenings = {component: list(needed(components[component].signals, DEFAULT_RATE)) for component in components}
    for where, traffic in ((("traffic",), file.model.traffic), (("tests", name, "traffic"), scenario.traffic)):
        for key, shape in traffic.items():
            component, source = telling.owner(key)
            if telling.has_source(component, source, (*where, key)):
                happenings[component].append(
                    Happening(0, None, Flow(source, _shape(shape, file.recordings, zero), None))
                )
    for number, fault in enumerate(scenario.faults):
        start = scenario.history + fault.at
        end = None if fault.lasts is None else start + fault.lasts
        for component, event in telling.events(fault, ("tests", name, "faults", number)):
            happenings[component].append(Happening(start, end, event))
    if telling.found:
        return None, tuple(telling.found)
    length = scenario.history + scenario.lasts
    stories = {
        c: Story(zero - scenario.history, length, scrape, DEFAULT_RATE, tuple(told)) for c, told in happenings.items()
    }
    return Told(stories, scenario.history), ()


def needed(signals: Iterable[Signal], usual: float) -> Iterator[Happening]:
    """Traffic of sources whose events nobody would judge if as few came as usual, in events per second."""
    for source, members in by_source(signals).items():
        if enough(members) > usual:
            yield Happening(0, None, Flow(source, shapes.Constant(enough(members)), None))


@dataclass(frozen=True, slots=True)
class _Telling:
    """One scenario on its way to a story, with what could not be understood."""

    file: LoadedScenarios
    name: str
    components: Mapping[str, Component]
    found: list[Diagnostic]

    def owner(self, reference: str) -> tuple[str, str]:
        """The component that a reference is about, and the rest of it: `feature-store/jobs` or just `jobs`."""
        component, slash, rest = reference.partition("/")
        return (component, rest) if slash else (self.file.component, reference)

    def report(self, code: Code, message: str, hint: str | None, path: Sequence[str | int]) -> None:
        self.found.append(Diagnostic(code, message, self.file.span(*path), hint))

    def has_source(self, component: str, source: str, path: Sequence[str | int]) -> bool:
        known = {s.name for s in self.components[component].sources} if component in self.components else set()
        known |= {s.source for s in self.components[component].signals} if component in self.components else set()
        if source in known:
            return True
        message = f"{component} has no source {source!r}"
        self.report(UNKNOWN_SIGNAL, message, did_you_mean(source, known), path)
        return False

    def events(self, fault: written.Fault, path: tuple[str | int, ...]) -> Iterator[tuple[str, Event]]:
        if fault.outage is not None:
            yield from self.outage(fault.outage, path)
        elif fault.scrape_gap is not None or fault.restart is not None:
            key = "restart" if fault.scrape_gap is None else "scrape_gap"
            component, source = self.owner(fault.scrape_gap or fault.restart or "")
            if self.has_source(component, source, (*path, key)):
                yield component, ScrapeGap(source) if fault.scrape_gap else Restart(source)
        elif fault.missing is not None:
            for component, signal in self.signals(fault.missing, (*path, "missing")):
                yield component, Missing(signal.id)
        else:
            for component, signal in self.signals(fault.of or "", (*path, "of")):
                event = self.event(fault, signal, path)
                if event is not None:
                    yield component, event

    def outage(self, name: str, path: tuple[str | int, ...]) -> Iterator[tuple[str, Event]]:
        component = self.components.get(name)
        if component is None:
            message = f"{name!r} takes no part in this test"
            self.report(UNKNOWN_SIGNAL, message, f"add it: `with: [{name}]`", (*path, "outage"))
            return
        for signal in component.signals:
            if isinstance(signal, EventSignal):
                yield name, Fault(signal.id, 1.0, None, None)
            else:
                yield name, Hold(signal.id, signal.bad, None)

    def signals(self, reference: str, path: Sequence[str | int]) -> list[tuple[str, Signal]]:
        """The signals that an SLO, a signal's own name or a source stands for."""
        name, rest = self.owner(reference)
        component = self.components.get(name)
        known: dict[str, tuple[str, ...]] = {}
        if component is not None:
            for signal in component.signals:
                known[signal.source] = (*known.get(signal.source, ()), signal.id)
            known.update({signal.id: (signal.id,) for signal in component.signals})
            known.update({slo.name: slo.signals for slo in component.slos})
        if component is None or rest not in known:
            near = did_you_mean(rest, known) if component else f"add it: `with: [{name}]`"
            self.report(UNKNOWN_SIGNAL, f"{name} measures nothing called {rest!r}", near, path)
            return []
        return [(name, signal) for signal in component.signals if signal.id in known[rest]]

    def event(self, fault: written.Fault, signal: Signal, path: tuple[str | int, ...]) -> Event | None:
        match signal:
            case EventSignal() if fault.errors is not None:
                return self.errors(fault, signal, path)
            case GaugeSignal() if fault.value is not None and not signal.timestamp:
                return Hold(signal.id, float(fault.value), self.one_of(fault, signal, path))
            case GaugeSignal() if fault.age is not None and signal.timestamp:
                return Hold(signal.id, fault.age / 1000, self.one_of(fault, signal, path))
            case EventSignal():
                wanted = "counts events; use `errors`"
            case GaugeSignal():
                wanted = "is the timestamp of a job; use `age`" if signal.timestamp else "is a gauge; use `value`"
        key = next(key for key in ("errors", "value", "age") if getattr(fault, key) is not None)
        self.report(WRONG_FAULT, f"{signal.id} {wanted}", None, (*path, key))
        return None

    def errors(self, fault: written.Fault, signal: EventSignal, path: tuple[str | int, ...]) -> Event | None:
        bad = {outcome.name for outcome in signal.outcomes if outcome.bad}
        slices = {name for name, _ in signal.slices}
        if fault.outcome is not None and fault.outcome not in bad:
            ends = did_you_mean(fault.outcome, bad) or f"it can end in {', '.join(sorted(bad))}"
            self.report(WRONG_FAULT, f"no event of {signal.id} ends in {fault.outcome!r}", ends, (*path, "outcome"))
            return None
        if fault.slice is not None and fault.slice not in slices:
            hint = did_you_mean(fault.slice, slices)
            self.report(WRONG_FAULT, f"{signal.id} has no slice {fault.slice!r}", hint, (*path, "slice"))
            return None
        return Fault(signal.id, float(fault.errors or 0), fault.outcome, fault.slice)

    def one_of(self, fault: written.Fault, signal: GaugeSignal, path: tuple[str | int, ...]) -> int | None:
        """The index of the series that `where:` picks, None for all."""
        if not fault.where:
            return None
        for number, series in enumerate(signal.series):
            if fault.where.items() <= dict(series.labels).items():
                return number
        self.report(WRONG_FAULT, f"no series of {signal.id} has these labels", None, (*path, "where"))
        return None


def _shape(shape: written.Shape, recordings: Mapping[str, Recording], zero: int) -> shapes.Shape:
    """Traffic over time; a recording begins with the test's own time, at `zero` (Unix ms)."""
    match shape.value:
        case float(rate):
            return shapes.Constant(rate)
        case written.Weekly(mean=mean, swing=swing, busiest_at=peak, weekend=weekend):
            return shapes.Weekly(shapes.Diurnal(mean, float(swing), peak), float(weekend))
        case written.Diurnal(mean=mean, swing=swing, busiest_at=peak):
            return shapes.Diurnal(mean, float(swing), peak)
        case written.Spiky(base=base, peak=peak, every=every, lasts=lasts):
            return shapes.Spiky(base, peak, every, lasts)
        case written.Recorded(file=str(file)):
            return shapes.Recorded(recordings[file].times, recordings[file].rates, zero)
        case written.Recorded(rates=tuple(rates), every=int(every)):
            return shapes.Recorded(tuple(number * every for number in range(len(rates))), rates, zero)
    raise TypeError(f"unknown shape {shape.kind}")
