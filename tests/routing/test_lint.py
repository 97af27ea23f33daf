"""Traps in configurations that load: each is found, and its absence is no finding."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from slogen.routing.findings import routing_findings
from slogen.routing.lint import lint
from slogen.routing.load import load
from slogen.routing.matchers import Matcher, Op, all_match
from slogen.routing.overlap import implied, may_overlap

HEAD = "receivers: [{name: a}, {name: b}, {name: c}]\n"
PAGE_FIRST = "{source_matchers: [s=page, e=1], target_matchers: [s=ticket], equal: [e]}"
CALM = "repeat_interval: 3h58m"


def found(route: str, rules: str = "") -> list[str]:
    """The slugs of findings that are worse than notes, in order of place."""
    text = f"{HEAD}route: {route}\n" + (f"inhibit_rules: {rules}\n" if rules else "")
    config = load(text).config
    assert config is not None
    return [finding.code.slug for finding in lint(config) if finding.severity.name != "INFO"]


def tree(*routes: str) -> str:
    """A quiet root with these routes."""
    return f"{{receiver: a, {CALM}, routes: [{', '.join(routes)}]}}"


@pytest.mark.parametrize(
    ("routes", "slugs"),
    [
        (["{matchers: [x=1], receiver: b}", "{matchers: [x=1], receiver: c}"], ["unreachable-route"]),
        (["{receiver: b}", "{matchers: [x=1], receiver: c}"], ["unreachable-route"]),
        (['{matchers: ["x=~\\"1|2\\""], receiver: b}', "{matchers: [x=2, y=1], receiver: c}"], ["unreachable-route"]),
        (['{matchers: ["x=~\\".+\\""], receiver: b}', "{matchers: [x=2], receiver: c}"], ["unreachable-route"]),
        (["{matchers: [x=1], receiver: b, continue: true}", "{matchers: [x=1], receiver: c}"], []),
        (["{matchers: [x=1, y=1], receiver: b}", "{matchers: [x=1], receiver: c}"], []),
        (
            ["{matchers: [x=1], receiver: b, routes: [{matchers: [x=1], receiver: c}, {receiver: a}]}"],
            ["unreachable-route"],
        ),
        (
            ["{matchers: [x=1], receiver: b, continue: true}", "{matchers: [y=1], receiver: b}"],
            ["receiver-heard-twice"],
        ),
        (["{matchers: [x=1], receiver: b, continue: true}", "{matchers: [x=2], receiver: b}"], []),
        (["{receiver: b, repeat_interval: 4h}"], ["repeat-interval-races"]),
        (["{receiver: b, repeat_interval: 1m}"], ["repeat-below-group-interval"]),
        (["{receiver: b, repeat_interval: 6d1s}"], ["repeat-beyond-memory"]),
        (["{matchers: [alertname=Watchdog], receiver: b, group_interval: 1m, repeat_interval: 50s}"], []),
        (["{receiver: b, group_by: [instance]}"], ["grouped-by-changing-label"]),
        (["{receiver: b, group_by: ['...']}"], ["grouped-by-changing-label"]),
    ],
)
def test_routes(routes: list[str], slugs: list[str]) -> None:
    """What nobody can reach, who hears twice, timers that race or forget, groups that multiply."""
    assert found(tree(*routes)) == slugs


@pytest.mark.parametrize(
    ("rules", "slugs"),
    [
        ("[{source_matchers: [s=page], target_matchers: [s=ticket], equal: [slo]}]", ["unguarded-inhibition"]),
        ("[{source_matchers: [s=page], target_matchers: [s=ticket]}]", ["unguarded-inhibition"]),
        ('[{source_matchers: [s=page, "slo=~\\".+\\""], target_matchers: [s=ticket], equal: [slo]}]', []),
        (
            f"[{PAGE_FIRST}, {{source_matchers: [s=ticket, e=1], target_matchers: [s=page], equal: [e]}}]",
            ["mutual-inhibition"],
        ),
        (
            f"[{PAGE_FIRST}, {{source_matchers: [s=ticket, e=1], target_matchers: [s=log], equal: [e]}}]",
            [],
        ),
    ],
)
def test_inhibition(rules: str, slugs: list[str]) -> None:
    """Rules that compare absent labels, and rules that can mute each other's sources."""
    assert found(tree(), rules) == slugs


