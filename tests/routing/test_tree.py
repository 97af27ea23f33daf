"""Which routes take an alert, what they inherit, and the keys of their groups."""

from typing import Any

import pytest

from slogen.emit.yaml import YamlValue, dump
from slogen.routing.config import Config
from slogen.routing.load import Dialect, load
from slogen.routing.matchers import Grammar
from slogen.routing.tree import group_key, routes_for


def config(routes: list[YamlValue], dialect: Dialect | None = None, **root: YamlValue) -> Config:
    """A configuration with these routes below its root; receivers a to f exist."""
    receivers: list[YamlValue] = [{"name": name} for name in "abcdef"]
    text = dump({"route": {"receiver": "a", **root, "routes": routes}, "receivers": receivers})
    loaded = load(text, dialect=dialect)
    assert loaded.config is not None, loaded.problems
    return loaded.config


def told(made: Config, **labels: str) -> list[str]:
    """The receivers of an alert."""
    return [route.receiver for route in routes_for(made.root, labels)]


def node(receiver: str, *matchers: str, **more: Any) -> dict[str, Any]:
    """A route."""
    return {"receiver": receiver, "matchers": list(matchers), **more}


def test_the_first_that_matches_takes_it() -> None:
    """Siblings after it are not tried; the root speaks only where no child does."""
    made = config([node("b", "x=1"), node("c", 'x=~"1|2"')])
    assert (told(made, x="1"), told(made, x="2"), told(made, x="3")) == (["b"], ["c"], ["a"])


def test_continue_goes_on_only_after_a_match() -> None:
    """All that match are told in order, the same receiver as often as it is named."""
    made = config(
        [node("b", "x=1", **{"continue": True}), node("c", "y=1", **{"continue": True}), node("b", 'x=~".+"')]
    )
    assert told(made, x="1") == ["b", "b"]
    assert told(made, x="1", y="1") == ["b", "c", "b"]
    assert told(made, y="1") == ["c"]


def test_a_grandchild_ends_the_search_as_well() -> None:
    """A child counts as matching by itself; what is told may lie deeper."""
    made = config([node("b", "x=1", routes=[node("c", "y=1"), node("d", "y=2")]), node("e", "x=1")])
    assert (told(made, x="1", y="2"), told(made, x="1")) == (["d"], ["b"])


def test_options_are_inherited_but_for_times() -> None:
    """Receiver, grouping and timers come from above; mute and active times do not."""
    made = config([{"group_by": ["x"], "group_wait": "1s", "routes": [{"repeat_interval": "9h", "matchers": ["y=1"]}]}])
    route = routes_for(made.root, {"y": "1"})[0]
    timers = route.timers
    assert (route.receiver, route.group_by, route.mute) == ("a", ("x",), ())
    assert (timers.group_wait, timers.group_interval, timers.repeat_interval) == (1_000, 300_000, 32_400_000)


@pytest.mark.parametrize(("version", "group_by"), [((0, 30), ("x",)), ((0, 31), ())])
def test_an_empty_grouping_depends_on_the_version(version: tuple[int, int], group_by: tuple[str, ...]) -> None:
    """An explicit empty list inherits before 0.31 and means one group from then on."""
    made = config([{"group_by": []}], Dialect.of(version), group_by=["x"])
    assert made.root.routes[0].group_by == group_by


def test_group_keys() -> None:
    """The matchers of the path, sorted, and those labels of the group that the alert has."""
    made = config([node("b", 'z="1"', 'y=~"2"', routes=[{"match_re": {"w": "3|4"}, "group_by": ["y", "absent"]}])])
    labels = {"w": "3", "y": "2", "z": "1"}
    found = group_key(routes_for(made.root, labels)[0], labels)
    assert found == '{}/{y=~"2",z="1"}/{w=~"^(?:3|4)$"}:{y="2"}'


def test_grouping_by_everything() -> None:
    """Three dots stand for all labels."""
    made = config([], group_by=["..."])
    assert group_key(made.root, {"b": "2", "a": "1"}) == '{}:{a="1", b="2"}'


def test_old_and_new_matchers_of_one_route_must_all_hold() -> None:
    """`match`, `match_re` and `matchers` add up; plain words of YAML stay text."""
    text = (
        "route: {receiver: a, routes: [{match: {x: yes, n: 2}, match_re: {y: 0.5}, matchers: ['z!='], receiver: b}]}\n"
        "receivers: [{name: a}, {name: b}]\n"
    )
    made = load(text).config
    assert made is not None
    assert told(made, x="yes", n="2", y="0.5", z="q") == ["b"]
    assert told(made, x="true", n="2", y="0.5", z="q") == ["a"]
    assert told(made, x="yes", n="2", y="0.5") == ["a"]


def test_the_grammar_decides_what_a_file_may_say() -> None:
    """A quoted name loads in the newer grammar and is refused by the classic one."""
    text = "route: {receiver: a, routes: [{matchers: ['\"my team\"=x']}]}\nreceivers: [{name: a}]\n"
    assert load(text, dialect=Dialect((0, 28), Grammar.UTF8)).config is not None
    assert [p.code.slug for p in load(text, dialect=Dialect.of((0, 25))).problems] == ["alertmanager-refuses"]


@pytest.mark.parametrize(
    "text", ["", "[]", "a", "route:\n", "\t", "\x00", "&a [*a]", "route: {receiver: x}", "? [a]\n: b\n"]
)
def test_no_text_breaks_the_reader(text: str) -> None:
    """What is no configuration is findings, each with a place."""
    loaded = load(text)
    assert loaded.config is None
    assert loaded.problems
    assert all(problem.span is not None for problem in loaded.problems)


def test_aliases_and_merges_are_followed() -> None:
    """Anchors stand for what they name, merge keys bring in what is not there, the first document counts."""
    text = (
        "route: {receiver: a, routes: [&one {matchers: [x=1], receiver: b}, {<<: *one, matchers: [x=2]}]}\n"
        "receivers: [{name: a}, {name: b}]\n---\nroute: broken\n"
    )
    made = load(text).config
    assert made is not None
    assert (told(made, x="1"), told(made, x="2"), told(made, x="3")) == (["b"], ["b"], ["a"])
