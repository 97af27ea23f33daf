"""Notifications over time: waits, ticks, repeats, resolves, races and what is never told."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slogen.emit.yaml import YamlValue, dump
from slogen.routing.load import load
from slogen.routing.story import Episode, Notification, Story, canonical
from slogen.routing.timeline import simulate

SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000
START = 1_800_000_000_000  # a Friday, 08:00 UTC
A = {"alertname": "A", "severity": "page"}
B = {"alertname": "B", "severity": "ticket"}


def fires(labels: dict[str, str], start: int, end: int | None = None) -> Episode:
    """An alert between two times in ms from the start."""
    return Episode(canonical(labels), START + start, None if end is None else START + end)


def story(episodes: list[Episode], until: int, *, rules: Any = (), send_resolved: bool = True, **route: Any) -> Story:
    """What one route with one receiver tells up to a time in ms from the start."""
    config: YamlValue = {
        "route": {"receiver": "rest", "group_by": ["all"], "routes": [{"receiver": "team", "matchers": [], **route}]},
        "receivers": [
            {"name": "rest"},
            {"name": "team", "webhook_configs": [{"url": "http://x.example.org", "send_resolved": send_resolved}]},
        ],
        "inhibit_rules": list(rules),
        "time_intervals": [
            {"name": "never", "time_intervals": [{"years": ["1999"]}]},
            {"name": "from ten", "time_intervals": [{"times": [{"start_time": "10:00", "end_time": "24:00"}]}]},
        ],
    }
    loaded = load(dump(config))
    assert loaded.config is not None, loaded.problems
    return simulate(loaded.config, episodes, START + until)


def short(told: Notification) -> tuple[str, str, str, float, float | None]:
    """Cause, names firing, names resolved, and the range in seconds from the start."""
    names = ["".join(dict(labels)["alertname"] for labels in side) for side in (told.firing, told.resolved)]
    latest = None if told.latest is None else (told.latest - START) / SECOND
    return (told.cause, names[0], names[1], (told.earliest - START) / SECOND, latest)


def told(made: Story) -> list[tuple[str, str, str, float, float | None]]:
    """All notifications in short."""
    return [short(n) for n in made.notifications]


def test_a_group_waits_ticks_and_ends() -> None:
    """First message after the wait, the resolve at the first tick after the end."""
    assert told(story([fires(A, 0, 6 * MINUTE)], HOUR)) == [("new", "A", "", 30, 30), ("resolved", "", "A", 630, 630)]


def test_what_ends_within_the_wait_is_never_told() -> None:
    """The group flushes, and there is nothing to say."""
    assert told(story([fires(A, 0, 20 * SECOND)], HOUR)) == []


def test_company_shares_messages() -> None:
    """Who comes within the wait is in the first message, who comes later in that of the next tick."""
    made = story([fires(A, 0), fires(B, 10 * SECOND), fires({"alertname": "C"}, MINUTE)], 10 * MINUTE)
    assert told(made) == [("new", "AB", "", 30, 30), ("new", "ABC", "", 330, 330)]


def test_repeats_come_at_the_tick_after_the_interval() -> None:
    """An interval between two ticks waits for the later one, again and again."""
    made = story([fires(A, 0)], HOUR, repeat_interval="12m")
    assert told(made) == [
        ("new", "A", "", 30, 30),
        *[("repeat", "A", "", 30 + 900 * n, 30 + 900 * n) for n in (1, 2, 3)],
    ]


def test_repeats_at_a_multiple_are_a_range() -> None:
    """At an exact multiple of the tick, the message comes at that tick or the next; lateness adds up."""
    made = story([fires(A, 0)], 31 * MINUTE, repeat_interval="10m")
    assert told(made)[1:] == [
        ("repeat", "A", "", 630, 930),
        ("repeat", "A", "", 1230, 1830),
        ("repeat", "A", "", 1830, None),
    ]


def test_repeats_below_the_tick_come_at_every_tick() -> None:
    """That is how a heartbeat is made."""
    made = story([fires(A, 0)], 3 * MINUTE, group_wait="0s", group_interval="1m", repeat_interval="50s")
    assert [row[3] for row in told(made)] == [0, 60, 120, 180]


def test_what_happens_at_a_tick_is_a_range() -> None:
    """An alert that starts in the very moment of a flush is in its message or in the next one."""
    made = story([fires(A, 0), fires(B, 330 * SECOND)], 15 * MINUTE)
    assert told(made)[1] == ("new", "AB", "", 330, 630)


def test_resolves_may_go_untold() -> None:
    """Without `send_resolved` the end is not told, and the receiver is left open."""
    made = story([fires(A, 0, 6 * MINUTE)], HOUR, send_resolved=False)
    assert told(made) == [("new", "A", "", 30, 30)]
    assert [(o.receiver, o.reason) for o in made.left_open] == [("team", "send_resolved is false")]


def test_back_within_a_tick_nobody_knows_it_was_gone() -> None:
    """An alert that ends and fires again between two ticks is one story."""
    assert told(story([fires(A, 0, 2 * MINUTE), fires(A, 4 * MINUTE)], HOUR)) == [("new", "A", "", 30, 30)]


def test_back_after_the_resolve_it_is_new() -> None:
    """Memory of the resolve makes the next firing new."""
    made = story([fires(A, 0, 2 * MINUTE), fires(A, 20 * MINUTE)], HOUR)
    assert [row[:3] for row in told(made)] == [("new", "A", ""), ("resolved", "", "A"), ("new", "A", "")]


RULES = ({"source_matchers": ["severity=page"], "target_matchers": ["severity=ticket"]},)


def test_a_muted_alert_is_withheld_and_told_when_the_source_ends() -> None:
    """Both facts are in the story: who was muted by whom, and the message that came later."""
    made = story([fires(A, 0, 8 * MINUTE), fires(B, 0)], HOUR, rules=RULES, group_by=["alertname"])
    assert [row for row in told(made) if "B" in row[1]] == [("new", "B", "", 630, 630)]
    assert [(w.reason, w.by, dict(w.alert)["alertname"]) for w in made.withheld] == [("inhibited", "A", "B")]
    assert made.left_open == ()


def test_a_resolve_while_muted_is_lost() -> None:
    """The receiver keeps believing in an alert that is over."""
    made = story([fires(B, 0, 8 * MINUTE), fires(A, 2 * MINUTE)], HOUR, rules=RULES, group_by=["alertname"])
    assert [row for row in told(made) if "B" in row[1] + row[2]] == [("new", "B", "", 30, 30)]
    assert [(o.receiver, o.reason, len(o.alerts)) for o in made.left_open] == [("team", "inhibited", 1)]


def test_after_a_lost_resolve_the_next_firing_is_no_news() -> None:
    """Alertmanager still remembers the alert as told, so that only the repeat interval brings it up again."""
    episodes = [fires(B, 0, 8 * MINUTE), fires(A, 2 * MINUTE, 30 * MINUTE), fires(B, 40 * MINUTE)]
    made = story(episodes, 2 * HOUR, rules=RULES, group_by=["alertname"], repeat_interval="59m")
    assert [row[0] for row in told(made) if "B" in row[1]] == ["new", "repeat"]


def test_alerts_wait_for_the_active_time() -> None:
    """The first tick within the time tells of what still fires; what ended before is never told."""
    made = story([fires(A, 0), fires(B, 0, HOUR)], 3 * HOUR, active_time_intervals=["from ten"], group_by=["all"])
    assert told(made) == [("new", "A", "", 7230, 7230)]
    assert {(w.reason, w.by) for w in made.withheld} == {("outside active time", "from ten")}


def test_a_resolve_in_a_muted_time_is_lost() -> None:
    """The end of what was told before falls into the quiet time."""
    made = story([fires(A, 119 * MINUTE, 130 * MINUTE)], 4 * HOUR, mute_time_intervals=["from ten"], group_wait="1s")
    assert [row[0] for row in told(made)] == ["new"]
    assert [o.reason for o in made.left_open] == ["muted"]


def test_a_receiver_without_integrations_is_never_told() -> None:
    """Its alerts are routed all the same."""
    config = load("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n").config
    assert config is not None
    assert simulate(config, [fires(A, 0)], START + HOUR) == Story((), (), ())


def test_memory_ends_after_two_repeats() -> None:
    """What was told longer ago than that is told as new."""
    episodes = [fires(B, 0, 8 * MINUTE), fires(A, 2 * MINUTE, 50 * MINUTE), fires(B, 60 * MINUTE)]
    made = story(episodes, 2 * HOUR, rules=RULES, group_by=["alertname"], repeat_interval="11m")
    assert [row[0] for row in told(made) if "B" in row[1]][:2] == ["new", "new"]


episodes = st.lists(
    st.builds(
        lambda name, start, length: fires({**A, "alertname": name}, start * 7 * SECOND, (start + length) * 7 * SECOND),
        st.sampled_from("ABC"),
        st.integers(0, 200),
        st.integers(1, 100),
    ),
    max_size=6,
)


@settings(deadline=None, max_examples=60)
@given(episodes, st.booleans())
def test_laws(drawn: list[Episode], send_resolved: bool) -> None:
    """Ranges are in order, nobody hears of an alert before it fires, the last word is a resolve."""
    made = story(drawn, 3 * HOUR, send_resolved=send_resolved)
    starts = {e.labels: min(x.start for x in drawn if x.labels == e.labels) for e in drawn}
    for message in made.notifications:
        assert message.latest is None or message.earliest <= message.latest
        assert message.firing or (message.resolved and send_resolved)
        assert all(starts[labels] <= message.earliest for labels in (*message.firing, *message.resolved))
    if send_resolved:
        assert [n.firing for n in made.notifications[-1:] if n.firing] == []
        assert made.left_open == ()


def test_a_month_of_ticks_is_quick() -> None:
    """Thirty days with a heartbeat every minute take seconds."""
    begin = time.process_time()
    made = story([fires(A, 0)], 30 * 24 * HOUR, group_wait="0s", group_interval="1m", repeat_interval="50s")
    assert len(made.notifications) == 30 * 24 * 60 + 1
    assert time.process_time() - begin < 10


@pytest.mark.parametrize("path", [("one", "two"), ("two", "one")])
def test_groups_do_not_depend_on_the_order_of_alerts(path: tuple[str, str]) -> None:
    """Alerts are taken by their start, whatever order they are given in."""
    alerts = [fires({**A, "n": name}, 0 if name == "one" else 5 * SECOND) for name in path]
    assert [n.earliest for n in story(alerts, HOUR, group_by=["n"]).notifications] == [START + 30_000, START + 35_000]