def test_a_circle_of_three_is_one_finding() -> None:
    """Each mutes the next, and the last the first: all may be quiet at once."""
    kinds = ("a", "b", "c")
    rules = ", ".join(
        f"{{source_matchers: [s={one}, e=1], target_matchers: [s={other}], equal: [e]}}"
        for one, other in zip(kinds, (*kinds[1:], "a"), strict=True)
    )
    assert found(tree(), f"[{rules}]") == ["mutual-inhibition"]


def test_notes() -> None:
    """Negative matchers and receivers that no route names are worth a note."""
    config = load(f"{HEAD}route: {tree('{matchers: [env!=prod], receiver: b}')}\n").config
    assert config is not None
    assert [f.code.slug for f in lint(config)] == ["unused-receiver", "missing-label-matches"]


def test_what_is_refused_is_not_linted() -> None:
    """Findings about a file that does not load are about that alone."""
    refused = routing_findings(f"{HEAD}route: {{receiver: z, repeat_interval: 4h}}\n", "f", (0, 28))
    assert {finding.code.slug for finding in refused} == {"alertmanager-refuses"}
    doubtful = routing_findings(f"{HEAD}route: {{receiver: a, repeat_interval: 4h}}\n", "f", (0, 28))
    assert "repeat-interval-races" in {finding.code.slug for finding in doubtful}


def test_all_refusals_come_at_once() -> None:
    """Several mistakes are several findings, each at its own place."""
    text = (
        "route:\n  receiver: x\n  routes:\n  - matchers: ['a=~\"(\"']\n  - group_wait: 5\n"
        "  - mute_time_intervals: [z]\n  - recever: a\nreceivers:\n- name: a\n"
        "  slack_configs:\n  - channel: '#x'\n  msteamsv2_configs: []\n"
    )
    places = [(f.span.line, f.span.column) for f in routing_findings(text, "f", (0, 27)) if f.span is not None]
    assert places == [(2, 13), (4, 16), (5, 17), (6, 27), (7, 5), (11, 5), (12, 3)]


VALUES = ("", "a", "b", "ab", "a|b")
EVERY_SET = [{"x": x, "y": y} for x in VALUES for y in VALUES]
PATTERNS = st.sampled_from(["", "a", "b", "a|b", ".+", ".*", "a.?", "|a"])
MATCHERS = st.builds(Matcher, st.sampled_from(["x", "y"]), st.sampled_from(list(Op)), PATTERNS)


@example([Matcher("x", Op.EQUAL, ".+")], [Matcher("x", Op.EQUAL, "a")])
@given(st.lists(MATCHERS, max_size=3), st.lists(MATCHERS, max_size=3))
def test_what_is_said_of_matchers_holds_for_alerts(one: list[Matcher], other: list[Matcher]) -> None:
    """What is said to follow follows, and an overlap that exists is never ruled out, for every label set."""
    both = [labels for labels in EVERY_SET if all_match(one, labels) and all_match(other, labels)]
    assert may_overlap(one, other) or both == []
    if implied(one, other):
        assert [labels for labels in EVERY_SET if all_match(other, labels)] == both


def test_implication_is_seen_where_it_matters() -> None:
    """Equal values, listed values, and presence."""
    fixed, listed, there = Matcher("x", Op.EQUAL, "a"), Matcher("x", Op.MATCH, "a|b"), Matcher("x", Op.MATCH, ".+")
    assert implied([listed, there], [fixed])
    assert implied([there], [listed])
    assert not implied([fixed], [listed])
    assert not implied([there], [])
