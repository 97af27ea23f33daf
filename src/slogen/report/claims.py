"""What the replay of an alert showed, in words and drawings, beside what theory expects."""

from collections.abc import Iterator, Sequence

from slogen import names
from slogen.ir.rules import Alert
from slogen.promql.lex import duration
from slogen.proofs.prove import Verdict
from slogen.proofs.wording import minutes
from slogen.report.contents import Claim
from slogen.report.figures import figure

_MOST_FIRING, _MOST_SILENT = 2, 1
"""How many stories of each kind are drawn; the others are told in words."""


def claims(verdicts: Sequence[Verdict]) -> Iterator[Claim]:
    """Every story that an alert was replayed on: those that must fire it first."""
    firing = [verdict for verdict in verdicts if verdict.fires]
    silent = [verdict for verdict in verdicts if not verdict.fires]
    for place, verdict in enumerate(firing):
        yield _claim(verdict, drawn=place < _MOST_FIRING)
    for place, verdict in enumerate(silent):
        yield _claim(verdict, drawn=place < _MOST_SILENT or bool(verdict.problem))


def _claim(verdict: Verdict, *, drawn: bool) -> Claim:
    story = verdict.trace.story if verdict.trace else verdict.claim
    expected, seen = _expected(verdict), _seen(verdict)
    label = f"{verdict.alert} on {story}: expected {expected}, {seen}."
    shown = figure(verdict, label) if drawn else None
    return Claim(verdict.fires, story, expected, seen, _problem(verdict), shown)


def _problem(verdict: Verdict) -> str:
    """What went wrong, in moments since the fault as the drawing counts them; in the judge's words where it is no time.

    What is wrong with one slice alone is in the judge's words too: `seen` is of all slices together.
    """
    if not verdict.problem or verdict.trace is None or not verdict.seen or _in_time(verdict):
        return verdict.problem
    return f"{_seen(verdict)}; expected {_expected(verdict)}"


def _in_time(verdict: Verdict) -> bool:
    """Whether the first and the last that was seen are what a claim to fire expects."""
    last = verdict.seen[-1][1]
    began = (verdict.earliest or 0) <= verdict.seen[0][0] <= (verdict.latest or verdict.end)
    stopped = verdict.stops is None or (last is not None and verdict.stops[0] <= last <= verdict.stops[1])
    return verdict.fires and began and stopped


def _expected(verdict: Verdict) -> str:
    if not verdict.fires:
        return "silence"
    begins = f"to fire {_within(verdict.began, verdict.earliest or 0, verdict.latest or verdict.end)}"
    if verdict.stops is None or verdict.recovers is None:
        return begins
    return f"{begins}, and to stop {_within(verdict.recovers, *verdict.stops)} of its end"


def _within(since: int, earliest: int, latest: int) -> str:
    low, high = max(0, earliest - since), max(0, latest - since)
    return f"between {minutes(low)} and {minutes(high)}" if low else f"within {minutes(high)}"


def _range(since: int, earliest: int, latest: int) -> str:
    low, high = max(0, earliest - since), max(0, latest - since)
    return f"{minutes(low)} to {minutes(high)}" if low else f"up to {minutes(high)}"


def _seen(verdict: Verdict) -> str:
    if not verdict.seen:
        return "it stayed silent"
    stopped = "" if verdict.reset is None else f", and stopped {_beside(verdict.reset, 'its end')}"
    return f"it fired {_beside(verdict.seen[0][0] - verdict.began, 'the fault began')}{stopped}"


def _beside(distance: int, event: str) -> str:
    """A moment by its distance (ms) from an event."""
    if distance == 0 and event == "the fault began":
        return "at once"
    return f"{minutes(abs(distance))} {'after' if distance >= 0 else 'before'} {event}"


def detection(distance: int) -> str:
    """How soon an alert fired, ms after the fault began, as a part of a sentence: `at once`, `in 5m`."""
    if distance < 0:
        return f"{minutes(-distance)} too early"
    return f"in {minutes(distance)}" if distance else "at once"


def _long(alert: Alert) -> int:
    """The long window of an alert on budgets, ms; 0 for others."""
    return duration(dict(alert.labels).get(names.LONG, "")) or 0


def facts(alert: Alert, verdicts: Sequence[Verdict]) -> Iterator[tuple[str, str]]:
    """What the first fault that fires an alert showed, and what else its rule says; pairs of words."""
    fired = next((verdict for verdict in verdicts if verdict.detected is not None), None)
    if fired is not None and fired.detected is not None:
        theory = _range(fired.began, fired.earliest or 0, fired.latest or fired.end)
        yield "Time to detect", f"{detection(fired.detected).removeprefix('in ')} (theory: {theory})"
        if fired.began < _long(alert):
            told = f"{minutes(fired.began)} of {minutes(_long(alert))}; with all of it the alert takes longer"
            yield "History before the fault", told
        if fired.spent is not None:
            yield "Budget spent by then", f"{fired.spent * 100:.3g}%"
        if fired.reset is not None and fired.recovers is not None and fired.stops is not None:
            yield "Time to reset", f"{minutes(fired.reset)} (theory: {_range(fired.recovers, *fired.stops)})"
    if alert.hold:
        yield "Must last", f"{minutes(alert.hold)} before it fires"
    if alert.keep_firing:
        yield "Goes on", f"{minutes(alert.keep_firing)} after its condition has ended"
