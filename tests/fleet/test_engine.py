"""The stories of every promise on a real Prometheus 3.5: each rule that an alert needs gives there what replay gave.

Raw and recorded series of a story are backfilled as replay has them, and every rule is asked of the server over them:
where all rules agree on what they make of their inputs, whole chains agree. Alerts are asked at each of their ticks.
"""

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from slogen.evaluator.labels import NAME, Labels, drop, make
from slogen.pipeline import stories
from slogen.proofs.scenarios import Ready
from slogen.replay.alerts import AlertLife
from slogen.replay.rulefile import AlertingRule, RecordingRule
from slogen.replay.states import states
from tests.engines.past import Asked as Server
from tests.engines.past import Past
from tests.fleet.lived import Asked, Lived, labels_of, live
from tests.fleet.rows import ROWS, Row
from tests.fleet.test_rows import ids

pytestmark = pytest.mark.engine

LOOKS = 40
"""How many moments of a recorded series are compared."""
CASES = {f"{ids(row)}-{name}": (row, name) for row in ROWS for name in (row.fires, row.silent)}


@pytest.fixture(scope="module")
def lived(root: Path) -> dict[str, Lived]:
    """Every story of every row, replayed with the rules that its alert needs."""
    ready = {(one.file.component, one.file.environment, one.name): one for one in stories(root, date(2026, 1, 1)).ready}

    def story(row: Row, name: str) -> Ready:
        return ready[row.component, "production", name]

    return {case: live(story(*CASES[case]), CASES[case][0], slot) for slot, case in enumerate(CASES)}


@pytest.fixture(scope="module")
def server(
    lived: dict[str, Lived], tmp_path_factory: pytest.TempPathFactory, prometheus35: Path, promtool35: Path
) -> Iterator[Server]:
    """A server on all series of all stories."""
    past = Past(prometheus35, promtool35, tmp_path_factory.mktemp("fleet"))
    for one in lived.values():  # each alone, since promtool reads its whole input anew for every block it makes
        past.write(one.series())
    with past.reading() as found:
        yield found


@pytest.mark.parametrize("case", CASES)
def test_a_story_goes_the_same_way(case: str, lived: dict[str, Lived], server: Server) -> None:
    """Every recorded series has the same values, the alert pends and fires at the same ticks, as often as told."""
    story = lived[case]
    for asked in story.rules:
        match asked.rule:
            case RecordingRule():
                recorded_alike(asked, story, server)
            case AlertingRule():
                alert_alike(asked, story, server)
    fired = [span for life in story.world.alerts for span in life.firing_spans()]
    row, name = CASES[case]
    assert bool(fired) is (name == row.fires)


def answers(asked: Asked, server: Server, ticks: range) -> dict[Labels, dict[int, float]]:
    """What the server makes of a rule's expression at some ticks, Unix ms, without names."""
    found = server.over(asked.expr, ticks[0], ticks[-1], ticks.step)
    return {make(drop(make(one.labels), (NAME,))): dict(one.samples) for one in found}


def recorded_alike(asked: Asked, story: Lived, server: Server) -> None:
    """A recorded series has the server's value at moments spread over the story by chance, or none like the server."""
    assert isinstance(asked.rule, RecordingRule)
    start = story.world.setting.start
    ticks = range(start, story.end + 1, asked.interval)
    first, last = random.Random(asked.expr).randrange(len(ticks) // LOOKS + 1), len(ticks)
    looked = ticks[first : last : max(1, last // LOOKS)]
    theirs = {labels_of(asked.rule, labels): values for labels, values in answers(asked, server, looked).items()}
    ours = recorded(asked.rule, story, looked)
    assert {labels for labels, values in theirs.items() if values} == set(ours)
    for labels, values in ours.items():
        assert theirs[labels] == pytest.approx(values, rel=1e-9, abs=1e-12), asked.rule.record


def recorded(rule: RecordingRule, story: Lived, ticks: range) -> dict[Labels, dict[int, float]]:
    """What replay has recorded of a rule at some ticks; series without any value there are left out."""
    wanted = {**dict(rule.labels), NAME: rule.record}.items()
    found: dict[Labels, dict[int, float]] = {}
    for one in story.world.storage:
        if wanted <= dict(one.labels).items():
            at = {int(t): float(v) for t, v in zip(one.times, one.values, strict=True) if not np.isnan(v)}
            values = {tick: at[tick] for tick in ticks if tick in at}
            found |= {one.labels: values} if values else {}
    return found


def alert_alike(asked: Asked, story: Lived, server: Server) -> None:
    """An alert is there at the same ticks, and so goes from pending to firing and back at the same ones."""
    assert isinstance(asked.rule, AlertingRule)
    setting = story.world.setting
    first = setting.start + (story.zero - setting.start) // asked.interval * asked.interval
    ticks = range(first, story.end + 1, asked.interval)
    theirs = {labels: values for labels, values in answers(asked, server, ticks).items() if values}
    ours = {life.labels: life for life in story.world.alerts if life.rule == asked.rule}
    told = dict(asked.rule.labels)
    assert {make({**dict(labels), **told}) for labels in theirs} == {k for k, life in ours.items() if seen(life, ticks)}
    for labels, values in theirs.items():
        life = ours[make({**dict(labels), **told})]
        present = np.array([tick in values for tick in ticks])
        found = states(np.array(ticks), present, asked.rule.hold, asked.rule.keep_firing).state
        assert found.tolist() == [life.state_at(tick) for tick in ticks]


def seen(life: AlertLife, ticks: range) -> bool:
    """Whether an alert pends or fires at any tick."""
    return any(life.state_at(tick) for tick in ticks)
