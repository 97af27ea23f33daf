"""Silence is noticed and told apart, and a dead fleet rule silences nobody."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from slogen import burn, names
from slogen.evaluator import labels as label
from slogen.evaluator.series import Storage
from slogen.ir.rules import Alert, Recording, RuleGroup
from slogen.lower.annotations import Links
from slogen.lower.burn_alerts import burn_alert
from slogen.lower.health import fleet_alerts
from slogen.lower.recordings import info_recording
from slogen.lower.upstream import upstream_outage
from slogen.lower.voice import Voice
from slogen.replay import rulefile
from slogen.replay.alerts import AlertLife
from slogen.replay.run import Replay, Setting, replay
from slogen.replay.states import FIRING
from tests.lower.planned import WHERE, groups_of, planned, rule_text, voice

HOUR, MINUTE = burn.HOUR, burn.MINUTE
PLAN = planned()
NOBODY = Voice("prod", "", "", "", "", {}, {}, Links(None, None, None), shadow=False, unproven=None, where=WHERE)
Keep = Callable[[str], bool]


def everything(_: str) -> bool:
    """Every rule works."""
    return True


def groups(works: Keep) -> list[RuleGroup]:
    """All groups of one SLO and the fleet's health, with only the recordings that work."""
    found = [*groups_of([PLAN]), *fleet_alerts([PLAN], NOBODY, 20)]
    return [
        replace(group, rules=tuple(r for r in group.rules if isinstance(r, Alert) or works(r.record)))
        for group in found
    ]


def lived(rules: list[RuleGroup], hours: int, bad: float = 0.0, idle_from: int | None = None) -> Replay:
    """Ten requests a second, a share of them bad, until they stop."""
    times = list(range(0, hours * HOUR + 1, 30_000))
    moving = [min(at, idle_from) if idle_from is not None else at for at in times]
    storage = Storage()
    for code, share in (("200", 1 - bad), ("500", bad)):
        series = label.make({"__name__": "requests_total", "code": code})
        storage.add(series, times, [at * 0.01 * share for at in moving])
    return replay(
        rulefile.read(rule_text(rules), "rules.yaml"), storage, Setting(0, hours * HOUR, MINUTE, True, {}, "")
    )


def firing(outcome: Replay) -> dict[str, list[dict[str, str]]]:
    """Labels of every alert that ever fired, by name, without the Watchdog."""
    assert outcome.failures == ()
    found: dict[str, list[dict[str, str]]] = {}
    for life in outcome.alerts:
        if _fired(life) and life.rule.alert != names.WATCHDOG:
            found.setdefault(life.rule.alert, []).append(dict(life.labels))
    return found


def _fired(life: AlertLife) -> bool:
    return bool((life.states.state == FIRING).any())


def test_nothing_fires_while_everything_works() -> None:
    """Not even in the first minutes, when windows have only just begun."""
    assert firing(lived(groups(everything), hours=2)) == {}


@pytest.mark.parametrize(
    ("dead", "window"),
    [
        (names.error_ratio(6 * HOUR), "6h"),
        (names.error_ratio(3 * burn.DAY), "3d"),
        (names.ERROR_RATIO_PERIOD, "period"),
        (names.TOTAL_SLOW, "total base"),
        (names.BAD_SLOW, "bad base"),
    ],
)
def test_a_fleet_rule_that_records_nothing_pages(dead: str, window: str) -> None:
    """Whichever rule dies, somebody learns which window is blind."""
    found = firing(lived(groups(lambda record: record != dead), hours=1))

    assert window in {one["window"] for one in found[names.FLEET_BLIND]}
    assert {one["severity"] for one in found[names.FLEET_BLIND]} == {"page"}
    assert names.WINDOW_MISSING in found


def test_fast_pages_need_no_fleet() -> None:
    """With every fleet recording dead, a total outage still pages by its raw windows."""
    own = {PLAN.total_base, PLAN.bad_base, names.INFO, *map(names.error_ratio, PLAN.own_windows)}
    found = firing(lived(groups(own.__contains__), hours=1, bad=1.0))

    assert [one["burn"] for one in found[names.BURN_PAGE]] == ["fast"]


def test_no_traffic_is_logged_for_the_owner_and_is_no_missing_data() -> None:
    """Counters that stand still for an hour: one quiet alert with the team's label."""
    info = info_recording(PLAN, {"team": "payments-ml"}, WHERE)
    rules = [
        replace(g, rules=tuple(info if isinstance(r, Recording) and r.record == names.INFO else r for r in g.rules))
        for g in groups(everything)
    ]
    found = firing(lived(rules, hours=4, idle_from=2 * HOUR))

    ((idle,),) = [found.pop(names.NO_TRAFFIC)]
    assert (idle["severity"], idle["team"], idle["slo"]) == ("log", "payments-ml", PLAN.slo)
    assert found == {}


def test_two_teams_on_one_slo_for_a_moment_break_nothing() -> None:
    """After an edit and a restart the old info series is still visible: joins must not fail for everybody."""
    infos = [info_recording(PLAN, {"team": team}, WHERE) for team in ("old-team", "new-team")]
    rules = [
        replace(
            g,
            rules=tuple(
                one for r in g.rules for one in (infos if isinstance(r, Recording) and r.record == names.INFO else [r])
            ),
        )
        for g in groups(everything)
    ]

    assert len(firing(lived(rules, hours=4, idle_from=2 * HOUR))[names.NO_TRAFFIC]) == 1


def test_an_outage_upstream_is_the_components_own_page() -> None:
    """It fires with the first page of the component, names the component, and tells nobody itself."""
    alerts = [burn_alert(PLAN, tier, voice(PLAN)) for tier in PLAN.tiers]
    outage = upstream_outage(replace(voice(PLAN), subject=""), alerts)
    assert outage is not None
    rules = [*groups(everything), RuleGroup("slogen:prod:fraud-detector:component", MINUTE, (outage,))]

    assert names.UPSTREAM_OUTAGE not in firing(lived(rules, hours=1))
    ((found,),) = [firing(lived(rules, hours=1, bad=1.0))[names.UPSTREAM_OUTAGE]]
    assert (found["component"], found["severity"], found["env"]) == ("fraud-detector", "log", "prod")


def test_alerts_on_trial_hold_nobody_back() -> None:
    """A component whose alerts are all in shadow mode has no outage to report."""
    trial = [burn_alert(PLAN, tier, replace(voice(PLAN), shadow=True)) for tier in PLAN.tiers]

    assert upstream_outage(voice(PLAN), trial) is None
