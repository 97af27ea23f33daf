"""A real Alertmanager tells the same receivers the same things at the same times as the simulation."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from slogen.routing.load import Dialect, load
from slogen.routing.story import Notification, Story
from slogen.routing.timeline import simulate
from tests.routing.live import Heard, Run, play
from tests.routing.live_cases import CASES, SEVERAL_SOURCES, Case

SECONDS = {(0, 33): 34.0, (0, 25): 16.0}
EARLY, LATE = 0.3, 1.6
"""How far a message may come outside its range, s: clocks of two processes, a busy machine."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What an Alertmanager told and what the simulation makes of the same alerts."""

    run: Run
    story: Story

    @property
    def end(self) -> float:
        """When listening stopped, Unix s."""
        return self.run.end / 1000


def compared(binary: Path, folder: Path, cases: tuple[Case, ...], version: tuple[int, int]) -> Compared:
    """All cases, played once at the same time."""
    run = play(binary, folder, cases, SECONDS[version])
    loaded = load(run.config, dialect=Dialect.of(version))
    assert loaded.config is not None, loaded.problems
    return Compared(run, simulate(loaded.config, run.episodes, run.end))


@pytest.fixture(scope="module")
def new(alertmanager033: Path, tmp_path_factory: pytest.TempPathFactory) -> Compared:
    """The run on Alertmanager 0.33."""
    return compared(alertmanager033, tmp_path_factory.mktemp("alertmanager"), CASES, (0, 33))


@pytest.fixture(scope="module")
def old(alertmanager025: Path, tmp_path_factory: pytest.TempPathFactory) -> Compared:
    """The run on Alertmanager 0.25, whose inhibition looks at every source."""
    return compared(alertmanager025, tmp_path_factory.mktemp("alertmanager"), SEVERAL_SOURCES, (0, 25))


def expected(story: Story, number: int) -> list[Notification]:
    """The notifications of one case."""
    return [n for n in story.notifications if n.receiver.startswith(f"{number}/")]


def fits(told: Heard, wanted: Notification, end: float) -> bool:
    """Whether a call is the notification: same place and content, and in time."""
    same = (told.receiver, f"webhook[{told.channel}]", told.group_key) == (
        wanted.receiver,
        wanted.channel,
        wanted.group_key,
    )
    content = told.firing == frozenset(wanted.firing) and told.resolved == frozenset(wanted.resolved)
    latest = end if wanted.latest is None else wanted.latest / 1000 + LATE
    return same and content and wanted.earliest / 1000 - EARLY <= told.time <= latest


def shown(both: Compared, number: int) -> str:
    """Both sides of a case for a failure's message, times in seconds to the end."""
    lines = [f"expected {n.earliest / 1000 - both.end:.1f}: {n}" for n in expected(both.story, number)]
    lines += [f"heard {h.time - both.end:.1f}: {h}" for h in both.run.heard if h.receiver.startswith(f"{number}/")]
    return "\n".join(lines)


def check(both: Compared, number: int) -> None:
    """Each call is a notification of the simulation, in time, and each that must have come came."""
    wanted = expected(both.story, number)
    for told in (h for h in both.run.heard if h.receiver.startswith(f"{number}/")):
        match = next((n for n in wanted if fits(told, n, both.end)), None)
        assert match is not None, f"unexpected: {told}\n{shown(both, number)}"
        wanted.remove(match)
    edge = both.run.end - 1000 * (LATE + 0.4)
    assert [n for n in wanted if n.latest is not None and n.latest < edge] == [], shown(both, number)


@pytest.mark.engine
@pytest.mark.parametrize("number", range(len(CASES)), ids=[case.name for case in CASES])
def test_tells_what_the_simulation_says(new: Compared, number: int) -> None:
    """Alertmanager 0.33 calls the receivers that the simulation names, with that content, at those times."""
    check(new, number)


@pytest.mark.engine
@pytest.mark.parametrize("number", range(len(SEVERAL_SOURCES)), ids=[case.name for case in SEVERAL_SOURCES])
def test_several_sources_mute_as_one(old: Compared, number: int) -> None:
    """Alertmanager 0.25, which has no index of sources, agrees where several of them share the values of `equal`."""
    check(old, number)
